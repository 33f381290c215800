"""The form of a coaching log: what it is prefilled with, and what its fields say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.coaching import (
    LEADER_TAGS,
    REP_TAGS,
    DealAction,
    DeepDive,
    FocusArea,
    LogContent,
    LogKind,
    Observation,
    SkillTag,
    Stance,
    Step,
)
from bot.domain.coaching_cards import CoachingDraft, FormFields, OpenStep
from bot.domain.coaching_quality import Fault, is_vague_action
from bot.domain.people import Person, Role
from bot.services.access import Actor
from bot.services.one_on_one_agenda import MOST_STEPS, read_agenda
from bot.store.repositories.coaching import LogRow
from bot.store.unit_of_work import UnitOfWork

DEAL_FIELDS = ("1", "2")
MOST_DEALS = 60
USUAL_MINUTES = 30
A_WEEK = timedelta(days=7)


def today_of(person: Person, now: datetime) -> date:
    """Return the day it is where this person is."""
    return now.astimezone(ZoneInfo(person.time_zone)).date()


def draft_of(
    uow: UnitOfWork,
    actor: Actor,
    coached: Person,
    kind: LogKind,
    edited: LogRow | None,
    one_on_one_id: str | None,
    kept: Mapping[str, str],
    now: datetime,
) -> CoachingDraft:
    """Return the form as it opens: the log that is edited, else what is kept over what is known already."""
    author = actor.person
    today = today_of(author, now)
    known = _known(uow, author, coached, one_on_one_id, today)
    if kept:
        # In a draft the focus of the session before would pass for what its author wrote.
        known.pop("focus", None)
    slot = uow.one_on_ones.get(one_on_one_id) if one_on_one_id else None
    agenda = read_agenda(uow, slot, author, coached, now) if slot else None
    flagged = [(one.deal.id, one.deal.name) for one in agenda.deals] if agenda else []
    # A deal of the edited log may have closed or changed hands since: its action stays what was agreed.
    agreed = uow.deals.with_ids(_agreed_deals(uow, edited)).values()
    others = [(deal.id, deal.name) for deal in (*agreed, *uow.deals.open_of([coached.id]))]
    lines = (
        [
            *(f"{item.by}: {item.text}" for item in agenda.items),
            *(f"Open question about {deal}: {question}" for deal, question in agenda.questions),
        ]
        if agenda
        else []
    )
    return CoachingDraft(
        author=author,
        coached=coached,
        kind=kind,
        today=today,
        tags=LEADER_TAGS if Role.MANAGER in coached.roles else REP_TAGS,
        fields=_fields_of(uow, edited) if edited else {**known, **kept},
        deals=tuple(dict([*flagged, *others]).items())[:MOST_DEALS],
        agenda=tuple(lines),
        open_steps=() if edited else tuple(_open_steps(uow, actor, coached)),
        one_on_one_id=one_on_one_id,
        log_id=edited.id if edited else None,
        version=edited.version if edited else 0,
        is_draft=bool(kept),
    )


def _known(
    uow: UnitOfWork, author: Person, coached: Person, one_on_one_id: str | None, today: date
) -> dict[str, str]:
    slot = uow.one_on_ones.get(one_on_one_id) if one_on_one_id else None
    last = next(iter(uow.coaching.of_pair(author.id, coached.id, 1)), None)
    held_on = slot.starts_at.astimezone(ZoneInfo(author.time_zone)).date() if slot else today
    return {
        "held_on": min(held_on, today).isoformat(),
        "minutes": str(slot.minutes if slot else USUAL_MINUTES),
        **({"focus": last.focus_area.value} if last else {}),
        "step_owner": "rep",
        "step_on": (today + A_WEEK).isoformat(),
    }


def _open_steps(uow: UnitOfWork, actor: Actor, coached: Person) -> Iterator[OpenStep]:
    """Yield the steps on the agenda of the two of which nobody has said yet what became of them."""
    for step in uow.coaching_records.steps_of_pair(actor.id, coached.id, MOST_STEPS):
        if step.outcome is None:
            owner = actor.tree.get(step.owner_id)
            yield OpenStep(step.id, step.words, owner.name if owner else "someone who has left", step.due_on)


def _fields_of(uow: UnitOfWork, row: LogRow) -> dict[str, str]:
    content = uow.coaching.versions(row.id)[-1].content
    fields = {
        "held_on": content.held_on.isoformat(),
        "minutes": str(content.minutes),
        "focus": content.focus_area.value,
        "feedback": content.feedback,
        "observed": " ".join(one.tag for one in content.observations if one.stance is Stance.SEEN),
        "better": " ".join(one.tag for one in content.observations if one.stance is Stance.BETTER),
        "step": content.step.words,
        "step_owner": "me" if content.step.owner_id == row.manager_id else "rep",
        "step_on": content.step.due_on.isoformat(),
        "notes": uow.coaching_records.note_of(row.id, row.manager_id),
    }
    for place, action in zip(DEAL_FIELDS, content.deal_actions, strict=False):
        fields |= {f"deal_{place}": action.deal_id, f"action_{place}": action.words}
    if content.deep_dive is not None:
        dive = content.deep_dive
        fields |= {
            "call": dive.call,
            "behaviour": dive.behaviour,
            "technique": dive.technique,
            "attitude": dive.attitude,
        }
    return fields


def read_fields(
    fields: FormFields, author: Person, coached: Person, kind: LogKind
) -> tuple[LogContent | None, list[Fault]]:
    """Return what the fields say, and what is wrong with them; None where too little is said to judge."""
    found: list[Fault] = []
    held_on, step_on = _day(fields, "held_on"), _day(fields, "step_on")
    if held_on is None:
        found.append(Fault("held_on", "Choose the day you talked."))
    if step_on is None:
        found.append(Fault("step_on", "Choose the day of the next step: without one it is a wish."))
    focus = fields.get("focus", "")
    if focus not in tuple(FocusArea):
        found.append(Fault("focus", "Choose what the session was about."))
    actions, wrong = _deal_actions(fields)
    found += wrong
    if held_on is None or step_on is None or focus not in tuple(FocusArea):
        return None, found
    minutes = fields.get("minutes", "")
    owner = author if fields.get("step_owner") == "me" else coached
    content = LogContent(
        held_on=held_on,
        minutes=int(minutes) if minutes.isdecimal() else 0,
        focus_area=FocusArea(focus),
        feedback=fields.get("feedback", "").strip(),
        observations=(
            *_observations(fields, "observed", Stance.SEEN),
            *_observations(fields, "better", Stance.BETTER),
        ),
        step=Step(owner.id, fields.get("step", "").strip(), step_on),
        deal_actions=actions,
        deep_dive=_deep_dive(fields) if kind is LogKind.DEEP_DIVE else None,
    )
    return content, found


def deal_faults(uow: UnitOfWork, coached: Person, edited: LogRow | None, fields: FormFields) -> list[Fault]:
    """Return a fault at each deal that is not the coached's, as once it was handed over; closed ones are."""
    chosen = {f"deal_{place}": fields.get(f"deal_{place}", "") for place in DEAL_FIELDS}
    deals = uow.deals.with_ids([one for one in chosen.values() if one])
    theirs = {"", *_agreed_deals(uow, edited)}
    theirs |= {deal.id for deal in deals.values() if deal.owner_id == coached.id}
    words = f"This deal is not {coached.name}’s any more. Choose another one, or none."
    return [Fault(field, words) for field, deal_id in chosen.items() if deal_id not in theirs]


def _agreed_deals(uow: UnitOfWork, edited: LogRow | None) -> set[str]:
    if edited is None:
        return set()
    return {one.deal_id for one in uow.coaching.versions(edited.id)[-1].content.deal_actions}


def _deal_actions(fields: FormFields) -> tuple[tuple[DealAction, ...], list[Fault]]:
    actions: dict[str, DealAction] = {}
    found: list[Fault] = []
    for place in DEAL_FIELDS:
        deal_id, words = fields.get(f"deal_{place}", ""), fields.get(f"action_{place}", "").strip()
        if deal_id and not words:
            found.append(Fault(f"action_{place}", "Say its one next action, or choose no deal."))
        elif words and not deal_id:
            found.append(Fault(f"deal_{place}", "Choose the deal that this is about."))
        elif deal_id and is_vague_action(words):
            found.append(Fault(f"action_{place}", "Say who does what with the buyer, as “Call the CFO”."))
        elif deal_id in actions:
            found.append(Fault(f"deal_{place}", "One next action a deal: this one has its own above."))
        elif deal_id:
            actions[deal_id] = DealAction(deal_id, words)
    return tuple(actions.values()), found


def _observations(fields: FormFields, field: str, stance: Stance) -> list[Observation]:
    known = set(SkillTag)
    return [Observation(SkillTag(one), stance) for one in fields.get(field, "").split() if one in known]


def _deep_dive(fields: FormFields) -> DeepDive:
    return DeepDive(
        *(fields.get(part, "").strip() for part in ("call", "behaviour", "technique", "attitude"))
    )


def _day(fields: FormFields, field: str) -> date | None:
    try:
        return date.fromisoformat(fields.get(field, ""))
    except ValueError:
        return None
