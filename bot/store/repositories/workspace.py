"""The workspace itself: its name, currency, fiscal calendar, zone, and how old its CRM data is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select, update

from bot.store.repositories.base import Repository, insert_new
from bot.store.tables import Workspaces


@dataclass(frozen=True, slots=True)
class WorkspaceRow:
    """One workspace. `crm_as_of` None: nothing imported yet; `cadences_since` None: no cadence ever ran."""

    id: str
    name: str
    slack_team_id: str | None
    currency: str
    fiscal_first_month: int
    time_zone: str
    crm_as_of: datetime | None
    cadences_since: datetime | None
    created_at: datetime


# Nearly every use case asks for it: built once.
_OURS = select(
    Workspaces.id,
    Workspaces.name,
    Workspaces.slack_team_id,
    Workspaces.currency,
    Workspaces.fiscal_first_month,
    Workspaces.time_zone,
    Workspaces.crm_as_of,
    Workspaces.cadences_since,
    Workspaces.created_at,
).where(Workspaces.id == bindparam("workspace"))


class WorkspaceRepository(Repository):
    """The one row of the workspace that this unit of work acts in."""

    def find(self) -> WorkspaceRow | None:
        """Return the workspace, or None before `ensure`."""
        row = self._connection.execute(_OURS, self._named()).one_or_none()
        return WorkspaceRow(*row) if row else None

    def get(self) -> WorkspaceRow:
        """Return the workspace. Raises LookupError before `ensure`."""
        row = self.find()
        if row is None:
            raise LookupError(f"the workspace {self._workspace_id!r} has not been set up")
        return row

    def ensure(
        self, name: str, currency: str, time_zone: str, now: datetime, *, fiscal_first_month: int = 1
    ) -> WorkspaceRow:
        """Create the workspace unless it is there; an existing one stays as it is."""
        if found := self.find():
            return found
        row = {
            "id": self._workspace_id,
            "name": name,
            "currency": currency,
            "time_zone": time_zone,
            "fiscal_first_month": fiscal_first_month,
            "created_at": now,
        }
        insert_new(self._connection, Workspaces, [row], Workspaces.id)
        return self.get()

    def describe(self, *, name: str, currency: str, time_zone: str, fiscal_first_month: int) -> None:
        """Change what an import or an admin says of the workspace."""
        self._set(name=name, currency=currency, time_zone=time_zone, fiscal_first_month=fiscal_first_month)

    def set_crm_as_of(self, as_of: datetime) -> None:
        """Record how far the CRM data reaches."""
        self._set(crm_as_of=as_of)

    def set_slack_team(self, slack_team_id: str) -> None:
        """Record the Slack workspace this one lives in."""
        self._set(slack_team_id=slack_team_id)

    def set_cadences_since(self, since: datetime) -> None:
        """Record when cadences began, once: a later call changes nothing."""
        self._connection.execute(
            update(Workspaces)
            .where(Workspaces.id == self._workspace_id, Workspaces.cadences_since.is_(None))
            .values(cadences_since=since)
        )

    def _set(self, **values: str | int | datetime) -> None:
        self._connection.execute(
            update(Workspaces).where(Workspaces.id == self._workspace_id).values(**values)
        )
