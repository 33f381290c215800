"""Joins the people the CRM names with the people Slack knows, by e-mail address."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.domain.people import Person
from bot.store.unit_of_work import Store, UnitOfWork


def everybody(store: Store) -> list[Person]:
    """Return everybody who works here, by name."""
    with store.reading() as uow:
        return [person for person in uow.people.all() if person.active]


@dataclass(frozen=True, slots=True)
class SlackMember:
    """One member of the Slack workspace who could be one of ours."""

    user_id: str
    email: str


def join_directory(store: Store, members: Iterable[SlackMember], team_id: str, now: datetime) -> int:
    """Link every person whose address one member has; return how many links are new. Changes are audited."""
    joined = 0
    with store.writing() as uow:
        uow.workspace.set_slack_team(team_id)
        for member in members:
            person = uow.people.by_email(member.email)
            if person is None or person.slack_user_id == member.user_id:
                continue
            former = uow.people.by_slack_user(member.user_id)
            uow.people.link_slack(person.id, member.user_id)
            if former is not None:
                _audit(uow, former, None, now)
            _audit(uow, person, member.user_id, now)
            joined += 1
    return joined


def _audit(uow: UnitOfWork, person: Person, slack_user_id: str | None, now: datetime) -> None:
    uow.audit.record(
        at=now,
        actor_id=None,
        action="person.linked" if slack_user_id else "person.unlinked",
        entity_kind="person",
        entity_id=person.id,
        before={"slack_user_id": person.slack_user_id},
        after={"slack_user_id": slack_user_id},
    )
