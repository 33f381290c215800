"""Says what is configured, what answers, and what is missing, without printing a secret."""

from __future__ import annotations

import asyncio
import platform
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import httpx
from pydantic import SecretStr

from bot import __version__
from bot.config import VARIABLES, Config, redact_url
from bot.errors import ConfigurationError, UserError
from bot.settings_files import load_settings

_TIMEOUT: Final = httpx.Timeout(5.0)
_OPENAI_URL: Final = "https://api.openai.com/v1"
_OK_STATUS: Final = 200

OpenCrm = Callable[[Config], object]
"""Opens the CRM's source that is configured. Raises an error of the project, in words, where it can't."""

DatabaseProbe = Callable[[str], tuple[str | None, str]]
"""Connects to a database URL and returns its migration revision (None: never migrated) and the newest one."""


class Standing(StrEnum):
    """How a part stands. Only `failed` makes the report an unhealthy one."""

    OK = "ok"
    OFF = "off"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Check:
    """One part looked at; `detail` says what was seen, and where it failed what to do next."""

    subject: str
    standing: Standing
    detail: str

    def lines(self) -> list[str]:
        """Return it as lines for a terminal; what `detail` has more of them stands below the first."""
        first, *more = self.detail.splitlines()
        return [f"  {self.standing:<7} {self.subject:<11} {first}", *(f"{'':<22}{line}" for line in more)]


@dataclass(frozen=True, slots=True)
class Report:
    """What the doctor saw: each variable with what may be shown of it, then each check."""

    variables: tuple[tuple[str, str], ...]
    checks: tuple[Check, ...]

    @property
    def exit_code(self) -> int:
        """Return 0 where nothing failed, else 1. What is merely off is no failure."""
        return int(any(check.standing is Standing.FAILED for check in self.checks))

    def render(self) -> str:
        """Return the report as lines for a terminal."""
        return "\n".join(
            [
                f"Drumbeat {__version__} on Python {platform.python_version()}",
                "",
                "Configured",
                *(f"  {name:<21} {value}" for name, value in self.variables),
                "",
                "Checked",
                *(line for check in self.checks for line in check.lines()),
            ]
        )


async def diagnose(
    config: Config, *, settings_folder: Path, probe_database: DatabaseProbe, open_crm: OpenCrm
) -> Report:
    """Look at every part once, all at the same time; an unreachable one costs at most its timeout."""
    async with httpx.AsyncClient(timeout=_TIMEOUT) as client:
        checks = await asyncio.gather(
            asyncio.to_thread(_check_settings, settings_folder),
            asyncio.to_thread(_check_database, config, probe_database),
            asyncio.to_thread(_check_crm, config, open_crm),
            _check_slack(config, client),
            _check_socket_mode(config, client),
            _check_model(config, client),
            _check_clock(config, client),
        )
    return Report(variables=_variables(config), checks=tuple(checks))


def _variables(config: Config) -> tuple[tuple[str, str], ...]:
    return tuple((variable, _shown(field, getattr(config, field))) for field, variable in VARIABLES.items())


def _shown(field: str, value: object) -> str:
    if value is None:
        return "missing"
    if field == "database_url":
        return redact_url(_reveal(value))
    if isinstance(value, SecretStr):
        return "set"
    return redact_url(str(value)) if field.endswith("_url") else str(value)


def _reveal(secret: object) -> str:
    return secret.get_secret_value() if isinstance(secret, SecretStr) else ""


def _failed(config: Config, subject: str, error: Exception, advice: str) -> Check:
    faults = error.faults if isinstance(error, ConfigurationError) else ()
    words = "; ".join(map(str, faults)) or f"{type(error).__name__}: {error}"
    for secret in _secrets(config):
        words = words.replace(secret, "***")
    return Check(subject, Standing.FAILED, f"{words.splitlines()[0]}; {advice}")


def _secrets(config: Config) -> list[str]:
    whole = [secret for field in VARIABLES if (secret := _reveal(getattr(config, field)))]
    password = urlsplit(config.database_url.get_secret_value()).password
    return [*whole, password, unquote(password)] if password else whole


def _check_settings(folder: Path) -> Check:
    try:
        load_settings(folder)
    except ConfigurationError as error:
        return Check("settings", Standing.FAILED, "\n".join(str(fault) for fault in error.faults))
    return Check("settings", Standing.OK, f"the first values in {folder} are valid")


def _check_database(config: Config, probe: DatabaseProbe) -> Check:
    url = config.database_url.get_secret_value()
    try:
        current, newest = probe(url)
    except Exception as error:  # noqa: BLE001 - whatever a driver raises is what the operator must read
        return _failed(config, "database", error, "check DATABASE_URL and that the server runs")
    if current != newest:
        seen = f"at revision {current}" if current else "never migrated"
        return Check("database", Standing.FAILED, f"{seen}, newest is {newest}; run `drumbeat migrate`")
    return Check("database", Standing.OK, f"{redact_url(url)} at revision {current}")


def _check_crm(config: Config, open_: OpenCrm) -> Check:
    if config.crm_source is None:
        return Check("crm", Standing.OFF, "no DRUMBEAT_CRM: data comes by `drumbeat import` alone")
    try:
        open_(config)
    except ConfigurationError as error:
        return Check("crm", Standing.FAILED, "\n".join(str(fault) for fault in error.faults))
    except UserError as error:
        return Check("crm", Standing.FAILED, f"{error}; check DRUMBEAT_CRM")
    return Check("crm", Standing.OK, f"{config.crm_source}, read by {config.crm_mapping}")


async def _check_slack(config: Config, client: httpx.AsyncClient) -> Check:
    if config.slack_bot_token is None:
        return Check("slack", Standing.OFF, "no SLACK_BOT_TOKEN: only the workspace in the browser is there")
    try:
        answer = await _call_slack(config, client, "auth.test", config.slack_bot_token)
    except (httpx.HTTPError, ValueError) as error:
        return _failed(config, "slack", error, "check SLACK_API_URL and the network")
    if not answer.get("ok"):
        return Check(
            "slack",
            Standing.FAILED,
            f"{_error_in(answer)}; check SLACK_BOT_TOKEN",
        )
    return Check("slack", Standing.OK, f"{answer.get('user')} in {answer.get('team')}")


async def _check_socket_mode(config: Config, client: httpx.AsyncClient) -> Check:
    subject = "socket mode"
    if config.slack_app_token is None:
        return Check(
            subject, Standing.OFF, f"no SLACK_APP_TOKEN: Slack reaches /slack/events on port {config.port}"
        )
    try:
        answer = await _call_slack(config, client, "apps.connections.open", config.slack_app_token)
    except (httpx.HTTPError, ValueError) as error:
        return _failed(config, subject, error, "check SLACK_API_URL and the network")
    if not answer.get("ok"):
        return Check(
            subject,
            Standing.FAILED,
            f"{_error_in(answer)}; check SLACK_APP_TOKEN",
        )
    return Check(subject, Standing.OK, "a connection is granted")


async def _call_slack(
    config: Config, client: httpx.AsyncClient, method: str, token: SecretStr
) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {token.get_secret_value()}"}
    response = await client.post(f"{config.slack_api_url}{method}", headers=headers)
    response.raise_for_status()
    answer = response.json()
    return answer if isinstance(answer, dict) else {}


def _error_in(answer: dict[str, Any]) -> str:
    return str(answer.get("error", "not an answer of Slack"))


async def _check_model(config: Config, client: httpx.AsyncClient) -> Check:
    if config.openai_api_key is None and config.openai_base_url is None:
        return Check("model", Standing.OFF, "no OPENAI_API_KEY: nothing is drafted by a model")
    base = (config.openai_base_url or _OPENAI_URL).rstrip("/")
    headers = {"Authorization": f"Bearer {_reveal(config.openai_api_key)}"} if config.openai_api_key else {}
    try:
        response = await client.get(f"{base}/models", headers=headers)
    except httpx.HTTPError as error:
        return _failed(config, "model", error, "check OPENAI_BASE_URL and the network")
    if response.status_code != _OK_STATUS:
        advice = "check OPENAI_API_KEY and OPENAI_BASE_URL"
        return Check(
            "model", Standing.FAILED, f"{redact_url(base)} answered {response.status_code}; {advice}"
        )
    return Check("model", Standing.OK, f"{redact_url(base)} answers; {config.openai_model} will draft")


async def _check_clock(config: Config, client: httpx.AsyncClient) -> Check:
    if config.clock_url is None:
        return Check("clock", Standing.OK, "this machine's")
    try:
        response = await client.get(config.clock_url)
        response.raise_for_status()
        now = response.json()["now"]
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
        return _failed(config, "clock", error, "check DRUMBEAT_CLOCK_URL")
    return Check("clock", Standing.OK, f"{redact_url(config.clock_url)} says {now}")
