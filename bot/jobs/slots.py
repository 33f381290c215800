"""Who carries out which jobs on PostgreSQL: each process holds a slot, and a dead one's work moves on."""

from __future__ import annotations

import asyncio
import threading
import time
import zlib
from collections import defaultdict
from collections.abc import Callable

import structlog
from dbos import DBOSClient
from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, text

from bot.errors import reference_id
from bot.jobs.queue import APPLICATION, WORKFLOW_VERSION

log = structlog.get_logger()

CONFIRM_SECONDS = 1.0
TAKE_OVER_SECONDS = 2.0
# A process that was frozen for longer sends nothing before it has asked whether the slot is still its own.
FRESH_SECONDS = 3.0
MOST_SLOTS = 1000

# The first half of each advisory lock: what it is about. The second half is what it is held on.
_SLOT, _VERSION = 0x44525542, 0x44525543
# A host that vanished without a word is noticed in some ten seconds, on both sides.
KEEPALIVE = {
    "keepalives_idle": 4,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    "connect_timeout": 5,
    "options": "-c tcp_keepalives_idle=4 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3"
    " -c tcp_user_timeout=10000",
}
_HELD = text(
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid = pg_backend_pid()"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND classid::bigint = :kind AND objid::bigint = :key"
)


class SlotLostError(Exception):
    """The slot's lock is gone: another process may be carrying out this one's jobs by now."""


def version_is_gone(connection: Connection, version: str) -> bool:
    """Tell whether no live process carries out jobs of this version; it stays so until the transaction ends.

    Always so on SQLite, where one process runs, of the current version.
    """
    if version == WORKFLOW_VERSION:
        return False
    if connection.dialect.name == "sqlite":
        return True
    lock = text("SELECT pg_try_advisory_xact_lock(:kind, :key)")
    return bool(connection.scalar(lock, {"kind": _VERSION, "key": _signed(version)}))


class ExecutorSlot:
    """This process's place among those that carry out jobs, held by a PostgreSQL session of its own.

    `name` is the executor id. `on_lost` is called from the watching thread, once, when the session is gone.
    """

    def __init__(self, database_url: str | URL, on_lost: Callable[[], None]) -> None:
        self._engine: Engine = create_engine(
            database_url, poolclass=NullPool, connect_args=KEEPALIVE, isolation_level="AUTOCOMMIT"
        )
        # Without retries: the watcher must notice a lost database, not wait for its return.
        self._client = DBOSClient(
            system_database_engine=self._engine,
            lazy=True,
            application_name=APPLICATION,
            retry_connection_errors=False,
        )
        self._on_lost = on_lost
        self._connection: Connection | None = None
        self._confirmed_at = 0.0
        self._over = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="executor-slot", daemon=True)
        self.name = ""

    def take(self) -> None:
        """Take the first free slot and watch it from now on."""
        self._connection = self._engine.connect()
        shared = text("SELECT pg_advisory_lock_shared(:kind, :key)")
        self._connection.execute(shared, {"kind": _VERSION, "key": _signed(WORKFLOW_VERSION)})
        for number in range(1, MOST_SLOTS + 1):
            if self._try_lock(f"slot-{number}"):
                self.name = f"slot-{number}"
                break
        else:
            raise SlotLostError(f"all {MOST_SLOTS} slots are taken")
        self._confirm()
        log.info("slot_taken", slot=self.name)
        self._watcher.start()

    async def fence(self) -> None:
        """Return once the slot is known to be held, and never if it is lost: whoever waits sends nothing."""
        while time.monotonic() - self._confirmed_at > FRESH_SECONDS:  # noqa: ASYNC110 - told by a thread
            await asyncio.sleep(0.05)

    def release(self) -> None:
        """Give the slot back; what is still in hand is taken up by whoever has the next turn."""
        self._over.set()
        self._watcher.join(timeout=10)
        if self._connection is not None:
            self._connection.close()
        self._engine.dispose()

    def _watch(self) -> None:
        next_turn = 0.0
        while not self._over.wait(CONFIRM_SECONDS):
            try:
                self._confirm()
            except Exception as error:  # noqa: BLE001 - whatever it is, the lock is in doubt
                log.critical("slot_lost", slot=self.name, error=type(error).__name__)
                self._confirmed_at = float("-inf")
                self._on_lost()
                return
            if time.monotonic() >= next_turn:
                next_turn = time.monotonic() + TAKE_OVER_SECONDS
                try:
                    self.take_over()
                except Exception:
                    log.exception("take_over_failed", reference=reference_id())

    def _confirm(self) -> None:
        asked_at = time.monotonic()
        held = self._session.scalar(_HELD, {"kind": _SLOT, "key": _unsigned(self.name)})
        if not held:
            raise SlotLostError(self.name)
        # As of the question: the answer may have waited in a frozen process.
        self._confirmed_at = asked_at

    def take_over(self) -> int:
        """Put the jobs of dead processes back on their queues; return how many."""
        holders = {job.executor_id for job in self._client.list_workflows(status="PENDING", load_input=False)}
        resumed = 0
        for holder in sorted(name for name in holders if name and name != self.name):
            # Whoever gets the lock knows the process to be gone, and keeps it from being taken up by two.
            if not self._try_lock(holder):
                continue
            try:
                resumed += self._resume(holder)
            finally:
                unlock = text("SELECT pg_advisory_unlock(:kind, :key)")
                self._session.execute(unlock, {"kind": _SLOT, "key": _signed(holder)})
        return resumed

    def _resume(self, holder: str) -> int:
        jobs = self._client.list_workflows(status="PENDING", executor_id=holder, load_input=False)
        by_queue = defaultdict(list)
        for job in jobs:
            by_queue[job.queue_name].append(job.workflow_id)
        for queue, ids in by_queue.items():
            self._client.resume_workflows(ids, queue_name=queue)
        if jobs:
            log.warning("jobs_taken_over", slot=self.name, dead=holder, count=len(jobs))
        return len(jobs)

    @property
    def _session(self) -> Connection:
        if self._connection is None:
            raise SlotLostError("no slot was taken")
        return self._connection

    def _try_lock(self, name: str) -> bool:
        lock = text("SELECT pg_try_advisory_lock(:kind, :key)")
        return bool(self._session.scalar(lock, {"kind": _SLOT, "key": _signed(name)}))


def _unsigned(name: str) -> int:
    return zlib.crc32(name.encode())


def _signed(name: str) -> int:
    """Return the name as one of PostgreSQL's four-byte integers."""
    number = _unsigned(name)
    return number - (1 << 32) if number >= 1 << 31 else number
