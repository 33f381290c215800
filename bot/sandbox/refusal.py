"""What the workspace answers a person when something can't be done."""

from bot.sandbox.json_types import Json


class RefusalError(Exception):
    """Something a person can't do here; the text is for them."""

    def __init__(self, error: str, message: str) -> None:
        super().__init__(message)
        self.error = error

    def as_json(self) -> Json:
        """The page API's answer."""
        return {"ok": False, "error": self.error, "message": str(self)}
