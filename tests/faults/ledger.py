"""What was recorded held against what arrived: sent, lost, doubled, and what a dead process left."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import OperationalError
from starlette.applications import Starlette

UNSETTLED = "('queued', 'failed')"


@dataclass(frozen=True)
class Account:
    """The sum at one moment, since the very start. `lost` and `doubled` name each case with what is known."""

    sent: int
    lost: list[str]
    doubled: list[str]


class Ledger:
    """Reads the bot's database and the workspace; neither is asked to account for itself."""

    def __init__(self, database_url: str, sandbox: Starlette, managers: int) -> None:
        self._engine: Engine = create_engine(database_url, pool_pre_ping=True)
        # On SQLite DBOS's tables have no schema.
        self._jobs = "workflow_status" if database_url.startswith("sqlite") else "dbos.workflow_status"
        self._hub = sandbox.state.hub
        self._managers = managers

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return what the database holds; nothing while it is down."""
        try:
            with self._engine.connect() as connection:
                return [tuple(row) for row in connection.execute(text(query))]
        except OperationalError:
            return []

    def unsettled(self) -> int:
        """Count what is still to be done: deliveries to send, fires to expand, events to work off."""
        query = (
            f"SELECT (SELECT count(*) FROM deliveries WHERE state IN {UNSETTLED})"
            " + (SELECT count(*) FROM cadence_fires WHERE expanded_at IS NULL)"
            " + (SELECT count(*) FROM inbox_events)"
        )
        found = self.rows(query)
        return int(found[0][0]) if found else -1

    def waiting(self) -> list[str]:
        """Return the deliveries that are still to be sent."""
        return [str(row[0]) for row in self.rows(f"SELECT id FROM deliveries WHERE state IN {UNSETTLED}")]

    def fires(self) -> int:
        """Count the fires recorded so far."""
        return int(self.rows("SELECT count(*) FROM cadence_fires")[0][0])

    def in_hand(self, executor: str | None) -> dict[str, tuple[Any, ...]]:
        """Return the jobs a process is at, each with what changes once another takes it up."""
        found = self.rows(
            f"SELECT workflow_uuid, status, executor_id, started_at_epoch_ms, recovery_attempts "
            f"FROM {self._jobs} WHERE status = 'PENDING'"
        )
        return {row[0]: row[1:] for row in found if executor in (None, row[2])}

    def untouched(self, jobs: dict[str, tuple[Any, ...]]) -> int:
        """Count those of these jobs that lie as they lay."""
        now = self.in_hand(None)
        return sum(now.get(job) == mark for job, mark in jobs.items())

    def answers(self) -> int:
        """Count the answers to what people wrote; -1 while the database is down."""
        found = self.rows("SELECT count(*) FROM notices WHERE kind = 'hint'")
        return int(found[0][0]) if found else -1

    def account(self, opened: set[str], written: int) -> Account:
        """Settle everything up to now: Home tabs `opened`, by the events' ids, and messages `written`."""
        said = self._said()
        lost, doubled = [], []
        rows = self.rows(
            "SELECT d.id, d.state, d.mode, d.attempts, d.error, n.kind "
            "FROM deliveries d JOIN notices n ON n.id = d.notice_id"
        )
        for delivery, state, mode, attempts, error, kind in rows:
            count = said[delivery]
            words = f"{kind} {delivery} ({mode}, {state}, {attempts} attempts, {error})"
            posted = mode in ("post", "reply")
            if state in ("queued", "failed", "dead") or (state == "sent" and posted and not count):
                lost.append(words)
            if count > 1:
                doubled.append(f"{words}: {count} times; {self._cause(delivery)}")
        lost += self._missing_cards(rows)
        keys = {key for (key,) in self.rows("SELECT key FROM inbound_keys")}
        lost += [f"event {event}, which was acked" for event in sorted(opened - keys)]
        hints = sum(kind == "hint" for *_, kind in rows)
        lost += [f"a message from a person, {number}" for number in range(written - hints)]
        doubled += [f"an answer to a person, {number}" for number in range(hints - written)]
        return Account(sum(said.values()), lost, doubled)

    def _missing_cards(self, rows: list[tuple[Any, ...]]) -> list[str]:
        owed = self._managers * self.fires()
        found = sum(kind == "health_check" and mode == "post" for _, _, mode, _, _, kind in rows)
        return [] if found == owed else [f"{owed} health checks were owed, {found} recorded"]

    def _said(self) -> Counter[str]:
        return Counter(
            str(message["metadata"]["event_payload"]["delivery_id"])
            for conversation in list(self._hub.state.conversations.values())
            for message in list(conversation.messages.values())
            if "delivery_id" in message.get("metadata", {}).get("event_payload", {})
        )

    def _cause(self, delivery: str) -> str:
        """Tell from the log of calls whether the conversation was looked at between two posts."""
        channel = next(
            conversation.id
            for conversation in self._hub.state.conversations.values()
            for message in conversation.messages.values()
            if message.get("metadata", {}).get("event_payload", {}).get("delivery_id") == delivery
        )
        calls = [call for call in self._hub.calls.all() if call["args"].get("channel") == channel]
        told = []
        for call in calls:
            if call["method"] == "chat.postMessage" and delivery in str(call["args"].get("metadata")):
                told.append(f"post({'ok' if call['ok'] else call['error']})")
            elif call["method"] in ("conversations.history", "conversations.replies"):
                told.append(f"search({'ok' if call['ok'] else call['error']})")
        return " ".join(told)
