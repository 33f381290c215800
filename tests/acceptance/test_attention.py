"""A manager's day by the product's own setting: a card, one ping, silent lines, the rest tomorrow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.domain.settings import Attention
from tests.acceptance.environment import sample_company
from tests.acceptance.person import Person
from tests.acceptance.screen import readable
from tests.acceptance.workspace import Workspace

DIFFERENTLY = "remembers the coverage conversation differently"
TOLD = "says that the coverage conversation you logged"


@pytest.fixture(scope="module")
def meridian(story_folder: Path) -> Iterator[Workspace]:
    with sample_company(
        story_folder, starts="2026-10-05 08:59", zone="Europe/London", attention=Attention()
    ) as workspace:
        yield workspace


def posted_to(meridian: Workspace, person: Person) -> int:
    return sum(
        call["ok"] and call["args"]["channel"] in {person.id, person.dm}
        for call in meridian.calls("chat.postMessage")
    )


def disputes(rep: Person) -> None:
    rep.hears("Did it take place?")
    rep.clicks("No, we didn't…")
    rep.submits()
    rep.closes()


def test_the_first_is_the_card_and_one_rings_under_it(meridian: Workspace) -> None:
    owen, callum = meridian.person("Owen Pryce"), meridian.person("Callum Reid")
    meridian.clock_to("2026-10-05 09:00", "Europe/London")
    owen.sees("2 conversations owed")
    owen.logs_a_conversation_with("Callum Reid")
    owen.logs_a_conversation_with("Saoirse Byrne")

    disputes(callum)

    owen.hears_under_the_card(f"Callum Reid {TOLD}")
    assert len(owen.cards()) == 1


def test_the_next_stands_on_the_card_without_a_sound(meridian: Workspace) -> None:
    owen, saoirse = meridian.person("Owen Pryce"), meridian.person("Saoirse Byrne")
    rang = posted_to(meridian, owen)
    meridian.clock_to("2026-10-05 11:20", "Europe/London")

    disputes(saoirse)

    owen.sees("Also for you", f"Waits for you · Saoirse Byrne {DIFFERENTLY} · since 11:20")
    meridian.settles()
    assert posted_to(meridian, owen) == rang == 2
    assert len(owen.cards()) == 1
    assert len(owen.replies()) == 1


def test_opened_it_is_there_in_full(meridian: Workspace) -> None:
    owen = meridian.person("Owen Pryce")

    owen.clicks("Open", about="Saoirse Byrne")

    owen.sees(f"Saoirse Byrne {TOLD}", f"Saoirse Byrne {DIFFERENTLY} · opened: it stands below")
    assert not owen.can_click("Open", about="Saoirse Byrne")
    card, opened = owen.cards()
    assert readable(card).startswith("Health check ·")
    assert TOLD in readable(opened)


def test_in_the_evening_nothing_rings_and_the_morning_brings_it(meridian: Workspace) -> None:
    owen, saoirse = meridian.person("Owen Pryce"), meridian.person("Saoirse Byrne")
    meridian.clock_to("2026-10-05 20:10", "Europe/London")
    asked = posted_to(meridian, saoirse)
    owen.logs_a_conversation_with("Saoirse Byrne", button="Log it again")
    meridian.settles()
    assert posted_to(meridian, saoirse) == asked

    meridian.clock_to("2026-10-06 07:59", "Europe/London")
    assert posted_to(meridian, saoirse) == asked
    meridian.clock_to("2026-10-06 08:00", "Europe/London")

    saoirse.hears("Did it take place?")
    assert posted_to(meridian, saoirse) == asked + 1
