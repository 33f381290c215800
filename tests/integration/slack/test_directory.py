"""Who is in the workspace is read to the end, at the pace Slack lets it be."""

from __future__ import annotations

import pytest

from bot.slack.connection import members, private_channels, team_id
from tests.integration.slack.conftest import Office

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])


async def test_a_pause_that_slack_asks_for_is_waited_out(office: Office) -> None:
    calm = (await members(office.client), await private_channels(office.client, "deals-"))
    for method in ("auth.test", "users.list", "conversations.list"):
        await office.slack.fault(kind="rate_limit", method=method, times=1, retry_after=1)

    assert await team_id(office.client) == "T0SANDBOX1"
    assert (await members(office.client), await private_channels(office.client, "deals-")) == calm
    assert calm[0]
