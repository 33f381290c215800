"""The environment and `.env` as one frozen, validated object: every fault at once, no secret shown."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError
from pydantic import model_validator as whole_model
from pydantic_core import ErrorDetails

from bot.errors import ConfigurationError, Fault
from bot.settings_files import load_settings

# The environment and the files are asked for in one place, though each is read in its own.
__all__ = ["CONFIG_FOLDER", "VARIABLES", "Config", "load_config", "load_settings", "redact_url"]

CONFIG_FOLDER: Final = Path(__file__).parent.parent / "config"
"""Where the settings' first values, the mapping files and Slack's manifest lie."""

VARIABLES: Final[Mapping[str, str]] = {
    "slack_bot_token": "SLACK_BOT_TOKEN",
    "slack_signing_secret": "SLACK_SIGNING_SECRET",
    "slack_app_token": "SLACK_APP_TOKEN",
    "slack_api_url": "SLACK_API_URL",
    "data_folder": "DRUMBEAT_DATA",
    "database_url": "DATABASE_URL",
    "port": "PORT",
    "clock_url": "DRUMBEAT_CLOCK_URL",
    "openai_api_key": "OPENAI_API_KEY",
    "openai_base_url": "OPENAI_BASE_URL",
    "openai_model": "OPENAI_MODEL",
    "log_level": "DRUMBEAT_LOG_LEVEL",
    "log_format": "DRUMBEAT_LOG_FORMAT",
    "crm_source": "DRUMBEAT_CRM",
    "crm_mapping": "DRUMBEAT_CRM_MAP",
}
"""The environment variable of each field of Config."""

_POSTGRES_SCHEMES: Final = {"postgres", "postgresql", "postgresql+psycopg"}
_SQLITE_SCHEMES: Final = {"sqlite", "sqlite+pysqlite"}


def _with_prefix(prefix: str) -> AfterValidator:
    def check(value: SecretStr) -> SecretStr:
        if not value.get_secret_value().startswith(prefix):
            raise ValueError(f"a token that begins with {prefix}")
        return value

    return AfterValidator(check)


def _check_http_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or not _is_readable(value):
        raise ValueError("an address that begins with http:// or https://")
    return value


def _end_with_slash(value: str) -> str:
    return value if value.endswith("/") else f"{value}/"


def _normalise_database_url(value: SecretStr) -> SecretStr:
    raw = value.get_secret_value()
    scheme, separator, rest = raw.partition("://")
    if separator and scheme in _POSTGRES_SCHEMES and rest and _is_readable(raw):
        return SecretStr(f"postgresql+psycopg://{rest}")
    if separator and scheme in _SQLITE_SCHEMES and rest.startswith("/") and rest not in {"/", "/:memory:"}:
        return value
    raise ValueError(
        "postgresql://user:password@host/name, with @ / # ? of a password as %40 %2F %23 %3F, "
        "or sqlite:///path/to/file.db"
    )


def _is_readable(url: str) -> bool:
    """Tell whether it is clear where the host begins: else a part of a password is taken for it, and told."""
    try:
        parts = urlsplit(url)
        return parts.netloc.count("@") <= 1 and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


def _default_database(fields: dict[str, Any]) -> SecretStr:
    # The folder is absent where it is itself at fault; then this value is never used.
    return SecretStr(f"sqlite:///{fields.get('data_folder', Path()) / 'drumbeat.db'}")


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


HttpUrl = Annotated[str, AfterValidator(_check_http_url)]
LogLevel = Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_upper)]
LogFormat = Literal["json", "text"]


class Config(BaseModel):
    """How this process runs. Built once at the start, passed on, never changed; secrets print as stars."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    slack_bot_token: Annotated[SecretStr, _with_prefix("xoxb-")] | None = None
    slack_signing_secret: SecretStr | None = None
    slack_app_token: Annotated[SecretStr, _with_prefix("xapp-")] | None = None
    slack_api_url: Annotated[HttpUrl, AfterValidator(_end_with_slash)] = "https://slack.com/api/"
    data_folder: Annotated[Path, AfterValidator(Path.absolute)] = Field(
        default_factory=lambda: Path("data").absolute()
    )
    database_url: Annotated[SecretStr, AfterValidator(_normalise_database_url)] = Field(
        default_factory=_default_database
    )
    port: Annotated[int, Field(ge=0, le=65535)] = 3000
    clock_url: HttpUrl | None = None
    openai_api_key: SecretStr | None = None
    openai_base_url: HttpUrl | None = None
    openai_model: str = "gpt-5-mini"
    log_level: LogLevel = "INFO"
    log_format: LogFormat | None = None
    crm_source: Path | None = None
    crm_mapping: Path | None = None

    @whole_model(mode="after")
    def _nothing_is_half(self) -> Self:
        given = {field for field in VARIABLES if getattr(self, field) is not None}
        if faults := list(_missing_halves(given)):
            raise ValueError("\n".join(str(fault) for fault in faults))
        return self

    @property
    def slack_is_configured(self) -> bool:
        """Tell whether the bot can talk to a workspace at all."""
        return self.slack_bot_token is not None

    @property
    def uses_socket_mode(self) -> bool:
        """Tell whether payloads come over a WebSocket instead of HTTP."""
        return self.slack_app_token is not None

    @property
    def uses_sqlite(self) -> bool:
        """Tell whether the database is a SQLite file."""
        return self.database_url.get_secret_value().startswith("sqlite")


def load_config(environment: Mapping[str, str] | None = None, env_file: Path | None = Path(".env")) -> Config:
    """Read the configuration from the environment (by default this process's) and, under it, from `env_file`.

    An empty value counts as not set. Raises ConfigurationError with all faults.
    """
    from_file = _values_of(env_file) if env_file else {}
    merged = {**from_file, **(os.environ if environment is None else environment)}
    given = {field: value for field, name in VARIABLES.items() if (value := (merged.get(name) or "").strip())}
    faults: list[Fault] = []
    config: Config | None = None
    try:
        config = Config.model_validate(given)
    except ValidationError as error:
        faults = [*_value_faults(error, given), *_missing_halves(given)]
    if config is None:
        raise ConfigurationError(faults)  # outside the handler: the cause would carry the raw values
    return config


def _values_of(file: Path) -> Mapping[str, str | None]:
    try:
        return dotenv_values(file, interpolate=False)
    except (OSError, UnicodeDecodeError) as error:
        fault = Fault(str(file), "", f"a file that can't be read ({type(error).__name__})", "text in UTF-8")
    raise ConfigurationError([fault])  # outside the handler: the cause would carry what stands in the file


def redact_url(url: str) -> str:
    """Return the address without user, password and query, fit to be shown."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}" if parts.scheme else "an address without http://"


def _missing_halves(given: Collection[str]) -> Iterator[Fault]:
    if "slack_bot_token" not in given:
        if "slack_signing_secret" in given or "slack_app_token" in given:
            yield _nothing_in("slack_bot_token", "the bot token too, where another Slack variable is set")
    elif "slack_signing_secret" not in given and "slack_app_token" not in given:
        yield _nothing_in("slack_signing_secret", "the signing secret, or SLACK_APP_TOKEN for Socket Mode")
    if "crm_source" in given and "crm_mapping" not in given:
        yield _nothing_in("crm_mapping", "the mapping file that reads what DRUMBEAT_CRM holds")
    elif "crm_mapping" in given and "crm_source" not in given:
        yield _nothing_in("crm_source", "where the CRM's exports arrive, for DRUMBEAT_CRM_MAP to read")


def _nothing_in(field: str, allowed: str) -> Fault:
    return Fault("environment", VARIABLES[field], "nothing", allowed)


def _value_faults(error: ValidationError, given: Mapping[str, str]) -> Iterator[Fault]:
    for detail in error.errors(include_url=False):
        # What is not given can't be at fault: pydantic also reports defaults that it had no ground to make.
        if detail["loc"] and (field := str(detail["loc"][0])) in given:
            yield Fault("environment", VARIABLES[field], _shown(field, given[field]), _allowed(detail))


def _shown(field: str, value: str) -> str:
    if field == "database_url" and "://" in value:
        return f"an address that begins with {value.partition('://')[0]}://"
    if "SecretStr" in str(Config.model_fields[field].annotation):
        return "a value that is not shown"
    return redact_url(value) if field.endswith("_url") else repr(value)


def _allowed(detail: ErrorDetails) -> str:
    if detail["type"] in {"greater_than_equal", "less_than_equal", "int_parsing"}:
        return "a whole number from 0 to 65535"
    return detail["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
