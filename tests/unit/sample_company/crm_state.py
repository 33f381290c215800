"""What the snapshots' CSVs come to when taken in one after the other, as the domain's own values."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from bot.domain.cadence import fiscal_quarter
from bot.domain.conversion import Conversion, conversion_fall, stage_conversion
from bot.domain.coverage import Coverage, RepFigures, coverage
from bot.domain.days import Days
from bot.domain.flags import Flag, FlagKind, FlagRules, flags_of
from bot.domain.people import ManagerTree, Person, Role
from bot.domain.pipeline import DataField, Deal, NextStep, Stage, StageMove

Row = dict[str, str]
KEYS = {
    "people.csv": ("id",),
    "time_off.csv": ("person_id", "starts_on"),
    "accounts.csv": ("id",),
    "contacts.csv": ("id",),
    "deals.csv": ("id",),
    "stage_history.csv": ("deal_id", "stage", "entered_at"),
    "value_history.csv": ("deal_id", "field", "changed_at"),
    "activities.csv": ("id",),
    "next_steps.csv": ("id",),
    "quotas.csv": ("person_id", "period_start"),
}
_WINDOW = timedelta(days=90)


def moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


@lru_cache(maxsize=64)
def read_rows(folder: Path) -> dict[str, list[Row]]:
    found = {}
    for path in sorted(folder.iterdir()):
        with path.open(encoding="utf-8", newline="") as file:
            found[path.name] = list(csv.DictReader(file))
    return found


class CrmState:
    """The CRM after the last snapshot taken in."""

    def __init__(self, snapshots: Iterable[Path], until: datetime) -> None:
        self.rows: dict[str, dict[tuple[str, ...], Row]] = {name: {} for name in KEYS}
        for folder in snapshots:
            if datetime.strptime(folder.name, "%Y-%m-%dT%H-%M-%SZ").replace(tzinfo=UTC) <= until:
                for name, rows in read_rows(folder).items():
                    self.rows[name].update({tuple(row[c] for c in KEYS[name]): row for row in rows})
        self.now = until
        self._by_deal: dict[str, dict[str, list[Row]]] = {name: defaultdict(list) for name in KEYS}
        for name in ("stage_history.csv", "value_history.csv", "activities.csv", "next_steps.csv"):
            for row in self.rows[name].values():
                self._by_deal[name][row["deal_id"]].append(row)
        for row in self.rows["contacts.csv"].values():
            for deal_id in row["deal_ids"].split(";"):
                self._by_deal["contacts.csv"][deal_id].append(row)

    def people(self) -> list[Person]:
        return [
            Person(
                id=row["id"],
                name=row["name"],
                roles=frozenset(Role(role) for role in row["roles"].split(";")),
                manager_id=row["manager_id"] or None,
                time_zone=row["time_zone"],
                country=row["country"],
                email=row["email"],
                active=row["active"] == "true",
            )
            for row in self.rows["people.csv"].values()
        ]

    def person(self, name: str) -> Person:
        return next(person for person in self.people() if person.name == name)

    def team(self, manager: str) -> list[Person]:
        return ManagerTree(self.people()).reps_of(self.person(manager).id)

    def deal(self, deal_id: str) -> Deal:
        row = self.rows["deals.csv"][deal_id,]
        values = sorted(self._by_deal["value_history.csv"][deal_id], key=lambda change: change["changed_at"])
        amounts = [change for change in values if change["field"] == "amount"]
        dates = [change for change in values if change["field"] == "close_date"]
        steps = self._by_deal["next_steps.csv"][deal_id]
        open_steps = sorted(step["due_on"] + step["text"] for step in steps if not step["done_at"])
        moved = [move["entered_at"] for move in self._by_deal["stage_history.csv"][deal_id]]
        moved += [change["changed_at"] for change in values] + [step["created_at"] for step in steps]
        active = [activity["occurred_at"] for activity in self._by_deal["activities.csv"][deal_id]]
        return Deal(
            id=deal_id,
            name=row["name"],
            owner_id=row["owner_id"],
            stage=Stage(row["stage"]),
            amount=Decimal(row["amount"]),
            previous_amount=Decimal(amounts[-1]["old_value"]) if amounts else None,
            amount_changed_at=moment(amounts[-1]["changed_at"]) if amounts else None,
            close_date=date.fromisoformat(row["close_date"]),
            close_date_pushes=sum(change["new_value"] > change["old_value"] for change in dates),
            created_at=moment(row["created_at"]),
            entered_stage_at=moment(row["stage_entered_at"]),
            closed_at=moment(row["closed_at"]) if row["closed_at"] else None,
            last_moved_at=moment(max(moved)),
            last_activity_at=moment(max(active)) if active else None,
            contact_count=len(self._by_deal["contacts.csv"][deal_id]),
            next_step=NextStep(open_steps[0][10:], date.fromisoformat(open_steps[0][:10]))
            if open_steps
            else None,
            forecast_category=row["forecast_category"],
        )

    def deals_of(self, person: Person) -> list[Deal]:
        return [
            self.deal(row["id"]) for row in self.rows["deals.csv"].values() if row["owner_id"] == person.id
        ]

    def flags(
        self, deal_id: str, *, zone: str = "Europe/Berlin", last_check: datetime | None = None
    ) -> list[Flag]:
        return flags_of(
            self.deal(deal_id),
            now=self.now,
            days=Days(zone, "Europe/Berlin"),
            rules=FlagRules(),
            held=frozenset(DataField),
            last_check=last_check,
        )

    def flag_kinds(self, deal_id: str, *, last_check: datetime | None = None) -> set[FlagKind]:
        owner = self.rows["deals.csv"][deal_id,]["owner_id"]
        zone = self.rows["people.csv"][owner,]["time_zone"]
        return {flag.kind for flag in self.flags(deal_id, zone=zone, last_check=last_check)}

    def flagged(self, manager: str, last_check: datetime | None = None) -> dict[str, set[FlagKind]]:
        deals = [deal for rep in self.team(manager) for deal in self.deals_of(rep)]
        found = {deal.id: self.flag_kinds(deal.id, last_check=last_check) for deal in deals}
        return {deal_id: kinds for deal_id, kinds in found.items() if kinds}

    def moves(self, people: Iterable[Person]) -> list[StageMove]:
        owned = {deal.id for person in people for deal in self.deals_of(person)}
        return [
            StageMove(row["deal_id"], None, Stage(row["stage"]), moment(row["entered_at"]))
            for row in self.rows["stage_history.csv"].values()
            if row["deal_id"] in owned
        ]

    def conversion(self, people: Iterable[Person], until: datetime) -> Conversion:
        return stage_conversion(
            self.moves(people),
            stage=Stage.DISCOVERY,
            next_stage=Stage.PROPOSAL,
            window=(until - _WINDOW, until),
            now=until,
        )

    def conversion_fell(self, people: list[Person]) -> bool:
        before = self.conversion(people, self.now - _WINDOW)
        return conversion_fall(before, self.conversion(people, self.now))

    def coverage(self, person: Person) -> Coverage:
        period = fiscal_quarter(self.now.date())
        quota = self.rows["quotas.csv"].get((person.id, period.start.isoformat()))
        deals = self.deals_of(person)
        first_moment = datetime.combine(period.start, time(), UTC)
        won = [
            deal.amount or Decimal(0)
            for deal in deals
            if deal.stage is Stage.CLOSED_WON and deal.closed_at and deal.closed_at >= first_moment
        ]
        return coverage(
            RepFigures(
                quota=Decimal(quota["amount"]) if quota else None,
                won_in_period=sum(won, Decimal(0)),
                open_deals=[deal for deal in deals if deal.stage.is_open],
                period=period,
            ),
            conversion=self.conversion([person], self.now),
        )
