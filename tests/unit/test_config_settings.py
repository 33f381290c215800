"""config/*.yaml become typed settings, or one list of every fault in every file."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import time
from decimal import Decimal
from pathlib import Path

import pytest

from bot.domain.people import Role
from bot.domain.pipeline import OPEN_STAGES, Stage
from bot.domain.settings import Measures, Permission, QualificationLetter, Settings, Weekday
from bot.errors import ConfigurationError, Fault
from bot.settings_files import load_settings

CONFIG = Path(__file__).parents[2] / "config"

Edit = Callable[..., list[Fault]]


@pytest.fixture
def settings() -> Settings:
    return load_settings(CONFIG)


@pytest.fixture
def faults_after(tmp_path: Path) -> Edit:
    """Replace words in a copy of the files, each of which must be there, and return the faults."""

    def edit(*changes: tuple[str, str, str]) -> list[Fault]:
        for name in Settings.model_fields:
            shutil.copy(CONFIG / f"{name}.yaml", tmp_path)
        for file, old, new in changes:
            text = (tmp_path / file).read_text(encoding="utf-8")
            assert old in text
            (tmp_path / file).write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(ConfigurationError) as caught:
            load_settings(tmp_path)
        return list(caught.value.faults)

    return edit


def test_the_shipped_values_are_those_of_the_product(settings: Settings) -> None:
    health_check = settings.cadences.health_check

    assert (health_check.days, health_check.at, health_check.due) == ((Weekday.MON,), time(9), time(18))
    assert health_check.ack_deadline_working_days == 3
    assert health_check.plan_confirmable_days == 14
    assert settings.measures.coverage_target == Decimal(3)
    assert settings.measures.graveyard_conversion == Decimal("0.15")
    assert settings.measures.max_deals_shown == 7
    assert [stage.id for stage in settings.stages.stages] == list(Stage)


def test_each_row_survives_the_database(settings: Settings) -> None:
    for name in Settings.model_fields:
        model = getattr(settings, name)
        row = json.loads(json.dumps(model.model_dump(mode="json")))

        assert type(model).model_validate(row) == model


@pytest.mark.parametrize("stage", OPEN_STAGES)
def test_every_open_stage_asks_for_the_up_front_contract(settings: Settings, stage: Stage) -> None:
    asked = [criterion.id for criterion in settings.stages.criteria_for(stage)]

    assert len(asked) >= 3
    assert asked[-1] == "up_front_contract"


@pytest.mark.parametrize("stage", [Stage.CLOSED_WON, Stage.CLOSED_LOST])
def test_a_closed_stage_asks_nothing(settings: Settings, stage: Stage) -> None:
    assert settings.stages.criteria_for(stage) == ()


def test_the_criteria_serve_both_frameworks(settings: Settings) -> None:
    letters = {criterion.letter for criterion in settings.stages.every_criterion()}

    assert {QualificationLetter.BUDGET, QualificationLetter.TIMELINE} <= letters
    assert {QualificationLetter.ECONOMIC_BUYER, QualificationLetter.CHAMPION} <= letters


@pytest.mark.parametrize(
    ("roles", "permission", "allowed"),
    [
        ({Role.MANAGER}, Permission.LOG_CONVERSATIONS, True),
        ({Role.REP}, Permission.LOG_CONVERSATIONS, False),
        ({Role.REP}, Permission.ACKNOWLEDGE_CONVERSATIONS, True),
        ({Role.VP}, Permission.DISMISS_FLAGS, False),
        ({Role.VP}, Permission.SEE_TREE_BELOW, True),
        ({Role.ADMIN}, Permission.SEE_TREE_BELOW, False),
        ({Role.REP, Role.ADMIN}, Permission.CHANGE_SETTINGS, True),
        (set(), Permission.SEE_OWN_RECORDS, False),
    ],
)
def test_roles_grant_what_they_name(
    settings: Settings, roles: set[Role], permission: Permission, *, allowed: bool
) -> None:
    assert settings.roles.allows(frozenset(roles), permission) is allowed


def test_every_fault_of_every_file_comes_at_once(faults_after: Edit) -> None:
    faults = faults_after(
        ("cadences.yaml", "days: [mon]", "days: [monday]"),
        ("cadences.yaml", 'at: "09:00"', 'at: "02:30"'),
        ("measures.yaml", "coverage_target: 3.0", "coverage_target: 0"),
        ("measures.yaml", "frozen_days", "frosen_days"),
        ("stages.yaml", "letter: budget", "letter: B"),
        ("roles.yaml", "- snooze", "- fly"),
    )

    assert [(fault.source, fault.key, fault.found) for fault in faults] == [
        ("cadences.yaml", "health_check.days[0]", "'monday'"),
        ("cadences.yaml", "health_check.at", "'02:30'"),
        ("stages.yaml", "stages[0].exit_criteria[1].letter", "'B'"),
        ("measures.yaml", "coverage_target", "0"),
        ("measures.yaml", "frozen_days", "nothing"),
        ("measures.yaml", "frosen_days", "an unknown key"),
        ("roles.yaml", "manager[6]", "'fly'"),
    ]


@pytest.mark.parametrize(
    ("file", "old", "new", "allowed"),
    [
        ("cadences.yaml", 'at: "09:00"', 'at: "03:59"', "daylight saving doubles or drops"),
        ("cadences.yaml", 'due: "18:00"', "due: 18:00", "a time of day in quotes"),
        ("cadences.yaml", 'due: "18:00"', 'due: "08:00"', "a `due` later than `at`"),
        ("cadences.yaml", 'end: "19:00"', 'end: "07:00"', "an `end` later than `start`"),
        ("cadences.yaml", "days: [mon]", "days: [mon, mon]", "each value only once"),
        ("cadences.yaml", "days: [mon]", "days: []", "at least 1 item"),
        ("cadences.yaml", "days: [mon]", "dais: [mon]", "a value: it has no default"),
        ("cadences.yaml", "hours: 1}", "hours: 1, working_days: 1}", "either `hours` or `working_days`"),
        ("cadences.yaml", "id: hour,", "id: next_day,", "an `id` each of its own"),
        ("cadences.yaml", "most_deals: 10", "most_deals: 4", "as many `most_deals` as `least_deals`"),
        ("cadences.yaml", 'due: "17:00"', 'due: "09:30"', "a `due` later than `at`"),
        ("stages.yaml", "id: qualified", "id: discovery", "each once and in this order"),
        ("stages.yaml", "id: budget_owner", "id: budget_confirmed", "repeated: budget_confirmed"),
        (
            "measures.yaml",
            "graveyard_conversion: 0.15",
            "graveyard_conversion: 15",
            "less than or equal to 1",
        ),
        ("measures.yaml", "stale_days: 14", "stale_days: soon", "a whole number"),
        ("measures.yaml", "graveyard_conversion: 0.15", "graveyard_conversion: low", "a number"),
        ("cadences.yaml", "enabled: true", "enabled: maybe", "true or false"),
        ("measures.yaml", "frozen_days: 60", "frozen_days: 10", "more `frozen_days` than `stale_days`"),
        ("measures.yaml", "currency: EUR", "currency: $", "'^[A-Z]{3}$'"),
        ("measures.yaml", "stale_days: 14", "stale_days: 14\nstale_days: 15", "well-formed YAML"),
        ("roles.yaml", "rep:", "rep: [", "well-formed YAML"),
        ("roles.yaml", "admin:", "boss:", "rep, manager, vp, admin"),
    ],
)
def test_a_fault_says_what_is_allowed(
    faults_after: Edit, file: str, old: str, new: str, allowed: str
) -> None:
    faults = faults_after((file, old, new))

    assert {fault.source for fault in faults} == {file}
    assert any(allowed in fault.allowed for fault in faults)


def test_a_key_that_stands_twice_is_named_with_its_line(faults_after: Edit) -> None:
    (fault,) = faults_after(("measures.yaml", "stale_days: 14", "stale_days: 14\nstale_days: 15"))

    assert "the key `stale_days` twice (line " in fault.found


def test_files_that_are_not_there_are_faults(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_settings(tmp_path)

    assert [fault.source for fault in caught.value.faults] == [
        f"{name}.yaml" for name in Settings.model_fields
    ]


def test_a_file_that_is_no_mapping_is_a_fault(faults_after: Edit) -> None:
    faults = faults_after(("roles.yaml", (CONFIG / "roles.yaml").read_text(encoding="utf-8"), "just words"))

    assert [(fault.source, fault.found) for fault in faults] == [("roles.yaml", "'just words'")]


def test_shares_are_exact_numbers(settings: Settings) -> None:
    assert isinstance(settings.measures, Measures)
    assert settings.measures.amount_jump * 2 == 1
