"""Turns what a person typed into what Slack stores and sends: mentions, links, and everything else escaped."""

import re
from collections.abc import Iterable

from bot.sandbox.conversation import Conversation
from bot.sandbox.workspace_file import User

_ID_TOKEN = re.compile(r"<([@#])([UWC][A-Z0-9]+)(?:\|[^<>]*)?>")
_LINK = re.compile(r"https?://[^\s<>|]+[^\s<>|.,;:!?)\]'\"]")
_NAME = re.compile(r"(?<![\w@#])([@#])([a-z0-9][a-z0-9._-]*[a-z0-9]|[a-z0-9])(?![\w@])")
_EVERYONE = ("here", "channel", "everyone")


class Names:
    """Who and what a typed name can mean."""

    def __init__(self, users: Iterable[User], conversations: Iterable[Conversation]) -> None:
        self._users = {user.name: user.id for user in users}
        self._channels = {found.name: found.id for found in conversations if found.kind != "im"}
        self._user_names = {key: name for name, key in self._users.items()}
        self._channel_names = {key: name for name, key in self._channels.items()}

    def message(self, typed: str) -> str:
        """The text of a message: mentions and links become tokens, `&`, `<` and `>` are escaped."""
        return self._encode(typed, labelled=False, links=True)

    def command(self, typed: str, *, should_escape: bool) -> str:
        """The text of a command: names become ids only where the manifest says should_escape."""
        if should_escape:
            return self._encode(typed, labelled=True, links=True)
        return _ID_TOKEN.sub(self._spelled, typed)

    def _encode(self, typed: str, *, labelled: bool, links: bool) -> str:
        spelled = _ID_TOKEN.sub(self._spelled, typed)
        pieces: list[str] = []
        at = 0
        for link in _LINK.finditer(spelled) if links else ():
            pieces += [self._mentions(spelled[at : link.start()], labelled=labelled), f"<{_escape(link[0])}>"]
            at = link.end()
        return "".join([*pieces, self._mentions(spelled[at:], labelled=labelled)])

    def _mentions(self, text: str, *, labelled: bool) -> str:
        def token(match: re.Match[str]) -> str:
            sign, name = match[1], match[2]
            if sign == "@" and name in _EVERYONE and not labelled:
                return f"<!{name}>"
            found = (self._users if sign == "@" else self._channels).get(name)
            if found is None:
                return match[0]
            return f"<{sign}{found}|{name}>" if labelled or sign == "#" else f"<{sign}{found}>"

        return _NAME.sub(token, _escape(text))

    def _spelled(self, match: re.Match[str]) -> str:
        """A token that the page's completion put in, as if it had been typed."""
        names = self._user_names if match[1] == "@" else self._channel_names
        name = names.get(match[2])
        return f"{match[1]}{name}" if name is not None else match[0]


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
