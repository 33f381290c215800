"""The company of the simulated week: a VP, a manager with nine reps, and a CRM that moves from day to day."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

VP = "Vera Lang"
MANAGER = "Mara Stein"
REPS = (
    "Anton Beck",
    "Britta Falk",
    "Cem Aksoy",
    "Dana Roth",
    "Emil Haas",
    "Frieda Kern",
    "Goran Ilic",
    "Hanna Vogt",
    "Ivo Brandl",
)
CHANNEL = "C0DEALWEEK"
MONDAY = date(2026, 10, 5)
# The CRM as it is before each working day, from the Friday on which the one-on-ones are set up.
SNAPSHOTS = tuple(date(2026, 10, 2) + timedelta(days=days) for days in (0, 3, 4, 5, 6, 7))
LOW_COVERAGE = (REPS[0], REPS[4], REPS[6])
# In one week they have a coverage conversation, a one-on-one, and a deal in the review with its questions.
ALL_AT_ONCE = (REPS[4], REPS[6])
QUOTA, LOW_QUOTA_FACTOR = 34_000, 2
CUSTOMERS = (
    ("Ahrens Kühlhäuser", "Basalt Werke", "Colonia Druck"),
    ("Dessauer Gase", "Elbtal Mühlen", "Falkensee Optik"),
    ("Gerlach Pumpen", "Hansa Tiefkühl", "Isar Medizin"),
    ("Jade Werften", "Kieler Sensorik", "Lahn Papier"),
    ("Mosel Keramik", "Nordhafen Fracht", "Oder Stahlbau"),
    ("Pfalz Getränke", "Quarzwerk Süd", "Ruhr Hydraulik"),
    ("Saale Textil", "Taunus Pharma", "Ulmer Getriebe"),
    ("Vechta Futter", "Weser Logistik", "Xanten Glas"),
    ("Ybbs Turbinen", "Zwickau Guss", "Allgäu Käse"),
)
STAGES = ("discovery", "proposal", "negotiation")
AMOUNTS = (28_000, 36_000, 44_000)
Rows = list[dict[str, object]]


@dataclass(frozen=True)
class PlannedDeal:
    """A deal of the company, told by where it stands: the rep's number and its own, both from 0."""

    rep: int
    number: int

    @property
    def id(self) -> str:
        """Its id in the CRM."""
        return f"D{self.rep}{self.number}"

    @property
    def name(self) -> str:
        """Its name in the CRM."""
        return f"{CUSTOMERS[self.rep][self.number]}: Routing"

    @property
    def is_stale(self) -> bool:
        """Nothing has moved for three weeks."""
        return (self.rep, self.number) in {(3, 1), (6, 2)}

    @property
    def has_next_step(self) -> bool:
        """A next step is planned."""
        return (self.rep, self.number) not in {(1, 0), (7, 1)}

    @property
    def step_is_late(self) -> bool:
        """The next step was due last week."""
        return (self.rep, self.number) in {(4, 2), (5, 0)}

    @property
    def is_single_threaded(self) -> bool:
        """One contact is known."""
        return (self.rep, self.number) in {(0, 1), (2, 2), (8, 2)}


DEALS = tuple(PlannedDeal(rep, number) for rep in range(len(REPS)) for number in range(len(STAGES)))


def described(clock: str) -> dict[str, Any]:
    """Return the Slack workspace with its clock (ISO 8601) there, in the shape the sandbox loads."""
    users = [
        _user("U0VERA", VP),
        _user("U0MARA", MANAGER),
        *(_user(f"U0REP{n}", r) for n, r in enumerate(REPS)),
    ]
    return {
        "team": {"id": "T0WEEK", "name": "Nine Reps", "domain": "nine-reps"},
        "clock": clock,
        "app": {
            "id": "A0WEEK",
            "name": "Drumbeat",
            "bot_user_id": "U0DRUMBEAT",
            "bot_token": "xoxb-week",
            "app_token": "xapp-week",
            "signing_secret": "week-signing-secret",
        },
        "users": users,
        "channels": [
            {
                "id": CHANNEL,
                "name": "deals-berlin",
                "is_private": True,
                "topic": "Threads of the team's deals",
                "members": [user["id"] for user in users[1:]],
                "app_is_member": True,
            }
        ],
    }


def _user(id_: str, name: str) -> dict[str, Any]:
    return {
        "id": id_,
        "name": id_.lower(),
        "real_name": name,
        "email": _email(name),
        "tz": "Europe/Berlin",
        "title": "",
        "is_admin": False,
    }


def _email(name: str) -> str:
    return f"{name.lower().replace(' ', '.')}@nine-reps.example"


def write_crm(folder: Path) -> Path:
    """Write a full snapshot of the Friday before, then one a working day with what the day before brought."""
    for day in SNAPSHOTS:
        subfolder = folder / f"{day:%Y-%m-%d}T04-00-00Z"
        subfolder.mkdir(parents=True)
        if day == SNAPSHOTS[0]:
            for name, rows in _full().items():
                _write(subfolder / name, rows)
        else:
            _write(subfolder / "activities.csv", _activities_before(day))
    return folder


def _write(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _full() -> dict[str, Rows]:
    return {
        "people.csv": [
            _person("vera", VP, "vp", ""),
            _person("mara", MANAGER, "manager", "vera"),
            *(_person(f"rep{n}", name, "rep", "mara") for n, name in enumerate(REPS)),
        ],
        "accounts.csv": [{"id": f"A{d.id}", "name": d.name.partition(":")[0], "sector": ""} for d in DEALS],
        "contacts.csv": [contact for deal in DEALS for contact in _contacts(deal)],
        "deals.csv": [_deal(deal) for deal in DEALS],
        "stage_history.csv": [move for deal in DEALS for move in _moves(deal)],
        "activities.csv": [_activity(deal, _last_active(deal), 0) for deal in DEALS],
        "next_steps.csv": [_next_step(deal) for deal in DEALS if deal.has_next_step],
        "quotas.csv": [_quota(number) for number in range(len(REPS))],
    }


def _person(id_: str, name: str, role: str, manager: str) -> dict[str, object]:
    return {
        "id": id_,
        "name": name,
        "email": _email(name),
        "roles": role,
        "manager_id": manager,
        "region": "DACH",
        "segment": "mid_market",
        "time_zone": "Europe/Berlin",
        "country": "DE",
        "active": "true",
    }


def _contacts(deal: PlannedDeal) -> Rows:
    people = ("Head of Logistics",) if deal.is_single_threaded else ("Head of Logistics", "COO")
    return [
        {
            "id": f"C{deal.id}{n}",
            "account_id": f"A{deal.id}",
            "name": f"{('Ruth', 'Paul')[n]} {deal.name.split()[0]}",
            "title": title,
            "email": "",
            "deal_ids": deal.id,
        }
        for n, title in enumerate(people)
    ]


def _entered(deal: PlannedDeal) -> date:
    return MONDAY - timedelta(days=24 if deal.is_stale else 10 + deal.rep)


def _last_active(deal: PlannedDeal) -> date:
    return MONDAY - timedelta(days=22 if deal.is_stale else 4 + deal.number)


def _deal(deal: PlannedDeal) -> dict[str, object]:
    return {
        "id": deal.id,
        "name": deal.name,
        "owner_id": f"rep{deal.rep}",
        "account_id": f"A{deal.id}",
        "product": "Routing",
        "region": "DACH",
        "segment": "mid_market",
        "stage": STAGES[deal.number],
        "amount": AMOUNTS[deal.number],
        "currency": "EUR",
        "close_date": MONDAY + timedelta(days=45 + deal.rep),
        "created_at": f"{MONDAY - timedelta(days=90)}T08:00:00Z",
        "stage_entered_at": f"{_entered(deal)}T09:00:00Z",
        "closed_at": "",
        "forecast_category": "pipeline",
    }


def _moves(deal: PlannedDeal) -> Rows:
    passed = ("qualified", *STAGES)[: deal.number + 2]
    return [
        {
            "deal_id": deal.id,
            "stage": stage,
            "entered_at": f"{_entered(deal) - timedelta(days=20 * (len(passed) - 1 - n))}T09:00:00Z",
        }
        for n, stage in enumerate(passed)
    ]


def _activity(deal: PlannedDeal, day: date, number: int) -> dict[str, object]:
    return {
        "id": f"X{deal.id}{number}",
        "deal_id": deal.id,
        "person_id": f"rep{deal.rep}",
        "kind": "meeting",
        "subject": "Meeting about the routes",
        "occurred_at": f"{day}T14:00:00Z",
    }


def _activities_before(day: date) -> Rows:
    """Return what reps did the day before: a meeting each with the customer of one deal."""
    number = SNAPSHOTS.index(day)
    return [
        _activity(deal, day - timedelta(days=1), number)
        for deal in DEALS
        if (deal.rep + deal.number) % len(STAGES) == number % len(STAGES) and not deal.is_stale
    ]


def _next_step(deal: PlannedDeal) -> dict[str, object]:
    return {
        "id": f"N{deal.id}",
        "deal_id": deal.id,
        "text": "Walk their planners through the routes",
        "due_on": MONDAY + timedelta(days=-4 if deal.step_is_late else 9),
        "created_at": f"{_last_active(deal)}T15:00:00Z",
        "done_at": "",
    }


def _quota(number: int) -> dict[str, object]:
    low = REPS[number] in LOW_COVERAGE
    return {
        "person_id": f"rep{number}",
        "period_start": "2026-10-01",
        "period_end": "2026-12-31",
        "amount": QUOTA * (LOW_QUOTA_FACTOR if low else 1),
    }
