"""Comments on verdicts, written only by whoever read the newest version."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, delete, select, update

from bot.domain.obligations import State, Verdict
from bot.domain.verdict_comments import Judged, VerdictComment
from bot.store.repositories.base import Repository, in_chunks
from bot.store.tables import VerdictComments

_COLUMNS = [getattr(VerdictComments, name) for name in VerdictComment.__slots__]


class VerdictCommentRepository(Repository):
    """One comment for each verdict, found by what is judged or by who wrote it."""

    def add(self, comment: VerdictComment) -> bool:
        """Record a comment; False where the verdict has one already."""
        row = {"id": comment.id, **_to_row(comment)}
        return bool(self._insert_new(VerdictComments, [row], VerdictComments.id))

    def save(self, comment: VerdictComment, expected_version: int) -> bool:
        """Write a comment read at `expected_version`; False when somebody was faster."""
        statement = (
            update(VerdictComments)
            .where(*self._as_read(comment.id, expected_version))
            .values(**_to_row(comment))
            .returning(VerdictComments.id)
        )
        return self._connection.scalar(statement) is not None

    def remove(self, comment: VerdictComment) -> bool:
        """Take a comment away, words and all; False when it is not any more as it was read."""
        statement = (
            delete(VerdictComments)
            .where(*self._as_read(comment.id, comment.version))
            .returning(VerdictComments.id)
        )
        return self._connection.scalar(statement) is not None

    def get(self, comment_id: str) -> VerdictComment | None:
        """Return one comment, or None."""
        return next(iter(self._comments(VerdictComments.id == comment_id)), None)

    def on(self, judged: Judged, judged_ids: Collection[str]) -> dict[str, VerdictComment]:
        """Return the comments on these, by the id of what is judged; what nobody commented on is absent."""
        return {
            comment.judged_id: comment
            for ids in in_chunks(judged_ids)
            for comment in self._comments(
                VerdictComments.judged == judged.value, VerdictComments.judged_id.in_(ids)
            )
        }

    def by(self, person_id: str, judged: Judged, since: datetime) -> list[VerdictComment]:
        """Return what a person wrote from `since` on of verdicts of one kind, the oldest first."""
        return self._comments(
            VerdictComments.by_id == person_id,
            VerdictComments.judged == judged.value,
            VerdictComments.written_at >= since,
        )

    def _as_read(self, comment_id: str, version: int) -> tuple[ColumnElement[bool], ...]:
        return (
            VerdictComments.workspace_id == self._workspace_id,
            VerdictComments.id == comment_id,
            VerdictComments.version == version,
        )

    def _comments(self, *conditions: ColumnElement[bool]) -> list[VerdictComment]:
        query = (
            select(*_COLUMNS)
            .where(VerdictComments.workspace_id == self._workspace_id, *conditions)
            .order_by(VerdictComments.written_at, VerdictComments.id)
        )
        return [_from_row(row) for row in self._connection.execute(query).mappings()]


def _to_row(comment: VerdictComment) -> dict[str, Any]:
    return {
        "judged": comment.judged.value,
        "judged_id": comment.judged_id,
        "by_id": comment.by_id,
        "words": comment.words,
        "written_at": comment.written_at,
        "verdict": comment.verdict.value,
        "state": comment.state.value if comment.state else None,
        "version": comment.version,
    }


def _from_row(row: RowMapping) -> VerdictComment:
    return VerdictComment(
        **{
            **row,
            "judged": Judged(row["judged"]),
            "verdict": Verdict(row["verdict"]),
            "state": State(row["state"]) if row["state"] else None,
        }
    )
