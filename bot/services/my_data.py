"""`/mydata`: what is held about the person who asks, and who was shown their coaching logs."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain.my_data import HeldRecords, MyData, Reading, RecordKind
from bot.domain.people import Person
from bot.domain.settings import Retention
from bot.services.settings_book import current_settings
from bot.store.repositories.personal_records import Amount
from bot.store.unit_of_work import Store, UnitOfWork


def my_data(store: Store, slack_user_id: str) -> MyData:
    """Return what is held about a Slack user; for somebody of whom nothing is, words that say so.

    Only they themselves can ask, whoever leads them. A leaver still linked to Slack may ask too. Ratings are
    not even counted: a count that grew would say when somebody has given one.
    """
    with store.reading() as uow:
        retention = current_settings(uow).retention
        person = uow.people.by_slack_user(slack_user_id)
        if person is None:
            return MyData(None, "UTC", (), (), {}, retention.request_keys_days)
        return MyData(
            name=person.name,
            time_zone=person.time_zone,
            held=_held(uow, person),
            readings=_readings(uow, person),
            kept_days=kept_days(retention),
            request_days=retention.request_keys_days,
        )


def kept_days(retention: Retention) -> dict[RecordKind, int]:
    """Return after how many days the words of each kind go; the kinds that stay as long as the ledger not."""
    return {
        RecordKind.CONVERSATIONS: retention.conversation_plans_days,
        RecordKind.ONE_ON_ONES: retention.agenda_items_days,
        RecordKind.AGENDA_ITEMS: retention.agenda_items_days,
        RecordKind.LOGS_ABOUT: retention.coaching_text_days,
        RecordKind.LOGS_BY: retention.coaching_text_days,
        RecordKind.ANSWERS: retention.coaching_text_days,
        RecordKind.STEPS: retention.coaching_text_days,
        RecordKind.NOTES_BY: retention.private_notes_days,
        RecordKind.DRAFTS_BY: retention.drafts_days,
        RecordKind.THREAD_MESSAGES: retention.evidence_words_days,
        RecordKind.EVIDENCE: retention.evidence_words_days,
        RecordKind.DECISIONS: retention.decision_words_days,
        RecordKind.COMMENTS: retention.verdict_comments_days,
        RecordKind.FLAGS: retention.flag_reasons_days,
        RecordKind.READS: retention.read_records_days,
    }


def _held(uow: UnitOfWork, person: Person) -> tuple[HeldRecords, ...]:
    zone = ZoneInfo(person.time_zone)
    amounts = uow.personal_records.amounts(person.id)
    return tuple(_records(kind, amount, zone) for kind, amount in amounts.items())


def _records(kind: RecordKind, amount: Amount, zone: ZoneInfo) -> HeldRecords:
    return HeldRecords(kind, amount.count, _day(amount.first, zone), _day(amount.last, zone))


def _day(at: datetime | date | None, zone: ZoneInfo) -> date | None:
    return at.astimezone(zone).date() if isinstance(at, datetime) else at


def _readings(uow: UnitOfWork, person: Person) -> tuple[Reading, ...]:
    found = uow.coaching_reads.readings(person.id)
    names = {one.id: one.name for one in uow.people.all()} if found else {}
    return tuple(
        Reading(
            reader=names.get(row.reader_id, row.reader_id),
            about=row.about,
            text=row.depth == "text",
            logs=row.logs,
            last=row.last,
        )
        for row in found
    )
