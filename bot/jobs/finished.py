"""Forgets jobs that are over: what they were about is on record in our own tables."""

from __future__ import annotations

from datetime import datetime

from dbos import DBOSClient
from sqlalchemy import Engine

from bot.jobs.queue import APPLICATION

OVER = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]


class FinishedJobs:
    """The jobs that are over, of whatever version."""

    def __init__(self, engine: Engine) -> None:
        self._client = DBOSClient(system_database_engine=engine, lazy=True, application_name=APPLICATION)

    def forget_before(self, moment: datetime, at_most: int) -> int:
        """Forget those that ended before `moment` of real time, a page of them; return how many.

        A delivery that is asked for again under the id of a forgotten job finds itself settled.
        """
        over = self._client.list_workflows(
            status=OVER,
            completed_before=moment.isoformat(),
            limit=at_most,
            load_input=False,
            load_output=False,
        )
        if over:
            self._client.delete_workflows([job.workflow_id for job in over])
        return len(over)
