"""Holds each claim that a flag was mended against the CRM's next state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain.days import Days
from bot.domain.flags import FlagResponse, still_raised
from bot.domain.obligations import Verdict
from bot.domain.people import ManagerTree, Person
from bot.domain.pipeline import DataField, Deal
from bot.domain.settings import Settings
from bot.domain.verification import fix_verdict
from bot.jobs.protocols import JobQueue
from bot.services.cadence_fires import HEALTH_CHECK
from bot.services.health_check import previous_check
from bot.services.notifying import NoticeKind, Subject, refresh
from bot.services.raised_flags import flag_rules
from bot.services.settings_book import current_settings
from bot.store.unit_of_work import Store, UnitOfWork


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What every claim of one run is judged by."""

    deals: Mapping[str, Deal]
    tree: ManagerTree
    settings: Settings
    held: frozenset[DataField]
    crm_as_of: datetime | None
    crm_zone: str
    now: datetime


def verify_fixes(store: Store, jobs: JobQueue, now: datetime) -> int:
    """Judge every pending claim of a fix, audit and show each change; return how many verdicts changed."""
    with store.writing() as uow:
        pending = uow.flags.pending_fixes()
        if not pending:
            return 0
        workspace = uow.workspace.get()
        evidence = _Evidence(
            deals=uow.deals.with_ids([response.deal_id for response, _ in pending]),
            tree=uow.people.tree(),
            settings=current_settings(uow),
            held=uow.data_fields(),
            crm_as_of=workspace.crm_as_of,
            crm_zone=workspace.time_zone,
            now=now,
        )
        concerned: set[str] = set()
        changed = 0
        for response, due_at in pending:
            if _judge(uow, response, due_at, evidence):
                changed += 1
                concerned.add(response.by_id)
        for person_id in concerned:
            _show(uow, jobs, evidence.tree.get(person_id), now)
        return changed


def _judge(uow: UnitOfWork, response: FlagResponse, due_at: datetime, evidence: _Evidence) -> bool:
    by = evidence.tree.get(response.by_id)
    verdict, reasons = fix_verdict(
        response,
        flag_still_raised=_still_raised(response, evidence),
        crm_as_of=evidence.crm_as_of,
        due_at=due_at,
        now=evidence.now,
        zone=by.time_zone if by else "UTC",
    )
    if (verdict, reasons) == (response.verdict, response.reasons):
        return False
    uow.flags.set_verdict(response.id, verdict, reasons)
    if verdict is Verdict.PENDING:
        return False  # only its words moved on, as the CRM did: no news for anybody
    uow.audit.record(
        at=evidence.now,
        actor_id=None,
        action="flag.judged",
        entity_kind="deal",
        entity_id=response.deal_id,
        before={"verdict": response.verdict.value},
        after={
            "verdict": verdict.value,
            "response": response.id,
            "reasons": [reason.text for reason in reasons],
        },
    )
    return True


def _still_raised(response: FlagResponse, evidence: _Evidence) -> bool | None:
    deal = evidence.deals.get(response.deal_id)
    owner = evidence.tree.get(response.by_id)
    if deal is None or owner is None:
        return None
    if not deal.stage.is_open:
        return False  # closed: nothing of an open deal's hygiene is left to mend
    return still_raised(
        response,
        deal,
        now=evidence.now,
        days=Days(owner.time_zone, evidence.crm_zone),
        rules=flag_rules(evidence.settings.measures),
        held=evidence.held,
        # As at the check that was answered: from a later one, a stage change would seem settled by time.
        last_check=previous_check(evidence.settings, owner.time_zone, response.at),
    )


def _show(uow: UnitOfWork, jobs: JobQueue, person: Person | None, now: datetime) -> None:
    fire = uow.fires.latest_owed(HEALTH_CHECK, person.id) if person else None
    if person and fire:
        subject = Subject("cadence_fire", fire.id)
        refresh(uow, jobs, kind=NoticeKind.HEALTH_CHECK, person_id=person.id, subject=subject, now=now)
