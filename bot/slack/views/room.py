"""How much a message or a view takes, and filling it so that what does not fit is said, never cut off."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.slack.views.text import Block, context, section

_SHOWN = frozenset({"text", "description", "label", "hint", "placeholder"})
_REST_CHARACTERS = 200
PACKED = 2800


@dataclass(frozen=True, slots=True)
class Room:
    """What there is place for: blocks, and characters over all of them."""

    blocks: int
    characters: int

    def less(self, made: Sequence[Block]) -> Room:
        """Return what is left beside these blocks."""
        return Room(self.blocks - len(made), self.characters - characters(made))

    def share(self, part: float) -> Room:
        """Return a part of it, from 0 to 1."""
        return Room(int(self.blocks * part), int(self.characters * part))

    def takes(self, made: Sequence[Block]) -> bool:
        """Tell whether these blocks fit."""
        return len(made) <= self.blocks and characters(made) <= self.characters


# Slack takes 50 blocks and about 13,200 characters over all of a message's blocks (`msg_blocks_too_long`).
MESSAGE = Room(blocks=50, characters=12_600)
# What a day's card may take for itself where lines for what else the day brings stand under it.
WITH_LINES = Room(blocks=42, characters=10_800)
# A view has no limit over all its blocks but its size, 250 kB; a Home tab nobody reads to the end is no help.
HOME = Room(blocks=100, characters=40_000)


def characters(value: object) -> int:
    """Count the characters shown anywhere inside blocks, as Slack does for its limit over all of them."""
    if isinstance(value, Mapping):
        return sum(
            len(inner) if name in _SHOWN and isinstance(inner, str) else characters(inner)
            for name, inner in value.items()
        )
    return sum(characters(inner) for inner in value) if isinstance(value, list | tuple) else 0


def fill(groups: Sequence[list[Block]], room: Room, rest: Callable[[int], str]) -> list[Block]:
    """Return the groups in their order as far as they fit, whole, and say of how many others `rest` tells."""
    everything = [block for group in groups for block in group]
    if room.takes(everything):
        return everything
    kept = Room(room.blocks - 1, room.characters - _REST_CHARACTERS)
    made: list[Block] = []
    shown = 0
    while kept.takes([*made, *groups[shown]]):
        made += groups[shown]
        shown += 1
    return [*made, context(rest(len(groups) - shown))]


def packed(texts: Iterable[str]) -> list[str]:
    """Join lines to as few texts as a section's limit allows."""
    joined: list[str] = []
    for text in texts:
        if joined and len(joined[-1]) + len(text) < PACKED:
            # Texts of several lines run together into one grey field without an empty line between them.
            joined[-1] += f"\n\n{text}" if "\n" in text else f"\n{text}"
        else:
            joined.append(text)
    return joined


def packed_to_fit(texts: Sequence[str], room: Room, rest: Callable[[int], str]) -> list[Block]:
    """Return the texts packed into sections as far as they fit, and say of how many others `rest` tells."""
    shown = len(texts)
    while shown:
        made = [section(text) for text in packed(texts[:shown])]
        if shown < len(texts):
            made.append(context(rest(len(texts) - shown)))
        if room.takes(made):
            return made
        shown -= 1
    return [context(rest(len(texts)))] if texts else []
