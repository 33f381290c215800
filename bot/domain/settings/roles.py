"""What each role may do, within what the manager tree lets a person see."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field

from bot.domain.people import Role
from bot.domain.settings.base import SettingsModel, refuse_repeats


class Permission(StrEnum):
    """Something a role lets a person do, always within what the manager tree lets them see."""

    SEE_OWN_RECORDS = "see_own_records"
    ACKNOWLEDGE_CONVERSATIONS = "acknowledge_conversations"
    ANSWER_HEALTH_CHECK = "answer_health_check"
    LOG_CONVERSATIONS = "log_conversations"
    CONFIRM_PLANS = "confirm_plans"
    DISMISS_FLAGS = "dismiss_flags"
    SNOOZE = "snooze"
    RUN_ONE_ON_ONES = "run_one_on_ones"
    PROPOSE_ONE_ON_ONE_TIMES = "propose_one_on_one_times"
    RUN_PIPELINE_REVIEW = "run_pipeline_review"
    LOG_COACHING = "log_coaching"
    ANSWER_COACHING = "answer_coaching"
    SEE_TREE_BELOW = "see_tree_below"
    CHANGE_SETTINGS = "change_settings"
    FIRE_CADENCES = "fire_cadences"
    EXCUSE_OBLIGATIONS = "excuse_obligations"


Permissions = Annotated[tuple[Permission, ...], Field(min_length=1), AfterValidator(refuse_repeats)]


class Roles(SettingsModel):
    """roles.yaml: what each role may do."""

    rep: Permissions
    manager: Permissions
    vp: Permissions
    admin: Permissions

    def allows(self, roles: frozenset[Role], permission: Permission) -> bool:
        """Tell whether any of these roles grants the permission."""
        granted = {Role.REP: self.rep, Role.MANAGER: self.manager, Role.VP: self.vp, Role.ADMIN: self.admin}
        return any(permission in granted[role] for role in roles)
