"""A deal's open questions are asked in its thread, within what one week allows, and its rep is told."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.agent.drafting import Drafter, DraftQuestion, QuestionBrief
from bot.agent.grounding import grounded
from bot.agent.playbook import playbook_drafter
from bot.domain.days import Days
from bot.domain.deal_facts import facts_of
from bot.domain.inspection import (
    Answered,
    CriterionStatus,
    Limits,
    Question,
    allowed_now,
    asked_before,
    to_ask,
)
from bot.domain.people import Person
from bot.domain.pipeline import Deal
from bot.domain.settings import Settings
from bot.errors import NotAllowed
from bot.jobs.protocols import JobQueue
from bot.services.access import actor_for
from bot.services.answering_time import calendars_of, deadline_for
from bot.services.criterion_statuses import inspections_of
from bot.services.deal_thread import (
    channel_for,
    ensure_head,
    no_channel_words,
    refresh_thread,
    stage_name,
    threads_for,
    visible_deal,
)
from bot.services.inspection_notices import put_in_channel, tell_privately
from bot.services.notifying import NoticeKind, Subject, Urgency, tell
from bot.services.settings_book import current_settings
from bot.store.ids import new_id
from bot.store.repositories.deal_threads import DealThread
from bot.store.unit_of_work import Store, UnitOfWork

CLOSED = "The deal is closed, so nothing is asked about it."
NO_OWNER = "The deal's owner has left: it needs a new owner in the CRM first."
ASKED_ALREADY = "What is open was asked already, and waits for an answer in the thread."


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked of a deal's owner now; where nothing was, `reason` says why in words for a person."""

    questions: tuple[Question, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Asking:
    deal: Deal
    owner: Person
    days: Days
    thread: DealThread
    actor_id: str | None
    settings: Settings
    now: datetime
    answer_by: datetime


def ask_open_questions(
    store: Store, jobs: JobQueue, slack_user_id: str, deal_id: str, now: datetime
) -> Asked:
    """Ask what is open, as the deal's owner or their manager wants it asked now."""
    with store.writing() as uow:
        actor = actor_for(uow, slack_user_id)
        deal = visible_deal(uow, actor, deal_id)
        owner = actor.tree.get(deal.owner_id)
        if actor.id != deal.owner_id and (owner is None or owner.manager_id != actor.id):
            raise NotAllowed("Only the deal's owner and their own manager can have its questions asked.")
        return ask_for_deals(uow, jobs, [deal], actor.id, now)[deal.id]


def ask_for_deals(
    uow: UnitOfWork,
    jobs: JobQueue,
    deals: Collection[Deal],
    actor_id: str | None,
    now: datetime,
    *,
    answer_by: datetime | None = None,
    drafter: Drafter | None = None,
) -> dict[str, Asked]:
    """Ask the open questions of each deal's stage in its thread, within the week's limit; safe to repeat.

    What the week has room for goes to the deals named first. `actor_id` is the person who wants it asked,
    None for the system; `answer_by` the review it is asked for.
    """
    owners = uow.people.with_ids([deal.owner_id for deal in deals])
    settings, crm_zone = current_settings(uow), uow.workspace.get().time_zone
    asked, owned = {}, []
    for deal in deals:
        owner = owners.get(deal.owner_id)
        if not deal.stage.is_open:
            asked[deal.id] = Asked((), CLOSED)
        elif owner is None or not owner.active:
            asked[deal.id] = Asked((), NO_OWNER)
        else:
            asked[deal.id] = Asked((), no_channel_words(settings))
            owned.append((deal, owner))
    uow.inspections.lock_reps([owner.id for _, owner in owned])
    opened = threads_for(uow, owned, None, now)
    # Locked: what is asked while its head is being posted is announced by exactly one of the two.
    threads = {one.deal_id: one for one in uow.threads.each_locked([one.id for one in opened.values()])}
    calendars = calendars_of(uow, [owner for _, owner in owned])
    askings = [
        _Asking(
            deal,
            owner,
            Days(owner.time_zone, crm_zone),
            threads[deal.id],
            actor_id,
            settings,
            now,
            deadline_for(owner, calendars[owner.id], settings, now, answer_by),
        )
        for deal, owner in owned
        if deal.id in threads
    ]
    return asked | _ask(uow, jobs, askings, drafter or playbook_drafter(), now) if askings else asked


def _ask(
    uow: UnitOfWork, jobs: JobQueue, askings: Sequence[_Asking], drafter: Drafter, now: datetime
) -> dict[str, Asked]:
    """Ask what is open and allowed, record all of it at once, and show it in each thread."""
    found = inspections_of(uow, [one.deal for one in askings], askings[0].settings)
    earlier = uow.inspections.of_deals(found)
    this_week = uow.inspections.deals_asked_of({one.owner.id: _week_start(one.owner, now) for one in askings})
    wanted: dict[str, list[CriterionStatus]] = {}
    asked: dict[str, Asked] = {}
    for one in askings:
        deal, of_owner = one.deal, this_week[one.owner.id]
        wanted[deal.id], reason = _wanted(found[deal.id], of_owner, deal, one.owner, one.settings)
        questions = _worded(one, wanted[deal.id], earlier.get(deal.id, []), drafter)
        of_owner += [deal.id] * len(questions)
        asked[deal.id] = Asked(tuple(questions), "" if questions else reason or ASKED_ALREADY)
    standing = {one.question.id for of_deal in wanted.values() for one in of_deal if one.question}
    _record(uow, [one for of_deal in asked.values() for one in of_deal.questions], standing, drafter)
    for one in askings:
        ensure_head(uow, jobs, one.thread, now)
        new = asked[one.deal.id].questions
        if new and one.thread.message_ts is not None:
            announce(uow, jobs, one.thread, new, now)
        if new and any(status.question for status in wanted[one.deal.id]):
            refresh_thread(uow, jobs, one.deal.id, now)  # its head still names the earlier owner
    return asked


def _record(
    uow: UnitOfWork, questions: Sequence[Question], standing: Collection[str], drafter: Drafter
) -> None:
    """Record what was asked together: new ones, and those `standing` that an earlier owner left open."""
    if not questions:
        return
    for one in questions:
        if one.id in standing:
            uow.inspections.hand_over(one)
    uow.inspections.ask([one for one in questions if one.id not in standing], drafter.name)
    told = [
        (
            one.id,
            {
                "deal": one.deal_id,
                "criterion": one.criterion_id,
                "stage": one.stage.value,
                "asked_of": one.asked_of_id,
                "answer_by": one.answer_by.isoformat(),
                "drafter": drafter.name,
            },
        )
        for one in questions
    ]
    at, by_id = questions[0].asked_at, questions[0].asked_by_id
    uow.audit.record_each(at, by_id, "inspection.asked", "inspection_question", told)


def why_not_asked(
    uow: UnitOfWork, deal: Deal, found: Sequence[CriterionStatus], settings: Settings, now: datetime
) -> str:
    """Say why nothing would be asked about a deal now, as `ask_for_deals` does; empty where it would."""
    owner = uow.people.get(deal.owner_id)
    if not deal.stage.is_open:
        return CLOSED
    if owner is None or not owner.active:
        return NO_OWNER
    if channel_for(uow, owner) is None:
        return no_channel_words(settings)
    this_week = uow.inspections.deals_asked_of({owner.id: _week_start(owner, now)})
    wanted, reason = _wanted(found, this_week[owner.id], deal, owner, settings)
    return reason if reason or wanted else ASKED_ALREADY


def _wanted(
    found: Sequence[CriterionStatus],
    this_week: Collection[str],
    deal: Deal,
    owner: Person,
    settings: Settings,
) -> tuple[list[CriterionStatus], str]:
    """Return what may be asked now, or why nothing may; `this_week`: the deal of each question in it."""
    rules = settings.inspection
    if not any(one.answered is Answered.OPEN for one in found):
        return [], "Every question of its stage has an answer."
    limits = Limits(rules.questions_at_once, rules.deals_a_week, rules.questions_a_week)
    allowed = allowed_now(this_week, deal.id, limits)
    if allowed == 0:
        return [], f"{owner.name} has been asked all that one week allows. Ask again next week."
    return to_ask(found, owner.id, allowed), ""


def _worded(
    asking: _Asking, wanted: Sequence[CriterionStatus], asked: Sequence[Question], drafter: Drafter
) -> list[Question]:
    """Have the questions drafted, and keep those that hold; `asked` is all ever asked about the deal."""
    if not wanted:
        return []
    deal, days = asking.deal, asking.days
    facts = facts_of(
        deal,
        currency=asking.settings.measures.currency,
        days=days,
        today=days.local(asking.now),
    )
    brief = QuestionBrief(stage_name(asking.settings, deal), [one.criterion for one in wanted], facts)
    drafts = grounded(drafter.questions(brief), brief, deal.id)
    standing = {one.criterion.id: one.question for one in wanted if one.question}
    earlier = [one for one in asked if one.criterion_id not in standing]
    words = {fact.id: fact.words for fact in facts}
    round_id = new_id("rnd")
    questions: list[Question] = []
    for draft in drafts:
        if not asked_before(draft.text, [*earlier, *questions], deal.stage):
            known = standing.get(draft.criterion_id)
            questions.append(_question(asking, draft, words, round_id, known))
    return questions


def _question(
    asking: _Asking, draft: DraftQuestion, words: Mapping[str, str], round_id: str, standing: Question | None
) -> Question:
    return Question(
        id=standing.id if standing else new_id("inq"),
        deal_id=asking.deal.id,
        thread_id=asking.thread.id,
        round_id=round_id,
        criterion_id=draft.criterion_id,
        stage=asking.deal.stage,
        text=draft.text,
        why=draft.why,
        facts=tuple(words[one] for one in draft.facts),
        asked_of_id=asking.owner.id,
        asked_by_id=asking.actor_id,
        asked_at=asking.now,
        answer_by=asking.answer_by,
    )


def _week_start(person: Person, now: datetime) -> datetime:
    local = now.astimezone(ZoneInfo(person.time_zone))
    monday = local.date() - timedelta(days=local.weekday())
    return datetime.combine(monday, time(), tzinfo=local.tzinfo)


def announce(
    uow: UnitOfWork, jobs: JobQueue, thread: DealThread, questions: Sequence[Question], now: datetime
) -> None:
    """Post what was asked at once into its thread, mentioning nobody, and tell the rep privately; once."""
    round_id = questions[0].round_id
    subject = Subject("inspection_round", round_id)
    put_in_channel(
        uow,
        jobs,
        kind=NoticeKind.INSPECTION_ROUND,
        person_id=thread.manager_id,
        subject=subject,
        reason="questions of a deal's stage",
        now=now,
        cause=f"{round_id}:thread",
    )
    tell_privately(
        uow,
        jobs,
        kind=NoticeKind.QUESTIONS_ASKED,
        person_id=questions[0].asked_of_id,
        subject=subject,
        reason="a deal of yours is inspected at its stage",
        cause=f"{round_id}:rep",
        now=now,
    )


def head_posted(
    store: Store, jobs: JobQueue, thread_id: str, message_ts: str, permalink: str | None, now: datetime
) -> None:
    """Take in that a thread's head stands in its channel; what waited for that is posted under it now."""
    with store.writing() as uow:
        thread = uow.threads.locked(thread_id)
        if thread is None or thread.message_ts is not None:
            return
        uow.threads.mark_posted(thread_id, message_ts, permalink)
        _link_opener(uow, jobs, thread, now)
        for round_id in uow.inspections.rounds_in(thread_id):
            announce(uow, jobs, thread, uow.inspections.of_round(round_id), now)


def head_refused(store: Store, jobs: JobQueue, thread_id: str, trouble: str, now: datetime) -> None:
    """Take in that a thread's head can't be posted, and tell whoever asked for it why."""
    with store.writing() as uow:
        thread = uow.threads.get(thread_id)
        if thread is None or thread.message_ts is not None:
            return
        uow.threads.mark_trouble(thread_id, trouble)
        _link_opener(uow, jobs, thread, now)


def head_withheld(store: Store, jobs: JobQueue, thread_id: str, trouble: str | None, now: datetime) -> None:
    """Take in why a head that stands shows nothing new any more, or None once it may again.

    The team's manager is told, once a day for all of the channel.
    """
    with store.writing() as uow:
        thread = uow.threads.locked(thread_id)
        if thread is None or thread.trouble == trouble:
            return
        uow.threads.mark_trouble(thread_id, trouble)
        if trouble is not None:
            tell(
                uow,
                jobs,
                kind=NoticeKind.THREAD_LINK,
                person_id=thread.manager_id,
                subject=Subject("deal_thread", thread.id),
                reason="nothing new is shown in your deals' channel",
                cause=f"{thread.channel}:withheld:{now:%Y%m%d}",
                urgency=Urgency.NEWS,
                now=now,
            )


def head_gone(store: Store, thread_id: str) -> None:
    """Take in that a thread's head was deleted in Slack; whoever asks for the thread next opens it anew."""
    with store.writing() as uow:
        thread = uow.threads.locked(thread_id)
        if thread is not None and thread.message_ts is not None:
            uow.threads.forget_head(thread_id, "its first message was deleted; it is being opened anew")


def _link_opener(uow: UnitOfWork, jobs: JobQueue, thread: DealThread, now: datetime) -> None:
    if thread.opened_by_id is not None:
        tell_privately(
            uow,
            jobs,
            kind=NoticeKind.THREAD_LINK,
            person_id=thread.opened_by_id,
            subject=Subject("deal_thread", thread.id),
            reason="you asked for this deal's thread",
            cause=f"{thread.id}:link:{now:%Y%m%d%H%M%S}",
            now=now,
        )
