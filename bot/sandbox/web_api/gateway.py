"""The door of the Web API: token, method, scopes, faults on demand, the log; then the method itself."""

import logging
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.sandbox.clock import iso
from bot.sandbox.faults import Call
from bot.sandbox.hub import Hub
from bot.sandbox.json_types import Json
from bot.sandbox.web_api.access import require
from bot.sandbox.web_api.arguments import Arguments, read_arguments
from bot.sandbox.web_api.errors import ApiError
from bot.sandbox.web_api.methods import METHODS, Method

_log = logging.getLogger(__name__)


async def answer_call(request: Request) -> Response:
    """Answer `/api/<method>`."""
    hub: Hub = request.app.state.hub
    name = request.path_params["method"]
    try:
        args = await read_arguments(request)
    except ApiError as error:
        return JSONResponse(error.as_json())
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    if scheme.casefold() == "bearer" and bearer:
        args["token"] = bearer.strip()

    async def perform() -> Response:
        body = _answer(hub, name, args)
        hub.calls.add(name, args, body, status=200, at=iso(hub.clock.now))
        return JSONResponse(body, headers=_scope_headers(hub, name))

    response = await hub.faults.call(Call(name, str(args.get("channel")), perform))
    if response.status_code != HTTPStatus.OK:
        limited = response.status_code == HTTPStatus.TOO_MANY_REQUESTS
        answer = {"ok": False, "error": "ratelimited" if limited else "server_error"}
        hub.calls.add(name, args, answer, status=response.status_code, at=iso(hub.clock.now))
    return response


def _answer(hub: Hub, name: str, args: Json) -> Json:
    try:
        return {"ok": True, **_perform(hub, name, args)}
    except ApiError as error:
        _log.debug("%s refused: %s", name, error.error)
        return error.as_json()


def _perform(hub: Hub, name: str, args: Json) -> Json:
    method = METHODS.get(name)
    if method is None:
        raise ApiError("unknown_method", req_method=name)
    _authenticate(hub, method, args)
    if method.caller == "bot":
        require(hub, *method.scopes)
    return method.handler(hub, Arguments(args))


def _authenticate(hub: Hub, method: Method, args: Json) -> None:
    if method.caller == "none":
        return
    app = hub.workspace.app
    token = args.get("token")
    if not token:
        raise ApiError("not_authed")
    if token not in (app.bot_token, app.app_token):
        raise ApiError("invalid_auth")
    expected = {"bot": app.bot_token, "app": app.app_token}.get(method.caller, token)
    if token != expected:
        raise ApiError("not_allowed_token_type")


def _scope_headers(hub: Hub, name: str) -> dict[str, str]:
    method = METHODS.get(name)
    headers = {"X-OAuth-Scopes": ",".join(hub.manifest.scopes)}
    if method is not None and method.scopes:
        headers["X-Accepted-OAuth-Scopes"] = ",".join(method.scopes)
    return headers
