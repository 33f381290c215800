"""The modals of an inspection: what is on record, a message becomes evidence, a manager rules on it."""

from __future__ import annotations

from bot.domain.evidence import GRADE_WORDS, Evidence, EvidenceState, Grade
from bot.domain.inspection import Answered, Backing, CriterionStatus
from bot.domain.inspection_cards import EvidenceCard, EvidenceDraft, InspectionCard
from bot.domain.wording import count_of
from bot.slack.payloads import ActionId, CallbackId, encode
from bot.slack.views.deal_thread import NAME, QUESTION, link_button
from bot.slack.views.room import HOME, fill
from bot.slack.views.text import (
    TITLE_LIMIT,
    Block,
    View,
    button,
    context,
    day_and_time,
    divider,
    escaped,
    option,
    plain,
    section,
)

QUOTE = 1200
MOST_EVIDENCE = 4
BACKING_WORDS = {
    Backing.OPEN: "○ Open",
    Backing.INSUFFICIENT: "◐ Insufficient",
    Backing.EVIDENCED: "● Evidenced",
}
GRADES = {
    Grade.CLAIMED: "claimed",
    Grade.BUYER_QUOTED: "buyer quoted",
    Grade.CORROBORATED: "corroborated",
}
_JUDGED = {
    EvidenceState.STANDING: "not judged yet",
    EvidenceState.INSUFFICIENT: "lacks something",
    EvidenceState.ACCEPTED: "accepted",
    EvidenceState.REJECTED: "rejected",
}


def on_record(card: InspectionCard) -> View:
    """Return the modal with each criterion, what backs it, and what the viewer may do about it."""
    title = (
        f"*{escaped(card.deal.name, NAME)}*\n{escaped(card.owner.name)} · {escaped(card.stage_name)} · "
        f"qualified by {card.framework.value}"
    )
    made: list[Block] = [section(title), *_above(card)]
    if not card.statuses:
        made.append(context("This deal is closed: nothing is inspected any more."))
    below = [
        context(
            f"Who sees this: {escaped(card.owner.name)} and those who lead them. The channel sees only "
            "whether a question is answered."
        )
    ]
    groups = [[divider(), *_criterion(card, status)] for status in card.statuses]
    made += fill(groups, HOME.less([*made, *below]), _rest)
    made += below
    return {
        "type": "modal",
        "callback_id": CallbackId.READ_ONLY,
        "title": plain("On record", TITLE_LIMIT),
        "close": plain("Close", TITLE_LIMIT),
        "blocks": made,
    }


def _rest(left: int) -> str:
    return f"{count_of(left, 'more question')} of this stage did not fit here."


def _above(card: InspectionCard) -> list[Block]:
    elements = [link_button("Open the thread", card.permalink)] if card.permalink else []
    if card.may_ask and any(_is_to_ask(one, card.owner.id) for one in card.statuses):
        elements.append(button("Ask the open questions", ActionId.ASK_QUESTIONS, encode(d=card.deal.id)))
    return [{"type": "actions", "block_id": "above", "elements": elements}] if elements else []


def _is_to_ask(status: CriterionStatus, owner_id: str) -> bool:
    asked = status.question is not None and status.question.asked_of_id == owner_id
    return status.answered is Answered.OPEN and not asked


def _criterion(card: InspectionCard, status: CriterionStatus) -> list[Block]:
    best = f" · {GRADES[status.best.grade]}" if status.best else ""
    asked = ""
    if status.question is not None and status.answered is Answered.OPEN:
        at = day_and_time(status.question.answer_by, card.viewer.time_zone)
        asked = f"\nAsked; to be answered by {at}."
    made: list[Block] = [
        section(
            f"*{escaped(status.criterion.question, QUESTION)}*\n{BACKING_WORDS[status.backing]}{best}{asked}"
        )
    ]
    shown = status.evidence[-MOST_EVIDENCE:]
    if hidden := len(status.evidence) - len(shown):
        made.append(context(f"{count_of(hidden, 'earlier answer')} not shown."))
    for evidence in shown:
        made += _evidence(card, evidence)
    return made


def _evidence(card: InspectionCard, evidence: Evidence) -> list[Block]:
    author = card.names.get(evidence.author_id, "somebody who is gone")
    pieces = [
        f"{escaped(author)}, {day_and_time(evidence.said_at, card.viewer.time_zone)}",
        GRADES[evidence.grade],
        _JUDGED.get(evidence.state, evidence.state.value),
    ]
    if evidence.record_words:
        pieces.append(f"CRM: {escaped(evidence.record_words)}")
    if evidence.pointers:
        pieces.append(f"{count_of(evidence.pointers, 'link or file', 'links or files')}: pointers, not proof")
    made = [section(f">{escaped(evidence.quote, QUOTE) or '(no words)'}"), context(" · ".join(pieces))]
    for ruling in card.rulings.get(evidence.id, ())[-1:]:
        by = card.names.get(ruling.by_id, "A manager")
        word = "accepted" if ruling.accepted else "rejected"
        made.append(context(f"{escaped(by)} {word} it: “{escaped(ruling.reason, 500)}”"))
    if elements := _choices(card, evidence):
        made.append({"type": "actions", "block_id": f"evidence:{evidence.id}", "elements": elements})
    return made


def _choices(card: InspectionCard, evidence: Evidence) -> list[Block]:
    elements = [link_button("Open the message", evidence.permalink)] if evidence.permalink else []
    if card.may_rule:
        reference = encode(e=evidence.id)
        if evidence.state is not EvidenceState.ACCEPTED:
            elements.append(button("Accept…", ActionId.ACCEPT_EVIDENCE, reference))
        if evidence.state is not EvidenceState.REJECTED:
            elements.append(button("Reject…", ActionId.REJECT_EVIDENCE, reference))
    return elements


def evidence_form(draft: EvidenceDraft) -> View:
    """Return the modal in which a message becomes evidence for a criterion."""
    made: list[Block] = [
        section(f"*{escaped(draft.author.name)}* wrote about *{escaped(draft.deal.name, NAME)}*:"),
        section(f">{escaped(draft.text, QUOTE) or '(a file, no words)'}"),
        _which(draft),
        _grade(),
    ]
    if draft.records:
        made.append(_record(draft))
    made.append(_quote())
    if draft.pointers:
        made.append(context("Its link or file shows where to look. It counts as a pointer, not as proof."))
    made.append(
        context(
            "Kept are the words as written, who wrote them, when, and a link. If the message is edited or "
            "deleted, what rests on it is undone."
        )
    )
    return {
        "type": "modal",
        "callback_id": CallbackId.EVIDENCE,
        "private_metadata": encode(c=draft.channel, t=draft.message_ts),
        "title": plain("Use as evidence", TITLE_LIMIT),
        "submit": plain("Use it", TITLE_LIMIT),
        "close": plain("Cancel", TITLE_LIMIT),
        "blocks": made,
    }


def _which(draft: EvidenceDraft) -> Block:
    ordered = sorted(draft.statuses, key=lambda one: one.answered is not Answered.OPEN)
    options = {
        one.criterion.id: option(
            one.criterion.question, one.criterion.id, BACKING_WORDS[one.backing].split()[-1]
        )
        for one in ordered
    }
    element: Block = {
        "type": "static_select",
        "action_id": "criterion",
        "options": list(options.values()),
        "placeholder": plain("Choose a question", 150),
    }
    if draft.proposed in options:
        element["initial_option"] = options[draft.proposed]
    return _input("criterion", "Which question does it answer?", element)


def _grade() -> Block:
    options = [option(GRADE_WORDS[grade], grade.value) for grade in Grade]
    element = {
        "type": "radio_buttons",
        "action_id": "grade",
        "options": options,
        "initial_option": options[0],
    }
    return _input("grade", "Whose words are they?", element)


def _record(draft: EvidenceDraft) -> Block:
    element = {
        "type": "static_select",
        "action_id": "record",
        "placeholder": plain("A contact or an activity", 150),
        "options": [option(words, key) for key, words in draft.records],
    }
    return _input(
        "record", "What in the CRM shows it?", element, optional=True, hint="For corroborated ones."
    )


def _quote() -> Block:
    element = {"type": "plain_text_input", "action_id": "quote", "multiline": True, "max_length": 3000}
    hint = "Left empty, the whole message is quoted. Else at least five words of it, as they were written."
    return _input("quote", "The words that answer it", element, optional=True, hint=hint)


def _input(
    block_id: str, label: str, element: Block, *, optional: bool = False, hint: str | None = None
) -> Block:
    made: Block = {"type": "input", "block_id": block_id, "label": plain(label, 2000), "element": element}
    if optional:
        made["optional"] = True
    if hint:
        made["hint"] = plain(hint, 2000)
    return made


def ruling_form(card: EvidenceCard, *, accept: bool) -> View:
    """Return the modal in which a manager accepts or rejects evidence, with their reason."""
    element = {"type": "plain_text_input", "action_id": "reason", "multiline": True, "max_length": 500}
    seen = (
        f"Recorded as yours. {escaped(card.owner.name)} sees it on record."
        if accept
        else f"Recorded as yours. {escaped(card.owner.name)} is told privately; the channel is not."
    )
    return {
        "type": "modal",
        "callback_id": CallbackId.RULING,
        "private_metadata": encode(e=card.evidence.id, v=card.evidence.version, r=int(accept)),
        "title": plain("Accept evidence" if accept else "Reject evidence", TITLE_LIMIT),
        "submit": plain("Accept" if accept else "Reject", TITLE_LIMIT),
        "close": plain("Cancel", TITLE_LIMIT),
        "blocks": [
            section(f"*{escaped(card.criterion.question, QUESTION)}*"),
            section(f">{escaped(card.evidence.quote, QUOTE) or '(no words)'}"),
            context(GRADES[card.evidence.grade]),
            _input("reason", "Why?", element),
            context(seen),
        ],
    }
