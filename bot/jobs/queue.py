"""Enqueues jobs in the caller's transaction: a record and its consequence commit together."""

from __future__ import annotations

from dbos import DBOSClient, EnqueueOptions
from sqlalchemy import Connection, Engine

from bot.jobs.protocols import Lane
from bot.store.ids import new_id

APPLICATION = "drumbeat"

# Changes only when a workflow's body changes: running work is taken up again by the same version only.
WORKFLOW_VERSION = "3"

# Parts a job's id from what makes it another job for the same: an id that was used once is taken for good.
AGAIN = "#again"


def next_attempt_id(job_id: str, attempt: int) -> str:
    """Return the id of the job that makes a later attempt at what this one was for."""
    purpose, _, rest = job_id.partition(AGAIN)
    return f"{purpose}{AGAIN}{rest.partition('.')[0]}.{attempt}"


class DurableQueue:
    """The JobQueue on DBOS's tables in the store's own database. Arguments are ids and the lane's name."""

    def __init__(self, engine: Engine) -> None:
        self._client = DBOSClient(system_database_engine=engine, lazy=True, application_name=APPLICATION)
        self.asked = 0
        """How many jobs this process has asked for; grows while others look at it."""

    def deliver(self, connection: Connection, delivery_id: str, lane: Lane) -> None:
        """Ask for a delivery; asking twice for the same id is one job."""
        self._enqueue(connection, "deliver", delivery_id, lane, (lane.value,))

    def expand(self, connection: Connection, fire_id: str) -> None:
        """Ask for a fire's fan-out; asking twice for the same fire is one job."""
        self._enqueue(connection, "expand", fire_id, Lane.EXPANSIONS)

    def deliver_again(self, connection: Connection, delivery_id: str, lane: Lane) -> None:
        """Ask for a delivery whose earlier job is over or gone; each call is one more job."""
        self._enqueue(connection, "deliver", delivery_id, lane, (lane.value,), new_id(AGAIN))

    def expand_again(self, connection: Connection, fire_id: str) -> None:
        """Ask for a fire's fan-out whose earlier job is over or gone; each call is one more job."""
        self._enqueue(connection, "expand", fire_id, Lane.EXPANSIONS, (), new_id(AGAIN))

    def _enqueue(
        self,
        connection: Connection,
        workflow: str,
        subject_id: str,
        lane: Lane,
        more: tuple[str, ...] = (),
        again: str = "",
    ) -> None:
        options: EnqueueOptions = {
            "workflow_name": workflow,
            "queue_name": lane.value,
            "workflow_id": f"{workflow}:{subject_id}{again}",
            "app_version": WORKFLOW_VERSION,
        }
        self._client.enqueue_in_transaction(connection, options, subject_id, *more)
        self.asked += 1
