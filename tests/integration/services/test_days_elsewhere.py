"""A company far from UTC: at whose midnight its quarter ends, and on which day its people and its CRM are."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from bot.domain.cadence import fiscal_quarter
from bot.domain.flags import FlagKind, ResponseKind
from bot.domain.pipeline import Stage
from bot.services.deal_flags import AnswerFlags, answer_flags, flags_of_deal
from bot.services.health_check import confirmable_plan
from bot.services.pipeline_facts import read_facts, rep_coverage
from bot.settings_files import load_settings
from bot.store.tables import Deals
from bot.store.unit_of_work import Store
from tests.integration.services.company import RecordedJobs, logged
from tests.integration.store.seeds import add_deal

SETTINGS = load_settings(Path(__file__).parents[3] / "config")
LOS_ANGELES, SYDNEY = ZoneInfo("America/Los_Angeles"), ZoneInfo("Australia/Sydney")
NEW_YEARS_EVE = datetime(2026, 12, 31, 22, tzinfo=LOS_ANGELES)  # the new year in UTC

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])


def settled_in(store: Store, crm: ZoneInfo, mia: ZoneInfo) -> None:
    """The workspace, with its CRM, is in one zone, and Mia lives in another."""
    with store.writing() as uow:
        uow.workspace.describe(name="Acme", currency="USD", time_zone=str(crm), fiscal_first_month=1)
        known = uow.people.get("mia")
        assert known is not None
        uow.people.save(replace(known, time_zone=str(mia)), "crm", "crm-mia")


def won_in_the_quarter_of(store: Store, day: date) -> tuple[Decimal | None, tuple[str, ...]]:
    """What Rob has won in the quarter of a day, and what the figures leave out."""
    now = datetime.combine(day, NEW_YEARS_EVE.timetz())
    with store.reading() as uow:
        rob = uow.people.get("rob")
        assert rob is not None
        facts = read_facts(uow, [rob], period=fiscal_quarter(day), measures=SETTINGS.measures, now=now)
    return facts.won["rob"], rep_coverage(rob, facts, SETTINGS.measures, now).coverage.parts


def test_a_quarter_ends_at_the_midnight_of_the_workspace_for_all(company: Store) -> None:
    settled_in(company, LOS_ANGELES, SYDNEY)
    won: dict[str, Any] = {"owner": "rob", "stage": Stage.CLOSED_WON}
    with company.writing() as uow:
        add_deal(uow, "last", amount=Decimal(700), closed_at=NEW_YEARS_EVE, **won)
        add_deal(uow, "next", amount=Decimal(40), closed_at=NEW_YEARS_EVE + timedelta(hours=2), **won)
        add_deal(uow, "bare", amount=Decimal(8), closed_at=NEW_YEARS_EVE.replace(hour=12), **won)
        add_deal(uow, "unknown", closed_at=NEW_YEARS_EVE, **won)

    old, new = (won_in_the_quarter_of(company, day) for day in (date(2026, 12, 31), date(2027, 1, 1)))

    assert (old[0], new[0]) == (Decimal(1708), Decimal(40))
    left_out = "1 won deal has no amount"
    assert (left_out in old[1], left_out in new[1]) == (True, False)


def test_a_plan_of_this_morning_can_be_confirmed_where_it_is_still_yesterday_in_utc(
    fired: Store, jobs: RecordedJobs
) -> None:
    settled_in(fired, SYDNEY, SYDNEY)
    morning = datetime(2026, 10, 6, 9, tzinfo=SYDNEY).astimezone(UTC)
    logged(fired, jobs, now=morning, held_on=date(2026, 10, 6))

    with fired.reading() as uow:
        mia = uow.people.get("mia")
        assert mia is not None
        plan = confirmable_plan(uow, mia, "rob", SETTINGS, morning)

    assert plan is not None
    assert plan.agreed_on == date(2026, 10, 6)


def test_an_answer_to_a_flag_outlives_a_move_to_the_other_side_of_the_world(
    fired: Store, jobs: RecordedJobs
) -> None:
    settled_in(fired, LOS_ANGELES, LOS_ANGELES)
    told, now = datetime(2026, 9, 15, 12, tzinfo=LOS_ANGELES), datetime(2026, 10, 5, 9, tzinfo=LOS_ANGELES)
    with fired.writing() as uow:
        uow.connection.execute(update(Deals).where(Deals.id == "deal_rob").values(last_moved_at=told))

    def words() -> list[str]:
        found, today = flags_of_deal(fired, "UMIA", "deal_rob", now)
        return [flag.words(today) for flag in found.flags]

    at_home = words()
    settled_in(fired, LOS_ANGELES, SYDNEY)  # where it is the sixth already
    assert (at_home[0], words()[0]) == ("No movement for 20 days", "No movement for 21 days")

    stale = frozenset({FlagKind.STALE})
    answer_flags(
        fired, jobs, AnswerFlags("UMIA", ("deal_rob",), stale, ResponseKind.DISMISSED, "on leave"), now
    )
    settled_in(fired, LOS_ANGELES, LOS_ANGELES)
    assert words() == ["No next step agreed"]
