"""The schedule of one-on-ones: a series for each rep, what is proposed to a manager, what is warned about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.people import Person
from bot.domain.wording import count_of

MOST_A_DAY = 3
# With more reps than this, one every two weeks each is what a week holds.
MOST_WEEKLY_REPS = 6
MINUTES = 30
FORTNIGHT = 2
_WEEK = timedelta(days=7)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# Tuesday to Friday, clear of the pipeline review on Thursday morning and the forecast on Friday afternoon;
# where these are taken, or in the rep's night, the later ones of the same day.
_TIMES = tuple(time(hour, minute) for hour in (11, 14, 15, 9, 10, 13, 16, 17) for minute in (0, 30))
_TAKEN = frozenset({(3, time(10, 0)), (3, time(10, 30)), (4, time(14, 0)), (4, time(14, 30))})
_WEEKDAYS = (1, 2, 3, 4)


@dataclass(frozen=True, slots=True)
class Slotting:
    """When one rep's one-on-ones are: a weekday (Monday 0) and a time on the manager's clock.

    `starts_on` is any day of the first week; from there on it comes every `every_weeks` weeks.
    """

    rep_id: str
    weekday: int
    at: time
    every_weeks: int
    starts_on: date
    minutes: int = MINUTES

    def __post_init__(self) -> None:
        if self.weekday not in range(7) or self.every_weeks not in {1, FORTNIGHT} or self.minutes < 1:
            raise ValueError(f"no such rhythm: {self}")

    @property
    def first_week(self) -> date:
        """Return the Monday of its first week."""
        return self.starts_on - timedelta(days=self.starts_on.weekday())

    @property
    def place(self) -> int:
        """Return which of two alternating weeks it falls in, 0 or 1; for a weekly one 0."""
        return (self.first_week.toordinal() // 7) % self.every_weeks


@dataclass(frozen=True, slots=True)
class Series:
    """A slotting that a manager accepted; over once `ended_at` is set, with the reason why."""

    id: str
    manager_id: str
    slotting: Slotting
    accepted_at: datetime
    ended_at: datetime | None = None
    ended_reason: str = ""

    @property
    def rep_id(self) -> str:
        """Return the rep's id."""
        return self.slotting.rep_id


def dates(slotting: Slotting, *, since: date, until: date) -> list[date]:
    """Return the dates it falls on from `since` to `until`, both included, none before its start."""
    day = slotting.first_week + timedelta(days=slotting.weekday)
    step = slotting.every_weeks * _WEEK
    if (ahead := (since - day).days) > 0:
        day += -(-ahead // step.days) * step
    found = []
    while day <= until:
        if day >= max(since, slotting.starts_on):
            found.append(day)
        day += step
    return found


def moment(day: date, at: time, zone: str) -> datetime:
    """Return the moment (UTC) at which it is that time there: 10:00 stays 10:00 when the clocks change."""
    return datetime.combine(day, at, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def propose(
    reps: Sequence[Person],
    *,
    zone: str,
    today: date,
    hours: tuple[time, time],
    kept: Sequence[Slotting] = (),
) -> list[Slotting]:
    """Propose a slot for each rep: Tuesday to Friday, spread evenly, within the rep's hours where possible.

    `zone` is the manager's, `hours` the working hours on each person's own clock. `kept` are slots the
    manager has already, for these reps or others; a rep with one keeps it. At most three a day, as long as
    the reps fit in.
    """
    fortnightly = len({rep.id for rep in reps} | {one.rep_id for one in kept}) > MOST_WEEKLY_REPS
    found = {one.rep_id: one for one in kept}
    proposed = []
    for rep in reps:
        if rep.id not in found:
            found[rep.id] = _place(rep, list(found.values()), zone, today, hours, fortnightly=fortnightly)
        proposed.append(found[rep.id])
    return proposed


def _place(
    rep: Person,
    taken: Sequence[Slotting],
    zone: str,
    today: date,
    hours: tuple[time, time],
    *,
    fortnightly: bool,
) -> Slotting:
    weeks = (today, today + _WEEK) if fortnightly else (today,)
    every = FORTNIGHT if fortnightly else 1
    candidates = [
        Slotting(rep.id, weekday, at, every, week)
        for at in _TIMES
        for week in weeks
        for weekday in _WEEKDAYS
        if (weekday, at) not in _TAKEN
    ]
    free = [one for one in candidates if not any(_clash(one, other) for other in taken)] or candidates
    awake = [one for one in free if within_hours(one, rep, zone, hours)] or free
    # The emptiest day first, then the best hour.
    return min(awake, key=lambda one: (_busiest(one, taken), _TIMES.index(one.at)))


def _busiest(one: Slotting, others: Iterable[Slotting]) -> int:
    return sum(other.weekday == one.weekday and _share_weeks(one, other) for other in others)


def _share_weeks(one: Slotting, other: Slotting) -> bool:
    """Tell whether there are weeks that both fall in: two of every two weeks may alternate."""
    return 1 in (one.every_weeks, other.every_weeks) or one.place == other.place


def _clash(one: Slotting, other: Slotting) -> bool:
    if one.weekday != other.weekday or not _share_weeks(one, other):
        return False
    start, end = _minute(one.at), _minute(one.at) + one.minutes
    other_start, other_end = _minute(other.at), _minute(other.at) + other.minutes
    return start < other_end and other_start < end


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def within_hours(one: Slotting, rep: Person, zone: str, hours: tuple[time, time]) -> bool:
    """Tell whether the rep is at work at that time, by their own clock, on the first date it falls on."""
    day = dates(one, since=one.starts_on, until=one.starts_on + 2 * FORTNIGHT * _WEEK)[0]
    start = moment(day, one.at, zone).astimezone(ZoneInfo(rep.time_zone))
    end = start + timedelta(minutes=one.minutes)
    return start.date() == end.date() == day and hours[0] <= start.time() and end.time() <= hours[1]


def clashing(slottings: Sequence[Slotting]) -> tuple[Slotting, Slotting] | None:
    """Return the first two that fall on the same time, or None: a manager talks to one rep at a time."""
    for place, one in enumerate(slottings):
        for other in slottings[:place]:
            if one.rep_id != other.rep_id and _clash(one, other):
                return other, one
    return None


def warnings(
    slottings: Sequence[Slotting], people: Mapping[str, Person], zone: str, hours: tuple[time, time]
) -> list[str]:
    """Return what speaks against a schedule, in sentences; it may be accepted all the same."""
    found = []
    for weekday, count in sorted(most_a_day(slottings).items()):
        if count > MOST_A_DAY:
            found.append(
                f"{_DAYS[weekday]} has {count_of(count, 'one-on-one')}: more than {MOST_A_DAY} a day leaves "
                "no time to prepare."
            )
    for one in slottings:
        rep = people.get(one.rep_id)
        if rep is not None and not within_hours(one, rep, zone, hours):
            found.append(f"For {rep.name}, {_DAYS[one.weekday]} {one.at:%H:%M} is outside working hours.")
    return found


def most_a_day(slottings: Sequence[Slotting]) -> dict[int, int]:
    """Return, per weekday, how many there are in the fuller of two alternating weeks."""
    counts: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for one in slottings:
        for place in (0, 1):
            if one.every_weeks == 1 or one.place == place:
                counts[one.weekday][place] += 1
    return {weekday: max(places) for weekday, places in counts.items()}


def weekday_name(weekday: int) -> str:
    """Say a weekday, Monday being 0."""
    return _DAYS[weekday]
