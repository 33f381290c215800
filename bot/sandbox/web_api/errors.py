"""The error answers of the Web API."""

from bot.sandbox.json_types import Json


class ApiError(Exception):
    """An answer with ok=false. `error` is Slack's own string; `detail` goes into the answer beside it."""

    def __init__(self, error: str, **detail: object) -> None:
        super().__init__(error)
        self.error = error
        self.detail = detail

    def as_json(self) -> Json:
        """The body of the answer."""
        return {"ok": False, "error": self.error, **self.detail}


def invalid_arguments(*messages: str) -> ApiError:
    """`invalid_arguments` with a reason for each."""
    return ApiError(
        "invalid_arguments", response_metadata={"messages": [f"[ERROR] {text}" for text in messages]}
    )
