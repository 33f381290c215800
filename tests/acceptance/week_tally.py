"""Counts what the product asks of its people: what rings, is read, clicked, chosen, written; in minutes.

A **message** is one of the bot in the conversation with that person, as a card or as a reply, or under a
thread of a channel in which that person has written. It is a **ping** unless the person asked for it at that
moment, by a command or by opening a line of the day's card; a card rings as a reply does. What changes where
it stands rings nobody. A post in a deals channel marks that as unread without a sound: a column of its own.

Minutes are those spent in Slack, not those of the conversations themselves. The seconds, rather too many:

- CLICK 4: to point (1.1), press (0.2), decide (1.35; Card, Moran and Newell's keystroke-level model), and
  wait a second for the answer. Opening a window and closing it are clicks too.
- CHOICE 6: a list opened, its options looked over, one taken; a date; each box ticked; an entry of a menu.
- SHORT 12: a command, a name, a few words, up to 40 characters at 200 a minute.
- A longer text: THINKING 15, then its characters at 200 (40 words) a minute; 90 characters take 42 s.
- MESSAGE 5: to notice it, leave what one was at, and find back; then its words at 200 a minute (silent
  reading is 238; Brysbaert 2019): every line of a new message, of windows and of what changed the new ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tests.acceptance.person import Person
from tests.acceptance.screen import Json, readable, words_of
from tests.acceptance.screen import field as field_of

CLICK, CHOICE, SHORT, THINKING, MESSAGE = 4.0, 6.0, 12.0, 15.0, 5.0
SHORT_TEXT = 40
CHARACTERS_A_SECOND = 200 / 60
WORDS_A_SECOND = 200 / 60


@dataclass
class Effort:
    """What one person got and did; `rung` are the beginnings of the messages that rang."""

    messages: int = 0
    pings: int = 0
    in_channels: int = 0
    clicks: int = 0
    choices: int = 0
    short_texts: int = 0
    long_texts: int = 0
    words_read: int = 0
    writing_seconds: float = 0.0
    rung: list[str] = field(default_factory=list)

    @property
    def doing_minutes(self) -> float:
        """The minutes of its clicks and fields alone."""
        chosen = self.clicks * CLICK + self.choices * CHOICE
        return (chosen + self.short_texts * SHORT + self.writing_seconds) / 60

    @property
    def minutes(self) -> float:
        """The minutes that it takes at the seconds stated above, with all that is read."""
        read = (self.messages + self.in_channels) * MESSAGE + self.words_read / WORDS_A_SECOND
        return self.doing_minutes + read / 60

    def writes(self, text: str) -> None:
        """Count a text that is typed."""
        if len(text) <= SHORT_TEXT:
            self.short_texts += 1
        else:
            self.long_texts += 1
            self.writing_seconds += THINKING + len(text) / CHARACTERS_A_SECOND

    def reads(self, lines: Iterable[str]) -> None:
        """Count the words of lines that are read."""
        self.words_read += sum(len(line.split()) for line in lines)


class CountedPerson(Person):
    """A person of whom everything is counted from the moment their page opens."""

    def __init__(self, url: str, user: Json, app_user: str) -> None:
        self.effort = Effort()
        self._asked = False
        self._app_user = app_user
        self._read: dict[str, set[str]] = {}
        super().__init__(url, user, app_user)

    def starts_anew(self) -> None:
        """Forget what was counted, but not what was read."""
        self.takes_notice()
        self.effort = Effort()

    def takes_notice(self) -> None:
        """Read what has come or changed since the last time, and count what rang."""
        for message in self._all_messages():
            if message.get("user") == self.id:
                continue
            self._meets(message, rings=not message.get("ephemeral"))
        self._asked = False

    def follows(self, replies: Sequence[Json]) -> None:
        """Read a thread of a channel; once one has written there, what the bot adds to it rings."""
        wrote = False
        for message in replies:
            if message.get("user") == self.id:
                wrote = True
            elif message.get("user") == self._app_user:
                self._meets(message, rings=wrote and not message.get("ephemeral"))

    def reads_in_a_channel(self, message: Json) -> None:
        """Read a post of the bot in a channel."""
        if message["ts"] not in self._read:
            self.effort.in_channels += 1
        self._meets(message, rings=False)

    def texts(self) -> list[str]:
        """Return the messages that stay, as they are read."""
        return [readable(message) for message in self.messages()]

    def opens_the_line(self, text: str) -> None:
        """Open what stands as one line on the day's card."""
        self._asked = True
        self.clicks("Open", about=text)

    def asks(self, command: str) -> str:
        """Type a command and read its answer."""
        self._asked = True
        return super().asks(command)

    def fills(self, label: str, value: str | Sequence[str]) -> None:
        """Fill in a field of the open window."""
        _, element = field_of(self._modal(), label)
        if element["type"] == "plain_text_input":
            self.effort.writes(str(value))
        else:
            self.effort.choices += 1 if isinstance(value, str) else len(value)
        super().fills(label, value)

    def _meets(self, message: Json, *, rings: bool) -> None:
        new = message["ts"] not in self._read
        if new and rings:
            self.effort.messages += 1
            if not self._asked:
                self.effort.pings += 1
                self.effort.rung.append(readable(message).replace("\n", " ")[:76])
        self._reads(message["ts"], readable(message))

    def _reads(self, where: str, text: str) -> None:
        known = self._read.setdefault(where, set())
        fresh = [line for line in text.splitlines() if line not in known]
        known.update(fresh)
        self.effort.reads(fresh)

    def _take(self, frame: Json) -> None:
        super()._take(frame)
        if frame["type"] in {"views", "state"}:
            for view in self._views[-1:]:
                self._reads("windows", words_of(view))

    def _post(self, path: str, body: Json) -> Json:
        match path.strip("/").split("/"):
            case ["actions"]:
                is_click = body["action"]["type"] == "button"
                self.effort.clicks += is_click
                self.effort.choices += not is_click
            case ["views", _, "submit" | "close"]:
                self.effort.clicks += 1
            case ["commands"] | ["messages"]:
                self.effort.writes(str(body["text"]))
            case ["shortcuts"]:
                self.effort.choices += 1
        return super()._post(path, body)


COLUMNS = {
    "messages": "messages",
    "pings": "pings",
    "in_channels": "channel",
    "clicks": "clicks",
    "choices": "choices",
    "short_texts": "short",
    "long_texts": "long",
    "words_read": "words",
}


def table(rows: Sequence[tuple[str, Effort]]) -> str:
    """Return what each person's week took, one line each."""
    lines = [f"{'':<22}" + "".join(f"{head:>10}" for head in (*COLUMNS.values(), "minutes"))]
    for name, one in rows:
        cells = [f"{getattr(one, column):>10}" for column in COLUMNS]
        lines.append(f"{name:<22}{''.join(cells)}{one.minutes:>10.1f}")
    return "\n".join(lines)
