"""Coaching logs as they are read and answered, and what people are told of them."""

from __future__ import annotations

from bot.domain.coaching import TAG_NAMES, DealAction, LogContent, LogKind, Sight, Stance, parts_in_words
from bot.domain.coaching_cards import CoachingDraft, LogCard, VersionLine
from bot.domain.obligations import Verdict
from bot.domain.people import Person
from bot.domain.ratings import HIGHEST, LOWEST
from bot.domain.verdict_comments import Judged
from bot.domain.verification import Answer
from bot.domain.wording import weekday_date
from bot.slack.payloads import ActionId, CallbackId, encode
from bot.slack.views import coaching_form, health_check
from bot.slack.views.comment_words import comment_actions, said
from bot.slack.views.decisions import judged_words, reason_words
from bot.slack.views.text import (
    TITLE_LIMIT,
    Block,
    View,
    button,
    context,
    day_and_time,
    day_of,
    escaped,
    message_view,
    option,
    plain,
    section,
)

SCORE_WORDS = {1: "1 · not worth the time", 2: "2", 3: "3", 4: "4", 5: "5 · helped me a lot"}
# A session's other side may be a manager too.
VERDICT_WORDS = {**health_check.VERDICT_WORDS, Verdict.UNANSWERED: "not answered, which counts neither way"}
MOST_VERSIONS = 8
RELEASE_ENDED = (
    "You had released the text to the leaders above. It was changed since, so they can't read it now: look "
    "at it again, and release it if you still want to."
)
UNRELEASED = (
    "It was released to the leaders above, with other words. They read the text again once both of you "
    "release it as it is now."
)


def form(draft: CoachingDraft) -> View:
    """Return the modal in which a session is logged; see `coaching_form`."""
    return coaching_form.form(draft)


def submitted(coached: Person, *, asked: bool, changed: str, unreleased: bool = False) -> View:
    """Return what the form turns into once it is recorded; `unreleased`: it ended a release of the text."""
    name = escaped(coached.name)
    ended = (UNRELEASED,) if unreleased else ()
    if asked and changed:
        return message_view("Saved", f"You changed {changed}. *{name}* is asked again to confirm it.", *ended)
    if asked:
        return message_view(
            "Logged",
            f":white_check_mark: Your session with *{name}* is on record.",
            f"{name} reads it and is asked to confirm it. You can edit it for seven days.",
        )
    if changed:
        return message_view("Saved", f"You changed {changed}. *{name}* sees that it was changed.", *ended)
    return message_view("Saved", "What you both read stays as it was; your private notes are kept.")


# ------------------------------------------------------------ to the coached


def asked_summary(card: LogCard) -> str:
    """Return the one line that a notification gives to the coached."""
    asked = " Did it take place?" if card.asks else ""
    return f"{escaped(card.author.name)} logged a coaching session with you.{asked}"


def asked_blocks(card: LogCard) -> list[Block]:
    """Return the message to the coached: the session, and what they may do about it."""
    made = [section(f"{_what(card)} Did it take place as written?")]
    if card.content is not None:
        made.append(section(_agreed(card, card.content)))
    if card.changed and card.asks:
        made.append(
            context(f"Changed since you answered: {parts_in_words(card.changed)}. Please look at it again.")
        )
    elif card.changed:
        made.append(
            context(f"Changed since you answered: {parts_in_words(card.changed)}. Your answer still holds.")
        )
    if card.release_ended:
        made.append(context(RELEASE_ENDED))
    if not card.asks and card.answer is not None:
        made.append(context(_answered(card)))
    made.append({"type": "actions", "block_id": f"coaching:{card.id}", "elements": _buttons(card)})
    if card.asks and card.deadline_at is not None:
        made.append(
            context(
                f"Please answer by {day_and_time(card.deadline_at, card.viewer.time_zone)}. "
                "No answer counts neither way.",
                "Why you get this: a session counts once both say that it took place. Leaders see date, "
                "minutes, focus area and whether it was confirmed; the text only if you both release it.",
            )
        )
    return made


def _what(card: LogCard) -> str:
    author = "You" if card.viewer.id == card.author.id else f"*{escaped(card.author.name)}*"
    coached = "you" if card.viewer.id == card.coached.id else f"*{escaped(card.coached.name)}*"
    return (
        f"{author} logged a coaching session with {coached} on "
        f"*{weekday_date(card.held_on)}* ({card.minutes} minutes)."
    )


def _agreed(card: LogCard, content: LogContent) -> str:
    return (
        f">*Agreed:* {escaped(content.step.words, 600)} "
        f"({escaped(card.step_owner)}, by {weekday_date(content.step.due_on, card.held_on)})"
    )


def _buttons(card: LogCard) -> list[Block]:
    reference = encode(k=card.id, v=card.version)
    made = []
    disputed = card.answer is not None and card.answer.answer is Answer.DISPUTED
    if card.asks or disputed:
        words = "It is settled: it took place" if disputed else "Yes, it took place"
        made.append(button(words, ActionId.COACHING_CONFIRM, reference, style="primary"))
    if card.asks:
        made.append(button("No, it didn't…", ActionId.COACHING_DISPUTE, reference))
    if not card.rated and not disputed:
        made.append(button("Rate it…", ActionId.COACHING_RATE, reference))
    made.append(button("Read it", ActionId.COACHING_READ, reference))
    return made


def _answered(card: LogCard) -> str:
    if card.answer is None or card.answer.answer is Answer.CONFIRMED:
        return ":white_check_mark: You confirmed it. Nothing else is needed."
    return (
        f"You said that it did not take place like this{_comment(card)}. {escaped(card.author.name)} is told."
    )


def _comment(card: LogCard) -> str:
    said = card.answer.comment if card.answer else ""
    return f": “{escaped(said, 300)}”" if said else ""


def dispute_form(card: LogCard) -> View:
    """Return the modal in which the coached say that a session did not take place as it was logged."""
    element: Block = {
        "type": "plain_text_input",
        "action_id": "comment",
        "multiline": True,
        "max_length": 500,
    }
    return {
        "type": "modal",
        "callback_id": CallbackId.COACHING_DISPUTE,
        "private_metadata": encode(k=card.id, v=card.version),
        "title": plain("It didn't take place", TITLE_LIMIT),
        "submit": plain("Send", TITLE_LIMIT),
        "close": plain("Cancel", TITLE_LIMIT),
        "blocks": [
            section(
                f"*{escaped(card.author.name)}* sees at once that you remember "
                f"*{weekday_date(card.held_on)}* differently. If the two of you don't settle it within three "
                "working days, their leader is told of it; what you write stays between you."
            ),
            {
                "type": "input",
                "block_id": "comment",
                "optional": True,
                "label": plain("Would you like to add something?", 2000),
                "element": element,
            },
        ],
    }


def rating_form(card: LogCard) -> View:
    """Return the modal in which the coached rate a session."""
    return {
        "type": "modal",
        "callback_id": CallbackId.COACHING_RATING,
        "private_metadata": encode(k=card.id),
        "title": plain("Rate the session", TITLE_LIMIT),
        "submit": plain("Rate it", TITLE_LIMIT),
        "close": plain("Cancel", TITLE_LIMIT),
        "blocks": [
            section(
                f"How much did the session of *{weekday_date(card.held_on)}* with "
                f"*{escaped(card.author.name)}* help you?"
            ),
            {
                "type": "input",
                "block_id": "score",
                "label": plain("Your rating", 2000),
                "element": {
                    "type": "radio_buttons",
                    "action_id": "score",
                    "options": [option(SCORE_WORDS[one], str(one)) for one in range(LOWEST, HIGHEST + 1)],
                },
            },
            context(
                "Only added up: nobody, and no record, can tell who gave which rating. An average is shown "
                "once a month, when five ratings of four people are there. So a rating is final: it can't be "
                "found again."
            ),
        ],
    }


def rated() -> View:
    """Return what the form of a rating turns into; it does not say which it was."""
    return message_view("Thank you", "Your rating is added to the others. It can't be traced or changed.")


# ------------------------------------------------------------ to manager and leader


def disputed_summary(card: LogCard) -> str:
    """Return the one line that a notification gives of a dispute."""
    name = escaped(card.coached.name)
    if card.verdict is not Verdict.CONTRADICTED:
        return f"Settled: {name} had remembered a coaching session differently"
    return f"{name} remembers a coaching session differently"


def disputed_blocks(card: LogCard) -> list[Block]:
    """Return the message about a dispute: to the author with the words, to their leader without."""
    says = (
        f"*{escaped(card.coached.name)}* says that the session which *{escaped(card.author.name)}* logged "
        f"for *{weekday_date(card.held_on)}* did not take place like this"
    )
    read = button("Read it", ActionId.COACHING_READ, encode(k=card.id))
    actions: Block = {"type": "actions", "block_id": f"dispute:{card.id}", "elements": [read]}
    if card.verdict is not Verdict.CONTRADICTED:
        verdict = f":* {VERDICT_WORDS[card.verdict]}." if card.verdict is not Verdict.PENDING else ".*"
        return [section(f"{says}. *Settled since{verdict}"), actions]
    if card.viewer.id != card.author.id:
        return [
            section(f"{says}. It is unsettled after three working days."),
            *_said(card),
            context("You get this because you lead them. Help the two to talk; neither is judged by this."),
            actions,
        ]
    if card.editable:
        actions["elements"].insert(0, button("Edit the log…", ActionId.COACHING_EDIT, encode(k=card.id)))
    actions["elements"] += _comment_buttons(card, None)
    return [
        section(f"{says}{_comment(card)}."),
        *_said(card),
        context(
            "Talk to them first: it may be a mix-up. They can confirm it once it is settled, or you correct "
            "the log. After three working days your leader is told that it is disputed."
        ),
        actions,
    ]


def _said(card: LogCard) -> list[Block]:
    """Return what the author says of the verdict, to whom it is for."""
    comment = card.comment
    if comment is None:
        return []
    stood = "" if comment.verdict is card.verdict else VERDICT_WORDS[comment.verdict]
    own = card.viewer.id == card.author.id
    return [section(said(comment, card.author.name, card.viewer.time_zone, own=own, stood=stood))]


def _comment_buttons(card: LogCard, log_id: str | None) -> list[Block]:
    if card.viewer.id != card.author.id:
        return []
    about = f"Coaching log with {card.coached.name}"
    made = comment_actions(Judged.OBLIGATION, card.obligation_id, about, card.comment, log_id)
    elements: list[Block] = made["elements"]
    return elements


def log_view(card: LogCard) -> View:
    """Return a log as its viewer may read it."""
    made = [
        section(f"{_what(card)}\n*Focus:* {escaped(card.focus)}\n*Verdict:* {VERDICT_WORDS[card.verdict]}"),
    ]
    made += [context(escaped(reason.text, 300)) for reason in card.reasons[:3]]
    made += _said(card)
    if card.content is not None:
        made += _text_of(card, card.content)
    elif card.sight is Sight.FACTS:
        made.append(context("The text is for the two who talked. You read it once both have released it."))
    if card.notes:
        made.append(section(f"*Private notes* (yours alone)\n{escaped(card.notes, 2500)}"))
    made += [context(_version_words(card, one)) for one in card.history[1:][-MOST_VERSIONS:]]
    if card.readers:
        made.append(context(f"Read by: {escaped(', '.join(card.readers), 500)}"))
    if card.release_ended:
        made.append(context(RELEASE_ENDED))
    made += _view_buttons(card)
    return {
        "type": "modal",
        "callback_id": CallbackId.READ_ONLY,
        "title": plain("Coaching log", TITLE_LIMIT),
        "close": plain("Close", TITLE_LIMIT),
        "blocks": made,
    }


def _version_words(card: LogCard, one: VersionLine) -> str:
    """Say a version: its day where the viewer is, what it changed, and what had stood there."""
    day = day_of(one.made_at, card.viewer.time_zone)
    before = "".join(f"\nBefore, {part.value}: {escaped(words, 300)}" for part, words in one.before)
    return f"Version {one.version}, {day}: {parts_in_words(one.changed)} changed{before}"


def _text_of(card: LogCard, content: LogContent) -> list[Block]:
    made = [section(f"*Feedback*\n{escaped(content.feedback, 2500)}")]
    for stance, words in ((Stance.SEEN, "To work on"), (Stance.BETTER, "Went better")):
        names = [TAG_NAMES[one.tag] for one in content.observations if one.stance is stance]
        if names:
            made.append(section(f"*{words}:* {', '.join(names)}"))
    if content.deep_dive is not None and card.kind is LogKind.DEEP_DIVE:
        dive = content.deep_dive
        made.append(section(f"*Call reviewed:* {escaped(dive.call, 300)}"))
        made += [
            section(f"*{name}:* {escaped(text, 1500)}")
            for name, text in (
                ("Behaviour", dive.behaviour),
                ("Technique", dive.technique),
                ("Attitude", dive.attitude),
            )
        ]
    made.append(section(_agreed(card, content)))
    made += [_deal_action(card, one) for one in content.deal_actions]
    if card.plan is not None:
        plan = card.plan
        came = plan.outcome or f"pending until the CRM shows all of {weekday_date(plan.ends_on)}"
        made.append(
            section(
                f"*30-day plan:* {plan.measure} from {plan.baseline} to {plan.goal}. {came.capitalize()}."
            )
        )
    return made


def _deal_action(card: LogCard, one: DealAction) -> Block:
    """Return a deal's next action, to the two with what the records say of it."""
    lines = [f"*{escaped(card.deal_names.get(one.deal_id, 'A deal'))}:* {escaped(one.words, 400)}"]
    found = card.actions.get(one.deal_id)
    if found is not None:
        lines.append(f"*Verdict:* {judged_words(found)}")
        lines += [reason_words(reason) for reason in found.reasons[:3]]
    return section("\n".join(lines))


def _view_buttons(card: LogCard) -> list[Block]:
    elements = []
    if card.editable:
        elements.append(button("Edit…", ActionId.COACHING_EDIT, encode(k=card.id)))
    own = {card.author.id: 0, card.coached.id: 1}.get(card.viewer.id)
    if own is not None and not card.released[own]:
        elements.append(button("Release the text to leaders", ActionId.COACHING_RELEASE, encode(k=card.id)))
    elements += _comment_buttons(card, card.id)
    if not elements:
        return []
    return [{"type": "actions", "block_id": f"log:{card.id}", "elements": elements}]
