"""A deployment under faults: workspace, database, processes, and rounds that go wrong on purpose."""

from __future__ import annotations

import random
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette

from bot.sandbox.running import sandbox_in_thread
from bot.sandbox.server import build_sandbox
from bot.sandbox.timing import Timing
from bot.sandbox.workspace_file import parse_workspace
from bot.slack.messenger import LONGEST_WAIT
from tests.acceptance.bot_process import free_port
from tests.acceptance.environment import MANIFEST
from tests.acceptance.person import PAGE
from tests.faults.crowd import OPENING, PostgresServer, described, fill
from tests.faults.fleet import Fleet, Member
from tests.faults.ledger import Ledger
from tests.faults.rounds import Round

# What failed last waits for its next attempt; only what does not go then either is lost.
SETTLE_SECONDS = LONGEST_WAIT + 60.0
# Beyond twenty conversations one is read every three seconds.
CATCH_UP_SECONDS = 240.0
# People go on writing for so long after the last harm was done.
WRITING_SECONDS = 2.0
TAKEOVER_SECONDS = 30.0
# Time must go on whoever has died; an event not acknowledged comes again soon, and for as long as
# Slack goes on with it (six minutes): with a dozen kills the bot may be away for more than one.
HASTY = Timing(ack=3.0, client_grace=1.0, step_patience=1.0, event_retries=(0.2, 1, 2, 4, *(8,) * 44))


@dataclass
class Result:
    """What one round came to."""

    sent: int
    lost: list[str]
    doubled: list[str]
    seconds: float
    struck: int
    kills: int
    longest_wait: float
    takeovers: list[float]
    unwanted_ends: dict[str, int]


class Deployment:
    """Everything of one run; `seed` decides who is killed, when, and which calls fail."""

    def __init__(
        self,
        url: str,
        sandbox: Starlette,
        fleet: Fleet,
        ledger: Ledger,
        postgres: PostgresServer | None,
        managers: int,
        seed: int,
    ) -> None:
        self.fleet = fleet
        self._ledger = ledger
        self._postgres = postgres
        self._managers = managers
        self._seed = seed
        self._dice = random.Random(seed)  # noqa: S311 - reproducible, not secret
        self._http = httpx.Client(base_url=url, headers=PAGE, timeout=120, trust_env=False)
        self._hub = sandbox.state.hub
        self._monday = OPENING + timedelta(minutes=5)
        self._takeovers: list[float] = []
        self._written = 0
        self._waits: dict[str, float] = {}

    def close(self) -> None:
        """Hang up."""
        self._http.close()

    def play(self, this: Round) -> Result:
        """Play a round: let Monday come, do harm while people write, lift the faults, and settle up."""
        began = time.monotonic()
        self._takeovers = []
        fires = self._ledger.fires()
        for number, fault in enumerate(this.faults):
            self._set(fault, self._seed * 100 + number)
        with self._stepped_to(self._monday), self._waits_noted():
            with self._people_write():
                self._until(lambda: self._ledger.rows("SELECT 1") != [] and self._ledger.fires() > fires)
                self._harm(this)
                time.sleep(WRITING_SECONDS)
            # The faults stay on until every message has found its way through them, or has had its time.
            self._until(lambda: self._ledger.unsettled() == 0, this.patience)
        struck = sum(fault["struck"] for fault in self._http.get("/control/faults").json()["faults"])
        self._http.delete("/control/faults")
        self._settle()
        account = self._ledger.account(self._opened(), self._written)
        return Result(
            account.sent,
            account.lost,
            account.doubled,
            time.monotonic() - began,
            struck,
            this.kills,
            max(self._waits.values(), default=0.0),
            self._takeovers,
            self._unwanted_ends(this),
        )

    def _unwanted_ends(self, this: Round) -> dict[str, int]:
        """Return who ended though nobody killed it; one that lost its database has to."""
        if this.restart_database:
            return {}
        return {member.name: member.ends for member in self.fleet.members if member.ends}

    def _harm(self, this: Round) -> None:
        deeds = ["kill"] * this.kills + ["stop"] * this.stops + ["cut"] * this.cut_sockets
        deeds += ["restart"] * this.restart_database
        self._dice.shuffle(deeds)
        for deed in deeds:
            time.sleep(self._dice.uniform(0.1, 1.2))
            match deed:
                case "kill":
                    self._kill(self._dice.choice(self._ready_ones()))
                case "stop":
                    self._stop_for_a_while(self._dice.choice(self.fleet.members), this.stop_seconds)
                case "cut":
                    self._http.delete("/control/sockets", params={"abrupt": "1"})
                case "restart" if self._postgres is not None:
                    self._postgres.restart()
            self.fleet.tend()

    def _ready_ones(self) -> list[Member]:
        # Of several, one dies while the others live: how long a start takes is no matter of taking over.
        enough = any if self._postgres is None else all
        self._until(lambda: enough(member.is_ready() for member in self.fleet.members))
        return [member for member in self.fleet.members if member.is_ready()] or self.fleet.members

    def _kill(self, victim: Member) -> None:
        executor = victim.slot if self._postgres else "embedded"
        jobs = self._ledger.in_hand(executor) if executor else {}
        victim.signal(signal.SIGKILL)
        self._dead_ones_work_is_taken_up(jobs, time.monotonic())

    def _stop_for_a_while(self, victim: Member, seconds: float) -> None:
        victim.signal(signal.SIGSTOP)
        time.sleep(seconds)
        victim.signal(signal.SIGCONT)

    def _dead_ones_work_is_taken_up(self, jobs: dict[str, tuple[Any, ...]], since: float) -> None:
        while self._ledger.untouched(jobs):
            assert time.monotonic() < since + TAKEOVER_SECONDS, f"nobody takes up {list(jobs)}"
            # Where there are others, they must do it: the dead one stays dead until they have.
            if not any(
                member.is_alive() for member in self.fleet.members if member.slot or not self._postgres
            ):
                self.fleet.tend()
            time.sleep(0.05)
        if jobs:
            self._takeovers.append(time.monotonic() - since)

    def _settle(self) -> None:
        self.fleet.ready()
        self._until(lambda: self._ledger.unsettled() == 0)
        # Events that were refused while everybody was dead come again until they are taken.
        pending = self._hub.events.busy
        self._until(lambda: not pending())
        # What Slack gave up bringing is found where it was written, one conversation after the other.
        self._until(lambda: self._ledger.answers() >= self._written, CATCH_UP_SECONDS)
        self._until(lambda: self._ledger.unsettled() == 0)

    def _until(self, holds: Callable[[], bool], seconds: float = SETTLE_SECONDS) -> None:
        deadline = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > deadline:
                # The account says what is missing; a hang is no better an answer.
                return
            self.fleet.tend()
            time.sleep(0.1)

    def _opened(self) -> set[str]:
        """Return the events that tell of an opened Home tab and that were acked: those are the bot's to lose.

        What nobody took in all of Slack's attempts is not: opened again, the tab is there.
        """
        log = list(self._hub.dispatcher.log.records)
        return {record.id for record in log if record.type == "app_home_opened" and record.status == "ok"}

    def _set(self, fault: Mapping[str, Any], seed: int) -> None:
        answer = self._http.post("/control/faults", json={"seed": seed, **fault}).json()
        assert answer["ok"], answer

    @contextmanager
    def _stepped_to(self, moment: datetime) -> Iterator[None]:
        """Let the clock go there; it does not wait for those who are dead."""

        def step() -> None:
            self._http.post("/page/clock/step", json={"to": moment.isoformat()})

        stepping = threading.Thread(target=step)
        stepping.start()
        try:
            yield
        finally:
            stepping.join()

    @contextmanager
    def _waits_noted(self) -> Iterator[None]:
        """Note for each delivery how long it was seen waiting."""
        over = threading.Event()

        def watch() -> None:
            first: dict[str, float] = {}
            while not over.wait(0.2):
                for delivery in self._ledger.waiting():
                    began = first.setdefault(delivery, time.monotonic())
                    self._waits[delivery] = time.monotonic() - began

        watching = threading.Thread(target=watch)
        watching.start()
        try:
            yield
        finally:
            over.set()
            watching.join()

    @contextmanager
    def _people_write(self) -> Iterator[None]:
        """Let somebody write to the bot now and then; each message is to be answered once."""
        over = threading.Event()
        dice = random.Random(self._seed)  # noqa: S311 - reproducible, not secret

        def write() -> None:
            while not over.wait(0.4):
                user = f"UM{dice.randrange(self._managers)}"
                with suppress(httpx.HTTPError):
                    self._http.post(f"/page/{user}/home", json={"tab": "home"})
                    dm = self._hub.state.app_dm(user).id
                    said = {"channel": dm, "text": "hello"}
                    self._written += self._http.post(f"/page/{user}/messages", json=said).json()["ok"]

        writing = threading.Thread(target=write)
        writing.start()
        try:
            yield
        finally:
            over.set()
            writing.join()


@contextmanager
def deployed(kind: str, folder: Path, managers: int, seed: int) -> Iterator[Deployment]:
    """Give a deployment on one kind of database: one process on SQLite, three on PostgreSQL."""
    workspace, port, socket_mode = described(managers), free_port(), kind == "sqlite"
    events_url = None if socket_mode else f"http://127.0.0.1:{port}/slack/events"
    sandbox = build_sandbox(
        parse_workspace(workspace), MANIFEST, events_url=events_url, data=None, timing=HASTY
    )
    with ExitStack() as stack:
        postgres = PostgresServer(folder) if kind == "postgresql" else None
        if postgres is not None:
            stack.callback(postgres.close)
        database_url = postgres.database("crowd") if postgres else f"sqlite:///{folder}/crowd.db"
        fill(database_url, managers)
        url = stack.enter_context(sandbox_in_thread(sandbox))
        variables = {
            "SLACK_BOT_TOKEN": workspace["app"]["bot_token"],
            "SLACK_SIGNING_SECRET": workspace["app"]["signing_secret"],
            "SLACK_API_URL": f"{url}/api/",
            "DRUMBEAT_CLOCK_URL": f"{url}/clock",
            "DRUMBEAT_DATA": str(folder / "bot"),
            "DATABASE_URL": database_url,
        }
        if socket_mode:
            variables["SLACK_APP_TOKEN"] = workspace["app"]["app_token"]
        commands = ("run",) if postgres is None else ("web", "worker", "worker")
        ports = [port] + [free_port() for _ in commands[1:]]
        fleet = Fleet(
            [
                Member(f"{command}-{number}", command, {**variables, "PORT": str(at)}, folder)
                for number, (command, at) in enumerate(zip(commands, ports, strict=True))
            ]
        )
        ledger = Ledger(database_url, sandbox, managers)
        stack.callback(ledger.close)
        stack.callback(fleet.stop)
        fleet.start()
        deployment = Deployment(url, sandbox, fleet, ledger, postgres, managers, seed)
        stack.callback(deployment.close)
        yield deployment
