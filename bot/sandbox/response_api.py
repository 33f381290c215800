"""`/response/<token>`: where a response_url leads."""

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.sandbox.answers import answer_url
from bot.sandbox.content import ContentError
from bot.sandbox.hub import Hub
from bot.sandbox.json_types import Json, read_json
from bot.sandbox.response_urls import ResponseUrlError


async def answer(request: Request) -> Response:
    """Take an app's answer to something a person did."""
    hub: Hub = request.app.state.hub
    content = _object(await request.body())
    if content is None:
        return JSONResponse({"ok": False, "error": "invalid_payload"}, status_code=400)
    try:
        answer_url(hub, hub.response_urls.use(request.path_params["token"]), content)
    except ResponseUrlError as error:
        return JSONResponse({"ok": False, "error": str(error)}, status_code=404)
    except ContentError as error:
        return JSONResponse({"ok": False, "error": error.error, **error.as_json()}, status_code=400)
    return PlainTextResponse("ok")


def _object(body: bytes) -> Json | None:
    try:
        content = read_json(body)
    except ValueError:
        return None
    return content if isinstance(content, dict) else None


ROUTES = [Route("/response/{token}", answer, methods=["POST"])]
