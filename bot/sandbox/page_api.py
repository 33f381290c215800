"""The page's JSON API: what a person reads, and what they do. Only the page itself may post (CSRF guard)."""

import re
from collections.abc import Awaitable, Callable
from datetime import datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox import interacting, speaking, submitting
from bot.sandbox.clock_targets import resolve_target
from bot.sandbox.conversation import is_reply
from bot.sandbox.frames import channel_frame, message_frame
from bot.sandbox.hub import Hub
from bot.sandbox.json_types import Json, read_json
from bot.sandbox.page_state import bootstrap
from bot.sandbox.payloads import home_opened
from bot.sandbox.reach import conversation_of
from bot.sandbox.refusal import RefusalError
from bot.sandbox.stepping import StepRefusedError

Answer = Callable[[Hub, Request, Json], Awaitable[Json]]
_MOST_MESSAGES = 500
_TS = re.compile(r"\d{10}\.\d{6}")


async def show_bootstrap(request: Request) -> Response:
    """What the page needs before anyone is chosen."""
    return JSONResponse(bootstrap(request.app.state.hub))


async def show_clock(request: Request) -> Response:
    """The clock."""
    return JSONResponse(request.app.state.hub.clock.as_json())


async def list_messages(hub: Hub, request: Request, body: Json) -> Json:  # noqa: ARG001 - an answer's shape
    """Messages that stand in a conversation, oldest first, with the person's ephemeral ones."""
    user = request.path_params["user"]
    conversation = conversation_of(hub, user, request.path_params["channel"])
    before = request.query_params.get("before")
    asked = request.query_params.get("limit", "100")
    limit = min(int(asked) if asked.isdigit() else 100, _MOST_MESSAGES) or 1
    shown = conversation.top_level()
    shown += [message for message in hub.state.ephemerals(user, conversation.id) if not is_reply(message)]
    shown = sorted(
        (m for m in shown if before is None or m["ts"] < before), key=lambda message: str(message["ts"])
    )
    messages = [message_frame(conversation, message) for message in shown[-limit:]]
    return {"messages": messages, "has_more": len(shown) > limit}


async def list_thread(hub: Hub, request: Request, body: Json) -> Json:  # noqa: ARG001 - an answer's shape
    """A thread: its parent, then the replies."""
    user, ts = request.path_params["user"], request.path_params["ts"]
    conversation = conversation_of(hub, user, request.path_params["channel"])
    parent = conversation.messages.get(ts)
    if parent is None:
        raise RefusalError("thread_not_found", "This thread is not there any more.")
    own = [found for found in hub.state.ephemerals(user, conversation.id) if found.get("thread_ts") == ts]
    replies = sorted([*conversation.replies(ts), *own], key=lambda message: str(message["ts"]))
    return {"messages": [message_frame(conversation, message) for message in [parent, *replies]]}


async def post_message(hub: Hub, request: Request, body: Json) -> Json:
    """Say something."""
    user = request.path_params["user"]
    return {
        "ok": True,
        "ts": speaking.say(hub, user, body.get("channel"), body.get("text"), body.get("thread_ts")),
    }


async def edit_message(hub: Hub, request: Request, body: Json) -> Json:
    """Change one's own message."""
    speaking.edit(hub, request.path_params["user"], body.get("channel"), body.get("ts"), body.get("text"))
    return {"ok": True}


async def delete_message(hub: Hub, request: Request, body: Json) -> Json:
    """Delete one's own message."""
    speaking.delete(hub, request.path_params["user"], body.get("channel"), body.get("ts"))
    return {"ok": True}


async def post_command(hub: Hub, request: Request, body: Json) -> Json:
    """Use a slash command."""
    user = request.path_params["user"]
    await speaking.command(hub, user, body.get("channel"), body.get("text"), body.get("thread_ts"))
    return {"ok": True}


async def post_action(hub: Hub, request: Request, body: Json) -> Json:
    """Use an element."""
    container, action = _object(body, "container"), _object(body, "action")
    values = _values(body)
    return {
        "ok": True,
        "action_ts": await interacting.act(hub, request.path_params["user"], container, action, values),
    }


async def post_shortcut(hub: Hub, request: Request, body: Json) -> Json:
    """Use a shortcut."""
    callback_id = str(body.get("callback_id"))
    await interacting.use_shortcut(
        hub, request.path_params["user"], callback_id, body.get("channel"), body.get("ts")
    )
    return {"ok": True}


async def post_options(hub: Hub, request: Request, body: Json) -> Json:
    """Look for options of an external select."""
    container, names = (
        _object(body, "container"),
        [str(body.get(key, "")) for key in ("block_id", "action_id", "value")],
    )
    return await interacting.suggest(hub, request.path_params["user"], container, *names)


async def submit_view(hub: Hub, request: Request, body: Json) -> Json:
    """Submit a modal."""
    return await submitting.submit(
        hub, request.path_params["user"], request.path_params["view_id"], _values(body)
    )


async def close_view(hub: Hub, request: Request, body: Json) -> Json:
    """Close a modal."""
    user, view_id = request.path_params["user"], request.path_params["view_id"]
    await submitting.close(hub, user, view_id, clear_all=body.get("clear_all") is True)
    return {"ok": True}


async def open_app(hub: Hub, request: Request, body: Json) -> Json:
    """Open the app's Home or Messages tab."""
    tab = "home" if body.get("tab") == "home" else "messages"
    hub.events.emit("app_home_opened", home_opened(hub, request.path_params["user"], tab))
    return {"ok": True}


async def mark_read(hub: Hub, request: Request, body: Json) -> Json:
    """Move the read mark of a conversation."""
    user = request.path_params["user"]
    conversation = conversation_of(hub, user, request.path_params["channel"])
    ts = str(body.get("ts"))
    if not _TS.fullmatch(ts):
        raise RefusalError("invalid_arguments", "The page sent no time to mark as read.")
    hub.state.mark_read(user, conversation.id, ts)
    hub.live.send(user, {"type": "channel", "channel": channel_frame(hub.state, conversation, user)})
    return {"ok": True}


async def open_dm(hub: Hub, request: Request, body: Json) -> Json:
    """Open a DM with another member."""
    user, other = request.path_params["user"], str(body.get("user"))
    if hub.state.member(other) is None:
        raise RefusalError("user_not_found", "Nobody of that name is in this workspace.")
    conversation = hub.state.open_dm(user, other)
    hub.posting.show_channel(conversation)
    return {"ok": True, "channel": channel_frame(hub.state, conversation, user)}


async def step_clock(request: Request) -> Response:
    """Step the clock."""
    hub: Hub = request.app.state.hub
    try:
        body = await _body(request)
        to, tz = str(body.get("to", "")), str(body.get("tz") or "UTC")
        report = await hub.stepper.step(lambda: _target(hub, to, tz))
    except RefusalError as error:
        return JSONResponse(error.as_json(), status_code=403)
    except ValueError as error:
        return JSONResponse({"ok": False, "error": "invalid_target", "message": str(error)})
    except StepRefusedError as error:
        return JSONResponse({"ok": False, "error": "step_refused", "message": str(error)})
    return JSONResponse(report.as_json())


def _target(hub: Hub, to: str, tz: str) -> datetime:
    due, cadence = hub.clock.earliest("next_due"), hub.clock.earliest("next_cadence")
    return resolve_target(to, now=hub.clock.now, tz=tz, next_due=due, next_cadence=cadence)


def _endpoint(answer: Answer) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        hub: Hub = request.app.state.hub
        try:
            _known(hub, request.path_params["user"])
            body = await _body(request) if request.method == "POST" else {}
            return JSONResponse(await answer(hub, request, body))
        except RefusalError as error:
            return JSONResponse(error.as_json(), status_code=403 if error.error == "csrf" else 200)

    return endpoint


def _known(hub: Hub, user: str) -> None:
    if user not in hub.state.users:
        raise RefusalError("user_not_found", "Nobody of that id is in this workspace.")


async def _body(request: Request) -> Json:
    if request.headers.get("x-sandbox-page") != "1":
        raise RefusalError("csrf", "Only the workspace's own page may do this.")
    try:
        body = read_json(await request.body())
    except ValueError as error:
        raise RefusalError("invalid_json", "The page sent something that is not JSON.") from error
    if not isinstance(body, dict):
        raise RefusalError("invalid_json", "The page sent something that is not a JSON object.")
    return body


def _object(body: Json, key: str) -> Json:
    value = body.get(key)
    if not isinstance(value, dict):
        raise RefusalError("invalid_arguments", f"The page sent no {key}.")
    return value


def _values(body: Json) -> Json:
    state = body.get("state")
    values = state.get("values") if isinstance(state, dict) else None
    if not isinstance(values, dict):
        return {}
    return {block: actions for block, actions in values.items() if isinstance(actions, dict)}


def _get(path: str, answer: Answer) -> Route:
    return Route("/page/{user}" + path, _endpoint(answer), methods=["GET"])


def _post(path: str, answer: Answer) -> Route:
    return Route("/page/{user}" + path, _endpoint(answer), methods=["POST"])


ROUTES = [
    Route("/page/bootstrap", show_bootstrap),
    Route("/page/clock", show_clock),
    Route("/page/clock/step", step_clock, methods=["POST"]),
    _get("/channels/{channel}/messages", list_messages),
    _get("/channels/{channel}/threads/{ts}", list_thread),
    _post("/messages", post_message),
    _post("/messages/edit", edit_message),
    _post("/messages/delete", delete_message),
    _post("/commands", post_command),
    _post("/actions", post_action),
    _post("/views/{view_id}/submit", submit_view),
    _post("/views/{view_id}/close", close_view),
    _post("/home", open_app),
    _post("/channels/{channel}/read", mark_read),
    _post("/dms", open_dm),
    _post("/shortcuts", post_shortcut),
    _post("/options", post_options),
]
