"""Submits and closes modals: checks what was filled in, asks the app, and does what it answers."""

import asyncio

from bot.sandbox.content import ContentError, check_shown_view
from bot.sandbox.delivery import Ack
from bot.sandbox.hub import Hub
from bot.sandbox.inputs import complete_state, input_errors
from bot.sandbox.json_types import Json
from bot.sandbox.payloads import response_address, view_closed, view_submission
from bot.sandbox.reach import choices_for, modal_of, view_of
from bot.sandbox.refusal import RefusalError
from bot.sandbox.trouble import CONNECTING
from bot.sandbox.view_stack import ViewError


class BadResponseError(Exception):
    """An answer to a submission that Slack can't make anything of."""


async def submit(hub: Hub, user: str, view_id: str, given: Json) -> Json:
    """Submit the top modal; the answer says ok, or has errors by block_id, or a message for the person."""
    view = modal_of(hub, user, view_id)
    values, faults = complete_state(view["blocks"], given, choices_for(hub, user))
    errors = input_errors(view["blocks"], values) | faults
    if errors:
        return {"ok": False, "errors": errors}
    hub.views.keep_state(user, view_id, values)
    payload = view_submission(
        hub, user, view | {"state": {"values": values}}, _response_urls(hub, user, view, values)
    )
    ack = await hub.dispatcher.deliver(payload)
    try:
        return _respond(hub, user, view_id, ack)
    except (ContentError, ViewError, BadResponseError):
        return {"ok": False, "error": "bad_response", "message": CONNECTING}


async def close(hub: Hub, user: str, view_id: str, *, clear_all: bool) -> None:
    """Close a modal, or all; the app hears of those it asked about. Raises `RefusalError`."""
    view = view_of(hub, user, view_id)
    if view["type"] != "modal":
        raise RefusalError("view_not_found", "This dialog is not open any more.")
    cleared = clear_all or view["clear_on_close"]
    gone = hub.views.close(user, view_id, clear_all=cleared)
    told = [view_closed(hub, user, each, is_cleared=cleared) for each in gone if each["notify_on_close"]]
    await asyncio.gather(*(hub.dispatcher.deliver(payload) for payload in told))


def _respond(hub: Hub, user: str, view_id: str, ack: Ack) -> Json:
    """Do what the app answered; raises `BadResponseError` and its kin where that can't be done."""
    if not ack.ok:
        return {"ok": False, "error": ack.outcome, "message": CONNECTING}
    answer = ack.body if ack.body not in (None, "", {}, {"text": ""}) else None
    if answer is None:
        hub.views.close(user, view_id, clear_all=False)
        return {"ok": True}
    if not isinstance(answer, dict):
        raise BadResponseError("an object was expected")
    match answer.get("response_action"):
        case "errors":
            return {"ok": False, "errors": _field_errors(hub, user, view_id, answer.get("errors"))}
        case "clear":
            hub.views.close(user, view_id, clear_all=True)
        case "update":
            hub.views.update(
                user, _open_view(hub, user, view_id), check_shown_view(answer.get("view"), "modal")
            )
        case "push":
            _open_view(hub, user, view_id)
            hub.views.push(user, check_shown_view(answer.get("view"), "modal"))
        case action:
            raise BadResponseError(f"not a response_action: {action!r}")
    return {"ok": True}


def _open_view(hub: Hub, user: str, view_id: str) -> Json:
    """The view as it is now: the app may have updated it while it was being submitted."""
    found = next((view for view in hub.views.of(user) if view["id"] == view_id), None)
    if found is None:
        raise BadResponseError("the view was closed meanwhile")
    return found


def _field_errors(hub: Hub, user: str, view_id: str, errors: object) -> dict[str, str]:
    view = _open_view(hub, user, view_id)
    inputs = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not errors.keys() <= inputs:
        raise BadResponseError("errors must name input blocks of the view")
    if not all(isinstance(text, str) and text for text in errors.values()):
        raise BadResponseError("each error must be a text")
    return errors


def _response_urls(hub: Hub, user: str, view: Json, values: Json) -> list[Json]:
    """A response URL for each conversation chosen in an element that asks for one."""
    urls = []
    for block in view["blocks"]:
        element = block.get("element") or {}
        if block["type"] != "input" or element.get("response_url_enabled") is not True:
            continue
        state = values[block["block_id"]][element["action_id"]]
        channel = state.get("selected_conversation") or state.get("selected_channel")
        if channel:
            address = response_address(hub, hub.response_urls.issue(user, channel))
            names = {"block_id": block["block_id"], "action_id": element["action_id"]}
            urls.append(names | {"channel_id": channel, "response_url": address})
    return urls
