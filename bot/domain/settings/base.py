"""What every settings model shares: frozen, no unknown keys, and the small value types."""

from __future__ import annotations

from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field

T = TypeVar("T")

Words = Annotated[str, Field(min_length=1, max_length=300)]
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
PositiveDays = Annotated[int, Field(ge=1, le=730)]


class SettingsModel(BaseModel):
    """A settings value: it can't be changed, and a key it does not know is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def refuse_repeats(values: tuple[T, ...]) -> tuple[T, ...]:
    """Return the values, or raise ValueError where one stands twice."""
    if len(set(values)) != len(values):
        raise ValueError("each value only once")
    return values
