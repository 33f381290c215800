"""The rhythm of a workspace: when each cadence comes, and the rules that all of them share."""

from __future__ import annotations

from datetime import time
from typing import Annotated, Self

from pydantic import Field, model_validator

from bot.domain.settings.base import Identifier, PositiveDays, SettingsModel
from bot.domain.settings.times import ClockTime, RecurringTime, Weekday, Weekdays


class WorkingHours(SettingsModel):
    """The hours, in each person's own zone, outside of which nobody is pinged."""

    start: ClockTime
    end: ClockTime

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end <= self.start:
            raise ValueError("an `end` later than `start`")
        return self


class SnoozeOption(SettingsModel):
    """One choice of the snooze menu: some hours, or the start of work some working days later."""

    id: Identifier
    label: Annotated[str, Field(min_length=1, max_length=75)]
    hours: Annotated[int, Field(ge=1, le=24)] | None = None
    working_days: Annotated[int, Field(ge=1, le=10)] | None = None

    @model_validator(mode="after")
    def _one_length(self) -> Self:
        if (self.hours is None) == (self.working_days is None):
            raise ValueError("either `hours` or `working_days`")
        return self


class HealthCheckCadence(SettingsModel):
    """When the health check comes, and how long what it asks for may take."""

    enabled: bool = True
    days: Weekdays
    at: RecurringTime
    due: RecurringTime
    ack_deadline_working_days: Annotated[int, Field(ge=1, le=20)] = 3
    plan_confirmable_days: PositiveDays = 14

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.due <= self.at:
            raise ValueError("a `due` later than `at` on the same day")
        return self


class PipelineReviewCadence(SettingsModel):
    """When deals are reviewed: prepared the working day before, and asked about in the follow-up."""

    enabled: bool = True
    days: Weekdays = (Weekday.THU,)
    at: RecurringTime = time(10, 0)
    due: RecurringTime = time(17, 0)
    prepare_at: RecurringTime = time(10, 0)
    least_deals: Annotated[int, Field(ge=1, le=10)] = 5
    most_deals: Annotated[int, Field(ge=1, le=20)] = 10
    follow_up_days: Weekdays = (Weekday.FRI,)
    follow_up_at: RecurringTime = time(14, 0)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.due <= self.at:
            raise ValueError("a `due` later than `at` on the same day")
        if self.most_deals < self.least_deals:
            raise ValueError("at least as many `most_deals` as `least_deals`")
        return self


class Cadences(SettingsModel):
    """cadences.yaml: the rhythm of the workspace and the rules that all its cadences share."""

    working_days: Weekdays
    working_hours: WorkingHours
    snooze_options: Annotated[tuple[SnoozeOption, ...], Field(min_length=1, max_length=5)]
    health_check: HealthCheckCadence
    # A default, since a workspace of an earlier version has a row without it.
    pipeline_review: PipelineReviewCadence = PipelineReviewCadence()

    @model_validator(mode="after")
    def _distinct_snoozes(self) -> Self:
        if len({option.id for option in self.snooze_options}) != len(self.snooze_options):
            raise ValueError("snooze options with an `id` each of its own")
        return self
