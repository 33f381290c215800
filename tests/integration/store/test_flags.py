from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from bot.domain.flags import Flag, FlagKind, FlagResponse, ResponseKind
from bot.domain.obligations import Reason, Verdict
from bot.store.ids import new_id
from bot.store.unit_of_work import Store
from tests.integration.store.seeds import DAY, NOW, add_deal, add_fire


def response(deal_id: str = "d1", **more: Any) -> FlagResponse:
    values: dict[str, Any] = {
        "id": new_id("flr"),
        "deal_id": deal_id,
        "flag": FlagKind.STALE,
        "fingerprint": "f1",
        "kind": ResponseKind.DISMISSED,
        "by_id": "mia",
        "reason": "The buyer is on holiday",
        "at": NOW,
        **more,
    }
    return FlagResponse(**values)


def test_answers_come_back_whole_by_deal_in_order(team: Store) -> None:
    late = response(at=NOW + DAY, kind=ResponseKind.SNOOZED, until=NOW + 3 * DAY)
    early = response(verdict=Verdict.VERIFIED, reasons=(Reason("The CRM shows it", "deal", "d1"),))
    other = response("d2")
    with team.writing() as uow:
        for deal_id in ("d1", "d2", "d3"):
            add_deal(uow, deal_id)
        for one in (late, early, other):
            uow.flags.add_response(one)
    with team.reading() as uow:
        assert uow.flags.responses(["d1", "d3"]) == {"d1": [early, late]}
        assert uow.flags.get_response(other.id) == other
        assert uow.flags.get_response("flr_unknown") is None
        assert uow.flags.responses([]) == {}


def test_a_fix_is_pending_until_the_crm_has_spoken(team: Store) -> None:
    fix, old = (
        response(kind=ResponseKind.FIXED),
        response(kind=ResponseKind.FIXED, at=NOW - 9 * DAY, by_id="max"),
    )
    reasons = (Reason("Still no activity", "deal", "d1"),)
    with team.writing() as uow:
        add_deal(uow, "d1")
        uow.flags.add_response(fix, NOW + 3 * DAY)
        uow.flags.add_response(old, NOW)
        uow.flags.add_response(response())
        assert uow.flags.pending_fixes() == [(old, NOW), (fix, NOW + 3 * DAY)]
        uow.flags.set_verdict(old.id, Verdict.CONTRADICTED, reasons)
        assert uow.flags.pending_fixes() == [(fix, NOW + 3 * DAY)]
        assert uow.flags.get_response(old.id) == replace(old, verdict=Verdict.CONTRADICTED, reasons=reasons)
        assert uow.flags.fixes_by(["mia", "max"], NOW) == [fix]


def test_an_answer_is_taken_back_once_and_not_when_it_was_judged(team: Store) -> None:
    fix, judged = response(kind=ResponseKind.FIXED), response(kind=ResponseKind.FIXED)
    with team.writing() as uow:
        add_deal(uow, "d1")
        for one in (fix, judged):
            uow.flags.add_response(one, NOW + 3 * DAY)
        uow.flags.set_verdict(judged.id, Verdict.CONTRADICTED, ())
        assert uow.flags.take_back([fix.id, judged.id, "flr_unknown"], NOW + DAY) == {fix.id}
        assert uow.flags.take_back([fix.id], NOW + 2 * DAY) == set()
        assert uow.flags.get_response(fix.id) == replace(fix, taken_back_at=NOW + DAY)
        assert uow.flags.pending_fixes() == []
        assert [one.id for one in uow.flags.fixes_by(["mia"], NOW)] == [judged.id]


def test_what_was_listed_to_a_person_is_remembered_once(team: Store) -> None:
    stale, frozen = Flag(FlagKind.STALE, "d1", (("since", "2026-09-01"),)), Flag(FlagKind.FROZEN, "d2")
    with team.writing() as uow:
        add_deal(uow, "d1")
        add_deal(uow, "d2")
        fire_id = add_fire(uow)
        later = add_fire(uow, date(2026, 10, 12))
        uow.flags.list_("mia", [stale], fire_id, NOW)
        uow.flags.list_("max", [frozen], fire_id, NOW)
        uow.flags.list_("mia", [stale, frozen], later, NOW + DAY)
        uow.flags.list_("max", [], later, NOW + DAY)
    with team.reading() as uow:
        assert uow.flags.listed_at_fire("mia", fire_id) == {("d1", FlagKind.STALE, stale.fingerprint)}
        assert uow.flags.listed_at_fire("mia", later) == {("d2", FlagKind.FROZEN, frozen.fingerprint)}
        assert uow.flags.listed_at_fire("max", fire_id) == {("d2", FlagKind.FROZEN, frozen.fingerprint)}
        assert uow.flags.listed_at_fire("max", later) == set()
