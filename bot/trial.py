"""Tries the product without a Slack account: the sandbox as a process, and the bot pointed at it."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from pydantic import SecretStr

from bot.app import Duties, run
from bot.config import Config, load_settings
from bot.crm.mapping import Mapping, load_mapping
from bot.crm.opening import open_source
from bot.crm.source import ImportSource
from bot.domain.people import Person, Role
from bot.domain.settings.delivery import UNLIMITED
from bot.errors import ConfigurationError, Fault
from bot.folders import made
from bot.resources import migrated, opened_store
from bot.sample_company.snapshots import write_snapshots
from bot.sample_company.workspace import workspace as sample_workspace
from bot.services.crm_import import import_batch
from bot.services.directory import everybody

BOT_TOKEN = "xoxb-sandbox"  # noqa: S105 - opens nothing but the workspace on this machine
SIGNING_SECRET = "sandbox-signing-secret"  # noqa: S105 - the same
HOST = "127.0.0.1"
START_SECONDS = 20.0
# Five minutes before a manager's Monday begins.
EVE = time(8, 55)


@dataclass(frozen=True, slots=True)
class Company:
    """Whose data is tried: a CRM source, its mapping, and the day on which the workspace's clock starts."""

    source: Path
    mapping: Path
    as_of: date


@dataclass(frozen=True, slots=True)
class Trial:
    """Where everything of a trial lies and listens. `company` None is the project's own sample company."""

    folder: Path
    page_port: int
    config_folder: Path
    company: Company | None = None


async def run_trial(config: Config, trial: Trial, say: Callable[[str], None]) -> None:
    """Start the sandbox and the bot, and say where the page is; runs until stopped.

    Raises ConfigurationError where a setting is at fault, a port is taken or the sandbox does not come up.
    """
    # Before anything is said or started: an address that is gone again a moment later would mislead.
    settings = load_settings(trial.config_folder).model_copy(update={"delivery": UNLIMITED})
    made(trial.folder, "DRUMBEAT_DATA")
    pointed = _pointed_at_sandbox(config, trial)
    await asyncio.to_thread(migrated, pointed)
    crm = _crm(trial)
    workspace_file = trial.folder / "workspace.yaml"
    if not workspace_file.exists():
        described = await _workspace(pointed, trial, crm)
        workspace_file.write_text(yaml.safe_dump(described, allow_unicode=True, sort_keys=False), "utf-8")
    async with _sandbox(trial, workspace_file, pointed.port):
        say(_greeting(trial))
        await run(pointed, settings, crm, Duties())


def _pointed_at_sandbox(config: Config, trial: Trial) -> Config:
    page = f"http://{HOST}:{trial.page_port}"
    changes: dict[str, Any] = {
        "slack_bot_token": SecretStr(BOT_TOKEN),
        "slack_signing_secret": SecretStr(SIGNING_SECRET),
        "slack_api_url": f"{page}/api/",
        "clock_url": f"{page}/clock",
        "data_folder": trial.folder,
    }
    if config.uses_sqlite:
        changes["database_url"] = SecretStr(f"sqlite:///{trial.folder / 'drumbeat.db'}")
    return config.model_copy(update=changes)


def _crm(trial: Trial) -> ImportSource:
    if trial.company is not None:
        return open_source(trial.company.source, load_mapping(trial.company.mapping))
    snapshots = trial.folder / "crm"
    if not snapshots.exists():
        write_snapshots(snapshots)
    return open_source(snapshots, load_mapping(trial.config_folder / "mappings" / "sample_company.yaml"))


async def _workspace(config: Config, trial: Trial, crm: ImportSource) -> dict[str, Any]:
    """Describe the Slack workspace: the sample company's own, or one with everybody the import brought."""
    if trial.company is None:
        return sample_workspace()
    day = trial.company.as_of
    start = datetime.combine(day, time(), tzinfo=crm.mapping.zone).astimezone(UTC)
    async with opened_store(config) as store:
        await asyncio.to_thread(import_batch, store, crm, as_of=start, now=start)
        people = await asyncio.to_thread(everybody, store)
    return _of_people(people, crm.mapping, day)


def _of_people(people: list[Person], mapping: Mapping, day: date) -> dict[str, Any]:
    zones = [ZoneInfo(person.time_zone) for person in people if Role.MANAGER in person.roles]
    opening = min(datetime.combine(day, EVE, tzinfo=zone).astimezone(UTC) for zone in zones or [mapping.zone])
    users = {person.id: f"U{number:05d}" for number, person in enumerate(people, start=1)}
    return {
        "team": {"id": "T0SANDBOX1", "name": mapping.workspace.name, "domain": "sandbox"},
        "clock": opening.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "app": {
            "id": "A0SANDBOX1",
            "name": "Drumbeat",
            "bot_user_id": "U0DRUMBEAT",
            "bot_token": BOT_TOKEN,
            "app_token": "xapp-sandbox",
            "signing_secret": SIGNING_SECRET,
        },
        "users": [_user(person, users[person.id]) for person in people],
        "channels": [
            {
                "id": "C00000001",
                "name": "general",
                "topic": mapping.workspace.name,
                "members": list(users.values()),
                "app_is_member": False,
            }
        ],
    }


def _user(person: Person, user_id: str) -> dict[str, Any]:
    place = f", {person.region}" if person.region else ""
    roles = sorted("VP" if role is Role.VP else role.value.capitalize() for role in person.roles)
    return {
        "id": user_id,
        "name": (person.email or person.name).partition("@")[0],
        "real_name": person.name,
        "email": person.email or "",
        "tz": person.time_zone,
        "title": f"{', '.join(roles)}{place}",
        "is_admin": Role.ADMIN in person.roles,
    }


@asynccontextmanager
async def _sandbox(trial: Trial, workspace_file: Path, bot_port: int) -> AsyncIterator[None]:
    """Run the sandbox as a process of its own, so that nothing but HTTP is shared."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot.sandbox"),
        *("--workspace", str(workspace_file)),
        *("--manifest", str(trial.config_folder / "slack_manifest.json")),
        *("--port", str(trial.page_port)),
        *("--data", str(trial.folder / "sandbox")),
        *("--events-url", f"http://{HOST}:{bot_port}/slack/events"),
        "--with-parent",
        # Nothing is ever written: it closes when this process ends, whatever ends it.
        stdin=asyncio.subprocess.PIPE,
        # A process group of its own: Ctrl-C reaches the bot first, which still has goodbyes to send to it.
        start_new_session=True,
    )
    try:
        await _listening(process, trial.page_port)
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


async def _listening(process: asyncio.subprocess.Process, port: int) -> None:
    deadline = asyncio.get_running_loop().time() + START_SECONDS
    while asyncio.get_running_loop().time() < deadline and process.returncode is None:
        try:
            _, writer = await asyncio.open_connection(HOST, port)
        except OSError:
            await asyncio.sleep(0.1)
            continue
        writer.close()
        await writer.wait_closed()
        # Somebody else may listen there: the sandbox itself must be alive too.
        await asyncio.sleep(0.2)
        if process.returncode is None:
            return
    fault = Fault(
        "command line", "--page-port", str(port), "a free port; the lines above say what went wrong"
    )
    raise ConfigurationError([fault])


def _greeting(trial: Trial) -> str:
    page = f"http://{HOST}:{trial.page_port}/"
    name = "the sample company" if trial.company is None else f"the company in {trial.company.source}"
    return (
        f"\nDrumbeat runs on {name}, in a Slack workspace of its own on this machine.\n\n"
        f"  Open {page}\n\n"
        "Choose who you are at the top left, then step the clock to the first health check.\n"
        f"Everything is kept in {trial.folder}; stop with Ctrl-C, start again and go on.\n"
    )
