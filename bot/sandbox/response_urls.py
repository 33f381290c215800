"""Response URLs: five uses within thirty minutes, each to answer where the person acted."""

import time
from dataclasses import asdict, dataclass
from typing import cast

from bot.sandbox.identifiers import new_secret
from bot.sandbox.json_types import Json
from bot.sandbox.persistence import Store
from bot.sandbox.timing import Timing

_USES = 5


class ResponseUrlError(Exception):
    """A response URL that can't be used; the text is Slack's error."""


@dataclass
class ResponseTarget:
    """Where a response URL leads. `ts` is the message acted on; times are Unix seconds of real time."""

    user: str
    channel: str
    born: float
    ts: str | None = None
    ephemeral: bool = False
    thread_ts: str | None = None
    uses: int = 0


class ResponseUrls:
    """The response URLs that may still be used; they outlive a restart."""

    def __init__(self, store: Store, timing: Timing) -> None:
        self._store = store
        self._life = timing.response_url_life
        self._targets = {
            token: ResponseTarget(**cast("Json", kept)) for token, kept in store.all("response_url").items()
        }
        self._forget_old()

    def issue(
        self,
        user: str,
        channel: str,
        *,
        ts: str | None = None,
        ephemeral: bool = False,
        thread_ts: str | None = None,
    ) -> str:
        """A token for answering someone in a conversation."""
        self._forget_old()
        token = new_secret()
        self._targets[token] = ResponseTarget(user, channel, time.time(), ts, ephemeral, thread_ts)
        self._keep(token)
        return token

    def use(self, token: str) -> ResponseTarget:
        """Count a use; raises `ResponseUrlError`."""
        target = self._targets.get(token)
        if target is None:
            raise ResponseUrlError("invalid_url")
        if time.time() - target.born > self._life:
            raise ResponseUrlError("expired_url")
        if target.uses >= _USES:
            raise ResponseUrlError("used_url")
        target.uses += 1
        self._keep(token)
        return target

    def _forget_old(self) -> None:
        # For a while after its end a URL is still told from one that never was.
        horizon = time.time() - 2 * self._life
        for token in [known for known, target in self._targets.items() if target.born < horizon]:
            del self._targets[token]
            self._store.put("response_url", token, None)

    def _keep(self, token: str) -> None:
        self._store.put("response_url", token, asdict(self._targets[token]))
