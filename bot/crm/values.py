"""Text of a CSV cell -> day, moment, money, stage, yes or no, by the formats of one mapping."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Generic, TypeVar

from bot.crm.errors import UnreadableValueError
from bot.crm.fields import Holds
from bot.crm.mapping import Mapping
from bot.domain.days import BARE_DATE_AT
from bot.domain.pipeline import Stage

V = TypeVar("V")

_MOST_PLACES = 2
_MOST_DIGITS = 14
_YES = frozenset({"yes", "y", "true", "1", "active"})
_NO = frozenset({"no", "n", "false", "0", "inactive"})
_REMEMBERED = 50_000


class Remembered(Generic[V]):
    """A reader that remembers what it read: a long file repeats its dates and stages thousands of times."""

    def __init__(self, read: Callable[[str], V]) -> None:
        self._read = read
        self._known: dict[str, V] = {}

    def __call__(self, text: str) -> V:
        """Return what the text says, from memory if it was read before."""
        try:
            return self._known[text]
        except KeyError:
            value = self._read(text)
            if len(self._known) < _REMEMBERED:
                self._known[text] = value
            return value


class Values:
    """The readers of one mapping's values. Each raises UnreadableValueError, with what was expected."""

    def __init__(self, mapping: Mapping) -> None:
        self._mapping = mapping
        self._formats = mapping.format.dates
        self._zone = mapping.zone
        self._number = _number_pattern(mapping.format.decimal, mapping.format.thousands)
        self._readers: dict[Holds, Callable[[str], object]] = {
            Holds.TEXT: str,
            Holds.LIST: read_list,
            Holds.DAY: Remembered(self._day),
            Holds.MOMENT: Remembered(self._moment),
            Holds.MONEY: Remembered(self._money),
            Holds.STAGE: Remembered(self._stage),
            Holds.YES_NO: read_yes_no,
        }

    def reader(self, holds: Holds) -> Callable[[str], object]:
        """Return the function that reads text as this; it is given no empty text."""
        return self._readers[holds]

    def _moment(self, text: str) -> datetime:
        for pattern in self._formats:
            try:
                found = datetime.fromisoformat(text) if pattern == "iso" else datetime.strptime(text, pattern)  # noqa: DTZ007 - the zone follows
            except ValueError:
                continue
            bare = len(text) == len("2026-10-05") if pattern == "iso" else "%H" not in pattern
            return self._zoned(found, bare=bare)
        raise UnreadableValueError(f"not a date; expected {self._expected_dates()}")

    def _zoned(self, found: datetime, *, bare: bool) -> datetime:
        if bare:
            found = datetime.combine(found.date(), BARE_DATE_AT)
        try:
            return (found if found.tzinfo else found.replace(tzinfo=self._zone)).astimezone(UTC)
        except OverflowError:
            raise UnreadableValueError("a date beyond the calendar") from None

    def _day(self, text: str) -> date:
        return self._moment(text).astimezone(self._zone).date()

    def _expected_dates(self) -> str:
        words = ("2026-10-05" if pattern == "iso" else pattern for pattern in self._formats)
        return " or ".join(words)

    def _money(self, text: str) -> Decimal:
        if not self._number.fullmatch(text):
            raise UnreadableValueError(f"not a number; expected one like {self._number_example()}")
        plain = text
        if self._mapping.format.thousands:
            plain = plain.replace(self._mapping.format.thousands, "")
        value = Decimal(plain.replace(self._mapping.format.decimal, "."))
        places = -int(value.normalize().as_tuple().exponent)
        if places > _MOST_PLACES:
            raise UnreadableValueError("an amount has at most two decimal places")
        if abs(value) >= Decimal(10) ** _MOST_DIGITS:
            raise UnreadableValueError(f"an amount has at most {_MOST_DIGITS} digits before the point")
        return value

    def _number_example(self) -> str:
        return f"1{self._mapping.format.thousands}234{self._mapping.format.decimal}50"

    def _stage(self, text: str) -> Stage:
        stage = self._mapping.stages.get(text)
        if stage is None:
            known = ", ".join(self._mapping.stages) or "none"
            raise UnreadableValueError(f"a stage that the mapping does not know; it knows {known}")
        return stage


def read_list(text: str) -> tuple[str, ...]:
    """Part a cell by semicolons, dropping empty parts."""
    return tuple(part for item in text.split(";") if (part := item.strip()))


def read_yes_no(text: str) -> bool:
    """Read yes/no, true/false, 1/0 or active/inactive in any case."""
    word = text.casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise UnreadableValueError("expected yes or no")


def _number_pattern(decimal: str, thousands: str) -> re.Pattern[str]:
    # Strict grouping: with the wrong separators configured, 1,234 must be refused, not read as 1.234.
    grouped = rf"\d{{1,3}}(?:{re.escape(thousands)}\d{{3}})+|" if thousands else ""
    return re.compile(rf"[+-]?(?:{grouped}\d+)(?:{re.escape(decimal)}\d+)?", re.ASCII)
