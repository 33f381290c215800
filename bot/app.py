"""The composition root: builds the running bot and passes each part what it needs."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.clock import Clock, Horizon, SteppedClock
from bot.config import Config
from bot.crm.source import Crm
from bot.domain.settings import Settings
from bot.errors import ConfigurationError, Fault
from bot.interpreter import settle_in
from bot.jobs.engine import JobEngine, pass_all
from bot.jobs.finished import FinishedJobs
from bot.jobs.process_lock import ProcessLock
from bot.jobs.queue import DurableQueue
from bot.jobs.slots import ExecutorSlot
from bot.metrics import Metrics
from bot.operations import Operations, counted, noted
from bot.resources import opened_clock, opened_store, set_up
from bot.scheduler import Scheduler
from bot.services.cadence_fires import start_cadences
from bot.services.crm_sync import sync
from bot.services.directory import join_directory
from bot.services.fan_out import expand_fire
from bot.services.housekeeping import keep_house
from bot.services.pacing import SharedPacer
from bot.services.reconcile import reconcile
from bot.services.status import read_figures
from bot.services.team_channels import channel_prefix, map_channels
from bot.services.tick import tick
from bot.slack import connection
from bot.slack.bolt import build_bolt
from bot.slack.catch_up import CatchUp
from bot.slack.channel_post import ChannelPost
from bot.slack.event_inbox import EventInbox
from bot.slack.http_server import HttpServer
from bot.slack.listeners.desk import Desk
from bot.slack.messenger import Messenger
from bot.slack.socket_mode import socket_mode
from bot.stopping import stop_on_signals
from bot.store.engine import store_url
from bot.store.unit_of_work import Store

log = structlog.get_logger()

# A step of the clock waits for its messages; one that Slack holds back for longer is not worth waiting for.
DRAIN_SECONDS = 50.0
# Of the ten that a process has in all, for the messages in hand.
SHUTDOWN_SECONDS = 8
# The exit code of a process that may no longer send; whatever runs it starts it again.
SLOT_LOST = 3
DIRECTORY_SECONDS = 3600
RECONCILE_SECONDS = 60
# Asked so often whether the day's turn is taken.
HOUSEKEEPING_SECONDS = 900
CATCH_UP_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Duties:
    """What this process does: take what Slack sends, carry out jobs and time, or both."""

    web: bool = True
    worker: bool = True


async def run(config: Config, first_settings: Settings, crm: Crm | None, duties: Duties) -> None:
    """Run the bot until it is told to stop (SIGTERM or SIGINT)."""
    async with AsyncExitStack() as stack:
        if config.uses_sqlite:
            lock = ProcessLock(config.data_folder / "running.lock")
            lock.acquire()
            stack.callback(lock.release)
        store = await stack.enter_async_context(opened_store(config))
        clock = await stack.enter_async_context(opened_clock(config))
        await asyncio.to_thread(set_up, store, first_settings, clock.now())
        await _serve(config, store, clock, crm, duties, stack)


async def _serve(
    config: Config, store: Store, clock: Clock, crm: Crm | None, duties: Duties, stack: AsyncExitStack
) -> None:
    if config.slack_bot_token is None:
        fault = Fault("environment", "SLACK_BOT_TOKEN", "nothing", "the bot token of your Slack app")
        raise ConfigurationError([fault])
    token = config.slack_bot_token.get_secret_value()
    client = await stack.enter_async_context(connection.web_client(token, config.slack_api_url))
    team = await connection.team_id(client)
    jobs = DurableQueue(store.engine)
    metrics = Metrics(lambda: read_figures(store, clock.now()))
    asked = Operations(store, metrics, lambda: connection.team_id(client))
    missed = CatchUp(client, store, jobs, clock)
    desk = Desk(store, jobs)
    inbox = EventInbox(desk, client, clock, metrics.repeated)
    stopping = asyncio.Event()
    stop_on_signals(stopping)
    if duties.worker:
        if crm is not None:
            await asyncio.to_thread(sync, store, crm, now=clock.now())
        await _join_people_if_slack_lets(store, client, team, clock)
        await asyncio.to_thread(start_cadences, store, clock.now())
        slot = None if config.uses_sqlite else await stack.enter_async_context(_slot(config))
        engine = await stack.enter_async_context(
            _working(config, store, jobs, client, clock, crm, team, slot, metrics, missed, inbox)
        )
        asked.watch(lambda: engine.runs)
    else:
        await stack.enter_async_context(_told_the_time(clock, lambda: _taken_in(inbox)))
    # After the jobs' engine, so that they end before: the engine takes the threads with it.
    await stack.enter_async_context(missed.running())
    await stack.enter_async_context(inbox.running())
    if duties.web:
        bolt = build_bolt(desk, clock, client, _signing_secret(config), inbox.keep, metrics)
        await stack.enter_async_context(_listening(config, bolt, asked, missed))
    else:
        await stack.enter_async_context(_answering_operators(config, asked))
    if config.slack_app_token is None and duties.web:
        # Over a socket each connection asks for it; here only a start tells that nobody listened.
        missed.after_a_gap()
    settle_in()
    await _followed(clock, stopping)
    log.info("drumbeat_ready", web=duties.web, worker=duties.worker, team=team)
    await stopping.wait()
    log.info("drumbeat_stopping")


async def _followed(clock: Clock, stopping: asyncio.Event) -> None:
    """Wait until a clock that steps knows of this process: it would step past what is due here otherwise."""
    if not isinstance(clock, SteppedClock):
        return
    waits = [asyncio.create_task(event.wait()) for event in (clock.followed, stopping)]
    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()


async def _join_people(store: Store, client: connection.SlackClient, team: str, clock: Clock) -> None:
    found = await connection.members(client)
    joined = await asyncio.to_thread(join_directory, store, found, team, clock.now())
    if joined:
        log.info("people_joined", count=joined)
    prefix = await asyncio.to_thread(channel_prefix, store)
    seen = await connection.private_channels(client, prefix)
    if seen is not None:
        await asyncio.to_thread(map_channels, store, seen, clock.now())


async def _join_people_if_slack_lets(
    store: Store, client: connection.SlackClient, team: str, clock: Clock
) -> None:
    """Join them before anything is told; where Slack does not answer, begin all the same with those known."""
    try:
        await _join_people(store, client, team, clock)
    except connection.UNANSWERED as error:
        log.warning("people_not_joined", error=type(error).__name__)


@asynccontextmanager
async def _slot(config: Config) -> AsyncIterator[ExecutorSlot]:
    """Hold a place among the processes that carry out jobs; this process ends at once when it is lost."""
    slot = ExecutorSlot(store_url(config.database_url.get_secret_value()), _leave_at_once)
    await asyncio.to_thread(slot.take)
    try:
        yield slot
    finally:
        await asyncio.to_thread(slot.release)


def _leave_at_once() -> None:
    # Another process may be sending what is in hand here, and a shutdown in order would wait for a database
    # that is gone.
    sys.stderr.flush()
    os._exit(SLOT_LOST)


@asynccontextmanager
async def _working(
    config: Config,
    store: Store,
    jobs: DurableQueue,
    client: connection.SlackClient,
    clock: Clock,
    crm: Crm | None,
    team: str,
    slot: ExecutorSlot | None,
    metrics: Metrics,
    missed: CatchUp,
    inbox: EventInbox,
) -> AsyncIterator[JobEngine]:
    """Carry out jobs and time; in this event loop, so that one HTTP session serves all deliveries."""
    messenger = Messenger(
        store,
        client,
        clock,
        ChannelPost(store, jobs, client, clock),
        on_failure=lambda: metrics.job_failed("deliver"),
    )
    engine = JobEngine(
        config.database_url.get_secret_value(),
        # Whoever has the same name next takes up what this process left.
        slot.name if slot else "embedded",
        noted(messenger, metrics),
        counted(lambda fire_id: expand_fire(store, jobs, fire_id, clock.now()), metrics),
        slot.fence if slot else pass_all,
        SharedPacer(store),
    )
    await asyncio.to_thread(reconcile, store, jobs)
    await engine.launch()
    finished = FinishedJobs(store.engine)
    scheduler = Scheduler(lambda now: tick(store, jobs, crm, now), clock)
    scheduler.every(DIRECTORY_SECONDS, lambda: _join_people(store, client, team, clock))
    scheduler.every(RECONCILE_SECONDS, lambda: _reconcile(store, jobs))
    scheduler.every(HOUSEKEEPING_SECONDS, lambda: _keep_house(store, finished, clock, scheduler))
    scheduler.every(CATCH_UP_SECONDS, missed.threads)
    await missed.threads()
    scheduler.start()
    follower = asyncio.create_task(_follow(clock, scheduler, jobs, engine, inbox))
    try:
        yield engine
    finally:
        follower.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await follower
        await scheduler.finish()
        scheduler.stop()
        await engine.stop(SHUTDOWN_SECONDS)


async def _reconcile(store: Store, jobs: DurableQueue) -> None:
    await asyncio.to_thread(reconcile, store, jobs)


async def _keep_house(store: Store, finished: FinishedJobs, clock: Clock, scheduler: Scheduler) -> None:
    await asyncio.to_thread(keep_house, store, finished, clock.now(), lambda: not scheduler.finishing)


@asynccontextmanager
async def _told_the_time(clock: Clock, taken_in: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    """Follow a clock that steps, where nothing is due here: what is recorded bears the workspace's time."""
    if not isinstance(clock, SteppedClock):
        yield
        return

    async def nothing(_now: datetime) -> Horizon:
        await taken_in()
        return Horizon()

    follower = asyncio.create_task(clock.follow(nothing))
    try:
        yield
    finally:
        follower.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await follower


async def _taken_in(inbox: EventInbox) -> None:
    """Wait for the events of the time before: what is due now may rest on them."""
    if not await inbox.settled(DRAIN_SECONDS):
        log.warning("events_not_worked_off", seconds=DRAIN_SECONDS)


async def _follow(
    clock: Clock, scheduler: Scheduler, jobs: DurableQueue, engine: JobEngine, inbox: EventInbox
) -> None:
    """Where the clock steps, work off each step in full before the next; nothing for a clock that runs."""
    if not isinstance(clock, SteppedClock):
        return

    async def work(_now: datetime) -> Horizon:
        asked = jobs.asked
        await _taken_in(inbox)
        horizon = await scheduler.wake()
        if jobs.asked == asked and not await engine.has_unfinished():
            return horizon
        if not await engine.drain(DRAIN_SECONDS):
            log.warning("step_not_drained", seconds=DRAIN_SECONDS)
        # What was sent may have brought new deadlines: the horizon is told after it.
        return await scheduler.wake()

    await clock.follow(work)


@asynccontextmanager
async def _listening(
    config: Config, bolt: connection.BoltApp, asked: Operations, missed: CatchUp
) -> AsyncIterator[None]:
    """Take what Slack sends, over a WebSocket where there is an app token, else over HTTP."""
    if config.slack_app_token is not None:
        token = config.slack_app_token.get_secret_value()
        async with socket_mode(bolt, token, missed.after_a_gap), _answering_operators(config, asked):
            yield
        return
    server = HttpServer(connection.http_app(bolt, asked.routes()), config.port)
    async with server.running():
        yield


def _signing_secret(config: Config) -> str:
    return config.slack_signing_secret.get_secret_value() if config.slack_signing_secret else ""


@asynccontextmanager
async def _answering_operators(config: Config, asked: Operations) -> AsyncIterator[None]:
    """Answer health checks where Slack needs no port; a taken one is no reason not to work."""
    async with AsyncExitStack() as stack:
        server = HttpServer(connection.operators_app(asked.routes()), config.port)
        try:
            await stack.enter_async_context(server.running())
        except ConfigurationError:
            log.warning("health_checks_off", port=config.port)
        yield
