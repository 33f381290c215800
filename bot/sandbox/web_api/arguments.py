"""The arguments of a Web API call: from query, form or JSON, each read as the type a method wants."""

from decimal import Decimal, InvalidOperation

from starlette.requests import Request

from bot.sandbox.json_types import Json, read_json
from bot.sandbox.web_api.errors import ApiError, invalid_arguments

_TRUE = (True, 1, "true", "True", "1", "t")
_EPOCH = Decimal(0)


async def read_arguments(request: Request) -> Json:
    """Every argument of a request; raises `ApiError` where the body can't be read."""
    args: Json = dict(request.query_params)
    content_type = request.headers.get("content-type", "")
    if content_type.startswith("application/json"):
        try:
            body = read_json(await request.body() or b"{}")
        except ValueError as error:
            raise ApiError("invalid_json") from error
        if not isinstance(body, dict):
            raise ApiError("json_not_object")
        args |= body
    elif request.method == "POST":
        async with request.form() as form:
            args |= {key: value for key, value in form.items() if isinstance(value, str)}
    return args


class Arguments:
    """Typed access to a call's arguments."""

    def __init__(self, raw: Json) -> None:
        self.raw = raw

    def text(self, name: str, default: str = "") -> str:
        """A text; absent is the default."""
        value = self.raw.get(name)
        if value is None:
            return default
        if isinstance(value, dict | list | bool):
            raise invalid_arguments(f"must be a string [json-pointer:/{name}]")
        return str(value)

    def required(self, name: str) -> str:
        """A text that must be there."""
        value = self.text(name)
        if not value:
            raise invalid_arguments(f"missing required field: {name}")
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A boolean, in any of the spellings Slack takes."""
        value = self.raw.get(name)
        return default if value in (None, "") else value in _TRUE

    def limit(self, default: int = 100, most: int = 1000) -> int:
        """The page size."""
        try:
            value = int(self.raw.get("limit") or default)
        except (TypeError, ValueError) as error:
            raise ApiError("invalid_limit") from error
        if value < 0:
            raise ApiError("invalid_limit")
        return min(value or default, most)

    def instant(self, name: str) -> Decimal | None:
        """A ts, exact to the microsecond."""
        value = self.raw.get(name)
        if value in (None, ""):
            return None
        try:
            return Decimal(str(value))
        except InvalidOperation as error:
            raise ApiError(f"invalid_ts_{name}") from error

    def structure(self, name: str) -> object:
        """A JSON structure, or its text in a form; None when absent."""
        value = self.raw.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return read_json(value)
        except ValueError as error:
            raise invalid_arguments(f"must be valid json [json-pointer:/{name}]") from error
