"""The table of Web API methods: who answers each, with which token, and the scopes it always needs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from bot.sandbox.hub import Hub
from bot.sandbox.json_types import Json
from bot.sandbox.web_api import auth, chat, conversations, reactions, users, views
from bot.sandbox.web_api.arguments import Arguments

Handler = Callable[[Hub, Arguments], Json]


@dataclass(frozen=True)
class Method:
    """One method. Scopes that depend on the conversation are checked by the handler."""

    handler: Handler
    scopes: tuple[str, ...] = ()
    caller: Literal["bot", "app", "any", "none"] = "bot"


METHODS: Mapping[str, Method] = {
    "api.test": Method(auth.api_test, caller="none"),
    "apps.connections.open": Method(auth.apps_connections_open, caller="app"),
    "auth.test": Method(auth.auth_test, caller="any"),
    "bots.info": Method(auth.bots_info, ("users:read",)),
    "chat.delete": Method(chat.chat_delete, ("chat:write",)),
    "chat.getPermalink": Method(chat.chat_get_permalink),
    "chat.postEphemeral": Method(chat.chat_post_ephemeral, ("chat:write",)),
    "chat.postMessage": Method(chat.chat_post_message, ("chat:write",)),
    "chat.scheduleMessage": Method(chat.chat_schedule_message, ("chat:write",)),
    "chat.update": Method(chat.chat_update, ("chat:write",)),
    "conversations.history": Method(conversations.conversations_history),
    "conversations.info": Method(conversations.conversations_info),
    "conversations.join": Method(conversations.conversations_join, ("channels:join",)),
    "conversations.list": Method(conversations.conversations_list),
    "conversations.members": Method(conversations.conversations_members),
    "conversations.open": Method(conversations.conversations_open),
    "conversations.replies": Method(conversations.conversations_replies),
    "reactions.add": Method(reactions.reactions_add, ("reactions:write",)),
    "reactions.get": Method(reactions.reactions_get, ("reactions:read",)),
    "reactions.remove": Method(reactions.reactions_remove, ("reactions:write",)),
    "team.info": Method(auth.team_info, ("team:read",)),
    "users.info": Method(users.users_info, ("users:read",)),
    "users.list": Method(users.users_list, ("users:read",)),
    "users.lookupByEmail": Method(users.users_lookup_by_email, ("users:read.email",)),
    "views.open": Method(views.views_open),
    "views.publish": Method(views.views_publish),
    "views.push": Method(views.views_push),
    "views.update": Method(views.views_update),
}
