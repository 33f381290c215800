"""Who is asking, and whether the manager tree and their roles let them; checked on every request."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.people import ManagerTree, Person, Role
from bot.domain.settings import Permission, Settings
from bot.errors import NotAllowed
from bot.services.settings_book import current_settings
from bot.store.unit_of_work import UnitOfWork

ASK_ADMIN = "Ask your Drumbeat admin if it should."


@dataclass(frozen=True, slots=True)
class Actor:
    """The person behind a request, with the tree and the rules it is judged by."""

    person: Person
    tree: ManagerTree
    settings: Settings

    @property
    def id(self) -> str:
        """Return the person's id."""
        return self.person.id

    def may(self, permission: Permission) -> bool:
        """Tell whether one of the person's roles grants the permission."""
        return self.settings.roles.allows(self.person.roles, permission)

    @property
    def _is_admin(self) -> bool:
        return Role.ADMIN in self.person.roles

    def require(self, permission: Permission) -> None:
        """Raise NotAllowed unless one of the person's roles grants the permission."""
        if not self.may(permission):
            # Who looks after the roles is not sent to themselves.
            asks = "It is for those who sell or lead a team." if self._is_admin else ASK_ADMIN
            raise NotAllowed(f"Your role does not include this. {asks}")

    def require_sight(self, person_id: str) -> Person:
        """Return the person asked about; raise NotAllowed when their records are not the actor's to see."""
        subject = self.tree.get(person_id)
        if person_id != self.id:
            self.require(Permission.SEE_TREE_BELOW)
        if subject is None or not self.tree.may_see(self.id, person_id):
            raise NotAllowed(
                "This is about someone outside your team, so only their own leaders can open it."
            )
        return subject

    def sees(self, person_id: str) -> bool:
        """Tell whether a person's records are the actor's to see."""
        own = person_id == self.id
        return own or (self.may(Permission.SEE_TREE_BELOW) and self.tree.may_see(self.id, person_id))

    def require_direct_report(self, person_id: str) -> Person:
        """Return the rep acted on, or raise NotAllowed when another manager leads them now."""
        subject = self.require_sight(person_id)
        if subject.manager_id != self.id:
            raise NotAllowed(
                f"{subject.name} reports to another manager now, so only that manager can do this."
            )
        return subject


def actor_for(uow: UnitOfWork, slack_user_id: str) -> Actor:
    """Return who this Slack user is, or raise NotAllowed in words that say what to do."""
    person = uow.people.by_slack_user(slack_user_id)
    if person is None or not person.active:
        raise NotAllowed(
            "I could not match you to anyone in the CRM, so there is nothing I may show you yet. "
            "Ask your Drumbeat admin to check that your e-mail address in Slack and in the CRM is the same."
        )
    return Actor(person, uow.people.tree(), current_settings(uow))
