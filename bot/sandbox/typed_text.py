"""Turns what a person typed into what Slack stores and sends: mentions, links, the rest escaped."""

import re
from collections.abc import Iterable

from bot.sandbox.conversation import Conversation
from bot.sandbox.workspace_file import User

_TOKEN = re.compile(r"<(?:([@#])([UWC][A-Z0-9]+)(?:\|[^<>]*)?|!(?:here|channel|everyone))>")
_LINK = re.compile(r"https?://[^\s<>|]*[^\s<>|.,;:!?)\]'\"]")
_BARE_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt);)")
_EVERYONE = {f"@{name}": f"<!{name}>" for name in ("here", "channel", "everyone")}


class Names:
    """Who and what a typed name can mean: `@name`, `@Real Name`, `#channel`."""

    def __init__(self, users: Iterable[User], conversations: Iterable[Conversation]) -> None:
        self._ids: dict[str, str] = {}
        self._handles: dict[str, str] = {}
        for user in users:
            self._ids |= {f"@{user.real_name}": user.id, f"@{user.name}": user.id}
            self._handles[user.id] = user.name
        for channel in conversations:
            if channel.kind != "im":
                self._ids[f"#{channel.name}"] = channel.id
                self._handles[channel.id] = channel.name
        known = sorted((*self._ids, *_EVERYONE), key=len, reverse=True)
        self._pattern = re.compile(rf"(?<![\w&])(?:{'|'.join(map(re.escape, known))})(?!\w)")

    def message(self, typed: str) -> str:
        """The text of a message; what is in Slack's encoding already stays as it is."""
        return self._encode(typed, labelled=False)

    def command(self, typed: str, *, should_escape: bool) -> str:
        """The text of a command: names become ids only where the manifest says should_escape."""
        if should_escape:
            return self._encode(typed, labelled=True)
        return _TOKEN.sub(self._spelled, typed)

    def _encode(self, typed: str, *, labelled: bool) -> str:
        pieces: list[str] = []
        at = 0
        for token in _TOKEN.finditer(typed):
            known = token[2] is None or token[2] in self._handles
            if known:
                kept = token[0] if token[2] is None else self._token(token[1], token[2], labelled=labelled)
                pieces += [self._links(typed[at : token.start()], labelled=labelled), kept]
                at = token.end()
        return "".join([*pieces, self._links(typed[at:], labelled=labelled)])

    def _links(self, text: str, *, labelled: bool) -> str:
        pieces: list[str] = []
        at = 0
        for link in _LINK.finditer(text):
            pieces += [self._mentions(text[at : link.start()], labelled=labelled), f"<{_escape(link[0])}>"]
            at = link.end()
        return "".join([*pieces, self._mentions(text[at:], labelled=labelled)])

    def _mentions(self, text: str, *, labelled: bool) -> str:
        def token(match: re.Match[str]) -> str:
            name = match[0]
            if name in self._ids:
                return self._token(name[0], self._ids[name], labelled=labelled)
            return name if labelled else _EVERYONE[name]

        # Names hold none of the characters that are escaped, so they are still found afterwards.
        return self._pattern.sub(token, _escape(text))

    def _token(self, sign: str, identity: str, *, labelled: bool) -> str:
        label = f"|{self._handles[identity]}" if labelled or sign == "#" else ""
        return f"<{sign}{identity}{label}>"

    def _spelled(self, match: re.Match[str]) -> str:
        """A token that a completion put in, as if it had been typed."""
        handle = self._handles.get(match[2] or "")
        return f"{match[1]}{handle}" if handle is not None else match[0]


def _escape(text: str) -> str:
    return _BARE_AMPERSAND.sub("&amp;", text).replace("<", "&lt;").replace(">", "&gt;")
