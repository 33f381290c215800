"""The control API, for tests and the curious: faults, the log of calls, the log of deliveries."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox.faults import FaultError
from bot.sandbox.hub import Hub
from bot.sandbox.json_types import read_json


async def faults(request: Request) -> Response:
    """List, set or lift faults."""
    board = request.app.state.hub.faults
    if request.method == "DELETE":
        board.clear(request.query_params.get("kind"))
    if request.method != "POST":
        return JSONResponse({"faults": [fault.as_json() for fault in board.faults]})
    try:
        return JSONResponse({"ok": True, "fault": board.add(read_json(await request.body())).as_json()})
    except FaultError as error:
        return JSONResponse({"ok": False, "error": "invalid_fault", "message": str(error)}, status_code=400)
    except ValueError:
        return JSONResponse({"ok": False, "error": "invalid_json"}, status_code=400)


async def calls(request: Request) -> Response:
    """The Web API calls so far; `?method=` picks one method."""
    hub: Hub = request.app.state.hub
    if request.method == "DELETE":
        hub.calls.clear()
    method = request.query_params.get("method")
    return JSONResponse({"calls": [call for call in hub.calls.all() if method in (None, call["method"])]})


async def deliveries(request: Request) -> Response:
    """The payloads sent to the app so far; `?type=` picks one type."""
    hub: Hub = request.app.state.hub
    if request.method == "DELETE":
        hub.dispatcher.log.records.clear()
    kind = request.query_params.get("type")
    found = [record.as_json() for record in hub.dispatcher.log.records]
    return JSONResponse({"deliveries": [record for record in found if kind in (None, record["type"])]})


async def state(request: Request) -> Response:
    """Whether an app is connected over Socket Mode, how many connections it has, and how many are silent."""
    sockets = request.app.state.hub.dispatcher.sockets
    return JSONResponse({"socket_connections": sockets.connected, "deaf": sockets.deaf})


async def disconnect(request: Request) -> Response:
    """Close the app's Socket Mode connections, as Slack does now and then.

    `?abrupt=1` breaks them off; `?deaf=1` leaves them open and silent.
    """
    sockets = request.app.state.hub.dispatcher.sockets
    if request.query_params.get("abrupt"):
        sockets.cut_all()
    elif request.query_params.get("deaf"):
        sockets.deafen_all()
    else:
        await sockets.disconnect_all("refresh_requested")
    return JSONResponse({"ok": True})


async def unfurl(request: Request) -> Response:
    """Add a preview to a message, as Slack does for a link: it changed, an event says, but not its text."""
    hub: Hub = request.app.state.hub
    conversation = hub.state.conversations.get(request.path_params["channel"])
    ts = request.path_params["ts"]
    if conversation is None or ts not in conversation.messages:
        return JSONResponse({"ok": False, "error": "message_not_found"}, status_code=404)
    address = "https://preview.example/"
    preview = {"fallback": "A preview", "text": "A preview", "from_url": address, "original_url": address}
    hub.posting.change(conversation, ts, {"attachments": [preview]})
    return JSONResponse({"ok": True})


ROUTES = [
    Route("/control/faults", faults, methods=["GET", "POST", "DELETE"]),
    Route("/control/calls", calls, methods=["GET", "DELETE"]),
    Route("/control/deliveries", deliveries, methods=["GET", "DELETE"]),
    Route("/control/unfurls/{channel}/{ts}", unfurl, methods=["POST"]),
    Route("/control/sockets", state, methods=["GET"]),
    Route("/control/sockets", disconnect, methods=["DELETE"]),
]
