"""`drumbeat forget`: erases a person's words and name, keeps what others rest on, records that it did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from bot.domain.erasing import FORMER, label_after, names_of, no_names
from bot.domain.people import Person
from bot.errors import InvalidInput, NotFound
from bot.store.unit_of_work import Store, UnitOfWork


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What went, or would go: `name` is for the screen of whoever asked, and is written nowhere.

    `again`: they were forgotten before; then only what came in since is erased.
    """

    name: str
    label: str
    counts: Mapping[str, int]
    again: bool


class _NothingKeptError(Exception):
    """Takes back what was done, and carries what it was."""

    def __init__(self, done: Forgotten) -> None:
        super().__init__()
        self.done = done


def preview_forget(store: Store, who: str, now: datetime) -> Forgotten:
    """Return what forgetting a person would do, having done it and taken it back. Raises as `forget` does."""
    try:
        with store.writing() as uow:
            _try(uow, who, now)
    except _NothingKeptError as tried:
        return tried.done
    raise AssertionError("a trial is always taken back")


def _try(uow: UnitOfWork, who: str, now: datetime) -> NoReturn:
    raise _NothingKeptError(_forget(uow, who, "nobody", now))


def forget(store: Store, who: str, by: str, now: datetime) -> Forgotten:
    """Forget a person named by id, e-mail address or name, in one transaction; `by` asked for it.

    Their words go, and those about them: logs, comments, notes, drafts, agendas, quotes, messages; messages
    not sent yet are given up. What others rest on stays (obligations, decisions, verdicts, that a session was
    held), with a label in place of the name. A later import or a look into Slack's directory knows them by a
    keyed digest and does not bring the name back. Raises NotFound for nobody, InvalidInput for several.
    """
    with store.writing() as uow:
        return _forget(uow, who, by, now)


def _forget(uow: UnitOfWork, who: str, by: str, now: datetime) -> Forgotten:
    people = uow.people.all()
    person = _found(uow, people, who)
    again = person.name.startswith(FORMER) and person.email is None
    label = person.name if again else label_after(uow.forgetting.labels())
    source, external_id = uow.forgetting.external_id(person.id)
    names = no_names(label) if again else names_of(person, external_id, people, label)
    erasure = uow.erasures.open("person", person.id, by, now)
    related = uow.forgetting.related(person.id)
    counts = uow.forgetting.erase(person.id, now)
    uow.ratings.forget(person.id)
    if not again:
        uow.erasures.remember(person.id, source, [external_id], person.email)
        uow.forgetting.anonymise(person, f"forgotten:{person.id}", label)
        counts["names"] = uow.names.take_out(names)
        counts["requests"] = uow.forgetting.answers_naming(names.sought)
        if person.slack_user_id:
            counts["requests"] += uow.forgetting.requests_of(person.slack_user_id)
        counts["events"] = uow.inbox.forget_of(person.slack_user_id, names.sought)
    counts["audit_events"] = uow.names.redact_trail(names, person.id, related)
    kinds = {kind: count for kind, count in sorted(counts.items()) if count}
    uow.erasures.finish(erasure, kinds, now)
    uow.audit.record(
        at=now,
        actor_id=None,
        action="person.forgotten",
        entity_kind="person",
        entity_id=person.id,
        after={"erasure": erasure, "by": by, "counts": kinds},
    )
    return Forgotten(person.name, label, kinds, again)


def _found(uow: UnitOfWork, people: list[Person], who: str) -> Person:
    who = who.strip()
    sought = who.casefold()
    by_id = {one.id: one for one in people}
    found = [one for one in people if sought in _called(one)]
    if not found and (known := uow.erasures.known("email", "", [who])):
        found = [by_id[person_id] for person_id in known.values() if person_id in by_id]
    if not found:
        raise NotFound(f"Nobody here has “{who}” as their id, e-mail address or name.")
    if len(found) > 1:
        ids = ", ".join(f"{one.id} ({one.email or 'no address'})" for one in found)
        raise InvalidInput(f"Several people are called “{who}”: {ids}. Name one by id or address.")
    return found[0]


def _called(person: Person) -> set[str]:
    given = (person.id, person.name, person.email, person.slack_user_id)
    return {one.casefold() for one in given if one}
