"""A person in the workspace, who reads, clicks, fills in and types, through the page's own API."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any

import httpx
from websockets.sync.client import ClientConnection, connect

from tests.acceptance.screen import Found, Json, field, filled, find, readable, words_of

PATIENCE = 25.0
GLANCE = 0.05
PAGE = {"X-Sandbox-Page": "1"}


class Person:
    """One person with a page open: a live feed, and what they do with it."""

    def __init__(self, url: str, user: Json, app_user: str) -> None:
        self.id: str = user["id"]
        self.name: str = user["real_name"]
        self.zone: str = user["tz"]
        self.errors: dict[str, str] = {}
        self.troubles: list[str] = []
        self._views: list[Json] = []
        self._home: Json | None = None
        self._filled: dict[str, Json] = {}
        self._http = httpx.Client(
            base_url=f"{url}/page/{self.id}", headers=PAGE, timeout=PATIENCE, trust_env=False
        )
        feed = f"{url.replace('http', 'ws', 1)}/page/ws?user={self.id}"
        self._page = ExitStack()
        self._feed: ClientConnection = self._page.enter_context(connect(feed, max_queue=None, proxy=None))
        state = json.loads(self._feed.recv(timeout=PATIENCE))
        self._take(state)
        self.dm: str = next(one["id"] for one in state["channels"] if one["user"] == app_user)

    def leaves(self) -> None:
        """Close the page."""
        self._page.close()
        self._http.close()

    # ------------------------------------------------------------ reading

    def sees(self, *texts: str) -> None:
        """Wait until all of this can be read: in the open modal, or else in the messages of the app."""
        self._until(
            lambda: all(text in self.screen() for text in texts),
            lambda: f"{self.name} does not see {[t for t in texts if t not in self.screen()]} in:\n",
        )

    def sees_not(self, *texts: str) -> None:
        """None of this can be read there now; settle the workspace before asking."""
        shown = self.screen()
        found = [text for text in texts if text in shown]
        assert not found, f"{self.name} sees {found} in:\n{shown}"

    def sees_no_longer(self, text: str) -> None:
        """Wait until this cannot be read there any more."""
        self._until(lambda: text not in self.screen(), lambda: f"{self.name} still sees “{text}”:\n")

    hears = sees

    def is_in_trouble(self, text: str) -> None:
        """Wait until the page says that the app did not answer."""
        self._until(
            lambda: any(text in trouble for trouble in self._live().troubles),
            lambda: f"no trouble “{text}”:\n",
        )

    def screen(self) -> str:
        """Return what is in front: the top modal, or else the conversation with the app."""
        self._look()
        if self._views:
            return words_of(self._views[-1])
        return "\n----\n".join(readable(message) for message in self.messages())

    def messages(self) -> list[Json]:
        """Return the app's lasting messages to this person, replies included, the oldest first."""
        return [message for message in self._all_messages() if not message.get("ephemeral")]

    def cards(self) -> list[Json]:
        """Return those that stand by themselves: the days' cards, and what was asked for."""
        return [message for message in self.messages() if message.get("thread_ts") in {None, message["ts"]}]

    def count(self, text: str) -> int:
        """Return how many messages of the app, replies included, hold this text."""
        return sum(text in readable(message) for message in self.messages())

    def card(self) -> str:
        """Return the newest health check as it stands."""
        return readable(self._card())

    def card_of(self, day: str) -> str:
        """Return the health check of this day as it stands now."""
        found = [text for text in map(readable, self.messages()) if text.startswith(f"Health check · {day}")]
        assert len(found) == 1, f"{self.name} has {len(found)} health checks of {day}"
        return found[0]

    def replies(self) -> list[str]:
        """Return what stands in the thread under the newest health check."""
        return [readable(message) for message in self.thread(self._card()["ts"])[1:]]

    def hears_under_the_card(self, text: str) -> None:
        """Wait for a reply under the newest health check."""
        self._until(
            lambda: any(text in reply for reply in self.replies()),
            lambda: f"no reply “{text}” under the card of {self.name} but {self.replies()}:\n",
        )

    def thread(self, ts: str) -> list[Json]:
        """Return a thread: its parent, then the replies."""
        found: list[Json] = self._http.get(f"/channels/{self.dm}/threads/{ts}").json()["messages"]
        return found

    def at_home(self, *texts: str) -> str:
        """Open the Home tab, wait for these texts on it, and return what it says."""
        self._post("/home", {"tab": "home"})

        def shown() -> str:
            self._look()
            return words_of(self._home)

        self._until(
            lambda: all(text in shown() for text in texts),
            lambda: f"{self.name}'s Home tab lacks {texts}: {shown()}\n",
        )
        return shown()

    def _card(self) -> Json:
        cards = [message for message in self.messages() if readable(message).startswith("Health check · ")]
        assert cards, f"{self.name} has no health check"
        return cards[-1]

    def _all_messages(self) -> list[Json]:
        answer = self._http.get(f"/channels/{self.dm}/messages", params={"limit": 500}).json()
        shown: list[Json] = answer["messages"]
        replies = [
            reply
            for message in shown
            if message.get("reply_count")
            for reply in self.thread(message["ts"])[1:]
        ]
        return sorted([*shown, *replies], key=lambda message: str(message["ts"]))

    # ------------------------------------------------------------ acting

    def clicks(self, text: str, *, about: str | None = None, within: str = "", at_home: bool = False) -> None:
        """Wait for the button or menu choice with this text and use it, the newest where there are several.

        `about` is named beside it, `within` in the message it stands in.
        """
        container, found = self._until(
            lambda: self._find(text, about, within, at_home=at_home),
            lambda: f"{self.name} finds no “{text}” about {about} in:\n",
        )
        action: Json = {
            "type": found.element["type"],
            "block_id": found.block_id,
            "action_id": found.element["action_id"],
        }
        if found.option is not None:
            action["selected_option"] = found.option
            if found.element["type"] != "overflow":
                chosen = {"type": found.element["type"], "selected_option": found.option}
                self._filled.setdefault(found.block_id, {})[action["action_id"]] = chosen
        else:
            action["value"] = found.element.get("value")
        body = {"container": container, "action": action, "state": {"values": self._filled}}
        answer = self._post("/actions", body)
        assert answer["ok"], f"{self.name} can't click “{text}”: {answer}"

    def can_click(self, text: str, *, about: str | None = None) -> bool:
        """Tell whether there is such a button or choice in front."""
        return self._find(text, about, "", at_home=False) is not None

    def fills(self, label: str, value: str | Sequence[str]) -> None:
        """Fill in a field of the open modal; choices are named by how their text begins."""
        block_id, element = field(self._modal(), label)
        self._filled[block_id] = {element["action_id"]: filled(element, value)}

    def submits(self) -> None:
        """Submit the open modal; what is wrong stands at its fields then."""
        view = self._modal()
        self.errors = {}
        answer = self._post(f"/views/{view['id']}/submit", {"state": {"values": self._filled}})
        if errors := answer.get("errors"):
            labels = {b["block_id"]: b["label"]["text"] for b in view["blocks"] if b["type"] == "input"}
            self.errors = {labels[block_id]: text for block_id, text in errors.items()}
        else:
            assert answer["ok"], f"{self.name} could not submit: {answer}"
            self._filled = {}

    def is_told_at(self, label: str, text: str) -> None:
        """The last submission was refused at this field, in these words."""
        assert text in self.errors.get(label, ""), f"not at “{label}”: {self.errors}"

    def closes(self) -> None:
        """Close every open modal."""
        self._look()
        if self._views:
            self._post(f"/views/{self._views[-1]['id']}/close", {"clear_all": True})
            self._until(lambda: not self._looked_at_views(), lambda: "the modal stays open:\n")
        self._filled = {}

    def goes_back(self) -> None:
        """Close the modal on top, and look at the one behind it."""
        behind = [view["id"] for view in self._looked_at_views()[:-1]]
        self._post(f"/views/{self._views[-1]['id']}/close", {})
        self._until(
            lambda: [view["id"] for view in self._looked_at_views()] == behind,
            lambda: "the modal on top stays open:\n",
        )

    def asks(self, command: str) -> str:
        """Type a slash command, and return the answer that only this person sees."""
        known = {message["ts"] for message in self._all_messages()}
        answer = self._post("/commands", {"channel": self.dm, "text": command})
        assert answer["ok"], f"{self.name} can't use {command}: {answer}"
        new: list[Json] = []

        def answered() -> bool:
            new[:] = [
                message
                for message in self._all_messages()
                if message["ts"] not in known and message.get("ephemeral")
            ]
            return bool(new)

        self._until(answered, lambda: f"{command} was not answered, {self.troubles}:\n")
        return readable(new[-1])

    def opens(self, command: str) -> None:
        """Type a slash command that answers with a modal, and wait for it."""
        answer = self._post("/commands", {"channel": self.dm, "text": command})
        assert answer["ok"], f"{self.name} can't use {command}: {answer}"
        self._modal()

    def logs_a_conversation_with(
        self, rep: str, *, button: str = "Log the conversation", within: str = ""
    ) -> None:
        """Fill in and submit the form with what a manager would write."""
        self.clicks(button, about=rep, within=within)
        self.sees(f"Coverage conversation with {rep}")
        self.fills("What is behind the gap?", "Deals stuck in a stage")
        self.fills("What did you agree?", "Each stuck deal gets a dated next step with the buyer by Friday.")
        self.submits()
        assert not self.errors, self.errors
        self.sees(f"Your conversation with {rep} is on record")
        self.closes()

    def says(self, text: str) -> None:
        """Write to the app."""
        assert self._post("/messages", {"channel": self.dm, "text": text})["ok"]

    def _find(self, text: str, about: str | None, within: str, *, at_home: bool) -> tuple[Json, Found] | None:
        self._look()
        for container, blocks in self._places(at_home=at_home):
            if within in words_of(blocks) and (found := find(blocks, text, about)):
                return container, found
        return None

    def _places(self, *, at_home: bool) -> list[tuple[Json, list[Json]]]:
        """Return what can be used now: the open modal alone, or the Home tab, or the newest message first."""
        if self._views or at_home:
            view = self._views[-1] if self._views else self._home
            assert view is not None, "the Home tab was never opened"
            return [({"type": "view", "view_id": view["id"]}, view["blocks"])]
        return [
            ({"type": "message", "channel": self.dm, "ts": message["ts"]}, message.get("blocks", []))
            for message in reversed(self._all_messages())
        ]

    def _modal(self) -> Json:
        self._until(lambda: bool(self._looked_at_views()), lambda: "no modal is open:\n")
        return self._views[-1]

    # ------------------------------------------------------------ the live feed

    def _post(self, path: str, body: Json) -> Json:
        answer: Json = self._http.post(path, json=body).json()
        return answer

    def _live(self) -> Person:
        self._look()
        return self

    def _look(self) -> None:
        """Take in what came over the feed since the last look."""
        wait = GLANCE
        while True:
            try:
                frame = json.loads(self._feed.recv(timeout=wait))
            except TimeoutError:
                return
            self._take(frame)
            wait = 0.0

    def _looked_at_views(self) -> list[Json]:
        self._look()
        return self._views

    def _take(self, frame: Json) -> None:
        match frame["type"]:
            case "state":
                self._views, self._home = frame["views"], frame["home"]
            case "views":
                self._views = frame["views"]
            case "home":
                self._home = frame["view"]
            case "trouble":
                self.troubles.append(frame["text"])

    def _until(self, holds: Callable[[], Any], complaint: Callable[[], str]) -> Any:
        """Wait until something holds, and return what it found."""
        deadline = time.monotonic() + PATIENCE
        while not (found := holds()):
            if time.monotonic() > deadline:
                raise AssertionError(f"{complaint()}{self.screen()}\n(troubles: {self.troubles})")
            time.sleep(GLANCE)
        return found
