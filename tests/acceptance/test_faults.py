"""Slack at its worst: limits, errors, lost answers, doubled events. Each message comes, and comes once."""

from __future__ import annotations

import pytest

from tests.acceptance.workspace import Workspace


@pytest.mark.parametrize(
    ("name", "zone", "kind", "settings"),
    [
        ("Kara Voss", "Europe/Berlin", "rate_limit", {"times": 2, "retry_after": 1}),
        ("Owen Pryce", "Europe/London", "server_error", {"times": 1, "status": 503}),
        ("Denise Carter", "America/New_York", "lost_reply", {"times": 1}),
        ("Rafael Ortega", "America/Chicago", "lost_reply", {"times": 1, "status": 502}),
    ],
)
def test_each_manager_gets_one_card(
    meridian: Workspace, name: str, zone: str, kind: str, settings: dict[str, int]
) -> None:
    manager = meridian.person(name)
    meridian.fault(kind, method="chat.postMessage", **settings)

    meridian.clock_to("2026-10-05 09:01", zone)

    assert meridian.struck() == settings["times"]
    meridian.no_faults()
    manager.sees("Health check · Monday 5 Oct")
    assert manager.count("Health check ·") == 1


def test_the_update_of_a_card_gets_through_in_the_end(meridian: Workspace) -> None:
    kara, jonas = meridian.person("Kara Voss"), meridian.person("Jonas Albrecht")
    meridian.fault("rate_limit", method="chat.update", times=1, retry_after=1)
    meridian.fault("lost_reply", method="chat.postMessage", times=1)
    meridian.fault("server_error", method="views.publish", times=1)

    kara.logs_a_conversation_with("Jonas Albrecht")
    meridian.settles()

    meridian.no_faults()
    assert "All conversations are answered" in kara.card()
    assert jonas.count("Did it take place?") == 1
    kara.at_home("All conversations are answered")


def test_it_starts_though_slack_does_not_tell_who_is_there(meridian: Workspace) -> None:
    jonas = meridian.person("Jonas Albrecht")
    meridian.stop_bot()
    meridian.fault("server_error", method="users.list", times=1)
    meridian.fault("rate_limit", method="auth.test", times=1, retry_after=1)

    meridian.bot.start()
    meridian.wait_for(meridian.bot)

    assert meridian.struck() == 2
    meridian.no_faults()
    assert "people_not_joined" in meridian.bot.log()
    assert "/drumbeat today" in jonas.asks("/drumbeat help")


def test_an_event_told_twice_is_answered_once(meridian: Workspace) -> None:
    jonas = meridian.person("Jonas Albrecht")
    meridian.fault("duplicate_event", method="message")

    jonas.says("Is anybody there?")
    jonas.hears("I don't answer messages.")
    meridian.settles()

    meridian.no_faults()
    assert jonas.count("I don't answer messages.") == 1


def test_nothing_is_given_up_and_nothing_came_twice(meridian: Workspace) -> None:
    posted = meridian.posted()
    assert len(posted) == len(set(posted)), posted
    assert meridian.records("SELECT count(*) FROM deliveries WHERE state NOT IN ('sent', 'superseded')") == [
        (0,)
    ]
