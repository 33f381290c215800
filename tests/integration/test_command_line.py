"""The command line: what it says, where, and how it ends."""

from __future__ import annotations

import contextlib
import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import structlog

from bot.__main__ import main
from tests.databases import copy_ready

ROOT = Path(__file__).parents[2]
MESSY = ROOT / "tests" / "fixtures" / "crm_messy"
SECRETS = {
    "SLACK_BOT_TOKEN": "xoxb-very-secret-1",
    "SLACK_SIGNING_SECRET": "very-secret-2",
    "SLACK_APP_TOKEN": "xapp-very-secret-3",
    "OPENAI_API_KEY": "sk-very-secret-4",
}
COMMANDS = (
    *("run", "web", "worker", "migrate", "doctor", "sandbox", "import", "fire", "status", "retry"),
    *("export", "forget"),
)


@dataclass(frozen=True)
class Run:
    returncode: int
    stdout: str
    stderr: str


class Shell:
    """Gives the command a folder of its own and a clean environment, as a new terminal would.

    In this process, since starting one takes longer than most commands do.
    """

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]) -> None:
        self.data = folder / "data"
        self._patch = patch
        self._capture = capture

    def __call__(self, *arguments: str, **environment: str) -> Run:
        given = {
            "DRUMBEAT_DATA": str(self.data),
            "SLACK_API_URL": "http://127.0.0.1:9/api/",
            "OPENAI_BASE_URL": "http://127.0.0.1:9/v1",
            **environment,
        }
        self._capture.readouterr()
        with self._patch.context() as patch:
            for name, value in given.items():
                patch.setenv(name, value)
            try:
                code = main(list(arguments))
            except SystemExit as ended:
                code = int(ended.code or 0)
        output = self._capture.readouterr()
        return Run(code, output.out, output.err)


@pytest.fixture
def shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Shell]:
    monkeypatch.chdir(tmp_path)
    yield Shell(tmp_path, monkeypatch, capsys)
    structlog.reset_defaults()  # a command logs to the stderr it found, which ends with its test


@pytest.fixture
def imported(shell: Shell) -> Shell:
    """The messy export is in, in a database that was migrated before: an import migrates a new one."""
    shell.data.mkdir()
    copy_ready(shell.data / "drumbeat.db")
    assert shell("import", str(MESSY), "--map", str(MESSY / "mapping.yaml")).returncode == 0
    return shell


def count(shell: Shell, table: str) -> int:
    (path,) = shell.data.glob("*.db")
    with contextlib.closing(sqlite3.connect(path)) as connection:
        found: int = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    return found


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(shell: Shell, command: str) -> None:
    run = shell(command, "--help")

    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith(f"usage: drumbeat {command} ")
    assert len(run.stdout) > 100


def test_the_whole_explains_itself_and_names_every_command(shell: Shell) -> None:
    run = shell("--help")

    assert run.returncode == 0
    assert all(f"    {command} " in run.stdout for command in COMMANDS)
    assert shell("--version").stdout.strip()


def test_help_and_a_mistyped_option_are_answered_without_loading_the_product() -> None:
    script = (
        "import sys; from bot.__main__ import main\n"
        "try: main(sys.argv[1:])\n"
        "finally: print(*sys.modules, file=sys.stderr)"
    )
    for arguments in (["--help"], ["import", "--help"], ["fire"]):
        run = subprocess.run(
            [sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=False
        )
        loaded = {name.partition(".")[0] for name in run.stderr.splitlines()[-1].split()}
        assert "bot" in loaded
        assert not loaded & {"alembic", "dbos", "pydantic", "slack_bolt", "sqlalchemy", "yaml"}, arguments


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "required: COMMAND"),
        (("dance",), "invalid choice: 'dance'"),
        (("import",), "required: SOURCE, --map"),
        (("import", "x", "--map", "y", "--as-of", "soon"), "invalid"),
        (("fire",), "required: CADENCE"),
        (("fire", "health_check", "--at", "noon"), "invalid"),
        (("run", "--page-port", "many"), "invalid int value: 'many'"),
        (("run", "--company", "somewhere"), "--map FILE"),
        (("web",), "SQLite"),
        (("worker",), "drumbeat run"),
        (("import", "nowhere", "--map", str(MESSY / "mapping.yaml")), "nowhere"),
        (("import", str(MESSY), "--map", "nowhere.yaml"), "nowhere.yaml"),
        (("fire", "health_check"), "drumbeat migrate"),
    ],
)
def test_wrong_input_is_said_in_words_on_stderr(shell: Shell, arguments: tuple[str, ...], said: str) -> None:
    run = shell(*arguments)

    assert run.returncode == 2, (run.stdout, run.stderr)
    assert said in run.stderr
    assert run.stdout == ""
    assert "Traceback" not in run.stderr


def test_every_fault_of_the_environment_is_said_at_once_and_no_secret(shell: Shell) -> None:
    run = shell("migrate", PORT="many", DATABASE_URL="mysql://me:very-secret-5@host/db", **SECRETS)

    assert run.returncode == 2
    assert "PORT" in run.stderr
    assert "DATABASE_URL" in run.stderr
    assert "very-secret" not in run.stdout + run.stderr


def test_faults_of_the_environment_and_of_the_settings_are_said_together(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("bot.config.CONFIG_FOLDER", tmp_path)

    run = shell("doctor", PORT="many")

    assert run.returncode == 2
    assert "environment: PORT" in run.stderr
    assert "cadences.yaml: found no such file" in run.stderr


def test_no_page_is_promised_where_the_settings_are_at_fault(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("bot.commands.run.CONFIG_FOLDER", tmp_path)

    run = shell("run")

    assert (run.returncode, run.stdout) == (2, "")
    assert "cadences.yaml: found no such file" in run.stderr
    assert not shell.data.exists()


def test_a_process_of_its_own_ends_in_the_same_way(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "bot", "fire", "health_check"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "DRUMBEAT_DATA": str(tmp_path), **SECRETS},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (run.returncode, run.stdout) == (2, "")
    assert "drumbeat migrate" in run.stderr
    assert "very-secret" not in run.stderr


def test_a_reader_that_has_enough_is_no_error(tmp_path: Path) -> None:
    copy_ready(tmp_path / "drumbeat.db")
    reader, writer = os.pipe()
    os.close(reader)
    run = subprocess.run(
        [sys.executable, "-m", "bot", "migrate"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "DRUMBEAT_DATA": str(tmp_path)},
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writer)

    assert (run.returncode, run.stderr) == (1, "")


def test_migrate_can_be_repeated(shell: Shell) -> None:
    for _ in range(2):
        run = shell("migrate")
        assert (run.returncode, run.stdout) == (0, "The database is at the newest schema.\n"), run.stderr


@pytest.mark.parametrize(
    "arguments",
    [("status",), ("status", "--json"), ("retry", "--all"), ("export", "there"), ("forget", "Kara")],
)
def test_before_anything_is_set_up_it_is_said_how_to_begin(shell: Shell, arguments: tuple[str, ...]) -> None:
    shell.data.mkdir()
    copy_ready(shell.data / "drumbeat.db")

    run = shell(*arguments)

    assert (run.returncode, run.stdout) == (2, "")
    assert "Nothing was set up here yet: start Drumbeat (`drumbeat run`)" in run.stderr
    assert not Path("there").exists()


NOWHERE = "postgresql://me:very-secret-5@127.0.0.1:9/x"


@pytest.mark.parametrize("command", ["migrate", "status", "worker"])
def test_a_database_that_does_not_answer_is_said_in_a_line(shell: Shell, command: str) -> None:
    run = shell(command, DATABASE_URL=NOWHERE)

    assert (run.returncode, run.stdout) == (2, "")
    assert "DATABASE_URL: found a database that can't be opened (connection failed" in run.stderr
    assert "allowed: one that runs, lets this user in, and is kept by no other process" in run.stderr
    assert "very-secret" not in run.stderr
    assert len(run.stderr.splitlines()) == 2


def test_a_file_that_is_no_database_is_said_in_a_line(shell: Shell) -> None:
    shell.data.mkdir()
    (shell.data / "drumbeat.db").write_text("a list of things to do\n" * 100)

    run = shell("status")

    assert run.returncode == 2
    assert "can't be opened (file is not a database)" in run.stderr


@pytest.mark.parametrize(
    ("arguments", "variables", "key"),
    [
        (("migrate",), {}, "DRUMBEAT_DATA"),
        (("run",), {}, "DRUMBEAT_DATA"),
        (("status",), {}, "DRUMBEAT_DATA"),
        (
            ("status",),
            {"DATABASE_URL": "sqlite:///taken/drumbeat.db", "DRUMBEAT_DATA": "data"},
            "DATABASE_URL",
        ),
    ],
)
def test_a_folder_that_cannot_be_made_is_said_in_a_line(
    shell: Shell, arguments: tuple[str, ...], variables: dict[str, str], key: str
) -> None:
    Path("taken").write_text("a file")
    data = {"DRUMBEAT_DATA": str(Path("taken").resolve() / "data")}

    run = shell(*arguments, **{**data, **variables})

    assert (run.returncode, run.stdout) == (2, "")
    assert f"{key}: found" in run.stderr
    assert "which can't be made (" in run.stderr
    assert len(run.stderr.splitlines()) == 2


def test_doctor_says_which_folder_cannot_be_made(shell: Shell) -> None:
    Path("taken").write_text("a file")

    run = shell("doctor", DATABASE_URL="sqlite:///taken/drumbeat.db")

    assert f"DATABASE_URL: found {Path('taken').resolve()}, which can't be made (" in run.stdout


def test_a_clock_that_does_not_answer_is_said_in_a_line(imported: Shell) -> None:
    run = imported("status", DRUMBEAT_CLOCK_URL="http://127.0.0.1:9/clock")

    assert run.returncode == 2
    assert "DRUMBEAT_CLOCK_URL: found a source that tells no time (ConnectError)" in run.stderr
    assert "Traceback" not in run.stderr


def test_an_env_file_that_can_not_be_read_is_said_and_shows_nothing_of_it(shell: Shell) -> None:
    Path(".env").write_bytes(b"SLACK_BOT_TOKEN=xoxb-very-secret-1\nDRUMBEAT_LOG_LEVEL=\xff\n")

    run = shell("doctor")

    assert (run.returncode, run.stdout) == (2, "")
    assert ".env: found a file that can't be read (UnicodeDecodeError); allowed: text in UTF-8" in run.stderr
    assert "very-secret" not in run.stderr


def test_what_fails_before_the_configuration_is_known_shows_nothing_of_it(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        given = "xoxb-very-secret-1"
        raise RuntimeError(len(given))

    monkeypatch.setattr("bot.config.load_config", fail)

    run = shell("doctor")

    assert (run.returncode, run.stdout) == (70, "")
    assert "command_failed" in run.stderr
    assert "very-secret" not in run.stderr


def test_what_nobody_foresaw_is_logged_under_a_reference_that_is_said(
    imported: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_given: object) -> None:
        raise RuntimeError("the sky fell")

    monkeypatch.setattr("bot.commands.status.read_status", fail)

    run = imported("status", DRUMBEAT_LOG_FORMAT="json")

    assert (run.returncode, run.stdout) == (70, "")
    logged, said = run.stderr.splitlines()
    entry = json.loads(logged)
    assert (entry["event"], entry["command"]) == ("command_failed", "status")
    assert "the sky fell" in entry["exception"]
    assert said.endswith(f"by this reference: {entry['reference']}.")


def test_doctor_says_what_is_missing_and_never_a_secret(shell: Shell) -> None:
    bare = shell("doctor")
    assert bare.returncode in {0, 1}
    assert "SLACK_BOT_TOKEN" in bare.stdout or "Slack" in bare.stdout

    run = shell("doctor", **SECRETS)

    assert run.returncode == 1  # nothing answers at that address
    assert "very-secret" not in run.stdout + run.stderr
    assert "Traceback" not in run.stderr


def test_a_dry_run_of_an_import_says_what_would_happen_and_takes_nothing_in(shell: Shell) -> None:
    run = shell("import", str(MESSY), "--map", str(MESSY / "mapping.yaml"), "--dry-run")

    assert run.returncode == 0, run.stderr
    assert "dry" in run.stdout.lower() or "nothing" in run.stdout.lower()
    assert count(shell, "people") == count(shell, "deals") == count(shell, "imports") == 0


def test_a_strict_import_takes_all_or_nothing(shell: Shell) -> None:
    run = shell("import", str(MESSY), "--map", str(MESSY / "mapping.yaml"), "--strict")

    assert run.returncode == 1
    assert count(shell, "people") == count(shell, "deals") == 0


def test_an_import_takes_in_what_it_can_and_lists_the_rest_in_a_file(imported: Shell) -> None:
    (rejects,) = imported.data.glob("rejects-*.csv")
    header, *lines = rejects.read_text(encoding="utf-8").splitlines()

    assert count(imported, "people") > 0
    assert count(imported, "deals") > 0
    assert len(lines) == count(imported, "import_rejects") > 0
    for column in ("file", "line", "column", "value", "reason"):
        assert column in header

    again = imported("import", str(MESSY), "--map", str(MESSY / "mapping.yaml"))
    assert again.returncode == 0


def test_fire_shows_who_would_get_what_and_changes_nothing(imported: Shell) -> None:
    arguments = ("fire", "health_check", "--at", "2026-10-05T09:00+02:00", "--dry-run")

    first = imported(*arguments)
    records = count(imported, "audit_events")
    second = imported(*arguments)

    assert first.returncode == 0, first.stderr
    assert "would get" in first.stdout or "Nobody leads reps yet" in first.stdout
    assert first == second
    assert count(imported, "cadence_fires") == count(imported, "obligations") == 0
    assert count(imported, "audit_events") == records


def test_fired_before_the_first_start_it_waits_for_it(imported: Shell) -> None:
    run = imported("fire", "health_check", "--at", "2026-10-05T09:00+02:00", "--for", "Petra Lang")

    assert run.returncode == 0, run.stderr
    assert "Petra Lang: gets the health check" in run.stdout
    assert "leave as soon as Drumbeat runs" in run.stdout
    assert count(imported, "deliveries") == count(imported, "cadence_fires") == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("fire", "siesta"), "There is no cadence"),
        (("fire", "health_check", "--for", "Nobody At All"), "No manager with reps is called"),
        (("fire", "health_check", "--at", "2026-10-05T09:00"), "offset from UTC"),
    ],
)
def test_what_can_not_be_fired_is_said_and_changes_nothing(
    imported: Shell, arguments: tuple[str, ...], said: str
) -> None:
    run = imported(*arguments)

    assert run.returncode == 2, (run.stdout, run.stderr)
    assert said in run.stderr
    assert count(imported, "cadence_fires") == 0


def test_the_status_of_what_was_only_imported_is_said_too(imported: Shell) -> None:
    run = imported("status")

    assert run.returncode == 0, run.stderr
    assert "messages  none" in run.stdout
    assert "CRM       messy_export" in run.stdout
    assert "next      no cadence" in run.stdout
    assert count(imported, "settings") == 0, "they are those of the first start"


def test_the_status_and_a_retry_are_said_in_words_and_for_machines(imported: Shell) -> None:
    assert imported("fire", "health_check", "--at", "2026-10-05T09:00+02:00").returncode == 0
    with contextlib.closing(sqlite3.connect(next(imported.data.glob("*.db")))) as connection, connection:
        connection.execute("UPDATE deliveries SET state = 'dead', error = 'account_inactive'")
    dead = count(imported, "deliveries")

    words, machine = imported("status"), imported("status", "--json")
    assert f"{dead} dead" in words.stdout, words.stderr
    assert words.stdout.count("account_inactive") == len(json.loads(machine.stdout)["dead"]) == dead > 0

    assert f"{dead} asked for again" in imported("retry", "--all").stdout
    assert "account_inactive" not in imported("status").stdout
    assert imported("retry", "nothing-like-it").returncode == 2


def test_an_export_says_what_it_wrote_and_whose_files_it_leaves_alone(
    imported: Shell, tmp_path: Path
) -> None:
    assert imported("fire", "health_check", "--at", "2026-10-05T09:00+02:00").returncode == 0
    taken = tmp_path / "taken"
    taken.mkdir()
    (taken / "verdicts.csv").write_text("mine")

    run = imported("export", str(tmp_path / "out"))
    refused = imported("export", str(taken), "--as", "csv")

    assert run.returncode == 0, run.stderr
    assert re.search(r"verdicts +\d+ rows", run.stdout)
    assert json.loads((tmp_path / "out" / "verdicts.json").read_text())[0]["state"]
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "did not write: verdicts.csv" in refused.stderr
    assert [path.name for path in taken.iterdir()] == ["verdicts.csv"]


@pytest.mark.parametrize(
    ("typed", "forgotten"), [("yes", True), (" Yes ", True), ("y", False), ("no", False), ("", False)]
)
def test_at_a_terminal_it_asks_and_takes_nothing_but_a_whole_yes(
    imported: Shell, monkeypatch: pytest.MonkeyPatch, typed: str, *, forgotten: bool
) -> None:
    asked: list[str] = []

    def answers(question: str) -> str:
        asked.append(question)
        return typed

    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", answers)

    run = imported("forget", "Petra Lang")

    assert run.returncode == 0, run.stderr
    assert asked == ["Forget Petra Lang? It can't be taken back. Type yes: "]
    assert ("is now Former colleague 1's" in run.stdout) is forgotten
    assert ("Nothing was changed." in run.stdout) is not forgotten
    assert count(imported, "erasures") == int(forgotten)


@pytest.mark.parametrize("leaving", [EOFError, KeyboardInterrupt])
def test_at_a_terminal_to_leave_without_an_answer_changes_nothing(
    imported: Shell, monkeypatch: pytest.MonkeyPatch, leaving: type[BaseException]
) -> None:
    def ended(_: str) -> str:
        raise leaving

    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", ended)

    run = imported("forget", "Petra Lang")

    assert run.returncode == 0, run.stderr
    assert "Nothing was changed." in run.stdout
    assert count(imported, "erasures") == 0


def test_to_forget_somebody_is_shown_first_and_done_only_when_said(imported: Shell) -> None:
    asked = imported("forget", "Petra Lang")
    assert asked.returncode == 0, asked.stderr
    assert "Petra Lang would be known as “Former colleague 1”" in asked.stdout
    assert "Nothing was changed." in asked.stdout
    assert count(imported, "erasures") == 0

    done = imported("forget", "Petra Lang", "--yes", "--by", "tomasz")
    gone = imported("forget", "Petra Lang", "--yes")
    again = imported("import", str(MESSY), "--map", str(MESSY / "mapping.yaml"))

    assert done.returncode == 0, done.stderr
    assert "is now Former colleague 1's" in done.stdout
    assert (gone.returncode, gone.stdout) == (2, "")
    assert "Nobody here has “Petra Lang”" in gone.stderr
    assert again.returncode == 0, again.stderr
    assert count(imported, "people WHERE name = 'Petra Lang'") == 0
    assert count(imported, "people WHERE name = 'Former colleague 1'") == 1
