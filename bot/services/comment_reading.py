"""Comments on verdicts as they are read: by the one judged, by the leaders above, and by nobody else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.domain.obligations import Obligation
from bot.domain.verdict_comments import Judged, VerdictComment, leaders_read
from bot.store.unit_of_work import UnitOfWork

Comments = Mapping[str, VerdictComment]


def own_comments(uow: UnitOfWork, own: Sequence[Obligation]) -> Comments:
    """Return what somebody said of what they themselves owe, by the obligation's id."""
    return uow.verdict_comments.on(Judged.OBLIGATION, [one.id for one in own])


def comments_to_leaders(uow: UnitOfWork, seen: Sequence[tuple[Obligation, Obligation]]) -> Comments:
    """Return what leaders read beside these verdicts, by the obligation's id.

    `seen` are obligations that they may see by now: as it stands, and as it is shown to them.
    """
    found = uow.verdict_comments.on(Judged.OBLIGATION, [one.id for one, _ in seen])
    return {
        one.id: comment
        for one, shown in seen
        if (comment := found.get(one.id)) and leaders_read(comment, stands=one.verdict, shown=shown.verdict)
    }
