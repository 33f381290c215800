"""Keeps forgotten people out of what an import brings: their rows lead to the label, never to the name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.crm.batch import CrmBatch
from bot.store.unit_of_work import UnitOfWork


def without_forgotten(uow: UnitOfWork, batch: CrmBatch, source: str) -> None:
    """Change a batch so that whoever was forgotten is known by what stands for them, and by nothing else.

    Their own rows and days away are left out; deals, activities, quotas and reports that name them lead to
    their anonymous entry. Known are their id in this source, and their address
    where they come under a new id.
    """
    stands_for = _stand_ins(uow, batch, source)
    if not stands_for:
        return
    dropped = sum(one.line > 0 for one in batch.people if one.external_id in stands_for)
    if dropped and "people" in batch.files:
        batch.files["people"].skipped += dropped
    batch.people = [
        replace(
            one, manager_external_id=stands_for.get(one.manager_external_id or "", one.manager_external_id)
        )
        for one in batch.people
        if one.external_id not in stands_for
    ]
    batch.time_off = [one for one in batch.time_off if one.person_external_id not in stands_for]
    batch.deals = [
        replace(one, owner_external_id=stands_for[one.owner_external_id])
        if one.owner_external_id in stands_for
        else one
        for one in batch.deals
    ]
    batch.activities = [
        replace(one, person_external_id=stands_for[one.person_external_id])
        if one.person_external_id in stands_for
        else one
        for one in batch.activities
    ]
    batch.quotas = [
        replace(one, person_external_id=stands_for[one.person_external_id])
        if one.person_external_id in stands_for
        else one
        for one in batch.quotas
    ]


def _stand_ins(uow: UnitOfWork, batch: CrmBatch, source: str) -> dict[str, str]:
    """Return, by the ids in the batch of those who were forgotten, the ids that stand for them."""
    known = uow.erasures.known("external_id", source, set(_ids(batch)))
    addresses = {one.external_id: one.email for one in batch.people if one.email}
    forgotten = uow.erasures.known("email", "", set(addresses.values()))
    for external_id, email in addresses.items():
        if email in forgotten and external_id not in known:
            known[external_id] = forgotten[email]
            uow.erasures.remember(forgotten[email], source, [external_id], None)
    return {external_id: uow.forgetting.external_id(person_id)[1] for external_id, person_id in known.items()}


def _ids(batch: CrmBatch) -> Iterator[str]:
    for person in batch.people:
        yield person.external_id
        if person.manager_external_id:
            yield person.manager_external_id
    yield from (one.person_external_id for one in batch.time_off)
    yield from (one.owner_external_id for one in batch.deals)
    yield from (one.person_external_id for one in batch.activities if one.person_external_id)
    yield from (one.person_external_id for one in batch.quotas)
