"""views.open, push, update, publish."""

from bot.sandbox.content import ContentError, check_shown_view
from bot.sandbox.hub import Hub
from bot.sandbox.json_types import Json
from bot.sandbox.triggers import TriggerError
from bot.sandbox.view_stack import MAX_STACK, ViewError, shaped_view
from bot.sandbox.web_api.access import known_user
from bot.sandbox.web_api.arguments import Arguments
from bot.sandbox.web_api.errors import ApiError, invalid_arguments


def views_open(hub: Hub, args: Arguments) -> Json:
    """Open a modal for the person whose trigger it is."""
    trigger_id, view = _trigger_id(args), _view(args, "modal")
    try:
        trigger = hub.triggers.look(trigger_id)
        opened = hub.views.open(trigger.user, view)
        hub.triggers.exchange(trigger_id)
    except (TriggerError, ViewError) as error:
        raise ApiError(str(error)) from error
    return {"view": opened}


def views_push(hub: Hub, args: Arguments) -> Json:
    """Lay a modal on the one in which the trigger came up."""
    trigger_id, view = _trigger_id(args), _view(args, "modal")
    try:
        trigger = hub.triggers.look(trigger_id)
        if trigger.view_id is None:
            raise ApiError("invalid_trigger_id")
        if len(hub.views.of(trigger.user)) >= MAX_STACK:
            raise ApiError("push_limit_reached")
        pushed = hub.views.push(trigger.user, view)
        hub.triggers.exchange(trigger_id)
    except (TriggerError, ViewError) as error:
        raise ApiError(str(error)) from error
    return {"view": pushed}


def views_update(hub: Hub, args: Arguments) -> Json:
    """Replace an open modal's content."""
    view_id, external_id = args.text("view_id"), args.text("external_id")
    if bool(view_id) == bool(external_id):
        raise invalid_arguments("exactly one of view_id and external_id is needed")
    raw = args.structure("view")
    home = _home_of(hub, view_id)
    if home is not None:
        return _publish(hub, home, args, _checked(raw, "home"))
    view = _checked(raw, "modal")
    found = hub.views.find(view_id=view_id or None, external_id=external_id or None)
    if found is None:
        raise ApiError("not_found")
    user, current = found
    _check_hash(args, current)
    try:
        return {"view": hub.views.update(user, current, view)}
    except ViewError as error:
        raise ApiError(str(error)) from error


def views_publish(hub: Hub, args: Arguments) -> Json:
    """Replace a person's Home tab."""
    user = known_user(hub, args.required("user_id"))
    view = _view(args, "home")
    if not hub.manifest.home_tab:
        raise ApiError("not_enabled")
    return _publish(hub, user, args, view)


def _publish(hub: Hub, user: str, args: Arguments, raw: Json) -> Json:
    current = hub.state.homes.get(user)
    _check_hash(args, current)
    view = shaped_view(hub.workspace, raw)
    if current is not None:
        view |= {"id": current["id"], "root_view_id": current["id"]}
    hub.state.publish_home(user, view)
    hub.live.send(user, {"type": "home", "view": view})
    return {"view": view}


def _home_of(hub: Hub, view_id: str) -> str | None:
    return next((user for user, view in hub.state.homes.items() if view["id"] == view_id), None)


def _trigger_id(args: Arguments) -> str:
    # Bolt and older apps know it by its second name.
    trigger_id = args.text("trigger_id") or args.text("interactivity_pointer")
    if not trigger_id:
        raise invalid_arguments("missing required field: trigger_id")
    return trigger_id


def _view(args: Arguments, kind: str) -> Json:
    return _checked(args.structure("view"), kind)


def _checked(view: object, kind: str) -> Json:
    try:
        return check_shown_view(view, kind)
    except ContentError as error:
        raise ApiError(error.error, **error.as_json()) from error


def _check_hash(args: Arguments, current: Json | None) -> None:
    asked = args.text("hash")
    if asked and (current is None or asked != current["hash"]):
        raise ApiError("hash_conflict")
