"""A company of two teams, its Monday, and what tests of services see of the tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, select, text, update

from bot.domain.obligations import Obligation, ObligationKind
from bot.domain.people import Person, Role
from bot.domain.pipeline import Stage
from bot.domain.settings import Attention
from bot.jobs.protocols import Lane
from bot.services.cadence_fires import record_due_fires, start_cadences
from bot.services.coverage_conversation import Answered, LogConversation, log_conversation
from bot.services.fan_out import expand_fire
from bot.services.settings_book import ensure_first_settings
from bot.settings_files import load_settings
from bot.store.repositories.audit import AuditEvent
from bot.store.tables import Activities, NextSteps, Quotas, Settings, metadata
from bot.store.unit_of_work import Store, UnitOfWork
from tests.filled import filled
from tests.integration.store.seeds import add_crm, add_deal

T = TypeVar("T")
CONFIG = Path(__file__).parents[3] / "config"
SUNDAY = datetime(2026, 10, 4, 12, 0, tzinfo=UTC)
MONDAY = datetime(2026, 10, 5, 7, 0, tzinfo=UTC)  # 09:00 in Berlin
PLAN = "Rob opens two new accounts a week, Mia joins the first calls."
Rows = dict[str, dict[tuple[Any, ...], dict[str, Any]]]


def person(person_id: str, *roles: Role, manager: str | None = None, **more: Any) -> Person:
    values = {
        "name": person_id.title(),
        "time_zone": "Europe/Berlin",
        "email": f"{person_id}@acme.example",
        "slack_user_id": f"U{person_id.upper()}",
        **more,
    }
    return Person(id=person_id, roles=frozenset(roles), manager_id=manager, **values)


PEOPLE = (
    person("vic", Role.VP),
    person("mia", Role.MANAGER, manager="vic"),
    person("rob", Role.REP, manager="mia"),
    person("ria", Role.REP, manager="mia"),
    person("max", Role.MANAGER, manager="vic", time_zone="America/New_York"),
    person("ray", Role.REP, manager="max", time_zone="America/New_York"),
    person("ada", Role.ADMIN),
    person("lea", Role.VP),  # leads nobody here
    person("ian", Role.MANAGER, manager="vic", active=False),  # has left
)


@dataclass
class RecordedJobs:
    """The queue as a list: what was asked for, in order. What is rolled back is proven with the real one."""

    deliveries: list[tuple[str, Lane]] = field(default_factory=list)
    expansions: list[str] = field(default_factory=list)

    def take(self, others: RecordedJobs) -> None:
        """Stand where the others stand."""
        self.deliveries[:], self.expansions[:] = others.deliveries, others.expansions

    def deliver(self, connection: Connection, delivery_id: str, lane: Lane) -> None:
        self.deliveries.append((delivery_id, lane))

    def expand(self, connection: Connection, fire_id: str) -> None:
        self.expansions.append(fire_id)


# Most tests look at each message as it is told; what a day holds by the product's own setting is the matter
# of test_attention.py.
TALKATIVE = Attention(pings_a_day=20)


def set_up(store: Store, attention: Attention = TALKATIVE) -> None:
    """Everybody of PEOPLE; each rep below target, with one deal that has no next step and is stale."""
    filled(store, f"company of {attention!r}", lambda: _set_up(store, attention))


def _set_up(store: Store, attention: Attention) -> None:
    with store.writing() as uow:
        uow.workspace.ensure("Acme", "EUR", "Europe/Berlin", SUNDAY)
        uow.workspace.set_crm_as_of(SUNDAY)
        for one in PEOPLE:
            uow.people.save(one, "crm", f"crm-{one.id}")
        for rep in ("rob", "ria", "ray"):
            add_quota(uow, rep)
            add_deal(
                uow,
                f"deal_{rep}",
                rep,
                Stage.PROPOSAL,
                amount=Decimal(50_000),
                close_date=date(2026, 11, 20),
                created_at=SUNDAY - timedelta(days=90),
                entered_stage_at=SUNDAY - timedelta(days=40),
                last_moved_at=SUNDAY - timedelta(days=20),
            )
        # Fields that only one other deal has: with them the flags that need them are on for all.
        add_deal(uow, "deal_closed", "rob", Stage.CLOSED_WON, amount=Decimal(1000), closed_at=SUNDAY)
        add_crm(uow, Activities, deal_id="deal_closed", kind="call", occurred_at=SUNDAY)
        add_crm(uow, NextSteps, deal_id="deal_closed", text="Kick-off", done_at=SUNDAY)
    ensure_first_settings(store, load_settings(CONFIG).model_copy(update={"attention": attention}), SUNDAY)


def quiet(store: Store, pings_a_day: int = 1) -> None:
    """Let a day ring as seldom as this, the product's own setting unless said otherwise."""
    value = Attention(pings_a_day=pings_a_day).model_dump(mode="json")
    with store.writing() as uow:
        uow.connection.execute(update(Settings).where(Settings.key == "attention").values(value=value))


def add_quota(uow: Any, rep: str, amount: int = 100_000) -> None:
    period = {"period_start": date(2026, 10, 1), "period_end": date(2026, 12, 31)}
    add_crm(uow, Quotas, person_id=rep, amount=Decimal(amount), **period)


def brought(store: Store, jobs: RecordedJobs, state: str, steps: Callable[[RecordedJobs], T]) -> T:
    """Set the company up and bring it into a state; these steps make it, once for all tests.

    Returns what the steps returned.
    """

    def fill() -> tuple[RecordedJobs, T]:
        made = RecordedJobs()
        set_up(store)
        return made, steps(made)

    asked, returned = filled(store, state, fill)
    jobs.take(asked)
    return returned


def monday(store: Store, jobs: RecordedJobs, now: datetime = MONDAY) -> list[str]:
    """The health check has come round and was opened for everybody of the zone; return the fires' ids."""
    start_cadences(store, SUNDAY)
    fires = record_due_fires(store, jobs, now)
    for fire_id in fires:
        while expand_fire(store, jobs, fire_id, now):
            pass
    return fires


def owed_to(store: Store, rep: str, owner: str | None = None) -> Obligation:
    """The newest conversation owed to a rep."""
    with store.reading() as uow:
        found = [one for one in uow.obligations.about(rep, SUNDAY) if owner in (None, one.owner_id)]
    return [one for one in found if one.kind is ObligationKind.COVERAGE_CONVERSATION][-1]


def logged(
    store: Store, jobs: RecordedJobs, rep: str = "rob", now: datetime = MONDAY, **more: Any
) -> Answered:
    """The manager has logged the conversation that is owed to a rep."""
    obligation = owed_to(store, rep)
    values = {
        "slack_user_id": f"U{obligation.owner_id.upper()}",
        "obligation_id": obligation.id,
        "version": obligation.version,
        "held_on": now.date(),
        "minutes": 30,
        "cause": "stuck",
        "plan": PLAN,
        "next_step_on": now.date() + timedelta(days=7),
        **more,
    }
    return log_conversation(store, jobs, LogConversation(**values), now)


def question_to(store: Store, rep: str = "rob") -> str:
    """The id of what a rep has been asked and not answered."""
    with store.reading() as uow:
        return uow.conversations.open_for_rep(rep)[0].id


# Two of three tables are empty in most tests: one question for all of them, instead of one for each.
_FILLED = text(
    " UNION ALL ".join(f"SELECT '{one}' WHERE EXISTS (SELECT 1 FROM {one})" for one in metadata.tables)
)


def rows(store: Store) -> Rows:
    """Every row of every table, by its primary key."""
    with store.reading() as uow:
        with_rows = set(uow.connection.scalars(_FILLED))
        return {
            name: _rows_in(uow, table) if name in with_rows else {} for name, table in metadata.tables.items()
        }


def every(store: Store, name: str) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Every row of one table, by its primary key: to read all tables takes as long as a use case."""
    with store.reading() as uow:
        return _rows_in(uow, metadata.tables[name])


def _rows_in(uow: UnitOfWork, table: Table) -> dict[tuple[Any, ...], dict[str, Any]]:
    found = uow.connection.execute(select(table)).mappings()
    return {tuple(row[column.name] for column in table.primary_key): dict(row) for row in found}


def trail(store: Store) -> list[AuditEvent]:
    """The whole audit trail."""
    with store.reading() as uow:
        events = metadata.tables["audit_events"]
        found = uow.connection.execute(select(events).order_by(events.c.seq)).mappings()
        return [AuditEvent(**{name: row[name] for name in AuditEvent.__slots__}) for row in found]


# Columns that say how far a thing has come by itself, not what it is: nobody decided anything in them.
UNWATCHED = {
    "one_on_ones": {"agenda_sent_at", "asked_at"},
    "cadence_fires": {"expanded_at", "expanded_until"},
    "flag_responses": {"reasons"},
    "pipeline_reviews": {"place", "fire_id", "version"},
    "decisions": {"reasons", "judged_as_of", "version"},
    "deal_threads": {"message_ts", "permalink", "trouble", "shown_stage"},
    "evidence": {"permalink"},
    "demotion_proposals": {"shown_at"},
}
# Which entity of the trail answers for a changed row of a table.
ENTITY: dict[str, Callable[[dict[str, Any]], tuple[str, str]]] = {
    "obligations": lambda row: ("obligation", row["id"]),
    "coverage_conversations": lambda row: ("coverage_conversation", row["id"]),
    "verdict_comments": lambda row: ("verdict_comment", row["id"]),
    "acknowledgement_answers": lambda row: ("acknowledgement", row["acknowledgement_id"]),
    "flag_responses": lambda row: ("deal", row["deal_id"]),
    "one_on_one_series": lambda row: ("one_on_one_series", row["id"]),
    "one_on_ones": lambda row: ("one_on_one", row["id"]),
    "people": lambda row: ("person", row["id"]),
    "pipeline_reviews": lambda row: ("pipeline_review", row["id"]),
    "decisions": lambda row: ("decision", row["id"]),
    "settings": lambda row: ("settings", row["key"]),
    "cadence_fires": lambda row: ("cadence_fire", row["id"]),
    "deal_threads": lambda row: ("deal_thread", row["id"]),
    "inspection_questions": lambda row: ("inspection_question", row["id"]),
    "evidence": lambda row: ("evidence", row["id"]),
    "evidence_rulings": lambda row: ("evidence", row["evidence_id"]),
    "demotion_proposals": lambda row: ("demotion_proposal", row["id"]),
    "coaching_logs": lambda row: ("coaching_log", row["id"]),
    "coaching_log_versions": lambda row: ("coaching_log", row["log_id"]),
    "coaching_answers": lambda row: ("coaching_log", row["log_id"]),
    "coaching_steps": lambda row: (
        ("coaching_step", row["id"]) if row["outcome"] else ("coaching_log", row["log_id"])
    ),
    "skill_observations": lambda row: ("coaching_log", row["log_id"]),
    "coaching_deal_actions": lambda row: ("coaching_log", row["log_id"]),
    "coaching_notes": lambda row: ("coaching_log", row["log_id"]),
    "deep_dives": lambda row: ("obligation", row["obligation_id"]),
    "development_plans": lambda row: ("development_plan", row["id"]),
}


def changes(before: Rows, after: Rows) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every new or changed row of the tables whose changes belong in the trail."""
    for table in ENTITY:
        blind = UNWATCHED.get(table, set())
        for key, row in after[table].items():
            old = before[table].get(key)
            if old is None or any(row[name] != old[name] for name in row.keys() - blind):
                yield table, row


@contextmanager
def audited(store: Store, *, changing: set[str]) -> Iterator[None]:
    """Prove that the block changes rows of just these tables, each with a record in the trail."""
    before, seen = rows(store), len(trail(store))
    yield
    changed = list(changes(before, rows(store)))
    assert {table for table, _ in changed} == changing
    recorded = [(event.entity_kind, event.entity_id) for event in trail(store)[seen:]]
    for table, row in changed:
        assert ENTITY[table](row) in recorded, f"no record of a change in {table}: {row}"
