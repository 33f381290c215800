"""What `/mydata` shows: of a rep, of somebody who is not in the CRM, of a very long career."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.domain.my_data import HeldRecords, MyData, Reading, RecordKind
from bot.domain.notices import HealthCheckCard
from bot.slack.views.my_data import my_data_view
from tests.unit.slack.cards import nasty

NOW = datetime(2026, 10, 12, 7, 0, tzinfo=UTC)
FIRST, LAST = date(2025, 11, 3), date(2026, 10, 9)
REP = MyData(
    name="Rob",
    time_zone="Europe/Berlin",
    held=(
        HeldRecords(RecordKind.ENTRY, 1, None, None),
        HeldRecords(RecordKind.DEALS, 9, FIRST, LAST),
        HeldRecords(RecordKind.OBLIGATIONS, 14, FIRST, LAST),
        HeldRecords(RecordKind.LOGS_ABOUT, 2, date(2026, 10, 5), LAST),
        HeldRecords(RecordKind.ANSWERS, 1, LAST, LAST),
        HeldRecords(RecordKind.EVIDENCE, 3, FIRST, LAST),
    ),
    readings=(
        Reading("Mia", about=True, text=True, logs=2, last=NOW),
        Reading("Vic", about=True, text=False, logs=1, last=NOW - timedelta(days=3)),
    ),
    kept_days={RecordKind.LOGS_ABOUT: 730, RecordKind.ANSWERS: 730, RecordKind.EVIDENCE: 365},
    request_days=7,
)
UNKNOWN = MyData(None, "UTC", (), (), {}, 7)


def everything(number: int) -> MyData:
    """Every kind there is, and forty readers, with names of the worst kind."""
    name = nasty(number, 200)
    return MyData(
        name=name,
        time_zone="Europe/Berlin",
        held=tuple(HeldRecords(kind, 123_456, FIRST, LAST) for kind in RecordKind),
        readings=tuple(
            Reading(name, about=n % 2 == 0, text=n % 3 == 0, logs=99, last=NOW) for n in range(40)
        ),
        kept_days=dict.fromkeys(RecordKind, 3650),
        request_days=730,
    )


VIEWS: Mapping[str, Callable[[HealthCheckCard], Any]] = {
    "my_data": lambda _card: my_data_view(REP, NOW),
    "my_data_unknown": lambda _card: my_data_view(UNKNOWN, NOW),
}
