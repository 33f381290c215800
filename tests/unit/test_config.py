"""The environment becomes one frozen object, or one list of all its faults, and no secret gets out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from bot.config import VARIABLES, Config, load_config, redact_url
from bot.errors import ConfigurationError, Fault

SECRET = "s3cr3t-of-the-test"
SLACK = {"SLACK_BOT_TOKEN": f"xoxb-{SECRET}", "SLACK_SIGNING_SECRET": SECRET}


def faults_of(environment: dict[str, str]) -> dict[str, Fault]:
    with pytest.raises(ConfigurationError) as caught:
        load_config(environment, env_file=None)
    return {fault.key: fault for fault in caught.value.faults}


def test_nothing_set_is_a_whole_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    config = load_config({}, env_file=None)

    assert config.database_url.get_secret_value() == f"sqlite:///{tmp_path}/data/drumbeat.db"
    assert config.slack_api_url == "https://slack.com/api/"
    assert config.port == 3000
    assert config.uses_sqlite
    assert not config.slack_is_configured


def test_every_variable_is_read() -> None:
    environment = {
        **SLACK,
        "SLACK_APP_TOKEN": f"xapp-{SECRET}",
        "SLACK_API_URL": "http://127.0.0.1:4000/api",
        "DATABASE_URL": "postgres://me:pw@db/drumbeat",
        "DRUMBEAT_DATA": "/var/lib/drumbeat",
        "PORT": "8080",
        "DRUMBEAT_CLOCK_URL": "http://127.0.0.1:4000/clock",
        "OPENAI_API_KEY": SECRET,
        "OPENAI_BASE_URL": "http://127.0.0.1:9/v1",
        "OPENAI_MODEL": "some-model",
        "DRUMBEAT_LOG_LEVEL": "debug",
        "DRUMBEAT_LOG_FORMAT": "json",
        "DRUMBEAT_CRM": "/srv/exports",
        "DRUMBEAT_CRM_MAP": "/srv/mapping.yaml",
    }

    config = load_config(environment, env_file=None)

    assert config == Config(
        slack_bot_token=SecretStr(f"xoxb-{SECRET}"),
        slack_signing_secret=SecretStr(SECRET),
        slack_app_token=SecretStr(f"xapp-{SECRET}"),
        slack_api_url="http://127.0.0.1:4000/api/",
        database_url=SecretStr("postgresql+psycopg://me:pw@db/drumbeat"),
        data_folder=Path("/var/lib/drumbeat"),
        port=8080,
        clock_url="http://127.0.0.1:4000/clock",
        openai_api_key=SecretStr(SECRET),
        openai_base_url="http://127.0.0.1:9/v1",
        openai_model="some-model",
        log_level="DEBUG",
        log_format="json",
        crm_source=Path("/srv/exports"),
        crm_mapping=Path("/srv/mapping.yaml"),
    )
    assert set(environment) == set(VARIABLES.values())
    assert config.slack_is_configured
    assert config.uses_socket_mode


def test_the_data_folder_moves_the_database_with_it() -> None:
    config = load_config({"DRUMBEAT_DATA": "/var/lib/drumbeat"}, env_file=None)

    assert config.database_url.get_secret_value() == "sqlite:////var/lib/drumbeat/drumbeat.db"


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("PORT=4000\nOPENAI_MODEL='from the file'  # a comment\n", encoding="utf-8")

    config = load_config({"PORT": "5000"}, env_file)

    assert (config.port, config.openai_model) == (5000, "from the file")


def test_an_empty_value_counts_as_not_set() -> None:
    config = load_config({"OPENAI_BASE_URL": "", "PORT": " ", "SLACK_APP_TOKEN": ""}, env_file=None)

    assert (config.openai_base_url, config.port, config.slack_app_token) == (None, 3000, None)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_postgres_names_the_driver(scheme: str) -> None:
    config = load_config({"DATABASE_URL": f"{scheme}://db/name?sslmode=require"}, env_file=None)

    assert config.database_url.get_secret_value() == "postgresql+psycopg://db/name?sslmode=require"


@pytest.mark.parametrize(
    "url",
    [
        *("mysql://db/name", "postgres:db", "sqlite://", "sqlite:///:memory:", "postgres://"),
        *("postgres://me:p@ss@db/name", "postgres://me:p/ss@db/name", "postgres://me:p#ss@db/name"),
        *("postgres://me:p@ss:word@db/name", "postgres://db:many/name", "postgres://db:99999/name"),
    ],
)
def test_other_databases_are_refused(url: str) -> None:
    assert faults_of({"DATABASE_URL": url}).keys() == {"DATABASE_URL"}


@pytest.mark.parametrize("url", ["http://clock:many/x", "http://clock:99999/x"])
def test_a_port_that_is_none_is_refused(url: str) -> None:
    assert faults_of({"DRUMBEAT_CLOCK_URL": url}).keys() == {"DRUMBEAT_CLOCK_URL"}


def test_all_faults_come_at_once_with_what_was_found_and_what_is_allowed() -> None:
    faults = faults_of(
        {
            "PORT": "http",
            "DRUMBEAT_LOG_LEVEL": "loud",
            "DRUMBEAT_CLOCK_URL": "ftp://me:pw@clock/x",
            "DATABASE_URL": "oracle://me:pw@db/x",
            "SLACK_BOT_TOKEN": f"bot-{SECRET}",
        }
    )

    assert {key: (fault.found, fault.allowed) for key, fault in faults.items()} == {
        "PORT": ("'http'", "a whole number from 0 to 65535"),
        "DRUMBEAT_LOG_LEVEL": ("'loud'", "'DEBUG', 'INFO', 'WARNING' or 'ERROR'"),
        "DRUMBEAT_CLOCK_URL": ("ftp://clock/x", "an address that begins with http:// or https://"),
        "DATABASE_URL": (
            "an address that begins with oracle://",
            (
                "postgresql://user:password@host/name, with @ / # ? of a password as %40 %2F %23 %3F, "
                "or sqlite:///path/to/file.db"
            ),
        ),
        "SLACK_BOT_TOKEN": ("a value that is not shown", "a token that begins with xoxb-"),
        "SLACK_SIGNING_SECRET": ("nothing", "the signing secret, or SLACK_APP_TOKEN for Socket Mode"),
    }


@pytest.mark.parametrize(
    ("environment", "missing"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_SIGNING_SECRET"),
        ({"SLACK_SIGNING_SECRET": "s"}, "SLACK_BOT_TOKEN"),
        ({"DRUMBEAT_CRM": "exports"}, "DRUMBEAT_CRM_MAP"),
        ({"DRUMBEAT_CRM_MAP": "mapping.yaml"}, "DRUMBEAT_CRM"),
        ({"SLACK_APP_TOKEN": "xapp-1"}, "SLACK_BOT_TOKEN"),
    ],
)
def test_half_of_slack_is_a_fault(environment: dict[str, str], missing: str) -> None:
    assert faults_of(environment).keys() == {missing}


def test_half_of_slack_cannot_be_built_in_code_either() -> None:
    with pytest.raises(ValidationError, match="SLACK_BOT_TOKEN"):
        Config(slack_signing_secret=SecretStr(SECRET))


def test_socket_mode_needs_no_signing_secret() -> None:
    config = load_config({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}, env_file=None)

    assert config.uses_socket_mode


def test_a_configuration_never_changes() -> None:
    config = load_config({}, env_file=None)

    with pytest.raises(ValidationError, match="frozen"):
        config.port = 1  # type: ignore[misc] # the point of the test


def chain_of(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def test_no_secret_is_in_any_rendering_of_a_fault() -> None:
    environment = {
        "SLACK_BOT_TOKEN": SECRET,
        "SLACK_APP_TOKEN": SECRET,
        "DATABASE_URL": SECRET,
        "OPENAI_BASE_URL": f"ftp://user:{SECRET}@host/",
        "PORT": "no",
    }

    with pytest.raises(ConfigurationError) as caught:
        load_config(environment, env_file=None)

    assert all(SECRET not in f"{error} {error!r}" for error in chain_of(caught.value))


def test_no_secret_is_in_any_rendering_of_the_configuration() -> None:
    environment = {**SLACK, "DATABASE_URL": f"postgres://me:{SECRET}@db/x", "OPENAI_API_KEY": SECRET}

    config = load_config(environment, env_file=None)

    assert SECRET not in f"{config} {config!r} {config.model_dump()} {config.model_dump_json()}"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql+psycopg://me:pw@db:5432/x?password=pw", "postgresql+psycopg://db:5432/x"),
        ("sqlite:////var/lib/drumbeat.db", "sqlite:////var/lib/drumbeat.db"),
        ("http://127.0.0.1:80/clock", "http://127.0.0.1:80/clock"),
        ("nonsense", "an address without http://"),
    ],
)
def test_an_address_is_shown_without_what_is_secret_in_it(url: str, shown: str) -> None:
    assert redact_url(url) == shown


def test_the_example_file_names_every_variable() -> None:
    example = (Path(__file__).parents[2] / ".env.example").read_text(encoding="utf-8")

    assert [name for name in VARIABLES.values() if f"{name}=" not in example] == []
