"""Steps of a deal's inspection, as tests of services take them: a thread, questions, words, evidence."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import update

from bot.domain.evidence import Evidence, EvidenceState, Grade
from bot.services.deal_evidence import Marked, MarkEvidence, mark_evidence
from bot.services.deal_messages import Written, message_written
from bot.services.deal_thread import find_deal
from bot.services.evidence_rulings import RuleEvidence
from bot.services.inspection_asking import Asked, ask_open_questions, head_posted
from bot.services.team_channels import ChannelSeen, map_channels
from bot.store.repositories.deal_threads import DealThread
from bot.store.unit_of_work import Store
from tests.integration.services.company import MONDAY, RecordedJobs, every

CHANNEL, OTHER_CHANNEL = "C0MIA", "C0MAX"
HEAD = "1791183600.000100"
REVIEW, OBJECTION, STEP = "review_meeting_dated", "likeliest_objection", "up_front_contract"
ANSWER = "The review is on 14 October with their COO, she accepted"


def with_channels(store: Store, now: datetime = MONDAY) -> None:
    """Both teams have a private channel of their own."""
    seen = [
        ChannelSeen(CHANNEL, "deals-mia", ("UMIA", "UROB", "URIA")),
        ChannelSeen(OTHER_CHANNEL, "deals-max", ("UMAX", "URAY")),
    ]
    map_channels(store, seen, now)


def opened(
    store: Store, jobs: RecordedJobs, name: str = "deal_rob", by: str = "UMIA", now: datetime = MONDAY
) -> DealThread:
    """The deal's thread, its head standing in the channel."""
    found = find_deal(store, jobs, by, name, now)
    assert found.deal is not None
    thread = thread_of(store, found.deal.id)
    head_posted(store, jobs, thread.id, HEAD, "https://acme.example/archives/C0MIA/p1", now)
    return thread_of(store, found.deal.id)


def thread_of(store: Store, deal_id: str) -> DealThread:
    with store.reading() as uow:
        return uow.threads.newest_of([deal_id])[deal_id]


def asked(
    store: Store, jobs: RecordedJobs, deal_id: str = "deal_rob", by: str = "UMIA", now: datetime = MONDAY
) -> Asked:
    """The deal's open questions are asked."""
    return ask_open_questions(store, jobs, by, deal_id, now)


def wrote(
    store: Store,
    jobs: RecordedJobs,
    text: str = ANSWER,
    *,
    by: str = "UROB",
    number: int = 1,
    now: datetime = MONDAY,
    **more: Any,
) -> Written:
    """Somebody wrote something in the thread, and its event came."""
    ts = f"{MONDAY.timestamp() + number:.0f}.000200"
    message = Written(CHANNEL, ts, HEAD, by, text, 0, datetime.fromtimestamp(float(ts), UTC))
    message = replace(message, **more)
    message_written(store, jobs, message, now)
    return message


def marked(
    store: Store, jobs: RecordedJobs, message: Written, criterion_id: str = REVIEW, **more: Any
) -> Marked:
    """The rep uses a message as evidence."""
    values: dict[str, Any] = {
        "slack_user_id": "UROB",
        "grade": Grade.CLAIMED,
        "now": MONDAY + timedelta(minutes=5),
        **more,
    }
    now = values.pop("now")
    command = MarkEvidence(
        channel=message.channel, message_ts=message.ts, criterion_id=criterion_id, **values
    )
    return mark_evidence(store, jobs, command, now)


def evidence_of(store: Store, deal_id: str = "deal_rob") -> list[Evidence]:
    with store.reading() as uow:
        return uow.evidence.of_deal(deal_id)


def told(store: Store, person_id: str) -> list[str]:
    """The kinds of notices a person got, in order of time, what stands in channels aside."""
    found = sorted(every(store, "notices").values(), key=lambda row: (row["created_at"], row["id"]))
    channel = {"deal_thread", "inspection_round", "evidence_prompt", "evidence_link", "home"}
    return [row["kind"] for row in found if row["person_id"] == person_id and row["kind"] not in channel]


def ruling(store: Store, *, accepted: bool, by: str = "UMIA", **more: Any) -> RuleEvidence:
    one = next(one for one in evidence_of(store) if one.state is not EvidenceState.WITHDRAWN)
    values = {"reason": "The buyer never said so", "version": one.version, **more}
    return RuleEvidence(by, one.id, accepted=accepted, **values)


def change(store: Store, table: Any, row_id: str, **values: Any) -> None:
    with store.writing() as uow:
        uow.connection.execute(update(table).where(table.id == row_id).values(**values))


def states(store: Store) -> list[str]:
    return [one.state.value for one in evidence_of(store)]
