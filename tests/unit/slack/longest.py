"""Every view with the longest content there can be: what each public function of the views is called with.

Names have 200 characters and text 2,000, in Hebrew, Arabic and emoji, with tags, entities and line breaks;
lists of deals have forty.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from bot.domain.advancing import TeamGap
from bot.domain.attention import CardLine, Urgency
from bot.domain.coaching import LogKind, Sight
from bot.domain.coaching_cards import CoachedLine, CoachingDraft, CoachingReview, LogCard
from bot.domain.flags import FlagKind, ResponseKind
from bot.domain.inspection import Answered
from bot.domain.inspection_cards import ThreadHead
from bot.domain.notices import (
    AcknowledgementCard,
    CommentLine,
    ObligationLine,
    TeamReview,
    Today,
    WeekReview,
)
from bot.domain.obligations import State, Verdict
from bot.domain.one_on_one import Adherence, SlotState
from bot.domain.one_on_one_cards import AcceptedSeries, Invitation, OneOnOneWeek, SlotCard
from bot.domain.people import Person, Role
from bot.domain.review_cards import ReviewItem
from bot.domain.verdict_comments import LONGEST as LONGEST_COMMENT
from bot.domain.verdict_comments import Judged
from bot.domain.verification import Answer
from bot.slack.views import (
    acknowledgement,
    answered_flags,
    coaching_form,
    coaching_log,
    coaching_news,
    comment_words,
    coverage_conversation,
    data_review,
    day_card,
    deal_flags,
    deal_inspection,
    deal_thread,
    decisions,
    flagged_deals,
    health_check,
    help_words,
    inspection_news,
    my_data,
    one_on_one,
    one_on_one_forms,
    overview,
    pipeline_review,
    reminders,
    review_step,
    verdict_comments,
)
from bot.slack.views.deal_flags import ListFilter
from bot.slack.views.room import MESSAGE, WITH_LINES
from bot.slack.views.text import escaped
from tests.unit.slack import cards, coaching_samples, comment_samples, my_data_samples, review_samples
from tests.unit.slack import inspection_cards as inspecting
from tests.unit.slack import one_on_one_samples as slots
from tests.unit.slack.louden import LONG, loud, louden

FORTY = range(40)
NOW = cards.NOW
ZONE = "Europe/Berlin"


@dataclass(frozen=True)
class Call:
    """What a view is called with."""

    arguments: tuple[Any, ...]
    named: Mapping[str, Any]


def given(*arguments: Any, **named: Any) -> Call:
    return Call(arguments, named)


PEOPLE = [cards.person(f"p{n}", loud(n), Role.REP, manager="mia") for n in FORTY]
MANAGER, REP = louden(cards.MIA), louden(cards.ROB)
CHECK = louden(replace(cards.large_card(40), unscheduled=tuple(PEOPLE), answered=9999))
ANSWERED = [cards.answered(one, kind) for one in CHECK.all_deals for kind in ResponseKind]
DEALS = [one.deal for one in CHECK.all_deals]
# As long as a comment can be, whatever it is made of.
SAID = comment_samples.comment(loud(7, LONGEST_COMMENT))
LINES = tuple(replace(one, comment=SAID, is_own=True) for one in louden(review_samples.loud_lines(40)))
HELD = [
    CardLine(f"ntc_{n}", list(Urgency)[n % 3], escaped(loud(n, LONG), 600), NOW - timedelta(hours=n))
    for n in range(300)
]


def question(**more: Any) -> AcknowledgementCard:
    return louden(cards.question(comment="They met in the corridor", **more))


def coached(viewer: Person | None = None, **more: Any) -> LogCard:
    sample = replace(
        coaching_samples.DIVE,
        actions={"d1": coaching_samples.CALLED},
        answer=coaching_samples.DISPUTED,
        verdict=Verdict.CONTRADICTED,
        sight=Sight.EVERYTHING,
        notes="Thinks of leaving",
        editable=True,
        history=coaching_samples.OWN.history * 20,
        readers=("Vic",) * 40,
        release_ended=True,
        **more,
    )
    named = replace(louden(sample), deal_names={"d1": loud(1)}, version=2, comment=SAID)
    return replace(named, viewer=viewer or named.viewer)


def draft(**more: Any) -> CoachingDraft:
    text = loud(2, LONG)
    words = dict.fromkeys(
        ("feedback", "notes", "step", "action_1", "action_2", "call", "behaviour", "technique"), text
    )
    return replace(
        louden(coaching_samples.draft(kind=LogKind.DEEP_DIVE)),
        fields={"held_on": "2026-10-06", "minutes": "37", "deal_1": "d3", **words},
        deals=tuple((f"d{n}", loud(n)) for n in range(60)),
        agenda=(text,) * 12,
        **more,
    )


def slot(viewer: Person | None = None, **more: Any) -> SlotCard:
    sample = louden(slots.shown(cards.large_card(3), now=more.pop("now", slots.NOW), **more))
    return replace(sample, viewer=viewer or sample.viewer)


WEEK_SLOTS = tuple(
    slot(state=state, now=now, id=f"one_{n}", obligation=slots.OWED)
    for n, (state, now) in enumerate([(state, slots.AFTER) for state in SlotState] * 8)
)
ONE_WEEK = OneOnOneWeek(
    viewer=MANAGER,
    starts_on=cards.TODAY,
    slots=WEEK_SLOTS,
    adherence=Adherence(due=40, held=30, open=12, excused=11, to_log=3, verified=28),
    unsettled=tuple((one, 12) for one in PEOPLE),
    unscheduled=tuple(PEOPLE),
    leads=True,
)
COACHING = CoachingReview(
    "2026-10",
    tuple(CoachedLine(one, 90, cards.TODAY) for one in PEOPLE),
    tuple((one, "2026-10", Decimal("4.8")) for one in PEOPLE),
)


def team() -> TeamReview:
    managers = tuple(
        cards.manager_line(
            one,
            earlier=tuple(replace(slots.OWED, state=state) for state in State) * 8,
            review=review_samples.OWED,
            kept=review_samples.KEPT,
            one_on_ones=ONE_WEEK.adherence,
            unsettled=12,
            comments=(CommentLine(SAID, "Coverage conversation", loud(8)),) * 12,
        )
        for one in PEOPLE
    )
    return replace(louden(cards.team_review(PEOPLE)), managers=managers, coaching=COACHING)


def today() -> Today:
    asked = [replace(question(answer=None), id=f"ack_{n}") for n in FORTY]
    known = cards.today_of(CHECK, questions=asked)
    return replace(
        known,
        person=MANAGER,
        team=team(),
        data=cards.data_review([loud(n) for n in FORTY]),
        review=review(40),
        one_on_ones=WEEK_SLOTS,
    )


def week() -> WeekReview:
    found = louden(cards.week_review(CHECK, loud(1), fixes=40))
    excused = replace(slots.OWED, state=State.EXCUSED, excused_reason=loud(5, LONG))
    return replace(
        found,
        lines=tuple(replace(one, obligation=excused, comment=SAID, is_own=True) for one in found.lines),
        decisions=LINES,
        kept=review_samples.KEPT,
        one_on_ones=ONE_WEEK.adherence,
        unsettled=12,
    )


def obligation_line() -> ObligationLine:
    first = cards.small_card().check.conversations[3].obligation
    owed = replace(first, state=State.DONE, reasons=first.reasons * 4, excused_reason="time off")
    line = louden(ObligationLine(owed, cards.MIA, cards.ROB, "Coverage conversation"))
    return replace(line, comment=SAID, is_own=True)


def review(deals: int, **more: Any) -> Any:
    return louden(review_samples.loud_card(deals, **more))


def without_decision(item: ReviewItem) -> ReviewItem:
    return replace(item, decision=None)


INSPECTION = replace(
    louden(inspecting.inspection()),
    names=dict.fromkeys(("rob", "mia"), loud(3)),
    statuses=louden(
        tuple(inspecting.loud_status(one, n) for n, one in enumerate(inspecting.STAGES.every_criterion()[:7]))
    ),
)
EVIDENCE = louden(inspecting.evidence_card())
ROUND = louden(inspecting.round_card(open_ids=frozenset(one.id for one in inspecting.CRITERIA)))
ROUND = replace(ROUND, open_ids=frozenset(one.id for one in ROUND.questions))
DEMOTION = louden(inspecting.demotion(questions=("Which date did the buyer name?",) * 6))
EVIDENCE_DRAFT = replace(
    louden(inspecting.draft(statuses=INSPECTION.statuses)),
    records=tuple((f"activities|{n}", loud(n)) for n in FORTY),
)
HEAD = ThreadHead(inspecting.DEAL, cards.ROB, "Proposal", ((loud(1), Answered.OPEN),) * 6)
PROMPT = louden(inspecting.prompt())
LINK = replace(louden(inspecting.link(trouble="1 member is outside the team")), channel="#deals-berlin")
STEP = louden(review_samples.loud_step(40))
CHOICES = louden(
    review_samples.choices(
        review_samples.loud_card(40, decided=False),
        choices=tuple((review_samples.deal(f"s{n}", loud(n)), cards.ROB, loud(n)) for n in FORTY),
    )
)
OFFERED = tuple(replace(one, items=tuple(map(without_decision, one.items))) for one in [review(40)])
OUTCOME = replace(louden(review_samples.outcome(LINES)), lines=LINES)
FOLLOW_UP = louden(review_samples.follow_up(lines=LINES))
END = louden(review_samples.end(review_samples.loud_card(40), gap=TeamGap(None, 40, 40, ("Priya",) * 40)))
END = replace(END, short=CHECK.check.coverage)
SCHEDULE = louden(slots.draft(cards.large_card(40)))
PROPOSED = slot(proposed_at=slots.STARTS + timedelta(days=1), proposal_note="A buyer wants that hour")
MOVED = slot(REP, state=SlotState.MOVED, moved_to_at=slots.STARTS)
ENDED = slot(now=slots.AFTER, state=SlotState.HELD, obligation=slots.OWED, changes=12)
SERIES = AcceptedSeries(slots.SERIES, MANAGER, REP, slots.STARTS)
INVITATION = Invitation(MANAGER, REP, scheduled=False)
ACKNOWLEDGED = question(answer=Answer.DISPUTED, verdict=Verdict.CONTRADICTED)
COMMENT = replace(louden(comment_samples.comment_form()), comment=SAID)
LOG, THEIRS = coached(), replace(coached(REP), asks=True)
LEADERS = coached(louden(coaching_samples.VIC))

LONGEST: Mapping[Callable[..., Any], tuple[Call, ...]] = {
    acknowledgement.summary: (given(question()),),
    acknowledgement.blocks: (given(question()), given(ACKNOWLEDGED)),
    acknowledgement.dispute_form: (given(question()),),
    acknowledgement.dispute_blocks: (given(ACKNOWLEDGED),),
    acknowledgement.dispute_summary: (given(ACKNOWLEDGED),),
    acknowledgement.unsettled_blocks: (given(ACKNOWLEDGED),),
    acknowledgement.unsettled_summary: (given(ACKNOWLEDGED),),
    coaching_form.form: (given(draft()), given(draft(log_id="log_1", version=3))),
    coaching_log.form: (given(draft()),),
    coaching_log.submitted: (
        given(REP, asked=True, changed=""),
        given(REP, asked=True, changed="the day"),
        given(REP, asked=False, changed="the day", unreleased=True),
    ),
    coaching_log.asked_summary: (given(THEIRS),),
    coaching_log.asked_blocks: (given(THEIRS), given(replace(THEIRS, asks=False))),
    coaching_log.dispute_form: (given(THEIRS),),
    coaching_log.rating_form: (given(THEIRS),),
    coaching_log.rated: (given(),),
    coaching_log.disputed_summary: (given(LOG),),
    coaching_log.disputed_blocks: (given(LOG), given(LEADERS)),
    coaching_log.log_view: (given(LOG), given(THEIRS), given(LEADERS)),
    coaching_news.deep_dives_blocks: (given(PEOPLE),),
    coaching_news.plan_blocks: (given(LOG),),
    answered_flags.take_back_form: (given(ANSWERED, ZONE), given(ANSWERED[:1], ZONE)),
    coaching_news.choose_blocks: (given(PEOPLE),),
    coaching_news.logs_blocks: (given([LOG, LEADERS, THEIRS] * 14),),
    coaching_news.offer_blocks: (given(REP), given(REP, "one_1")),
    coaching_news.offer_summary: (given(REP),),
    coverage_conversation.form: (given("obl_rob", 3, REP, cards.TODAY),),
    coverage_conversation.logged: (given(REP, 39),),
    data_review.blocks: (given(cards.data_review([loud(n) for n in FORTY]), ZONE),),
    day_card.with_lines: (
        given(health_check.blocks(CHECK, WITH_LINES), HELD, "ntc_card", ZONE, NOW),
        given(pipeline_review.blocks(review(40), WITH_LINES), HELD, "ntc_card", ZONE, NOW),
    ),
    day_card.summary: (given(HELD),),
    day_card.all_lines: (given(HELD, "ntc_card", ZONE, NOW),),
    deal_flags.dismiss_form: (given(CHECK.all_deals[0], cards.TODAY),),
    deal_flags.list_form: (
        given(CHECK, ListFilter()),
        given(CHECK, ListFilter(flag=FlagKind.STALE, rep="r1")),
        given(CHECK, ListFilter(rep="nobody")),
    ),
    deal_inspection.on_record: (given(INSPECTION), given(replace(INSPECTION, may_rule=False))),
    deal_inspection.evidence_form: (given(EVIDENCE_DRAFT),),
    deal_inspection.ruling_form: (given(EVIDENCE, accept=False), given(EVIDENCE, accept=True)),
    deal_thread.head_summary: (given(louden(HEAD)),),
    deal_thread.head_blocks: (given(louden(HEAD)),),
    deal_thread.round_summary: (given(ROUND),),
    deal_thread.round_blocks: (given(ROUND),),
    deal_thread.prompt_summary: (given(PROMPT),),
    deal_thread.prompt_blocks: (
        given(replace(PROMPT, proposed=EVIDENCE.criterion)),
        given(louden(inspecting.prompt(proposed=None))),
    ),
    deal_thread.link_summary: (given(LINK), given(replace(LINK, trouble=None))),
    deal_thread.link_blocks: (
        given(LINK),
        given(replace(LINK, trouble=None), "deal_1", may_ask=True),
        given(replace(LINK, permalink=None, trouble=None), "deal_1"),
    ),
    deal_thread.link_button: (given(loud(), inspecting.LINK),),
    deal_thread.choice_blocks: (given(DEALS),),
    decisions.week_line: (given(LINES[0], ZONE), given(LINES[1], ZONE)),
    decisions.why_button: (given(LINES[0]),),
    decisions.why_view: (
        given(LINES[0], ZONE),
        given(LINES[2], ZONE),
        given(louden(review_samples.proven()), ZONE),
    ),
    decisions.follow_up_summary: (given(FOLLOW_UP),),
    decisions.follow_up_blocks: (given(FOLLOW_UP), given(FOLLOW_UP, WITH_LINES)),
    decisions.not_done_form: (given(LINES[0]),),
    health_check.summary: (given(CHECK),),
    flagged_deals.blocks: (given(CHECK, MESSAGE), given(CHECK, WITH_LINES)),
    health_check.blocks: (given(CHECK), given(CHECK, WITH_LINES)),
    inspection_news.asked_summary: (given(ROUND),),
    inspection_news.asked_blocks: (given(ROUND),),
    inspection_news.follow_up_summary: (given(EVIDENCE),),
    inspection_news.follow_up_blocks: (given(EVIDENCE),),
    inspection_news.undone_summary: (given(EVIDENCE),),
    inspection_news.undone_blocks: (given(EVIDENCE),),
    inspection_news.rejected_summary: (given(EVIDENCE),),
    inspection_news.rejected_blocks: (given(EVIDENCE),),
    inspection_news.proposed_summary: (given(DEMOTION),),
    inspection_news.proposed_blocks: (given(DEMOTION), given(replace(DEMOTION, to_name=None))),
    inspection_news.told_summary: (given(DEMOTION),),
    inspection_news.told_blocks: (given(DEMOTION), given(replace(DEMOTION, settled="answered"))),
    my_data.my_data_view: (given(louden(my_data_samples.everything(1)), NOW),),
    one_on_one.agenda_summary: (given(slot()), given(slot(REP))),
    one_on_one.agenda_blocks: (given(PROPOSED), given(slot(REP)), given(MOVED), given(slot(now=slots.AFTER))),
    one_on_one.agenda_view: (given(slot()), given(slot(REP))),
    one_on_one.ended_summary: (given(slot(now=slots.AFTER)),),
    one_on_one.ended_blocks: (given(slot(now=slots.AFTER)), given(ENDED)),
    one_on_one.outcome_buttons: (given(slot(now=slots.AFTER)),),
    one_on_one.changed_summary: (given(MOVED),),
    one_on_one.changed_blocks: (given(MOVED), given(slot(REP))),
    one_on_one.series_summary: (given(MANAGER),),
    one_on_one.series_blocks: (given(SERIES),),
    one_on_one.proposal_summary: (given(PROPOSED),),
    one_on_one.proposal_blocks: (given(PROPOSED), given(ENDED)),
    one_on_one.invitation_summary: (given(INVITATION),),
    one_on_one.invitation_blocks: (given(INVITATION), given(replace(INVITATION, scheduled=True))),
    one_on_one.week_blocks: (given(ONE_WEEK), given(replace(ONE_WEEK, slots=()))),
    one_on_one.slot_blocks: tuple(given(one) for one in (*WEEK_SLOTS[:5], slot(), slot(REP))),
    one_on_one.choose_blocks: (given([slot(), slot(REP)] * 20),),
    one_on_one.moved_view: (given(REP, slots.STARTS, ZONE, 12),),
    one_on_one_forms.schedule_form: (given(SCHEDULE),),
    one_on_one_forms.accepted_view: (given(40, PEOPLE, (loud(1, LONG),) * 40),),
    one_on_one_forms.new_time_form: (given(slot()), given(slot(REP))),
    one_on_one_forms.item_form: (given(slot()), given(slot(REP))),
    help_words.help_blocks: (given(escaped(loud(1), 60)), given()),
    overview.today_blocks: (given(today()), given(replace(today(), health_check=None))),
    overview.home: (given(today(), week()),),
    overview.home_of_stranger: (given(),),
    overview.to_stranger: (given(),),
    overview.team_blocks: (given(team()),),
    overview.week_blocks: (given(week()),),
    overview.why_view: (given(obligation_line(), ZONE),),
    pipeline_review.summary: (given(review(40)), given(OFFERED[0])),
    pipeline_review.prepared_over_blocks: (given(OFFERED[0]),),
    pipeline_review.blocks: (
        given(review(40)),
        given(review(40), WITH_LINES),
        given(replace(OFFERED[0], obligation=None)),
    ),
    pipeline_review.swap_form: (given(CHOICES), given(replace(CHOICES, choices=()))),
    pipeline_review.swapped_view: (
        given(OFFERED[0].items[0]),
        given(replace(OFFERED[0].items[0], asking=None)),
    ),
    pipeline_review.outcome_summary: (given(OUTCOME),),
    pipeline_review.outcome_blocks: (given(OUTCOME), given(OUTCOME, WITH_LINES)),
    pipeline_review.contradicted_summary: (given(OUTCOME),),
    pipeline_review.contradicted_blocks: (given(OUTCOME), given(OUTCOME, WITH_LINES)),
    reminders.snooze_over_summary: (given(REP),),
    reminders.snooze_over_blocks: (given(REP),),
    reminders.hint_blocks: (given(),),
    review_step.step_form: (given(STEP), given(replace(STEP, may_re_date=True))),
    review_step.end_view: (given(END),),
    review_step.window: (given(STEP), given(END)),
    comment_words.comment_actions: (given(Judged.OBLIGATION, "obl_1", loud(), SAID),),
    verdict_comments.form: (given(COMMENT, "V1", "log_1"), given(replace(COMMENT, between_two=True))),
    verdict_comments.written: (given(COMMENT),),
    verdict_comments.taken_back: (given(),),
}
