from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.people import BrokenTreeError, ManagerTree, Person, Role

VERA = Person("vera", "Vera", frozenset({Role.VP}), None, "UTC")
LEAD = replace(VERA, id="lead", name="Lou", manager_id="vera")
INES = Person("ines", "Ines", frozenset({Role.MANAGER}), "lead", "UTC")
OTTO = replace(INES, id="otto", name="Otto")
SAM = Person("sam", "Sam", frozenset({Role.REP}), "ines", "UTC")
AMY = replace(SAM, id="amy", name="Amy")
GONE = replace(SAM, id="gone", name="Gone", active=False)
TREE = ManagerTree([VERA, LEAD, INES, OTTO, SAM, AMY, GONE])


@pytest.mark.parametrize(
    ("viewer", "person", "may"),
    [
        ("sam", "sam", True),
        ("ines", "sam", True),
        ("vera", "sam", True),
        ("vera", "gone", True),
        ("otto", "sam", False),
        ("sam", "ines", False),
        ("sam", "amy", False),
        ("ines", "otto", False),
        ("stranger", "sam", False),
        ("ines", "stranger", False),
    ],
)
def test_everyone_sees_their_own_and_those_below(viewer: str, person: str, may: bool) -> None:
    assert TREE.may_see(viewer, person) is may


def test_finds_reps_leaders_and_everyone_below() -> None:
    assert [rep.id for rep in TREE.reps_of("ines")] == ["amy", "sam"]
    assert [leader.id for leader in TREE.leaders("sam")] == ["ines", "lead", "vera"]
    assert {person.id for person in TREE.everyone_below("lead")} == {"ines", "otto", "sam", "amy", "gone"}
    assert TREE.reps_of("otto") == []


def test_refuses_a_circle() -> None:
    with pytest.raises(BrokenTreeError, match="reports, through others, to themselves"):
        ManagerTree([replace(VERA, manager_id="ines"), LEAD, INES])
    with pytest.raises(BrokenTreeError):
        ManagerTree([replace(VERA, manager_id="vera")])


def test_an_unknown_manager_counts_as_none() -> None:
    assert list(ManagerTree([SAM]).leaders("sam")) == []
