from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from bot.sample_company import workspace, write_workspace_file
from bot.sample_company.people import MEMBERS
from bot.sandbox.workspace_file import load_workspace


def test_the_sandbox_takes_the_file(tmp_path: Path) -> None:
    loaded = load_workspace(write_workspace_file(tmp_path / "workspace.yaml"))
    assert loaded.team.name == "Meridian"
    assert loaded.clock == datetime(2026, 10, 5, 6, 55, tzinfo=UTC)
    assert {user.email for user in loaded.users} == {member.email for member in MEMBERS}
    kara = next(user for user in loaded.users if user.name == "kara")
    assert (kara.real_name, kara.tz, kara.title) == ("Kara Voss", "Europe/Berlin", "Sales Manager")
    assert [user.name for user in loaded.users if user.is_admin] == ["tomasz"]


def test_each_team_has_its_channel_with_its_manager_and_reps() -> None:
    channels = {channel["name"]: channel for channel in workspace()["channels"]}
    assert len(channels["team-berlin"]["members"]) == 6
    assert {
        "team-london",
        "team-new-york",
        "team-chicago",
        "revenue-leaders",
        "drumbeat-config",
    } < channels.keys()
    assert channels["drumbeat-config"]["is_private"]
    slack_ids = {member.slack_id for member in MEMBERS}
    assert all(set(channel["members"]) <= slack_ids for channel in channels.values())


def test_the_clock_can_start_elsewhere() -> None:
    assert workspace(datetime(2026, 10, 26, 7, 55, tzinfo=UTC))["clock"] == "2026-10-26T07:55:00Z"
