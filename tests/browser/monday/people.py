"""The people of the sample company whom the stories are about, by their Slack ids."""

from __future__ import annotations

from typing import Final

from bot.sample_company.people import BY_KEY


def _slack_id(key: str) -> str:
    return BY_KEY[key].slack_id


KARA: Final = _slack_id("kara")
JONAS: Final = _slack_id("jonas")
MATS: Final = _slack_id("mats")
OWEN: Final = _slack_id("owen")
CALLUM: Final = _slack_id("callum")
DENISE: Final = _slack_id("denise")
HELENA: Final = _slack_id("helena")
TOMASZ: Final = _slack_id("tomasz")
