"""What an answer of Slack, or none, means for a delivery: try again, or never."""

from __future__ import annotations

from dataclasses import dataclass

from slack_sdk.errors import SlackApiError

TRANSIENT = frozenset(
    {
        "ratelimited",
        "rate_limited",
        "internal_error",
        "fatal_error",
        "service_unavailable",
        "request_timeout",
        "team_added_to_org",
    }
)
# The message is not there to be changed any more: its person deleted it, which is an answer too.
GONE = frozenset(
    {
        "message_not_found",
        "cant_update_message",
        "view_not_found",
        "not_found",
        "hash_conflict",
        "edit_window_closed",
    }
)
SERVER_ERROR = 500
TOO_MANY = 429


@dataclass(frozen=True, slots=True)
class Fate:
    """Whether to try again, after how many seconds if Slack said so, and the reason in Slack's word.

    `refused` is the method that was called too fast: the call was not carried out.
    """

    again: bool
    reason: str
    after: float | None = None
    gone: bool = False
    refused: str | None = None


def fate_of(error: Exception) -> Fate:
    """Judge a failed call. No answer at all may mean that it was carried out: look before sending again."""
    if not isinstance(error, SlackApiError):
        return Fate(again=True, reason=type(error).__name__)
    response = error.response
    status = int(getattr(response, "status_code", 0) or 0)
    code = _code(response)
    if status == TOO_MANY or code in {"ratelimited", "rate_limited"}:
        return Fate(again=True, reason="ratelimited", after=_retry_after(response), refused=_method(response))
    if status >= SERVER_ERROR or code in TRANSIENT:
        return Fate(again=True, reason=code or f"http_{status}")
    return Fate(again=False, reason=code or f"http_{status}", gone=code in GONE)


def _code(response: object) -> str:
    try:
        return str(response.get("error") or "")  # type: ignore[attr-defined]  # the SDK types it as a plain object
    except (AttributeError, ValueError, TypeError):
        return ""


def _method(response: object) -> str:
    return str(getattr(response, "api_url", "")).rpartition("/")[2]


def _retry_after(response: object) -> float | None:
    headers = {str(key).lower(): value for key, value in dict(getattr(response, "headers", {}) or {}).items()}
    try:
        return float(headers["retry-after"])
    except (KeyError, TypeError, ValueError):
        return None
