"""api.test, auth.test, apps.connections.open, bots.info, team.info."""

from bot.sandbox.hub import Hub
from bot.sandbox.json_types import Json
from bot.sandbox.socket_transport import MAX_CONNECTIONS
from bot.sandbox.web_api.arguments import Arguments
from bot.sandbox.web_api.errors import ApiError


def api_test(hub: Hub, args: Arguments) -> Json:  # noqa: ARG001 - a method's shape
    """Echo the arguments, or fail with the error that was asked for."""
    shown = {key: value for key, value in args.raw.items() if key != "token"}
    if error := args.text("error"):
        raise ApiError(error, args=shown)
    return {"args": shown}


def auth_test(hub: Hub, args: Arguments) -> Json:
    """Who the token belongs to."""
    app, team = hub.workspace.app, hub.workspace.team
    if args.raw.get("token") == app.app_token:
        return {"app_name": app.name, "app_id": app.id}
    return {
        "url": f"{hub.base_url}/",
        "team": team.name,
        "user": hub.state.bot.name,
        "team_id": team.id,
        "user_id": app.bot_user_id,
        "bot_id": app.bot_id,
        "is_enterprise_install": False,
    }


def apps_connections_open(hub: Hub, args: Arguments) -> Json:  # noqa: ARG001 - a method's shape
    """The address of one Socket Mode connection, good for opening it once."""
    sockets = hub.dispatcher.sockets
    if sockets.connected >= MAX_CONNECTIONS:
        raise ApiError("too_many_websockets")
    address = hub.base_url.replace("http", "ws", 1)
    return {"url": f"{address}/link/?ticket={sockets.ticket()}&app_id={hub.workspace.app.id}"}


def bots_info(hub: Hub, args: Arguments) -> Json:
    """The app's bot."""
    app = hub.workspace.app
    if args.text("bot", app.bot_id) != app.bot_id:
        raise ApiError("bot_not_found")
    bot = {"id": app.bot_id, "app_id": app.id, "name": app.name, "user_id": app.bot_user_id, "deleted": False}
    return {"bot": bot | {"icons": {}, "updated": 0}}


def team_info(hub: Hub, args: Arguments) -> Json:
    """The workspace."""
    team = hub.workspace.team
    if args.text("team", team.id) != team.id:
        raise ApiError("team_not_found")
    return {"team": {"id": team.id, "name": team.name, "domain": team.domain, "email_domain": "", "icon": {}}}
