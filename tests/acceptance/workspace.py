"""The workspace around the people: its clock, its faults, what was sent, and the bot that is tried in it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from sqlalchemy import create_engine, text
from starlette.applications import Starlette

from bot.sandbox.hub import Hub
from tests.acceptance.bot_process import BotProcess
from tests.acceptance.person import PAGE, Person
from tests.acceptance.screen import Json

STEP_SECONDS = 150.0
START_SECONDS = 90.0


class Workspace:
    """A sandbox with its bot running."""

    def __init__(self, url: str, sandbox: Starlette | None, bot: BotProcess) -> None:
        self.url = url
        self.sandbox = sandbox
        self.bot = bot
        self._http = httpx.Client(base_url=url, headers=PAGE, timeout=STEP_SECONDS, trust_env=False)
        self._people: dict[str, Person] = {}
        self.opens_a_page: Callable[[str, Json, str], Person] = Person

    def close(self) -> None:
        """Close every page, and the line to the clock."""
        for person in self._people.values():
            person.leaves()
        self._people = {}
        self._http.close()

    def person(self, name: str) -> Person:
        """Return the person of this name, with a page open."""
        if name not in self._people:
            known = self._http.get("/page/bootstrap").json()
            user = next(one for one in known["users"] if one["real_name"] == name)
            self._people[name] = self.opens_a_page(self.url, user, known["app"]["bot_user_id"])
        return self._people[name]

    @property
    def hub(self) -> Hub:
        """The inside of a sandbox that runs in this process."""
        assert self.sandbox is not None, "the sandbox runs in a process of its own"
        found: Hub = self.sandbox.state.hub
        return found

    # ------------------------------------------------------------ time

    @property
    def now(self) -> datetime:
        """The workspace's time."""
        return datetime.fromisoformat(self._http.get("/clock").json()["now"])

    def clock_to(self, moment: str, zone: str = "Europe/Berlin") -> list[str]:
        """Step the clock to this local time, firing what is due on the way; return what was passed."""
        at = datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
        return self.step(at.isoformat())

    def step(self, to: str) -> list[str]:
        """Step the clock ("+1h", "next_cadence", an instant); return the labels of what was passed."""
        answer = self._http.post("/page/clock/step", json={"to": to}).json()
        assert answer["ok"], answer
        assert not answer["late_clients"], f"the bot did not keep up:\n{self.bot.log()}"
        return [due["label"] for due in answer["passed"]]

    def step_alone(self, to: str) -> None:
        """Step the clock from a thread of its own, whatever becomes of those who follow it."""
        with httpx.Client(base_url=self.url, headers=PAGE, timeout=STEP_SECONDS, trust_env=False) as http:
            http.post("/page/clock/step", json={"to": to})

    def settles(self) -> None:
        """Let the bot work off everything it has to do at this moment."""
        self.step(self.now.isoformat())

    # ------------------------------------------------------------ the bot

    def start_bot(self) -> None:
        """Start the bot, and wait until it follows the clock."""
        self.bot.start()
        self.wait_for(self.bot)

    def wait_for(self, process: BotProcess) -> None:
        """Wait until a process that was started is ready and the clock is followed."""
        deadline = time.monotonic() + START_SECONDS
        while not (process.is_ready() and self._http.get("/page/clock").json()["next_cadence"]):
            assert process.is_alive(), f"the bot did not start:\n{process.log()}"
            assert time.monotonic() < deadline, f"the bot does not get ready:\n{process.log()}"
            time.sleep(0.05)

    def is_followed_by(self, process: BotProcess) -> bool:
        """Tell whether the clock has heard of this process."""
        return f"drumbeat-{process.pid}" in self.hub.clock.clients

    def stop_bot(self, *, kill: bool = False) -> None:
        """Stop the bot as an operator does, or kill it; return once the clock no longer counts on it."""
        self.bot.stop(kill=kill)
        while self._http.get("/page/clock").json()["next_cadence"]:
            time.sleep(0.05)

    # ------------------------------------------------------------ behind the scenes

    def fault(self, kind: str, **settings: Any) -> None:
        """Let something go wrong from now on."""
        answer = self._http.post("/control/faults", json={"kind": kind, **settings})
        assert answer.json()["ok"], answer.text

    def no_faults(self) -> None:
        """Let nothing go wrong any more."""
        self._http.delete("/control/faults")

    def struck(self) -> int:
        """Return how often the faults in force have struck."""
        return sum(fault["struck"] for fault in self._http.get("/control/faults").json()["faults"])

    def calls(self, method: str) -> list[Json]:
        """Return the calls of one method of the Web API so far."""
        found: list[Json] = self._http.get("/control/calls", params={"method": method}).json()["calls"]
        return found

    def records(self, query: str, values: Mapping[str, object] | None = None) -> list[tuple[Any, ...]]:
        """Return what the bot's database holds, for what no page shows."""
        engine = create_engine(self.bot.database_url)
        try:
            with engine.connect() as connection:
                return [tuple(row) for row in connection.execute(text(query), values or {})]
        finally:
            engine.dispose()

    def posted(self) -> list[str]:
        """Return which deliveries stand as messages in the workspace, each as often as it stands there."""
        return [
            str(message["metadata"]["event_payload"]["delivery_id"])
            for conversation in self.hub.state.conversations.values()
            for message in list(conversation.messages.values())
            if message.get("metadata")
        ]

    def trail(self) -> int:
        """Return how many changes the audit trail holds."""
        return int(self.records("SELECT count(*) FROM audit_events")[0][0])
