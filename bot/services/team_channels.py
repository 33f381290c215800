"""Which private channel is a team's, and who may be in it: a channel shows nothing a member may not see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.people import ManagerTree, Person, Role
from bot.domain.wording import count_of
from bot.services.settings_book import current_settings
from bot.store.repositories.deal_threads import TeamChannel
from bot.store.unit_of_work import Store, UnitOfWork


@dataclass(frozen=True, slots=True)
class ChannelSeen:
    """A private channel that the app is in, with its members' Slack ids (the app's own left out)."""

    id: str
    name: str
    members: tuple[str, ...]


def channel_prefix(store: Store) -> str:
    """Return how the names of the teams' channels begin."""
    with store.reading() as uow:
        return current_settings(uow).inspection.channel_prefix


def map_channels(store: Store, seen: Iterable[ChannelSeen], now: datetime) -> int:
    """Note for each manager the channel of their team's deals; return how many have one. Changes are audited.

    Of several a manager is in, the first by name counts. Who else is in it is judged before each post.
    """
    with store.writing() as uow:
        managers = {
            person.slack_user_id: person
            for person in uow.people.all()
            if person.active and Role.MANAGER in person.roles and person.slack_user_id
        }
        found: dict[str, TeamChannel] = {}
        for channel in sorted(seen, key=lambda one: one.name):
            leaders = [managers[member] for member in channel.members if member in managers]
            if len(leaders) == 1:
                found.setdefault(leaders[0].id, TeamChannel(leaders[0].id, channel.id, channel.name))
        before = uow.threads.channels()
        if found != before:
            uow.threads.replace_channels(list(found.values()), now)
            for manager_id in sorted(found.keys() | before.keys()):
                _audit(uow, manager_id, before.get(manager_id), found.get(manager_id), now)
        return len(found)


def _audit(
    uow: UnitOfWork, manager_id: str, before: TeamChannel | None, after: TeamChannel | None, now: datetime
) -> None:
    if before == after:
        return
    uow.audit.record(
        now,
        None,
        "team_channel.mapped" if after else "team_channel.lost",
        "person",
        manager_id,
        before={"channel": before.channel} if before else None,
        after={"channel": after.channel} if after else None,
    )


def outsiders(uow: UnitOfWork, manager_id: str, members: Sequence[str]) -> str | None:
    """Say why a team's deals can't be shown to these members of a channel, or None when they can.

    Inside are the manager, those who report to them, and those above.
    """
    tree = uow.people.tree()
    inside = {person.slack_user_id for person in _insiders(tree, manager_id)}
    strangers = [member for member in members if member not in inside]
    if not strangers:
        return None
    who = count_of(len(strangers), "member")
    return (
        f"{who} of the channel {'is' if len(strangers) == 1 else 'are'} outside the team. "
        "Ask whoever runs the channel to take them out"
    )


def _insiders(tree: ManagerTree, manager_id: str) -> Iterable[Person]:
    manager = tree.get(manager_id)
    return (*([manager] if manager else []), *tree.direct_reports(manager_id), *tree.leaders(manager_id))
