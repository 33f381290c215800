"""Rich text: the block, its sections and lists, and the pieces of text inside them."""

from __future__ import annotations

from bot.sandbox.blocks.schema import Check, array, one_of_types, shape, typed
from bot.sandbox.blocks.values import (
    boolean,
    enum,
    identifier,
    integer,
    link_url,
    string,
    string_like,
    unix_seconds,
)

# Slack names no maximum for a list of pieces; a message's own length limits it first.
_MANY = 1000

_TEXT_STYLE = shape(optional=dict.fromkeys(("bold", "italic", "strike", "code", "underline"), boolean))
_MENTION_STYLE = shape(
    optional=dict.fromkeys(
        ("bold", "italic", "strike", "highlight", "client_highlight", "unlink", "underline"),
        boolean,
    )
)
_STYLED: dict[str, Check] = {"style": _TEXT_STYLE}
_MENTION: dict[str, Check] = {"style": _MENTION_STYLE}


def _is_hex_colour(text: str) -> bool:
    digits = text[1:]
    return (
        text[0] == "#"
        and len(digits) in (3, 6)
        and all(digit in "0123456789abcdefABCDEF" for digit in digits)
    )


_PIECES: dict[str, Check] = {
    "text": typed("text", {"text": string(40_000)}, _STYLED),
    "link": typed("link", {"url": link_url}, _STYLED | {"text": string(40_000, low=0), "unsafe": boolean}),
    "emoji": typed(
        "emoji",
        {"name": identifier},
        _STYLED | {"unicode": string(255), "skin_tone": integer(1, 6)},
    ),
    "user": typed("user", {"user_id": identifier}, _MENTION),
    "usergroup": typed("usergroup", {"usergroup_id": identifier}, _MENTION),
    "channel": typed("channel", {"channel_id": identifier}, _MENTION),
    "team": typed("team", {"team_id": identifier}, _MENTION),
    "broadcast": typed("broadcast", {"range": enum("here", "channel", "everyone")}, _MENTION),
    "color": typed("color", {"value": string_like(7, _is_hex_colour, "must be a hex color")}),
    "date": typed(
        "date",
        {"timestamp": unix_seconds, "format": string(3000)},
        _STYLED | {"url": link_url, "fallback": string(3000)},
    ),
}

_pieces = array(one_of_types(_PIECES), 0, _MANY)
_border: dict[str, Check] = {"border": integer(0, 1)}
_section = typed("rich_text_section", {"elements": _pieces})

_PARTS: dict[str, Check] = {
    "rich_text_section": _section,
    "rich_text_list": typed(
        "rich_text_list",
        {"style": enum("bullet", "ordered"), "elements": array(_section, 1, _MANY)},
        {**_border, "indent": integer(0, 8), "offset": integer(0, _MANY)},
    ),
    "rich_text_preformatted": typed(
        "rich_text_preformatted", {"elements": _pieces}, {**_border, "language": string(255)}
    ),
    "rich_text_quote": typed("rich_text_quote", {"elements": _pieces}, _border),
}

rich_text = typed(
    "rich_text",
    {"elements": array(one_of_types(_PARTS), 1, _MANY)},
    {"block_id": identifier},
)
