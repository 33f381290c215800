"""A person in a deal's thread: what they read there, write, change, delete, and use as evidence."""

from __future__ import annotations

import time

from tests.acceptance.person import GLANCE, PATIENCE, Person
from tests.acceptance.screen import Json, find, readable

USE_AS_EVIDENCE = "deal_evidence.use_message"


class DealThread:
    """One deal's thread, as one person sees it."""

    def __init__(self, person: Person, channel: str, deal: str) -> None:
        self.person = person
        self.channel = channel
        self.deal = deal

    def head(self) -> str:
        """Return what its head shows."""
        return readable(self._head())

    def shows(self, *texts: str) -> None:
        """Wait until its head shows all of this."""
        self._until(lambda: all(text in self.head() for text in texts), lambda: f"{texts} in:\n{self.head()}")

    def replies(self) -> list[Json]:
        """Return what stands under it, this person's own ephemeral messages included."""
        answer = self.person._http.get(f"/channels/{self.channel}/threads/{self._head()['ts']}").json()
        found: list[Json] = answer["messages"][1:]
        return found

    def hears(self, text: str) -> Json:
        """Wait for a message under it, and return it."""
        self._until(
            lambda: any(text in readable(one) for one in self.replies()),
            lambda: f"“{text}” in: {[readable(one) for one in self.replies()]}",
        )
        return next(one for one in reversed(self.replies()) if text in readable(one))

    def words(self) -> str:
        """Return all that everybody can read under it."""
        return "\n----\n".join(readable(one) for one in self.replies() if not one.get("ephemeral"))

    def writes(self, text: str) -> str:
        """Write a message under it; return its ts."""
        body = {"channel": self.channel, "text": text, "thread_ts": self._head()["ts"]}
        answer = self.person._post("/messages", body)
        assert answer["ok"], answer
        return str(answer["ts"])

    def edits(self, ts: str, text: str) -> None:
        """Change a message of one's own."""
        answer = self.person._post("/messages/edit", {"channel": self.channel, "ts": ts, "text": text})
        assert answer["ok"], answer

    def deletes(self, ts: str) -> None:
        """Delete a message of one's own."""
        answer = self.person._post("/messages/delete", {"channel": self.channel, "ts": ts})
        assert answer["ok"], answer

    def uses(self, ts: str) -> None:
        """Use the message shortcut on a message."""
        body = {"callback_id": USE_AS_EVIDENCE, "channel": self.channel, "ts": ts}
        answer = self.person._post("/shortcuts", body)
        assert answer["ok"], answer

    def clicks(self, text: str, within: str) -> None:
        """Click a button of a message here."""
        message = self._head() if within == "head" else self.hears(within)
        found = find(message["blocks"], text, None)
        assert found is not None, f"no “{text}” in {readable(message)}"
        action = {
            "type": found.element["type"],
            "block_id": found.block_id,
            "action_id": found.element["action_id"],
            "value": found.element.get("value"),
        }
        container = {"type": "message", "channel": self.channel, "ts": message["ts"]}
        body = {"container": container, "action": action, "state": {"values": {}}}
        answer = self.person._post("/actions", body)
        assert answer["ok"], answer

    def _head(self) -> Json:
        self._until(
            lambda: bool(self._heads()),
            lambda: f"no thread of {self.deal}; troubles {self.person.troubles}",
        )
        return self._heads()[0]

    def _heads(self) -> list[Json]:
        answer = self.person._http.get(f"/channels/{self.channel}/messages", params={"limit": 500}).json()
        return [one for one in answer["messages"] if readable(one).startswith(self.deal)]

    def _until(self, holds: object, complaint: object) -> None:
        assert callable(holds)
        assert callable(complaint)
        deadline = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < deadline, f"{self.person.name} does not see {complaint()}"
            time.sleep(GLANCE)
