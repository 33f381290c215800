"""users.info, users.list, users.lookupByEmail."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.sandbox.hub import Hub
from bot.sandbox.json_types import Json
from bot.sandbox.web_api.arguments import Arguments
from bot.sandbox.web_api.errors import ApiError
from bot.sandbox.web_api.paging import page_of
from bot.sandbox.workspace_file import User


def users_info(hub: Hub, args: Arguments) -> Json:
    """One member."""
    user = hub.state.member(args.required("user"))
    if user is None:
        raise ApiError("user_not_found")
    return {"user": user_json(hub, user)}


def users_list(hub: Hub, args: Arguments) -> Json:
    """Every member, the bot last."""
    users = [*hub.state.users.values(), hub.state.bot]
    # Slack pages only when a limit is asked for.
    page, following = page_of(users, [user.id for user in users], args, default=1000)
    return {"members": [user_json(hub, user) for user in page], "cache_ts": hub.clock.epoch()} | following


def users_lookup_by_email(hub: Hub, args: Arguments) -> Json:
    """The member with an address."""
    email = args.required("email").strip().casefold()
    for user in hub.state.users.values():
        if user.email.casefold() == email:
            return {"user": user_json(hub, user)}
    raise ApiError("users_not_found")


def user_json(hub: Hub, user: User) -> Json:
    """A member as the Web API describes it; the address only with its scope."""
    is_bot = user.id == hub.workspace.app.bot_user_id
    profile: Json = {
        "title": user.title,
        "real_name": user.real_name,
        "real_name_normalized": user.real_name,
        "display_name": user.name,
        "display_name_normalized": user.name,
        "team": hub.workspace.team.id,
    }
    if "users:read.email" in hub.manifest.scopes and not is_bot:
        profile["email"] = user.email
    if is_bot:
        profile |= {"bot_id": hub.workspace.app.bot_id, "api_app_id": hub.workspace.app.id}
    zone = {"tz": user.tz, "tz_label": user.tz, "tz_offset": _offset(user.tz, hub.clock.now)}
    return {
        "id": user.id,
        "team_id": hub.workspace.team.id,
        "name": user.name,
        "deleted": False,
        "real_name": user.real_name,
        "profile": profile,
        "is_admin": user.is_admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_bot": is_bot,
        "is_app_user": False,
        "updated": 0,
        **zone,
    }


def _offset(tz: str, now: datetime) -> int:
    offset = now.astimezone(ZoneInfo(tz)).utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0
