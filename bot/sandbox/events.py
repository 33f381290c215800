"""Sends the app the events its manifest declares, and repeats those it did not acknowledge."""

import asyncio
import contextlib
from collections.abc import Coroutine

from bot.sandbox.clock import WorkspaceClock
from bot.sandbox.delivery import Ack, Payload, Retry
from bot.sandbox.dispatcher import Dispatcher
from bot.sandbox.faults import FaultBoard
from bot.sandbox.identifiers import new_id
from bot.sandbox.json_types import Json
from bot.sandbox.manifest import Manifest
from bot.sandbox.timing import Timing
from bot.sandbox.workspace_file import WorkspaceFile


class EventSender:
    """Events leave in the order they happened; their repetitions are on their own."""

    def __init__(
        self,
        workspace: WorkspaceFile,
        manifest: Manifest,
        clock: WorkspaceClock,
        dispatcher: Dispatcher,
        faults: FaultBoard,
        timing: Timing,
    ) -> None:
        self._workspace = workspace
        self._manifest = manifest
        self._clock = clock
        self._dispatcher = dispatcher
        self._faults = faults
        self._timing = timing
        self._tasks: set[asyncio.Task[None]] = set()
        self._overtaken = asyncio.Event()

    def emit(self, declared_as: str, event: Json) -> None:
        """Deliver an event if the manifest declares it (`message.im` for a `message` in a DM)."""
        if not self._manifest.delivers(declared_as):
            return
        payload = Payload("event", event["type"], self._envelope(event))
        held = self._faults.held_for(event["type"])
        self._start(self._overtaking(payload) if held is None else self._held_back(payload, held))
        for number in range(self._faults.copies(event["type"])):
            self._start(self._once_more(payload, Retry(number + 1, "http_timeout")))

    def busy(self) -> bool:
        """Whether an event or a repetition of one is still under way."""
        return bool(self._tasks)

    async def drained(self) -> None:
        """Return once every event, with its repetitions, is done with."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def close(self) -> None:
        """Give up what is still being repeated."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _overtaking(self, payload: Payload) -> None:
        held_back, self._overtaken = self._overtaken, asyncio.Event()
        try:
            await self._deliver(payload)
        finally:
            held_back.set()

    async def _held_back(self, payload: Payload, seconds: float) -> None:
        """Deliver an event after the one that happens next, or after so many seconds without any."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._overtaken.wait(), seconds)
        await self._deliver(payload)

    async def _deliver(self, payload: Payload) -> None:
        record = self._dispatcher.begin(payload)
        ack: Ack = await self._dispatcher.attempt(payload, record)
        for number, delay in enumerate(self._timing.event_retries, start=1):
            if ack.ok or ack.no_retry:
                return
            await asyncio.sleep(delay)
            ack = await self._dispatcher.attempt(payload, record, Retry(number, _reason(ack, record.via)))

    async def _once_more(self, payload: Payload, retry: Retry) -> None:
        await self._dispatcher.attempt(payload, self._dispatcher.begin(payload), retry)

    def _envelope(self, event: Json) -> Json:
        app, team = self._workspace.app, self._workspace.team
        authorization = {
            "enterprise_id": None,
            "team_id": team.id,
            "user_id": app.bot_user_id,
            "is_bot": True,
            "is_enterprise_install": False,
        }
        return {
            "token": "sandbox",
            "team_id": team.id,
            "context_team_id": team.id,
            "context_enterprise_id": None,
            "api_app_id": app.id,
            "event": event,
            "type": "event_callback",
            "event_id": new_id("Ev"),
            "event_time": self._clock.epoch(),
            "authorizations": [authorization],
            "is_ext_shared_channel": False,
            "event_context": f"4-{new_id('')}",
        }


def _reason(ack: Ack, via: str) -> str:
    """Why an event is repeated, in the words of the way it went."""
    if ack.outcome == "timeout":
        return "timeout" if via == "socket" else "http_timeout"
    return ack.outcome if ack.outcome in ("http_error", "connection_failed") else "unknown_error"
