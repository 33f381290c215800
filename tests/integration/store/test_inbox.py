"""Events are kept together, as one document, and each comes back as it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.store.repositories.inbox import KeptEvent
from bot.store.unit_of_work import Store

# Before the clocks go back in Berlin; with microseconds, or none.
AT = datetime(2026, 10, 25, 2, 30, 0, 123456, tzinfo=ZoneInfo("Europe/Berlin"))
ARRIVED = 1_793_000_000_123_456_789


def event(key: str, text: str = "hello") -> KeptEvent:
    return KeptEvent(key, {"type": "message", "text": text}, "U1", AT, ARRIVED)


def kept(store: Store) -> dict[str, KeptEvent]:
    with store.reading() as uow:
        return {one.key: one for one in uow.inbox.left(ARRIVED + 1, 100)}


@pytest.mark.parametrize(
    "text",
    ["Grüße, “Rob” \\ 'x' \n %s :rows", "a\0b", "\ud83d", "😀", '{"key": "other"}', "\\u0000"],
    ids=["signs", "nul", "half-a-pair", "emoji", "json", "escape"],
)
def test_an_event_comes_back_as_it_was_and_harms_none_beside_it(team: Store, text: str) -> None:
    events = [event("one"), event("two", text), replace(event("three"), sender=None)]

    with team.writing() as uow:
        assert uow.inbox.keep(events) == {"one", "two", "three"}

    assert kept(team) == {one.key: replace(one, received_at=AT.astimezone(UTC)) for one in events}


def test_a_time_without_microseconds_is_kept_to_the_instant(team: Store) -> None:
    sharp = AT.replace(microsecond=0)

    with team.writing() as uow:
        uow.inbox.keep([replace(event("one"), received_at=sharp)])

    assert kept(team)["one"].received_at == sharp.astimezone(UTC)


def test_what_is_here_already_is_not_new_and_stays_as_it_was(team: Store) -> None:
    with team.writing() as uow:
        uow.inbox.keep([event("one", "first")])

    with team.writing() as uow:
        assert uow.inbox.keep([event("one", "again"), event("two"), event("two", "doubled")]) == {"two"}

    assert {key: one.event["text"] for key, one in kept(team).items()} == {"one": "first", "two": "hello"}
