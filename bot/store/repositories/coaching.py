"""Coaching logs: each with its versions, the questions asked about them and the answers given."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import ColumnExpressionArgument, Select, and_, bindparam, func, insert, or_, select, update

from bot.domain.coaching import (
    Ask,
    DealAction,
    DeepDive,
    FocusArea,
    LogAnswer,
    LogContent,
    LogKind,
    Observation,
    SkillTag,
    Stance,
    Step,
)
from bot.domain.obligations import Verdict
from bot.domain.verification import Answer
from bot.store.ids import new_id
from bot.store.repositories.base import MOST, Repository, in_chunks
from bot.store.tables import CoachingAnswers, CoachingLogs, CoachingLogVersions, Obligations

Side = Literal["manager", "rep"]


@dataclass(frozen=True, slots=True)
class LogRow:
    """A log without its text: whose, when, how long, about what; see `CoachingLogs` for its instants."""

    id: str
    kind: LogKind
    manager_id: str
    rep_id: str
    one_on_one_id: str | None
    obligation_id: str
    logged_at: datetime
    version: int
    held_on: date
    minutes: int
    focus_area: FocusArea
    deadline_at: datetime | None = None
    escalate_at: datetime | None = None
    escalated_at: datetime | None = None
    manager_released_at: datetime | None = None
    rep_released_at: datetime | None = None

    @property
    def released_by(self) -> frozenset[str]:
        """Return the ids of those of the two who released the text as it stands."""
        given = {self.manager_id: self.manager_released_at, self.rep_id: self.rep_released_at}
        return frozenset(person_id for person_id, at in given.items() if at is not None)

    @property
    def text_released(self) -> bool:
        """Tell whether both have released the text to the author's leaders."""
        return self.manager_released_at is not None and self.rep_released_at is not None


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version of a log's shared text, and whether the coached was asked about it."""

    version: int
    made_at: datetime
    content: LogContent
    ask: Ask | None


def _logs(*conditions: ColumnExpressionArgument[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(*(getattr(CoachingLogs, name) for name in LogRow.__slots__))
        .where(CoachingLogs.workspace_id == bindparam("workspace"), *conditions)
        .order_by(CoachingLogs.held_on.desc(), CoachingLogs.logged_at.desc(), CoachingLogs.id.desc())
    )


# Built once: to build them takes longer than the database needs to carry them out.
_ONE = _logs(CoachingLogs.id == bindparam("sought"))
_LOCKED = _ONE.with_for_update()
_OF_SLOT = _logs(CoachingLogs.one_on_one_id == bindparam("slot"))
_BY_AUTHOR = _logs(CoachingLogs.manager_id == bindparam("manager")).limit(MOST)
_OF_PAIR = _BY_AUTHOR.where(CoachingLogs.rep_id == bindparam("rep"))
_ABOUT = _logs(CoachingLogs.rep_id == bindparam("rep"), CoachingLogs.held_on >= bindparam("since"))
_PAST_DEADLINE = _logs(CoachingLogs.deadline_at <= bindparam("now")).limit(MOST).with_for_update()
_TO_ESCALATE = _logs(CoachingLogs.escalate_at <= bindparam("now")).limit(MOST).with_for_update()
_REPS = (
    CoachingLogs.workspace_id == bindparam("workspace"),
    CoachingLogs.rep_id.in_(bindparam("reps", expanding=True)),
)
_OF_OTHERS = select(CoachingLogs.id, CoachingLogs.manager_id, CoachingLogs.logged_at).where(
    *_REPS, CoachingLogs.manager_id != bindparam("viewer"), CoachingLogs.logged_at > bindparam("since")
)
# What the coached dispute is no coaching: to its author at once, to leaders once it is theirs to know.
_COUNTED = (
    *_REPS,
    CoachingLogs.id.not_in(bindparam("but", expanding=True)),
    or_(
        Obligations.verdict != Verdict.CONTRADICTED.value,
        and_(CoachingLogs.manager_id != bindparam("viewer"), CoachingLogs.escalated_at.is_(None)),
    ),
)
_MINUTES = (
    select(CoachingLogs.rep_id, func.sum(CoachingLogs.minutes).label("minutes"))
    .join(Obligations, Obligations.id == CoachingLogs.obligation_id)
    .where(*_COUNTED, CoachingLogs.held_on.between(bindparam("since"), bindparam("until")))
    .group_by(CoachingLogs.rep_id)
)
_LAST_HELD = (
    select(CoachingLogs.rep_id, func.max(CoachingLogs.held_on).label("day"))
    .join(Obligations, Obligations.id == CoachingLogs.obligation_id)
    .where(*_COUNTED)
    .group_by(CoachingLogs.rep_id)
)
_LAST_ANSWERS = (
    select(CoachingLogs.one_on_one_id, func.max(CoachingAnswers.answered_at).label("at"))
    .join(CoachingAnswers, CoachingAnswers.log_id == CoachingLogs.id)
    .where(
        CoachingLogs.workspace_id == bindparam("workspace"),
        CoachingLogs.one_on_one_id.in_(bindparam("slots", expanding=True)),
    )
    .group_by(CoachingLogs.one_on_one_id)
)
_NEXT_TIMES = select(func.min(CoachingLogs.deadline_at), func.min(CoachingLogs.escalate_at)).where(
    CoachingLogs.workspace_id == bindparam("workspace")
)


class CoachingRepository(Repository):
    """Writes logs and their versions, keeps the answers, finds what is due."""

    def add(self, row: LogRow) -> bool:
        """Insert a log; False where its slot has one already."""
        return bool(self._insert_new(CoachingLogs, [asdict(row)], CoachingLogs.id))

    def add_version(
        self, log_id: str, version: int, content: LogContent, made_at: datetime, ask: Ask | None
    ) -> None:
        """Append a version; earlier ones stay."""
        self._connection.execute(
            insert(CoachingLogVersions).values(
                id=new_id("clv"),
                workspace_id=self._workspace_id,
                log_id=log_id,
                version=version,
                made_at=made_at,
                content=content_to_json(content),
                asked_at=ask.asked_at if ask else None,
                deadline_at=ask.deadline_at if ask else None,
            )
        )

    def get(self, log_id: str, *, for_update: bool = False) -> LogRow | None:
        """Return one log, or None; `for_update` keeps other writers waiting."""
        return next(iter(self._logs(_LOCKED if for_update else _ONE, sought=log_id)), None)

    def change(self, log_id: str, **values: Any) -> None:
        """Write columns of a log that was read for update."""
        self._connection.execute(
            update(CoachingLogs)
            .where(CoachingLogs.workspace_id == self._workspace_id, CoachingLogs.id == log_id)
            .values(**values)
        )

    def versions(self, log_id: str) -> list[VersionRow]:
        """Return the versions of a log, the first one first."""
        query = (
            select(
                CoachingLogVersions.version,
                CoachingLogVersions.made_at,
                CoachingLogVersions.content,
                CoachingLogVersions.asked_at,
                CoachingLogVersions.deadline_at,
            )
            .where(
                CoachingLogVersions.workspace_id == self._workspace_id, CoachingLogVersions.log_id == log_id
            )
            .order_by(CoachingLogVersions.version)
        )
        return [
            VersionRow(
                version,
                made_at,
                content_from_json(content),
                Ask(version, asked_at, deadline_at) if asked_at and deadline_at else None,
            )
            for version, made_at, content, asked_at, deadline_at in self._connection.execute(query)
        ]

    def of_slot(self, one_on_one_id: str) -> LogRow | None:
        """Return the log of a slot, or None."""
        return next(iter(self._logs(_OF_SLOT, slot=one_on_one_id)), None)

    def by_author(self, manager_id: str, limit: int) -> list[LogRow]:
        """Return the newest logs of an author."""
        return self._logs(_BY_AUTHOR, manager=manager_id, most=limit)

    def of_pair(self, manager_id: str, rep_id: str, limit: int) -> list[LogRow]:
        """Return the newest logs of a manager about one person."""
        return self._logs(_OF_PAIR, manager=manager_id, rep=rep_id, most=limit)

    def about(self, rep_id: str, since: date) -> list[LogRow]:
        """Return the logs about one person, whoever wrote them, the newest first."""
        return self._logs(_ABOUT, rep=rep_id, since=since)

    def of_others_since(
        self, rep_ids: Collection[str], viewer_id: str, since: datetime
    ) -> list[tuple[str, str, datetime]]:
        """Return (id, author, when) of what others than the viewer logged about these people since then."""
        found: list[tuple[str, str, datetime]] = []
        for ids in in_chunks(rep_ids):
            rows = self._connection.execute(_OF_OTHERS, self._named(reps=ids, viewer=viewer_id, since=since))
            found += [(row.id, row.manager_id, row.logged_at) for row in rows]
        return found

    def minutes_by_rep(
        self, rep_ids: Collection[str], since: date, until: date, viewer_id: str, but: Collection[str]
    ) -> Mapping[str, int]:
        """Return the minutes of coaching of each of these people in a stretch of days, both ends included.

        As the viewer may count them: see `_COUNTED`. `but` are ids of logs that are not theirs to see yet.
        """
        found: dict[str, int] = {}
        for ids in in_chunks(rep_ids):
            given = self._named(reps=ids, viewer=viewer_id, but=sorted(but), since=since, until=until)
            found |= {row.rep_id: int(row.minutes) for row in self._connection.execute(_MINUTES, given)}
        return found

    def last_held(self, rep_ids: Collection[str], viewer_id: str, but: Collection[str]) -> Mapping[str, date]:
        """Return the day of the last session of each of these people that had one, as the viewer counts."""
        found: dict[str, date] = {}
        for ids in in_chunks(rep_ids):
            given = self._named(reps=ids, viewer=viewer_id, but=sorted(but))
            found |= {row.rep_id: row.day for row in self._connection.execute(_LAST_HELD, given)}
        return found

    def past_deadline(self, now: datetime, limit: int) -> list[LogRow]:
        """Return the logs whose coached has not answered in time and that are not judged by it yet."""
        return self._logs(_PAST_DEADLINE, now=now, most=limit)

    def to_escalate(self, now: datetime, limit: int) -> list[LogRow]:
        """Return the disputed logs that are to go to the author's leader now."""
        return self._logs(_TO_ESCALATE, now=now, most=limit)

    def next_times(self) -> list[datetime]:
        """Return the earliest deadline and the earliest escalation that are to come or have passed."""
        found = self._connection.execute(_NEXT_TIMES, self._named()).one()
        return [at for at in found if at is not None]

    def answer(self, log_id: str, version: int, answer: Answer, comment: str | None, now: datetime) -> str:
        """Append an answer; return its id. Earlier answers stay."""
        answer_id = new_id("can")
        self._connection.execute(
            insert(CoachingAnswers).values(
                id=answer_id,
                workspace_id=self._workspace_id,
                log_id=log_id,
                version=version,
                answer=answer.value,
                comment=comment,
                answered_at=now,
            )
        )
        return answer_id

    def answers(self, log_id: str) -> list[LogAnswer]:
        """Return the answers about a log in the order of time."""
        query = (
            select(
                CoachingAnswers.id,
                CoachingAnswers.version,
                CoachingAnswers.answer,
                CoachingAnswers.answered_at,
                CoachingAnswers.comment,
            )
            .where(CoachingAnswers.workspace_id == self._workspace_id, CoachingAnswers.log_id == log_id)
            .order_by(CoachingAnswers.answered_at, CoachingAnswers.id)
        )
        return [
            LogAnswer(answer_id, version, Answer(answer), at, comment or "")
            for answer_id, version, answer, at, comment in self._connection.execute(query)
        ]

    def last_answers(self, one_on_one_ids: Collection[str]) -> Mapping[str, datetime]:
        """Return when the log of each of these slots was answered last, of those that were answered."""
        found: dict[str, datetime] = {}
        for ids in in_chunks(one_on_one_ids):
            rows = self._connection.execute(_LAST_ANSWERS, self._named(slots=ids))
            found |= {row.one_on_one_id: row.at for row in rows}
        return found

    def _logs(self, query: Select[*tuple[Any, ...]], **given: Any) -> list[LogRow]:
        rows = self._connection.execute(query, self._named(**given)).mappings()
        return [_log(dict(row)) for row in rows]


def _log(values: dict[str, Any]) -> LogRow:
    values["kind"] = LogKind(values["kind"])
    values["focus_area"] = FocusArea(values["focus_area"])
    return LogRow(**values)


def content_to_json(content: LogContent) -> dict[str, Any]:
    """Return a log's shared text as the JSON column holds it."""
    return {
        **asdict(content),
        "held_on": content.held_on.isoformat(),
        "step": {**asdict(content.step), "due_on": content.step.due_on.isoformat()},
        "observations": [asdict(one) for one in content.observations],
        "deal_actions": [asdict(one) for one in content.deal_actions],
    }


def content_from_json(stored: Mapping[str, Any]) -> LogContent:
    """Return the shared text that a JSON column holds."""
    step, dive = stored["step"], stored["deep_dive"]
    observed: Sequence[Mapping[str, str]] = stored["observations"]
    return LogContent(
        held_on=date.fromisoformat(stored["held_on"]),
        minutes=stored["minutes"],
        focus_area=FocusArea(stored["focus_area"]),
        feedback=stored["feedback"],
        observations=tuple(Observation(SkillTag(one["tag"]), Stance(one["stance"])) for one in observed),
        step=Step(step["owner_id"], step["words"], date.fromisoformat(step["due_on"])),
        deal_actions=tuple(DealAction(**one) for one in stored["deal_actions"]),
        deep_dive=DeepDive(**dive) if dive else None,
    )
