"""The doctor says what is set, what answers and what to do, over loopback HTTP, and blots out secrets."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from bot.config import load_config
from bot.crm.errors import CrmSourceError
from bot.doctor import Check, DatabaseProbe, OpenCrm, Report, Standing, diagnose
from bot.errors import ConfigurationError, Fault

CONFIG = Path(__file__).parents[2] / "config"
SECRET = "s3cr3t-of-the-test"


class Outside:
    """Slack, the model and the clock on one loopback port: answers by path, and the tokens seen."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, object]] = {
            "/api/auth.test": (200, {"ok": True, "user": "drumbeat", "team": "Meridian"}),
            "/api/apps.connections.open": (200, {"ok": True, "url": "ws://127.0.0.1/link"}),
            "/v1/models": (200, {"data": []}),
            "/clock": (200, {"now": "2026-10-05T06:55:00Z", "step": 0}),
        }
        self.tokens: dict[str, str] = {}
        outside = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                outside.tokens[self.path] = self.headers.get("Authorization", "")
                status, body = outside.answers.get(self.path, (404, {}))
                sent = body.encode() if isinstance(body, str) else json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(sent)))
                self.end_headers()
                self.wfile.write(sent)

            do_GET = do_POST = answer  # noqa: N815 - the server's own names

            def log_message(self, *_: Any) -> None:
                """Keep the test's output clean."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def outside() -> Iterator[Outside]:
    outside = Outside()
    thread = Thread(target=outside.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield outside
    outside.server.shutdown()
    outside.server.server_close()
    thread.join()


@pytest.fixture
def everything(outside: Outside) -> dict[str, str]:
    return {
        "SLACK_BOT_TOKEN": f"xoxb-{SECRET}",
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_APP_TOKEN": f"xapp-{SECRET}",
        "SLACK_API_URL": f"{outside.url}/api/",
        "DATABASE_URL": f"postgresql://me:{SECRET}@127.0.0.1:5432/drumbeat",
        "DRUMBEAT_CLOCK_URL": f"{outside.url}/clock",
        "OPENAI_API_KEY": SECRET,
        "OPENAI_BASE_URL": f"{outside.url}/v1",
        "DRUMBEAT_CRM": "exports",
        "DRUMBEAT_CRM_MAP": "mapping.yaml",
    }


def at_head(_: str) -> tuple[str | None, str]:
    return "0003", "0003"


async def report_on(
    environment: dict[str, str],
    *,
    probe: DatabaseProbe = at_head,
    settings: Path = CONFIG,
    open_crm: OpenCrm = lambda _: None,
) -> Report:
    config = load_config(environment, env_file=None)
    return await diagnose(config, settings_folder=settings, probe_database=probe, open_crm=open_crm)


def check_of(report: Report, subject: str) -> Check:
    return next(check for check in report.checks if check.subject == subject)


async def test_all_is_well(everything: dict[str, str], outside: Outside) -> None:
    report = await report_on(everything)

    assert {check.subject: check.standing for check in report.checks} == dict.fromkeys(
        ["settings", "database", "crm", "slack", "socket mode", "model", "clock"], Standing.OK
    )
    assert report.exit_code == 0
    assert check_of(report, "slack").detail == "drumbeat in Meridian"
    assert check_of(report, "clock").detail.endswith("says 2026-10-05T06:55:00Z")
    assert outside.tokens["/api/auth.test"] == f"Bearer xoxb-{SECRET}"
    assert outside.tokens["/api/apps.connections.open"] == f"Bearer xapp-{SECRET}"


async def test_what_is_not_configured_is_off_and_no_failure() -> None:
    report = await report_on({})

    assert report.exit_code == 0
    assert [check.subject for check in report.checks if check.standing is Standing.OFF] == [
        "crm",
        "slack",
        "socket mode",
        "model",
    ]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (CrmSourceError("There is no file or folder exports"), "There is no file or folder exports; check"),
        (ConfigurationError([Fault("mapping.yaml", "files", "nothing", "a mapping")]), "found nothing"),
    ],
)
async def test_a_crm_that_can_not_be_opened_is_said(
    everything: dict[str, str], error: Exception, said: str
) -> None:
    def fails(_: object) -> None:
        raise error

    report = await report_on(everything, open_crm=fails)

    assert report.exit_code == 1
    assert check_of(report, "crm").standing is Standing.FAILED
    assert said in check_of(report, "crm").detail


async def test_each_fault_of_the_settings_has_a_line_of_its_own(tmp_path: Path) -> None:
    shown = (await report_on({}, settings=tmp_path)).render().splitlines()

    faults = [line for line in shown if "found no such file" in line]
    assert len(faults) > 3
    assert all(line.count("found") == 1 for line in faults)


async def test_a_token_that_slack_refuses(everything: dict[str, str], outside: Outside) -> None:
    outside.answers["/api/auth.test"] = (200, {"ok": False, "error": "invalid_auth"})

    report = await report_on(everything)

    assert report.exit_code == 1
    assert check_of(report, "slack") == Check("slack", Standing.FAILED, "invalid_auth; check SLACK_BOT_TOKEN")
    assert check_of(report, "socket mode").standing is Standing.OK


@pytest.mark.parametrize(
    ("path", "answer", "subject"),
    [
        ("/api/auth.test", (503, {}), "slack"),
        ("/api/auth.test", (200, "<html>a proxy's page</html>"), "slack"),
        ("/api/auth.test", (200, "[]"), "slack"),
        (
            "/api/apps.connections.open",
            (200, {"ok": False, "error": "invalid_auth"}),
            "socket mode",
        ),
        ("/v1/models", (401, {}), "model"),
        ("/clock", (200, {"time": "noon"}), "clock"),
        ("/clock", (200, "not JSON"), "clock"),
        ("/clock", (500, {}), "clock"),
    ],
)
async def test_a_wrong_answer_fails_its_own_check_only(
    everything: dict[str, str], outside: Outside, path: str, answer: tuple[int, object], subject: str
) -> None:
    outside.answers[path] = answer

    report = await report_on(everything)

    assert [check.subject for check in report.checks if check.standing is Standing.FAILED] == [subject]
    assert report.exit_code == 1


async def test_nobody_there(everything: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    nowhere = f"http://127.0.0.1:{port}"
    everything |= {
        "SLACK_API_URL": nowhere,
        "OPENAI_BASE_URL": nowhere,
        "DRUMBEAT_CLOCK_URL": nowhere,
    }

    report = await report_on(everything)

    failed = [check.subject for check in report.checks if check.standing is Standing.FAILED]
    assert failed == ["slack", "socket mode", "model", "clock"]


@pytest.mark.parametrize(
    ("current", "words"), [(None, "never migrated"), ("0001", "at revision 0001, newest is 0003")]
)
async def test_a_database_behind_its_migrations(current: str | None, words: str) -> None:
    report = await report_on({}, probe=lambda _: (current, "0003"))

    database = check_of(report, "database")
    assert database.standing is Standing.FAILED
    assert words in database.detail
    assert database.detail.endswith("run `drumbeat migrate`")


async def test_a_database_that_does_not_answer() -> None:
    def refuse(_: str) -> tuple[str | None, str]:
        raise OSError("connection refused\nand a long story")

    report = await report_on({}, probe=refuse)

    expected = "OSError: connection refused; check DATABASE_URL and that the server runs"
    assert check_of(report, "database") == Check("database", Standing.FAILED, expected)


async def test_settings_files_at_fault(tmp_path: Path) -> None:
    report = await report_on({}, settings=tmp_path)

    assert check_of(report, "settings").standing is Standing.FAILED
    assert "cadences.yaml" in check_of(report, "settings").detail


async def test_the_probe_is_given_the_whole_address(everything: dict[str, str]) -> None:
    asked: list[str] = []

    def probe(url: str) -> tuple[str | None, str]:
        asked.append(url)
        return "1", "1"

    await report_on(everything, probe=probe)

    assert asked == [f"postgresql+psycopg://me:{SECRET}@127.0.0.1:5432/drumbeat"]


async def test_no_secret_is_printed_whatever_happens(everything: dict[str, str], outside: Outside) -> None:
    def talkative(url: str) -> tuple[str | None, str]:
        raise OSError(f"cannot reach {url} with password {SECRET}")

    outside.answers.clear()

    text = (await report_on(everything, probe=talkative)).render()

    assert SECRET not in text
    assert "password ***" in text


async def test_the_report_reads_as_a_page(everything: dict[str, str]) -> None:
    del everything["OPENAI_API_KEY"]

    lines = (await report_on(everything)).render().splitlines()

    assert "  SLACK_BOT_TOKEN       set" in lines
    assert "  OPENAI_API_KEY        missing" in lines
    assert "  DATABASE_URL          postgresql+psycopg://127.0.0.1:5432/drumbeat" in lines
    assert "  ok      slack       drumbeat in Meridian" in lines
