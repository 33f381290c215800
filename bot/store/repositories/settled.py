"""Messages that have had their time: what was sent once and is neither shown nor changed any more."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select
from sqlalchemy.orm import aliased

from bot.store.repositories.base import Repository
from bot.store.tables import Deliveries, Notices

# These change what stands already: a message, the Home tab. Whatever they said the next one says anew.
_REPEATS = ("update", "home")


@dataclass(frozen=True, slots=True)
class Page:
    """How many deliveries were forgotten, and the last one looked at; None where none is left."""

    forgotten: int
    last: str | None


class SettledRepository(Repository):
    """Forgets deliveries, with the notices that no other delivery tells."""

    def forget_before(
        self, moment: datetime, kinds: Collection[str], *, after: str | None, at_most: int
    ) -> Page:
        """Forget a page of what was settled before `moment`; `after` is the last one of the page before.

        That is: repeats, but for the newest of each message, since what is shown is known by it; what filled
        a view; and messages of these `kinds`. What waits, was given up or may yet change stays.
        """
        query = (
            select(Deliveries.id, Deliveries.notice_id, Deliveries.mode)
            .join(Notices, Notices.id == Deliveries.notice_id)
            .where(
                Deliveries.workspace_id == self._workspace_id,
                Deliveries.state.in_(["sent", "superseded"]),
                func.coalesce(Deliveries.sent_at, Deliveries.created_at) < moment,
                or_(
                    Deliveries.mode == "view",
                    Notices.kind.in_(kinds),
                    and_(Deliveries.mode.in_(_REPEATS), or_(Deliveries.state == "superseded", _overtaken())),
                ),
                Deliveries.id > (after or ""),
            )
            .order_by(Deliveries.id)
            .limit(at_most)
        )
        found = [(str(row[0]), str(row[1]), str(row[2])) for row in self._connection.execute(query)]
        if not found:
            return Page(0, None)
        # What an update shows is told by another message, and on record for as long as that.
        own = {notice for _, notice, mode in found if mode != "update"}
        self._forget([delivery for delivery, _, _ in found], own)
        return Page(len(found), found[-1][0])

    def _forget(self, deliveries: Collection[str], notices: Collection[str]) -> None:
        ours = Deliveries.workspace_id == self._workspace_id
        self._connection.execute(delete(Deliveries).where(ours, Deliveries.id.in_(deliveries)))
        told = exists().where(Deliveries.notice_id == Notices.id)
        self._connection.execute(
            delete(Notices).where(Notices.workspace_id == self._workspace_id, Notices.id.in_(notices), ~told)
        )


def _overtaken() -> ColumnElement[bool]:
    """Tell that the same person was shown the same once more, later: this message, or the Home tab."""
    later, about = aliased(Deliveries), aliased(Notices)
    return exists().where(
        about.workspace_id == Notices.workspace_id,
        about.person_id == Notices.person_id,
        about.subject_kind == Notices.subject_kind,
        about.subject_id == Notices.subject_id,
        about.kind == Notices.kind,
        later.notice_id == about.id,
        or_(Deliveries.mode == "home", about.id == Notices.id),
        later.state == "sent",
        later.sent_at > Deliveries.sent_at,
    )
