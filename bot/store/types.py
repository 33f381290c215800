"""Column types that hold the same value on SQLite and PostgreSQL: aware times, exact decimals, JSON."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Integer, Numeric
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in, aware UTC out, microseconds kept. Raises ValueError for a naive time."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Use the zoned type where there is one; SQLite keeps UTC as text that sorts by time."""
        return dialect.type_descriptor(DateTime(timezone=dialect.name != "sqlite"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware time into UTC, stripped of its zone where the database can't hold one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone can't be stored: {value.isoformat()}")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def result_processor(
        self,
        dialect: Dialect,
        coltype: object,  # noqa: ARG002 - the same on both: text here, an instant there
    ) -> Callable[[Any], datetime | None]:
        """Give back an aware time in UTC, whatever the session's zone.

        In place of `process_result_value`, which would come on top of SQLite's reading of the text: a health
        check reads times by the ten thousand.
        """
        return _from_text if dialect.name == "sqlite" else _in_utc


def _from_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value).replace(tzinfo=UTC)


def _in_utc(value: datetime | None) -> datetime | None:
    return None if value is None else value.astimezone(UTC)


class ExactDecimal(TypeDecorator[Decimal]):
    """A decimal with a fixed number of places, exact on both databases, also when SQL adds it up.

    SQLite has no decimal type: there the value is an integer of its smallest unit, never a float.
    Raises ValueError for a value with more places than the column holds.
    """

    impl = Numeric
    cache_ok = True

    def __init__(self, places: int = 2, digits: int = 16) -> None:
        super().__init__(digits, places)
        self.places = places
        self.digits = digits
        self._unit = Decimal(1).scaleb(-places)

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Use integers of the smallest unit on SQLite, NUMERIC elsewhere."""
        kind: TypeEngine[Any] = (
            BigInteger() if dialect.name == "sqlite" else Numeric(self.digits, self.places)
        )
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        """Refuse what would be rounded; scale for SQLite."""
        if value is None:
            return None
        exact = Decimal(value).quantize(self._unit)
        if exact != value:
            raise ValueError(f"{value} has more than {self.places} decimal places")
        return int(exact.scaleb(self.places)) if dialect.name == "sqlite" else exact

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Give back a Decimal with exactly the column's places."""
        if value is None:
            return None
        if dialect.name == "sqlite":
            return Decimal(int(value)).scaleb(-self.places).quantize(self._unit)
        return Decimal(value).quantize(self._unit)


class Money(ExactDecimal):
    """An amount in the workspace's currency, to the hundredth."""

    cache_ok = True

    def __init__(self) -> None:
        super().__init__(places=2, digits=16)


class Ratio(ExactDecimal):
    """A ratio such as coverage, to four places."""

    cache_ok = True

    def __init__(self) -> None:
        super().__init__(places=4, digits=16)


# Binary JSON where there is any; a Python None is SQL's NULL on both, not the JSON word null.
JsonValue = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

# SQLite hands out row numbers only to a column declared INTEGER.
Sequence = BigInteger().with_variant(Integer(), "sqlite")
