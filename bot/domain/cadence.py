"""When a cadence is due: local times on chosen weekdays, as moments without daylight-saving traps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.calendar import WorkCalendar

_FIRST_SAFE_HOUR = 4
_DAYS_A_WEEK = 7
_MONTHS_A_YEAR = 12
_LATE_AFTER = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time a cadence comes round in one zone. Moments in UTC; `due_at` is None without a due time."""

    cadence: str
    zone: str
    local_date: date
    starts_at: datetime
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Cadence:
    """A rhythm in local time. `days` counts Monday as 0; `due` is a time of the same day.

    Raises ValueError for days or times that can't work.
    """

    name: str
    days: frozenset[int]
    at: time
    due: time | None = None

    def __post_init__(self) -> None:
        if not self.days or not self.days <= set(range(_DAYS_A_WEEK)):
            raise ValueError(f"{self.name}: days must be some of 0 (Monday) to 6, not {sorted(self.days)}")
        for local in (self.at, self.due):
            if local is not None:
                _check_time(self.name, local)
        if self.due is not None and self.due <= self.at:
            raise ValueError(
                f"{self.name}: due at {self.due:%H:%M}, which is not after its start at {self.at:%H:%M}"
            )

    def occurrence(self, local_date: date, zone: str) -> Occurrence:
        """Return this cadence on that local date, one of its days or not. `zone` is an IANA name."""
        return Occurrence(
            cadence=self.name,
            zone=zone,
            local_date=local_date,
            starts_at=_moment(local_date, self.at, zone),
            due_at=None if self.due is None else _moment(local_date, self.due, zone),
        )


def _check_time(name: str, local: time) -> None:
    if local.tzinfo is not None:
        raise ValueError(f"{name}: {local} names a zone; the zone is each person's own")
    if local.hour < _FIRST_SAFE_HOUR:
        raise ValueError(
            f"{name}: {local:%H:%M} is between 00:00 and 03:59, where clocks change: on some days such a "
            "time comes twice or never. Choose 04:00 or later."
        )


def _moment(day: date, local: time, zone: str) -> datetime:
    return datetime.combine(day, local, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def occurrences(cadence: Cadence, zone: str, *, after: datetime, until: datetime) -> list[Occurrence]:
    """Return all occurrences with after < starts_at <= until, the earliest first."""
    day = after.astimezone(ZoneInfo(zone)).date()
    last = until.astimezone(ZoneInfo(zone)).date()
    found: list[Occurrence] = []
    while day <= last:
        if day.weekday() in cadence.days:
            candidate = cadence.occurrence(day, zone)
            if after < candidate.starts_at <= until:
                found.append(candidate)
        day += timedelta(days=1)
    return found


def latest_occurrence(cadence: Cadence, zone: str, *, after: datetime, until: datetime) -> Occurrence | None:
    """Return the last occurrence with after < starts_at <= until: what was missed while down becomes one."""
    week_ago = until - timedelta(days=_DAYS_A_WEEK + 1)
    found = occurrences(cadence, zone, after=max(after, week_ago), until=until)
    return found[-1] if found else None


def next_occurrence(cadence: Cadence, zone: str, after: datetime) -> Occurrence:
    """Return the first occurrence that starts strictly after the moment."""
    until = after + timedelta(days=_DAYS_A_WEEK + 1)
    return occurrences(cadence, zone, after=after, until=until)[0]


def is_late(occurrence: Occurrence, recorded_at: datetime, grace: timedelta = _LATE_AFTER) -> bool:
    """Tell whether it was recorded so long after its start that people should be told."""
    return recorded_at - occurrence.starts_at > grace


def working_deadline(
    now: datetime, zone: str, calendar: WorkCalendar, working_days: int, at: time
) -> datetime:
    """Return the moment (UTC) at a local time, so many of the person's working days from now.

    With 0 it is today, or the next working day where today is not worked or the time has passed.
    """
    today = now.astimezone(ZoneInfo(zone)).date()
    day = calendar.add_working_days(today, working_days)
    deadline = _moment(day, at, zone)
    return deadline if deadline > now else _moment(calendar.next_working_day(day), at, zone)


def fair_deadline(
    asked_at: datetime, wanted: datetime, usual: datetime, zone: str, calendar: WorkCalendar
) -> datetime:
    """Return when to answer by what is wanted at one time: then, or at the usual time if that is later.

    The later one is for who is away on a day from the asking to the time wanted: nobody's holiday counts.
    """
    first, last = (at.astimezone(ZoneInfo(zone)).date() for at in (asked_at, wanted))
    return max(wanted, usual) if calendar.is_away_between(first, last) else wanted


def next_allowed(at: datetime, zone: str, calendar: WorkCalendar, start: time, end: time) -> datetime:
    """Return the moment itself where a message may ring in that zone, else the next beginning of work (UTC).

    Allowed are the person's working days from `start` until before `end`, local time.
    """
    local = at.astimezone(ZoneInfo(zone))
    if calendar.is_working_day(local.date()) and start <= local.time() < end:
        return at
    return working_deadline(at, zone, calendar, 0, start)


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of days, both ends included, and what people call it."""

    start: date
    end: date
    label: str

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    def moments(self, zone: str) -> tuple[datetime, datetime]:
        """Return its first moment, and the first one after it, as days pass in a zone (IANA); in UTC."""
        return _moment(self.start, time(), zone), _moment(self.end + timedelta(days=1), time(), zone)


def fiscal_quarter(day: date, first_month: int = 1) -> Period:
    """Return the fiscal quarter that holds the day; the fiscal year begins in `first_month` (1 to 12).

    A fiscal year other than the calendar's is named after the year it ends in, as "Q1 FY2027".
    """
    if first_month not in range(1, _MONTHS_A_YEAR + 1):
        raise ValueError(f"the fiscal year begins in a month from 1 to 12, not {first_month}")
    months_in = (day.month - first_month) % _MONTHS_A_YEAR
    start = _add_months(date(day.year, day.month, 1), -(months_in % 3))
    end = _add_months(start, 3) - timedelta(days=1)
    quarter = months_in // 3 + 1
    if first_month == 1:
        return Period(start, end, f"Q{quarter} {start.year}")
    year_start = _add_months(date(day.year, day.month, 1), -months_in)
    return Period(start, end, f"Q{quarter} FY{year_start.year + 1}")


def _add_months(first_of_month: date, months: int) -> date:
    years, month = divmod(first_of_month.month - 1 + months, _MONTHS_A_YEAR)
    return date(first_of_month.year + years, month + 1, 1)
