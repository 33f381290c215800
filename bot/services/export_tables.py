"""What an export holds: one table for each kind of record, its columns in order, its rows page by page.

Ratings are in none of them, neither as rows nor as a moment at which somebody may have given one: what the
coached answered to a question has no time here. Private notes and drafts are not read. The text of a log is
there where both released it, as leaders may read it; a dispute that is still the two's alone is pending.
What somebody says of a verdict about them stands beside it, from when on their leaders read it there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.domain.decision_verification import Judgement
from bot.domain.evidence import Ruling
from bot.domain.obligations import Verdict
from bot.domain.people import Person
from bot.domain.verdict_comments import Judged, VerdictComment
from bot.services.coaching_actions import Judgements, Session, judge_all_actions
from bot.services.comment_reading import comments_to_leaders
from bot.services.follow_through import decision_seen_from
from bot.services.no_ambush import leaders_see_from
from bot.services.overview import judged_for_leaders
from bot.store.repositories.coaching import content_from_json
from bot.store.repositories.ledger import Row
from bot.store.repositories.reasons import reasons_to_json
from bot.store.unit_of_work import UnitOfWork

# What the answer of the coached says: the words are the two's, and its day is near the one of a rating.
ANSWERS = frozenset({"acknowledgement_answers", "coaching_answers"})
BETWEEN_THE_TWO = [{"text": "Not settled between the two yet.", "record_kind": None, "record_id": None}]


@dataclass(frozen=True, slots=True)
class Source:
    """What rows are made from: the transaction, everybody by id, and the time of the export."""

    uow: UnitOfWork
    people: Mapping[str, Person]
    now: datetime

    def name(self, person_id: str | None) -> str | None:
        """Return a person's name; None for nobody."""
        person = self.people.get(person_id) if person_id else None
        return person.name if person else person_id


@dataclass(frozen=True, slots=True)
class ExportTable:
    """One table of an export: `pages` yields lists of rows, each a value for every column."""

    name: str
    columns: tuple[str, ...]
    pages: Callable[[Source], Iterator[list[Row]]]


def _paged(
    read: Callable[[UnitOfWork, str], list[Row]], made: Callable[[Source, Sequence[Row]], list[Row]]
) -> Callable[[Source], Iterator[list[Row]]]:
    def pages(source: Source) -> Iterator[list[Row]]:
        after = ""
        while rows := read(source.uow, after):
            after = rows[-1]["id"]
            yield made(source, rows)

    return pages


def _named(source: Source, row: Row, *roles: str) -> Row:
    """Return the row with the name of each person beside their id."""
    return {**row, **{role: source.name(row[f"{role}_id"]) for role in roles}}


def _decisions(source: Source, rows: Sequence[Row]) -> list[Row]:
    said = source.uow.verdict_comments.on(Judged.DECISION, [row["id"] for row in rows])
    return [
        {**_named(source, row, "by", "owner", "action_owner"), **_said(_of_decision(source, row, said))}
        for row in rows
    ]


def _of_decision(source: Source, row: Row, said: Mapping[str, VerdictComment]) -> VerdictComment | None:
    """Return what was said of a decision's verdict, once leaders see that."""
    comment, manager = said.get(row["id"]), source.people.get(row["by_id"])
    one = source.uow.decisions.get(row["id"]) if comment else None
    if one is None or manager is None:
        return None
    away = source.uow.people.time_off([manager.id]).get(manager.id, ())
    return comment if source.now >= decision_seen_from(manager, away, one) else None


def _said(comment: VerdictComment | None) -> Row:
    if comment is None:
        return {"comment": None, "commented_at": None, "commented_verdict": None}
    return {
        "comment": comment.words,
        "commented_at": comment.written_at,
        "commented_verdict": comment.verdict.value,
    }


def _logs(source: Source, rows: Sequence[Row]) -> list[Row]:
    made = []
    for row in rows:
        settled = {**row, **_as_leaders_see(row, escalated=row["escalated_at"] is not None)}
        settled["text_released"] = (
            row["manager_released_at"] is not None and row["rep_released_at"] is not None
        )
        settled["reasons"] = _without_words(settled["reasons"])
        made.append(_named(source, settled, "manager", "rep"))
    return made


def _as_leaders_see(row: Row, *, escalated: bool) -> Row:
    if row["verdict"] != Verdict.CONTRADICTED or escalated:
        return {"verdict": row["verdict"], "reasons": row["reasons"]}
    return {"verdict": Verdict.PENDING.value, "reasons": BETWEEN_THE_TWO}


def _versions(source: Source, rows: Sequence[Row]) -> list[Row]:
    released = [row for row in rows if row["released"]]
    judged = judge_all_actions(source.uow, [_session(row) for row in released])
    texts = {
        row["id"]: _text(source, row["content"], actions)
        for row, actions in zip(released, judged, strict=True)
    }
    return [{**row, **texts.get(row["id"], _NO_TEXT)} for row in rows]


def _session(row: Row) -> Session:
    starts_at, content = row["slot_starts_at"], content_from_json(row["content"])
    ends_at = starts_at + timedelta(minutes=row["slot_minutes"]) if starts_at else None
    return Session(row["manager_id"], row["rep_id"], row["logged_at"], ends_at, content)


def _text(source: Source, content: Mapping[str, Any], judged: Judgements) -> Row:
    step, dive = content["step"], content["deep_dive"] or {}
    return {
        "feedback": content["feedback"],
        "observations": content["observations"],
        "step": step["words"],
        "step_owner": source.name(step["owner_id"]),
        "step_due_on": step["due_on"],
        "deal_actions": [{**one, **_judged(judged[one["deal_id"]])} for one in content["deal_actions"]],
        **{f"deep_dive_{part}": dive.get(part) for part in ("call", "behaviour", "technique", "attitude")},
    }


def _judged(found: Judgement) -> Row:
    return {
        "verdict": found.verdict.value,
        "counts": found.counts,
        "reasons": reasons_to_json(found.reasons),
    }


def _evidence(source: Source, rows: Sequence[Row]) -> list[Row]:
    rulings = source.uow.evidence.rulings([row["id"] for row in rows])
    made = []
    for row in rows:
        # Withdrawn since its message was changed or deleted: those words are no longer anybody's.
        kept = {**row, "quote": "" if row["state"] == "withdrawn" else row["quote"]}
        kept["rulings"] = [_ruling(source, one) for one in rulings.get(row["id"], [])]
        made.append(_named(source, kept, "author", "marked_by"))
    return made


def _ruling(source: Source, one: Ruling) -> Row:
    word = "accepted" if one.accepted else "rejected"
    return {"at": one.at, "by": source.name(one.by_id), "ruling": word, "reason": one.reason}


def _verdicts(source: Source, rows: Sequence[Row]) -> list[Row]:
    made = []
    said = _comments_of(source, rows)
    for row in rows:
        seen = {**row, **_settled(source, row), **_said(said.get(row["id"]))}
        seen["reasons"] = _without_words(seen["reasons"])
        made.append(_named(source, seen, "owner", "subject"))
    return made


def _comments_of(source: Source, rows: Sequence[Row]) -> Mapping[str, VerdictComment]:
    """Return what was said of these verdicts, as leaders read it by now."""
    uow = source.uow
    commented = uow.verdict_comments.on(Judged.OBLIGATION, [row["id"] for row in rows])
    seen = []
    for obligation_id in commented:
        one = uow.obligations.get(obligation_id)
        owner = source.people.get(one.owner_id) if one else None
        if one and owner and source.now >= leaders_see_from(uow, owner, one):
            seen.append((one, judged_for_leaders(uow, owner, one, source.now)))
    return comments_to_leaders(uow, seen)


def _settled(source: Source, row: Row) -> Row:
    one = source.uow.obligations.get(row["id"]) if row["verdict"] == Verdict.CONTRADICTED else None
    owner = source.people.get(row["owner_id"])
    if one is None or owner is None:
        return {}
    shown = judged_for_leaders(source.uow, owner, one, source.now)
    if shown.verdict is Verdict.PENDING:
        return {"verdict": Verdict.PENDING.value, "reasons": BETWEEN_THE_TWO}
    return {"verdict": shown.verdict.value, "reasons": reasons_to_json(shown.reasons)}


def _without_words(reasons: Sequence[Row]) -> list[Row]:
    return [
        {**reason, "text": "The one asked has answered."} if reason["record_kind"] in ANSWERS else reason
        for reason in reasons
    ]


_TEXT = (
    "feedback",
    "observations",
    "step",
    "step_owner",
    "step_due_on",
    "deal_actions",
    "deep_dive_call",
    "deep_dive_behaviour",
    "deep_dive_technique",
    "deep_dive_attitude",
)
_NO_TEXT: Row = dict.fromkeys(_TEXT)

TABLES = (
    ExportTable(
        "decisions",
        (
            *("id", "review_id", "review_on", "deal_id", "deal_external_id", "deal", "account"),
            *("kind", "by_id", "by", "owner_id", "owner", "decided_at", "due_on"),
            *("from_stage", "to_stage", "old_close_date", "new_close_date", "reason"),
            *("state", "reported_at", "report_reason", "verdict", "verdict_at", "counts", "reasons"),
            *("action", "action_activity", "action_owner_id", "action_owner", "action_due_at"),
            *("action_verdict", "action_reasons", "comment", "commented_at", "commented_verdict"),
        ),
        _paged(lambda uow, after: uow.ledger.decisions(after), _decisions),
    ),
    ExportTable(
        "coaching_logs",
        (
            *("id", "kind", "manager_id", "manager", "rep_id", "rep", "one_on_one_id", "obligation_id"),
            *("held_on", "minutes", "focus_area", "logged_at", "version", "text_released"),
            *("state", "verdict", "reasons"),
        ),
        _paged(lambda uow, after: uow.ledger.coaching_logs(after), _logs),
    ),
    ExportTable(
        "coaching_log_versions",
        ("id", "log_id", "version", "made_at", "released", *_TEXT),
        _paged(lambda uow, after: uow.ledger.coaching_log_versions(after), _versions),
    ),
    ExportTable(
        "evidence",
        (
            *("id", "deal_id", "deal_external_id", "deal", "criterion_id", "stage", "grade", "state"),
            *("quote", "author_id", "author", "marked_by_id", "marked_by", "said_at", "marked_at"),
            *("permalink", "pointers", "record_kind", "record_id", "record_words", "shortfall", "rulings"),
        ),
        _paged(lambda uow, after: uow.ledger.evidence(after), _evidence),
    ),
    ExportTable(
        "verdicts",
        (
            *("id", "kind", "owner_id", "owner", "subject_id", "subject", "source_kind", "source_id"),
            *("due_at", "state", "done_at", "done_late", "excused_reason", "escalation_level"),
            *("verdict", "reasons", "comment", "commented_at", "commented_verdict"),
        ),
        _paged(lambda uow, after: uow.ledger.obligations(after), _verdicts),
    ),
)
