"""The log of Web API calls, without tokens."""

from collections import deque

from bot.sandbox.json_types import Json

_KEPT = 5_000
_SECRET = ("token",)


class CallLog:
    """The latest calls, oldest first."""

    def __init__(self) -> None:
        self._calls: deque[Json] = deque(maxlen=_KEPT)

    def add(self, method: str, args: Json, answer: Json, *, status: int, at: str) -> None:
        """Note a call and how it was answered."""
        shown = {key: value for key, value in args.items() if key not in _SECRET}
        ok = answer.get("ok") is True
        call = {
            "method": method,
            "ok": ok,
            "error": answer.get("error"),
            "status": status,
            "args": shown,
            "at": at,
        }
        self._calls.append(call)

    def all(self) -> list[Json]:
        """Every call that is remembered."""
        return list(self._calls)

    def clear(self) -> None:
        """Forget the calls."""
        self._calls.clear()
