from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from bot.domain.calendar import WorkCalendar
from bot.domain.people import ManagerTree, Person, Role
from bot.domain.pipeline import Stage
from bot.sample_company.accounts import ACCOUNTS, BY_NAME
from bot.sample_company.contacts import contacts_of, slug
from bot.sample_company.deals import DEALS
from bot.sample_company.history import history_of
from bot.sample_company.people import BY_KEY, MEMBERS, QUOTAS
from bot.sample_company.picking import number
from bot.sample_company.plans import DealPlan

ORDER = list(Stage)
every_deal = pytest.mark.parametrize("plan", DEALS, ids=[plan.id for plan in DEALS])


def test_two_regions_four_managers_sixteen_reps_a_vp_and_an_admin() -> None:
    roles = Counter(member.role for member in MEMBERS)
    assert roles == {Role.REP: 16, Role.MANAGER: 4, Role.VP: 1, Role.ADMIN: 1}
    assert {member.region for member in MEMBERS} == {"EMEA North", "Americas"}
    assert {member.time_zone for member in MEMBERS} == {
        "Europe/Berlin",
        "Europe/London",
        "America/New_York",
        "America/Chicago",
    }
    teams = Counter(member.manager for member in MEMBERS if member.role is Role.REP)
    assert set(teams.values()) <= {3, 4, 5}


def test_everybody_reports_to_the_vp_in_the_end() -> None:
    people = [Person(m.key, m.name, frozenset({m.role}), m.manager, m.time_zone) for m in MEMBERS]
    assert len(ManagerTree(people).everyone_below("helena")) == len(MEMBERS) - 1


def test_ids_emails_and_slack_users_are_each_somebodys_own() -> None:
    for values in ([m.id for m in MEMBERS], [m.email for m in MEMBERS], [m.slack_id for m in MEMBERS]):
        assert len(set(values)) == len(MEMBERS)
    assert all(member.slack_id.isalnum() and member.slack_id == member.slack_id.upper() for member in MEMBERS)


def test_about_150_deals_on_both_sides_of_the_qualification_split() -> None:
    assert 140 <= len(DEALS) <= 170
    assert len({plan.id for plan in DEALS}) == len(DEALS)
    assert 5_000 <= min(plan.amount for plan in DEALS) < 15_000
    assert 150_000 < max(plan.amount for plan in DEALS) <= 250_000


def test_only_the_new_rep_has_no_quota() -> None:
    reps = {member.key for member in MEMBERS if member.role is Role.REP}
    assert reps - QUOTAS.keys() == {"priya"}


def test_each_account_is_a_customer_with_a_deal() -> None:
    assert {plan.account for plan in DEALS} == BY_NAME.keys()
    assert len(BY_NAME) == len(ACCOUNTS)


@every_deal
def test_a_deal_runs_forward_through_the_stages_on_working_days(plan: DealPlan) -> None:
    assert BY_KEY[plan.owner].role is Role.REP
    assert plan.path[0][0] is Stage.QUALIFIED
    stages = [ORDER.index(stage) for stage, _ in plan.path]
    assert stages == sorted(set(stages))
    days = [day for _, day in plan.path] + [day for day, _ in plan.amounts] + [day for day, _ in plan.redates]
    days += [step.created for step in plan.steps] + [step.due for step in plan.steps]
    calendar = WorkCalendar(BY_KEY[plan.owner].country)
    assert [day for day in days if not calendar.is_working_day(day)] == []
    assert [day for _, day in plan.path] == sorted(day for _, day in plan.path)


@every_deal
def test_nobody_works_on_a_deal_outside_office_hours_or_while_away(plan: DealPlan) -> None:
    history = history_of(plan)
    moments = [activity.at for activity in history.activities] + [move.at for move in history.moves]
    for at in [*moments, *(change.at for change in history.values)]:
        owner = history.owner_at(at)
        local = at.astimezone(owner.zone)
        assert WorkCalendar(owner.country).is_working_day(local.date())
        assert 9 <= local.hour < 18
    felix_away = (date(2026, 10, 1), date(2026, 10, 9))
    if plan.owner == "felix":
        assert not [a for a in history.activities if felix_away[0] <= a.at.date() <= felix_away[1]]


@every_deal
def test_contacts_of_a_deal_are_different_people_at_one_customer(plan: DealPlan) -> None:
    contacts = contacts_of(plan)
    assert len({contact.name for contact in contacts}) == len(contacts) >= 1
    assert all(contact.email.isascii() and contact.email.endswith(".example") for contact in contacts)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Köpenick Marine", "koepenick-marine"), ("Søndervig Energi", "sondervig-energi"), ("Ciarán", "ciaran")],
)
def test_names_become_plain_addresses(text: str, expected: str) -> None:
    assert slug(text) == expected


def test_picking_is_the_same_on_every_machine() -> None:
    assert [number(key, 100) for key in ("D-1001 gap 1", "D-1001 gap 2", "ü")] == [14, 92, 89]
