"""A canonical column made of others: the first pattern whose source columns are all filled."""

from __future__ import annotations

import re
from collections.abc import Mapping as Dict
from dataclasses import dataclass

_PLACEHOLDER = re.compile(r"{(.*?)}")


@dataclass(frozen=True, slots=True)
class _Part:
    source: str
    position: int
    aliases: Dict[str, str]


class Template:
    """The patterns of one canonical column, bound to the places and spellings of their source columns."""

    def __init__(
        self, patterns: tuple[str, ...], positions: Dict[str, int], aliases: Dict[str, Dict[str, str]]
    ) -> None:
        self._patterns = [
            (
                # str.format would let a mapping reach into attributes; %-formatting only takes text.
                _PLACEHOLDER.sub("%s", pattern.replace("%", "%%")),
                [
                    _Part(source, positions[source], aliases.get(source, {}))
                    for source in _PLACEHOLDER.findall(pattern)
                ],
            )
            for pattern in patterns
        ]

    def fill(self, cells: list[str]) -> str | None:
        """Return the text for one row, or None when every pattern lacks something."""
        for pattern, parts in self._patterns:
            found = [part.aliases.get(cells[part.position], cells[part.position]) for part in parts]
            if all(found):
                return pattern % tuple(found)
        return None
