"""All messages together: what waits, what became of how many, where each person is written to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from bot.store.repositories.base import Repository
from bot.store.repositories.notices import DeliveryRow, deliveries
from bot.store.tables import Deliveries


class OutboxRepository(Repository):
    """The messages of one workspace, read over all of them."""

    def oldest_unsent(self) -> datetime | None:
        """Return when the oldest delivery not yet sent, and not given up, was asked for."""
        query = select(func.min(Deliveries.created_at)).where(
            Deliveries.workspace_id == self._workspace_id, Deliveries.state.in_(["queued", "failed"])
        )
        return self._connection.scalar(query)

    def conversations(self) -> dict[str, str]:
        """Return the conversation with each person who was ever written to, by person; the latest first."""
        query = (
            select(Deliveries.person_id, Deliveries.slack_channel)
            .where(
                Deliveries.workspace_id == self._workspace_id,
                Deliveries.state == "sent",
                Deliveries.mode.in_(["post", "reply"]),
                Deliveries.slack_channel.is_not(None),
            )
            .group_by(Deliveries.person_id, Deliveries.slack_channel)
            .order_by(func.max(Deliveries.sent_at).desc(), Deliveries.person_id)
        )
        found: dict[str, str] = {}
        for person_id, channel in self._connection.execute(query):
            found.setdefault(str(person_id), str(channel))
        return found

    def with_state(self, state: str, limit: int) -> list[DeliveryRow]:
        """Return the oldest deliveries in a state."""
        query = deliveries(Deliveries.state == state).order_by(Deliveries.created_at, Deliveries.id)
        found = self._connection.execute(query.limit(limit), self._named())
        return [DeliveryRow(*row) for row in found]

    def counts_by_state(self) -> dict[str, int]:
        """Return how many deliveries are in each state; a state without any is absent."""
        query = (
            select(Deliveries.state, func.count().label("amount"))
            .where(Deliveries.workspace_id == self._workspace_id)
            .group_by(Deliveries.state)
        )
        return {row.state: row.amount for row in self._connection.execute(query)}
