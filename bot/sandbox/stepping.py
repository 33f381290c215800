"""Steps the workspace's clock from due instant to due instant, each worked off before the next."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.sandbox.clock import ClockClient, Due, WorkspaceClock, iso
from bot.sandbox.json_types import Json

# A client may work off one instant in several pages; one that announces the same instant this often is stuck.
_SAME_INSTANT = 50


class StepRefusedError(Exception):
    """A step that can't be made now; the text is for the person who asked."""


@dataclass
class StepReport:
    """What a step did: the instants passed in order, and the clients that did not keep up."""

    now: datetime
    passed: list[Due] = field(default_factory=list)
    late: list[str] = field(default_factory=list)

    def as_json(self) -> Json:
        """The answer of the page's clock."""
        return {
            "ok": True,
            "now": iso(self.now),
            "passed": [due.as_json() for due in self.passed],
            "late_clients": self.late,
        }


class Stepper:
    """Makes one step of the clock at a time."""

    def __init__(self, clock: WorkspaceClock) -> None:
        self._clock = clock

    async def step(self, resolve: Callable[[], datetime]) -> StepReport:
        """Go to an instant, firing what is due on the way, in order.

        `resolve` names the instant once all announcements are fresh; what it raises goes through. Raises
        `StepRefusedError`.
        """
        clock = self._clock
        if clock.stepping:
            raise StepRefusedError("The clock is already being stepped. Wait until that is done.")
        report = StepReport(clock.now)
        clock.set_stepping(stepping=True)
        try:
            await self._refresh(report)
            target = resolve()
            if target < clock.now:
                raise StepRefusedError(f"The clock never runs backwards: it is {iso(clock.now)} already.")
            await self._fire_until(target, report)
            if clock.now < target:
                clock.advance(target)
                await self._all_caught_up(report)
                # What the last instant itself made due belongs to this step too.
                await self._fire_until(target, report)
        finally:
            clock.set_stepping(stepping=False)
        report.now = clock.now
        return report

    async def _refresh(self, report: StepReport) -> None:
        """Make a step in which no time passes: what people did since the last one may be due on the way."""
        await self._all_caught_up(report)
        if self._followers(report):
            self._clock.advance(self._clock.now)
            await self._all_caught_up(report)

    async def _fire_until(self, target: datetime, report: StepReport) -> None:
        repeats = 0
        while (due := self._next_due(report)) is not None and due.at <= target:
            repeats = repeats + 1 if due.at <= self._clock.now else 0
            if repeats > _SAME_INSTANT:
                report.late.extend(c.name for c in self._followers(report) if c.next_due == due)
                continue
            if not report.passed or report.passed[-1] != due:
                report.passed.append(due)
            self._clock.advance(due.at)
            await self._all_caught_up(report)

    def _next_due(self, report: StepReport) -> Due | None:
        announced = [client.next_due for client in self._followers(report) if client.next_due is not None]
        return min(announced, key=lambda due: due.at, default=None)

    def _followers(self, report: StepReport) -> list[ClockClient]:
        return [client for client in self._clock.live() if client.name not in report.late]

    async def _all_caught_up(self, report: StepReport) -> None:
        """Wait until every live client has worked off the current step, or note who did not."""
        clock = self._clock
        started = time.monotonic()
        expected = {client.name for client in self._followers(report)}
        while behind := [clock.clients[name] for name in expected if self._is_behind(name, started)]:
            if time.monotonic() - started >= clock.timing.step_patience:
                report.late.extend(client.name for client in behind)
                return
            await clock.wait_for_change(min(0.25, clock.timing.step_patience))

    def _is_behind(self, name: str, started: float) -> bool:
        """A client at work on this very step may take its time; one that never took it may be gone."""
        clock = self._clock
        client = clock.clients.get(name)
        if client is None or client.acknowledged == clock.step:
            return False
        at_work = client.handed == clock.step and client.handed_at >= started
        return at_work or client in clock.live()
