"""The thresholds of flags and measures."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, model_validator

from bot.domain.settings.base import PositiveDays, SettingsModel

Share = Annotated[Decimal, Field(gt=0, le=1)]


class Measures(SettingsModel):
    """measures.yaml: the thresholds of flags and measures. Shares are fractions of 1, money in `currency`."""

    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    fiscal_year_start_month: Annotated[int, Field(ge=1, le=12)]
    coverage_target: Annotated[Decimal, Field(gt=0, le=20)]
    graveyard_conversion: Share
    conversion_window_days: PositiveDays
    conversion_fall_points: Annotated[int, Field(ge=1, le=100)]
    velocity_window_days: PositiveDays
    stale_days: PositiveDays
    frozen_days: PositiveDays
    close_date_pushes: Annotated[int, Field(ge=1, le=20)]
    amount_jump: Share
    flag_return_days: PositiveDays
    max_deals_shown: Annotated[int, Field(ge=1, le=20)]
    crm_stale_after_hours: Annotated[int, Field(ge=1, le=720)]
    bant_below: Annotated[Decimal, Field(ge=0)]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.frozen_days <= self.stale_days:
            raise ValueError("more `frozen_days` than `stale_days`")
        return self
