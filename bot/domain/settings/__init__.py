"""What an admin may tune: typed, validated settings, one model for each settings row and file of config/.

Every model is frozen and refuses unknown keys. `model_dump(mode="json")` is the value kept in a row, and
`model_validate` of that value gives the same model back. The words of a refusal say what is allowed, so that
they can be shown to an admin and to an operator alike.
"""

from __future__ import annotations

from bot.domain.settings.attention import Attention
from bot.domain.settings.base import SettingsModel
from bot.domain.settings.cadences import Cadences, HealthCheckCadence, SnoozeOption, WorkingHours
from bot.domain.settings.delivery import Delivery
from bot.domain.settings.inspection import Inspection
from bot.domain.settings.measures import Measures
from bot.domain.settings.retention import Retention
from bot.domain.settings.roles import Permission, Roles
from bot.domain.settings.stages import (
    ExitCriterion,
    Framework,
    Need,
    QualificationLetter,
    Stages,
    StageSettings,
)
from bot.domain.settings.times import Weekday


class Settings(SettingsModel):
    """All settings of a workspace; each field is one versioned row, keyed by the field's name."""

    cadences: Cadences
    stages: Stages
    measures: Measures
    roles: Roles
    inspection: Inspection
    # Defaults, since a workspace of an earlier version has no such rows before its first start.
    delivery: Delivery = Delivery()
    retention: Retention = Retention()
    attention: Attention = Attention()


__all__ = [
    "Attention",
    "Cadences",
    "Delivery",
    "ExitCriterion",
    "Framework",
    "HealthCheckCadence",
    "Inspection",
    "Measures",
    "Need",
    "Permission",
    "QualificationLetter",
    "Retention",
    "Roles",
    "Settings",
    "SnoozeOption",
    "StageSettings",
    "Stages",
    "Weekday",
    "WorkingHours",
]
