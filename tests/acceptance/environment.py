"""Builds what a story is told in: a sandbox on either transport, a database of either kind, and the bot."""

from __future__ import annotations

import atexit
import csv
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.config import load_settings
from bot.domain.settings import Attention
from bot.domain.settings.delivery import UNLIMITED
from bot.resources import set_up
from bot.sample_company.snapshots import write_snapshots
from bot.sample_company.workspace import workspace
from bot.sandbox.running import sandbox_in_thread
from bot.sandbox.server import build_sandbox
from bot.sandbox.timing import Timing
from bot.sandbox.workspace_file import parse_workspace
from bot.store.engine import store_engine
from bot.store.unit_of_work import Store
from tests.acceptance.bot_process import ROOT, BotProcess, free_port
from tests.acceptance.workspace import Workspace
from tests.databases import ready_database

MANIFEST = json.loads((ROOT / "config" / "slack_manifest.json").read_text(encoding="utf-8"))
# Two busy cores may hold an answer up for longer than Slack would wait; speed is the benchmarks' matter.
PATIENT = Timing(ack=10.0, trigger_life=10.0, client_grace=2.0)
TALKATIVE = Attention(pings_a_day=20)
# Shorter words may stand in a log by chance.
A_SENTENCE = 15


@dataclass(frozen=True)
class Kind:
    """On which database the bot runs, and on which way Slack reaches it."""

    database: str = "sqlite"
    socket_mode: bool = False

    def __str__(self) -> str:
        return f"{self.database}-{'socket' if self.socket_mode else 'http'}"


SQLITE_HTTP = Kind()
POSTGRESQL_HTTP = Kind(database="postgresql")
SQLITE_SOCKET = Kind(socket_mode=True)


@contextmanager
def sample_company(
    folder: Path,
    kind: Kind = SQLITE_HTTP,
    *,
    starts: str = "2026-10-05 08:55",
    zone: str = "Europe/Berlin",
    strangers: Sequence[str] = (),
    timing: Timing = PATIENT,
    reviews: bool = False,
    attention: Attention = TALKATIVE,
    crm: Path | None = None,
) -> Iterator[Workspace]:
    """Give the sample company's workspace with its clock at this local time, the bot running in it.

    `strangers` are members of the Slack workspace whom the CRM does not know. The pipeline review, its deal
    threads and questions are off unless `reviews`: most stories are not about them, and a week of them costs.
    `attention`: how often a day may ring; most stories look at each message as it is told. `crm`: snapshots
    of the story's own, see `snapshots_with`.
    """
    clock = moment(starts, zone)
    described = workspace(clock)
    described["users"] += [_stranger(number, name) for number, name in enumerate(strangers)]
    with company(
        folder, described, crm or snapshots(), kind=kind, timing=timing, reviews=reviews, attention=attention
    ) as story:
        yield story


def moment(local: str, zone: str = "Europe/Berlin") -> datetime:
    """Return the moment (UTC) at which it is that time there."""
    return datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@contextmanager
def company(
    folder: Path,
    described: dict[str, Any],
    crm: Path,
    *,
    kind: Kind = SQLITE_HTTP,
    timing: Timing = PATIENT,
    reviews: bool = True,
    reviewed: int | None = None,
    attention: Attention | None = None,
) -> Iterator[Workspace]:
    """Give this workspace, in the shape the sandbox loads, with the bot running in it on these CRM snapshots.

    `reviewed`: the most deals of a review; None leaves that, and `attention`, as the product comes.
    """
    port = free_port()
    sandbox = build_sandbox(
        parse_workspace(described),
        MANIFEST,
        events_url=None if kind.socket_mode else f"http://127.0.0.1:{port}/slack/events",
        data=None,
        timing=timing,
    )
    with sandbox_in_thread(sandbox) as url, ready_database(kind.database) as database_url:
        variables = {
            "SLACK_BOT_TOKEN": described["app"]["bot_token"],
            "SLACK_SIGNING_SECRET": described["app"]["signing_secret"],
            "SLACK_API_URL": f"{url}/api/",
            "DRUMBEAT_CLOCK_URL": f"{url}/clock",
            "DRUMBEAT_DATA": str(folder / "data"),
            "DATABASE_URL": database_url,
            "PORT": str(port),
            "DRUMBEAT_CRM": str(crm),
            "DRUMBEAT_CRM_MAP": str(ROOT / "config" / "mappings" / "sample_company.yaml"),
        }
        if kind.socket_mode:
            variables["SLACK_APP_TOKEN"] = described["app"]["app_token"]
        starts = datetime.fromisoformat(described["clock"])
        tune(database_url, starts, reviews=reviews, reviewed=reviewed, attention=attention)
        bot = BotProcess(folder, variables)
        story = Workspace(url, sandbox, bot)
        try:
            story.start_bot()
            yield story
        finally:
            bot.stop()
            story.close()
    assert bot.faults() == [], bot.log()
    told = [words for words in _personal(story, described) if words in bot.log()]
    assert told == [], "the log names people, or quotes them"


def _personal(story: Workspace, described: dict[str, Any]) -> set[str]:
    """Return what must stand in no log: names and addresses, and what people wrote."""
    of_people = {str(user[key]) for user in described["users"] for key in ("real_name", "email") if user[key]}
    bot_user = described["app"]["bot_user_id"]
    said = {
        str(message["text"])
        for conversation in story.hub.state.conversations.values()
        for message in conversation.messages.values()
        if message.get("user") != bot_user
    }
    return of_people | {words for words in said if len(words) >= A_SENTENCE}


def tune(
    database_url: str,
    now: datetime,
    *,
    reviews: bool,
    reviewed: int | None = None,
    attention: Attention | None = None,
) -> None:
    """Set what a story needs. Messages leave at once: Slack's rates are tried in tests/integration/jobs."""
    first = load_settings(ROOT / "config")
    review = first.cadences.pipeline_review
    most = reviewed or review.most_deals
    review = review.model_copy(update={"enabled": reviews, "most_deals": most})
    cadences = first.cadences.model_copy(update={"pipeline_review": review})
    changed = {"delivery": UNLIMITED, "cadences": cadences, "attention": attention or first.attention}
    settings = first.model_copy(update=changed)
    engine = store_engine(database_url)
    set_up(Store(engine), settings, now)
    engine.dispose()


def _stranger(number: int, name: str) -> dict[str, object]:
    return {
        "id": f"U0STRANGE{number}",
        "name": f"stranger{number}",
        "real_name": name,
        "email": f"stranger{number}@elsewhere.example",
        "tz": "Europe/Berlin",
        "title": "",
        "is_admin": False,
    }


@cache
def snapshots() -> Path:
    """Return the folder of the sample company's CRM snapshots, written once a run."""
    folder = Path(tempfile.mkdtemp(prefix="drumbeat-crm-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    write_snapshots(folder)
    return folder


@dataclass(frozen=True)
class CrmChange:
    """From a moment (UTC) on a row of a CRM file has other values, whatever the sample company says."""

    at: str
    file: str
    row_id: str
    values: Mapping[str, str]


def snapshots_with(folder: Path, *changes: CrmChange) -> Path:
    """Return a folder of the sample company's snapshots in which these changes come in at their moments."""
    crm = folder / "crm"
    shutil.copytree(snapshots(), crm)
    for change in sorted(changes, key=lambda one: one.at):
        name = datetime.fromisoformat(change.at).strftime("%Y-%m-%dT%H-%M-%SZ")
        earlier = [one for one in sorted(crm.iterdir()) if one.name < name and (one / change.file).exists()]
        known = [row for one in earlier for row in _rows(one / change.file) if row["id"] == change.row_id]
        there = _rows(crm / name / change.file) if (crm / name / change.file).exists() else []
        _write_rows(crm / name / change.file, [*there, {**known[-1], **change.values}])
        for later in (one for one in crm.iterdir() if one.name > name and (one / change.file).exists()):
            rows = _rows(later / change.file)
            kept = [{**row, **change.values} if row["id"] == change.row_id else row for row in rows]
            _write_rows(later / change.file, kept)
    return crm


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write_rows(path: Path, rows: list[dict[str, str]]) -> None:
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
