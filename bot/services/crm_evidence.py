"""What is on record of deals until a date: read once for many, and seen as a verdict on one needs it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.days import Days
from bot.domain.decision_verification import ActivityLogged, CrmView
from bot.domain.evidence import Evidence
from bot.domain.people import ManagerTree, Person
from bot.domain.pipeline import DataField, Deal
from bot.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class DealRecords:
    """The records of some deals, and which states of the CRM they come from.

    `crm_zone` (IANA) is that of its bare dates.
    """

    deals: Mapping[str, Deal]
    activities: Mapping[str, Sequence[ActivityLogged]]
    evidence: Mapping[str, Sequence[Evidence]]
    states: Sequence[datetime]
    held: frozenset[DataField]
    crm_as_of: datetime | None
    crm_zone: str
    tree: ManagerTree

    def view(self, deal_id: str, due_at: datetime, manager: Person | None) -> CrmView:
        """Return what is known of a deal, to judge what was to be done by `due_at` as `manager` agreed it."""
        return CrmView(
            as_of=self.crm_as_of,
            settled_at=self._settled(due_at),
            held=self.held,
            activities=tuple(self.activities.get(deal_id, ())),
            said=tuple((one.id, one.said_at) for one in self.evidence.get(deal_id, ()) if one.counts),
            parted=self._parted(deal_id, manager),
            days=Days(manager.time_zone if manager else "UTC", self.crm_zone),
        )

    def _settled(self, due_at: datetime) -> datetime | None:
        settled = next((at for at in self.states if at >= due_at), None)
        if settled is None and self.crm_as_of is not None and self.crm_as_of >= due_at:
            return self.crm_as_of
        return settled

    def _parted(self, deal_id: str, manager: Person | None) -> str | None:
        deal = self.deals.get(deal_id)
        owner = self.tree.get(deal.owner_id) if deal else None
        if owner is None or manager is None:
            return "Whoever was to do it is gone."
        if not owner.active:
            return f"{owner.name} has left."
        if manager.id not in {owner.id, owner.manager_id}:
            return f"{owner.name} reports to another manager now."
        return None


def read_deal_records(
    uow: UnitOfWork, deal_ids: Collection[str], *, since: datetime, due_from: datetime
) -> DealRecords:
    """Return what is known of these deals: activities after `since`, CRM states from `due_from` on."""
    workspace = uow.workspace.get()
    return DealRecords(
        deals=uow.deals.with_ids(deal_ids),
        activities=uow.decisions.activities_logged(deal_ids, since),
        evidence=uow.evidence.of_deals(deal_ids),
        states=uow.decisions.crm_states(due_from),
        held=uow.data_fields(),
        crm_as_of=workspace.crm_as_of,
        crm_zone=workspace.time_zone,
        tree=uow.people.tree(),
    )
