"""The clock protocol: `/clock` to look, `/clock/await` to follow."""

import asyncio

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox.clock import iso, read_due
from bot.sandbox.hub import Hub
from bot.sandbox.json_types import read_json


async def show(request: Request) -> Response:
    """Now, and the number of the step."""
    clock = request.app.state.hub.clock
    return JSONResponse({"now": iso(clock.now), "step": clock.step})


async def follow(request: Request) -> Response:
    """Take in that a step was worked off and what is due next; answer at the next step, or after a while."""
    hub: Hub = request.app.state.hub
    clock = hub.clock
    try:
        body = read_json(await request.body())
        seen = int(body["seen"])
        name = str(body.get("client") or "client")
        client = clock.heard(name, seen, read_due(body.get("next_due")), read_due(body.get("next_cadence")))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        return JSONResponse(
            {"ok": False, "error": "invalid_arguments", "message": str(error)}, status_code=400
        )
    gone = asyncio.create_task(_hang_up(request))
    try:
        await clock.follow(client, seen, gone)
    finally:
        gone.cancel()
        await asyncio.gather(gone, return_exceptions=True)
    return JSONResponse({"now": iso(clock.now), "step": clock.step})


async def _hang_up(request: Request) -> None:
    """Return once the client has gone away."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


ROUTES = [Route("/clock", show), Route("/clock/await", follow, methods=["POST"])]
