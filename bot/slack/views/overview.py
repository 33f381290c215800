"""The slash command's answers and the Home tab: today, the team, the week, why, and help."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.domain.coaching_cards import CoachingReview
from bot.domain.notices import (
    CommentLine,
    FixLine,
    ManagerLine,
    ObligationLine,
    TeamReview,
    Today,
    WeekReview,
)
from bot.domain.obligations import Obligation, State, Verdict
from bot.domain.one_on_one import Adherence
from bot.domain.verdict_comments import Judged
from bot.domain.wording import count_of, short_date, weekday_date
from bot.slack.payloads import (
    COMMAND,
    ONE_ON_ONE_COMMAND,
    ActionId,
    encode,
)
from bot.slack.views import (
    acknowledgement,
    coaching_news,
    data_review,
    decisions,
    health_check,
    one_on_one,
    pipeline_review,
)
from bot.slack.views.comment_words import IN_A_LINE, IN_A_TEAM, WHOLE, comment_actions, said
from bot.slack.views.figures import team_figures
from bot.slack.views.room import HOME, MESSAGE, Room, fill, packed_to_fit
from bot.slack.views.text import (
    Block,
    View,
    button,
    context,
    day_and_time,
    day_of,
    divider,
    escaped,
    message_view,
    plain,
    section,
)

# The week stands below what waits; each has its part of the Home tab.
HOME_TODAY_SHARE = 0.66
HEALTH_CHECK_SHARE = 0.75
REVIEW_SHARE = 0.8
ONE_ON_ONE_SHARE = 0.3
COACHING_SHARE = 0.35
# From this many people on their lines share sections: one for each would use up the blocks.
MOST_SECTIONS = 12
REST_ON_HOME = "There is more: see Drumbeat's Home tab, or the card in its messages."
NO_MATCH = "I could not match you to anyone in the CRM, so there is nothing I may show you yet."
STATE_WORDS = {
    State.DUE: "due",
    State.OVERDUE: "overdue",
    State.DONE: "done",
    State.MISSED: "missed",
    State.EXCUSED: "excused",
}
# In a line of a team of many; the others stand in the week.
MOST_COMMENTS = 2


def today_blocks(today: Today, room: Room = MESSAGE) -> list[Block]:
    """Return everything that waits for a person, the questions to them first, within the room there is."""
    questions = [acknowledgement.blocks(card) for card in today.acknowledgements]
    made = fill(
        questions, room.share(0.5), lambda rest: f"{count_of(rest, 'more question')} in the messages."
    )
    talks = [one_on_one.slot_blocks(card) for card in today.one_on_ones]
    made += fill(
        talks,
        room.less(made).share(ONE_ON_ONE_SHARE),
        lambda rest: f"{count_of(rest, 'more one-on-one')}: see `{ONE_ON_ONE_COMMAND}`.",
    )
    sharing = bool(today.team or today.data or today.review)
    if today.health_check:
        left = room.less(made)
        made += health_check.blocks(today.health_check, left.share(HEALTH_CHECK_SHARE) if sharing else left)
    if today.review:
        made += pipeline_review.blocks(today.review, room.less(made).share(REVIEW_SHARE))
    data = data_review.blocks(today.data, today.person.time_zone) if today.data else []
    if today.team:
        made += team_blocks(today.team, room.less([*made, *data]))
    made += data
    if not made:
        made.append(section("*Nothing waits for you.* Drumbeat writes when something does."))
    return fill([[block] for block in made], room, lambda _rest: REST_ON_HOME)


def home(today: Today, week: WeekReview) -> View:
    """Return the Home tab: the same obligations as the card, and the week with its verdicts."""
    head = [
        section(f"*Good to see you, {escaped(today.person.name)}.* {weekday_date_of(today)}"),
        divider(),
    ]
    room = HOME.less([*head, divider()])
    body = today_blocks(today, room.share(HOME_TODAY_SHARE))
    return {"type": "home", "blocks": [*head, *body, divider(), *week_blocks(week, room.less(body))]}


def home_of_stranger() -> View:
    """Return the Home tab of somebody whom the CRM does not know."""
    return {"type": "home", "blocks": to_stranger()}


def to_stranger() -> list[Block]:
    """Return what somebody is told whom the CRM does not know."""
    return [
        section(f"*Good to see you.* {NO_MATCH}"),
        context(
            "Ask your Drumbeat admin to check that your e-mail address in Slack and in the CRM is the "
            "same. What came for you meanwhile is kept: I tell you with the first message after that."
        ),
    ]


def weekday_date_of(today: Today) -> str:
    """Say the person's own day."""
    return day_and_time(today.now, today.person.time_zone)


def team_blocks(team: TeamReview, room: Room = MESSAGE) -> list[Block]:
    """Return how a team stands: reps' figures to their manager, managers' lines to their leader."""
    made: list[Block] = [{"type": "header", "text": plain("Your team", 150)}]
    if team.crm_as_of:
        made.append(context(f"CRM as of {day_and_time(team.crm_as_of, team.viewer.time_zone)}"))
    coaching: list[Block] = []
    if team.coaching is not None and team.coaching.lines:
        coaching = _coaching(team.coaching, room.share(COACHING_SHARE))
        room = room.less(coaching)
    figures = team_figures(team.reps, team.currency)
    made += _people(figures, room.less(made).share(0.5 if team.managers else 1))
    if team.managers:
        made.append(section("*Managers, this week* · conversations owed and what became of them"))
        small_print = context(
            "You see what a manager has had for one working day, as done or not and verified or not, "
            "without the text, and what they say of it. Not for pay decisions."
        )
        lines = [_manager_words(line, team.viewer.time_zone) for line in team.managers]
        made += [*_people(lines, room.less([*made, small_print])), small_print]
    return [*made, *coaching]


def _coaching(review: CoachingReview, room: Room) -> list[Block]:
    """Return who was coached this month and who was not: every rep, not just the struggling ones."""
    rated = coaching_news.rated_words(review)
    made = [section("*Coached this month* · 3–4 hours a rep is what to aim for")]
    after = [context(rated)] if rated else []
    fitting = packed_to_fit(
        coaching_news.coached_words(review),
        room.less([*made, *after]),
        lambda rest: f"{rest} more on Drumbeat's Home tab.",
    )
    return [*made, *fitting, *after]


def _people(texts: Sequence[str], room: Room) -> list[Block]:
    """Return a section for each person, or packed ones where they are many."""
    if len(texts) <= MOST_SECTIONS and room.takes(each := [section(text) for text in texts]):
        return each
    return packed_to_fit(texts, room, lambda rest: f"{rest} more on Drumbeat's Home tab.")


def _manager_words(line: ManagerLine, zone: str) -> str:
    """Say a manager's week in a line, below it review and decisions, if known, and what they say of it."""
    more = []
    if line.review is not None:
        met = line.review.is_open and line.review.verdict is Verdict.UNVERIFIED
        late = ", late" if line.review.done_late else ""
        words = "a status meeting so far" if met else f"{STATE_WORDS[line.review.state]}{late}"
        more.append(f"pipeline review of {day_of(line.review.due_at, line.manager.time_zone)} {words}")
    if line.kept is not None and (line.kept.due or line.kept.pending):
        more.append(f"decisions in 90 days: {decisions.kept_words(line.kept)}")
    more += _one_on_one_words(line.one_on_ones, line.unsettled)
    said_of_it = [_said_in_team(one, line, zone) for one in line.comments[:MOST_COMMENTS]]
    if (rest := len(line.comments) - MOST_COMMENTS) > 0:
        said_of_it.append(f">and {count_of(rest, 'more comment')}: see `{COMMAND} week`.")
    return "\n".join([_conversation_words(line), *([" · ".join(more)] if more else []), *said_of_it])


def _said_in_team(one: CommentLine, line: ManagerLine, zone: str) -> str:
    about = f" · {escaped(one.about, 60)}" if one.about else ""
    words = said(one.comment, line.manager.name, zone, own=False, limit=IN_A_TEAM)
    return f"{words} _({one.what}{about})_"


def _one_on_one_words(kept: Adherence | None, unsettled: int) -> list[str]:
    """Say how the accepted schedule is kept this quarter, and whether it is changed too often."""
    said = []
    if kept is not None and kept.due:
        said.append(f"one-on-ones {one_on_one.kept_words(kept)} this quarter")
    if unsettled:
        said.append(f"moved or cancelled more than once with {count_of(unsettled, 'rep')}")
    return said


def _conversation_words(line: ManagerLine) -> str:
    parts = [f"*{escaped(line.manager.name)}*"]
    if line.owed:
        parts += [f"{line.done} of {line.owed} done", f"{line.verified} verified"]
        counts = (line.contradicted, line.overdue, line.missed, line.excused)
        words = zip(counts, ("disputed", "overdue", "missed", "excused"), strict=True)
        parts += [f"{count} {word}" for count, word in words if count]
    elif line.excused:
        parts.append(f"no conversation owed, {line.excused} excused")
    elif line.held_back:
        parts.append("shown once they have had it for one working day")
    else:
        parts.append("no conversation owed so far this week")
    if line.earlier:
        states = [one.state for one in line.earlier]
        counted = [f"{states.count(state)} {word}" for state, word in STATE_WORDS.items() if state in states]
        parts.append(f"owed before: {', '.join(counted)}")
    return " · ".join(parts)


def week_blocks(week: WeekReview, room: Room = MESSAGE) -> list[Block]:
    """Return what was owed this week, each with its state, verdict and a way to ask why."""
    made: list[Block] = [{"type": "header", "text": plain(f"Week of {short_date(week.starts_on)}", 150)}]
    if week.kept is not None and (week.kept.due or week.kept.pending):
        made.append(context(f"Decisions in 90 days: {decisions.kept_words(week.kept)}"))
    if words := _one_on_one_words(week.one_on_ones, week.unsettled):
        made.append(context(" · ".join([words[0][:1].upper() + words[0][1:], *words[1:]])))
    if not week.lines and not week.fixes and not week.decisions and not week.held_back:
        made.append(section("Nothing was owed so far this week."))
    held_back = []
    if week.held_back:
        more = " more" if week.lines or week.fixes or week.decisions else ""
        what = "thing your managers owe" if week.held_back == 1 else "things your managers owe"
        held_back.append(
            context(f"{week.held_back}{more} {what}: shown once they have had one working day for it.")
        )
    lines = [[_line(line, week)] for line in week.lines]
    lines += [[decisions.week_line(line, week.viewer.time_zone)] for line in week.decisions]
    lines += [[_fix(fix)] for fix in week.fixes]
    made += fill(lines, room.less([*made, *held_back]), lambda rest: f"and {rest} more")
    return [*made, *held_back]


def _line(line: ObligationLine, week: WeekReview) -> Block:
    one = line.obligation
    whose = "" if line.owner.id == week.viewer.id else f"{escaped(line.owner.name)}: "
    about = f" with *{escaped(line.subject.name)}*" if line.subject else ""
    whom = f" with {line.subject.name}" if line.subject else ""
    # The owner's day: what was due in their evening is of no other day where somebody else reads it.
    day = one.due_at.astimezone(ZoneInfo(line.owner.time_zone)).date()
    words = f"\n{_said(line, week.viewer.time_zone, IN_A_LINE)}" if line.comment else ""
    return section(
        f"{_mark(one.state, one.verdict)} {whose}{line.what}{about} · {weekday_date(day)} · "
        f"{_standing(one)}{words}",
        accessory=button(
            "Why?", ActionId.WHY, encode(o=one.id), label=f"Why: {line.what}{whom}, {short_date(day)}"
        ),
    )


def _standing(one: Obligation) -> str:
    """Say where an obligation stands: done with its verdict, excused with its reason."""
    words = STATE_WORDS[one.state] + (", late" if one.done_late else "")
    if one.state is State.DONE:
        return f"{words} · {health_check.VERDICT_WORDS[one.verdict]}"
    if one.state is State.EXCUSED and one.excused_reason:
        return f"{words} ({escaped(one.excused_reason, 160)})"
    return words


def _mark(state: State, verdict: Verdict) -> str:
    if state is State.DONE:
        return ":warning:" if verdict is Verdict.CONTRADICTED else ":white_check_mark:"
    return ":hourglass_flowing_sand:" if state in {State.DUE, State.OVERDUE} else ":heavy_minus_sign:"


def _fix(fix: FixLine) -> Block:
    reasons = f"\n_{escaped(' '.join(fix.reasons), 300)}_" if fix.reasons else ""
    words = (
        "waiting for the CRM" if fix.verdict is Verdict.PENDING else health_check.VERDICT_WORDS[fix.verdict]
    )
    if fix.verdict is Verdict.CONTRADICTED:
        words = "the CRM says otherwise"
    return section(
        f":wrench: Fixed? *{escaped(fix.deal_name)}* · {escaped(fix.flag_words)} · {words}{reasons}"
    )


def why_view(line: ObligationLine, zone: str) -> View:
    """Return the modal that gives an obligation's state and verdict with the records they rest on."""
    one = line.obligation
    about = f" with *{escaped(line.subject.name)}*" if line.subject else ""
    lines = [
        f"*{line.what}*{about}, owed by *{escaped(line.owner.name)}*",
        f"Due {day_and_time(one.due_at, zone)} · {STATE_WORDS[one.state]}{', late' if one.done_late else ''}",
    ]
    if one.done_at:
        lines.append(f"Answered {day_and_time(one.done_at, zone)}")
    if one.excused_reason:
        lines.append(f"Excused: {escaped(one.excused_reason, 300)}")
    if one.state is State.DONE:
        lines.append(f"*Verdict: {health_check.VERDICT_WORDS[one.verdict]}*")
    lines += [_reason(reason.text, reason.record_kind) for reason in one.reasons]
    made = message_view("Why", *lines)
    shown: list[Block] = made["blocks"]
    if line.comment is not None:
        shown.append(section(_said(line, zone, WHOLE)))
    if line.is_own:
        about = f"{line.what} with {line.subject.name}" if line.subject else line.what
        shown.append(comment_actions(Judged.OBLIGATION, one.id, about, line.comment))
    return made


def _said(line: ObligationLine, zone: str, limit: int) -> str:
    """Return what its owner says of it, and how it stood then where that is not how it stands."""
    comment, one = line.comment, line.obligation
    if comment is None:
        return ""
    stood = ""
    if not comment.is_of(one.verdict, one.state) and comment.state is not None:
        is_judged = comment.state is State.DONE
        stood = health_check.VERDICT_WORDS[comment.verdict] if is_judged else STATE_WORDS[comment.state]
    return said(comment, line.owner.name, zone, own=line.is_own, limit=limit, stood=stood)


RECORD_NAMES = {
    "acknowledgement_answers": "the rep's answer",
    "cadence_fires": "this health check",
    "coaching_answers": "the answer about the session",
    "coaching_logs": "the session as logged",
    "coverage_conversations": "the conversation as logged",
    "deals": "the deal in the CRM",
    "pipeline_reviews": "the review as it was held",
}


def _reason(text: str, kind: str | None) -> str:
    record = f" _({RECORD_NAMES[kind]})_" if kind in RECORD_NAMES else ""
    return f"• {escaped(text, 600)}{record}"
