"""The sandbox's workspace file: Meridian's people as Slack users, their channels, and the app."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from bot.domain.people import Role
from bot.sample_company.people import BY_KEY, MEMBERS, Member

# Five minutes before Monday 09:00 in Berlin.
CLOCK_START = datetime(2026, 10, 5, 6, 55, tzinfo=UTC)
_TEAMS = (
    ("C0TEAMBER1", "team-berlin", "kara", "Kara's team: deals, help, wins"),
    ("C0TEAMLON2", "team-london", "owen", "Owen's team: deals, help, wins"),
    ("C0TEAMNYC3", "team-new-york", "denise", "Denise's team: deals, help, wins"),
    ("C0TEAMCHI4", "team-chicago", "rafael", "Rafael's team: deals, help, wins"),
)
_LEADERS = ("helena", "kara", "owen", "denise", "rafael")


def workspace(clock: datetime = CLOCK_START) -> dict[str, Any]:
    """Return the workspace with its clock (aware) there, in the shape the sandbox loads from YAML."""
    return {
        "team": {"id": "T0SANDBOX1", "name": "Meridian", "domain": "meridian"},
        "clock": clock.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "app": {
            "id": "A0SANDBOX1",
            "name": "Drumbeat",
            "bot_user_id": "U0DRUMBEAT",
            "bot_token": "xoxb-sandbox",
            "app_token": "xapp-sandbox",
            "signing_secret": "sandbox-signing-secret",
        },
        "users": [_user(member) for member in MEMBERS],
        "channels": [*_team_channels(), *_deal_channels(), *_shared_channels()],
    }


def write_workspace_file(path: Path, clock: datetime = CLOCK_START) -> Path:
    """Write the workspace as YAML, the same bytes always, and return its path. Raises OSError."""
    text = yaml.safe_dump(workspace(clock), allow_unicode=True, sort_keys=False)
    path.write_text(text, encoding="utf-8")
    return path


def _user(member: Member) -> dict[str, Any]:
    return {
        "id": member.slack_id,
        "name": member.key,
        "real_name": member.name,
        "email": member.email,
        "tz": member.time_zone,
        "title": member.title,
        "is_admin": member.role is Role.ADMIN,
    }


def _channel(id_: str, name: str, topic: str, members: list[str], *, private: bool = False) -> dict[str, Any]:
    return {
        "id": id_,
        "name": name,
        "is_private": private,
        "topic": topic,
        "members": [BY_KEY[key].slack_id for key in members],
        "app_is_member": True,
    }


def _team_channels() -> list[dict[str, Any]]:
    return [
        _channel(id_, name, topic, [manager, *(m.key for m in MEMBERS if m.manager == manager)])
        for id_, name, manager, topic in _TEAMS
    ]


def _deal_channels() -> list[dict[str, Any]]:
    """Return the private channels in which teams speak about their deals: a team each, and nobody else."""
    return [
        _channel(
            id_.replace("C0TEAM", "C0DEAL"),
            name.replace("team-", "deals-"),
            f"Threads of the deals of {BY_KEY[manager].name.split()[0]}'s team",
            [manager, *(m.key for m in MEMBERS if m.manager == manager)],
            private=True,
        )
        for id_, name, manager, _topic in _TEAMS
    ]


def _shared_channels() -> list[dict[str, Any]]:
    return [
        _channel(
            "C0REVLEAD5", "revenue-leaders", "Numbers and decisions of the week", list(_LEADERS), private=True
        ),
        _channel(
            "C0CONFIG06",
            "drumbeat-config",
            "Cadences and thresholds of Drumbeat",
            ["tomasz", "helena"],
            private=True,
        ),
    ]
