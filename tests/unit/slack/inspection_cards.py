"""Cards of a deal's inspection: one with usual content, and one with the longest there can be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from bot.domain.evidence import Evidence, EvidenceState, Grade, Ruling
from bot.domain.inspection import Answered, CriterionStatus, Question
from bot.domain.inspection_cards import (
    DemotionCard,
    EvidenceCard,
    EvidenceDraft,
    InspectionCard,
    MessagePrompt,
    RoundCard,
    ThreadHead,
    ThreadLink,
)
from bot.domain.pipeline import Deal, Stage
from bot.domain.settings import ExitCriterion, Framework
from bot.settings_files import load_settings
from bot.slack.views import deal_inspection, deal_thread, inspection_news
from tests.unit.slack.cards import MIA, NOW, ROB, nasty

STAGES = load_settings(Path(__file__).parents[3] / "config").stages
CRITERIA = STAGES.criteria_for(Stage.PROPOSAL)
LINK = "https://acme.example/archives/C1/p1790000000000100"
SAID = "Their COO wrote: we review the proposal on 14 October at ten."
DEAL = Deal(
    id="deal_1", name="Northwind renewal", owner_id=ROB.id, stage=Stage.PROPOSAL, amount=Decimal(45_000)
)


def asked(criterion: ExitCriterion, **more: Any) -> Question:
    values = {
        "id": f"inq_{criterion.id}",
        "deal_id": DEAL.id,
        "thread_id": "dth_1",
        "round_id": "rnd_1",
        "criterion_id": criterion.id,
        "stage": Stage.PROPOSAL,
        "text": criterion.question,
        "why": "Proposal is defined by what the buyer has done, and nothing on record answers this yet.",
        "facts": ("Close date 30 Oct", "Close date pushed 2 times"),
        "asked_of_id": ROB.id,
        "asked_by_id": MIA.id,
        "asked_at": NOW,
        "answer_by": NOW + timedelta(days=3),
        **more,
    }
    return Question(**values)


def given(number: int = 0, **more: Any) -> Evidence:
    values = {
        "id": f"evd_{number}",
        "deal_id": DEAL.id,
        "criterion_id": CRITERIA[0].id,
        "stage": Stage.PROPOSAL,
        "grade": Grade.BUYER_QUOTED,
        "state": EvidenceState.STANDING,
        "quote": SAID,
        "author_id": ROB.id,
        "marked_by_id": ROB.id,
        "said_at": NOW,
        "marked_at": NOW + timedelta(minutes=number),
        "channel": "C1",
        "message_ts": f"1790000000.00{number:04}",
        "permalink": LINK,
        "pointers": 1,
        **more,
    }
    return Evidence(**values)


def head(deal: Deal = DEAL) -> ThreadHead:
    shown = tuple(
        (one.question, Answered.ANSWERED if number == 0 else Answered.OPEN)
        for number, one in enumerate(CRITERIA)
    )
    return ThreadHead(deal, ROB, "Proposal", shown)


def inspection(*, may_rule: bool = True) -> InspectionCard:
    backed = (
        given(1, state=EvidenceState.REJECTED, grade=Grade.CLAIMED),
        given(2, record=("contacts", "c1"), record_words="Contact: Anna Lind", grade=Grade.CORROBORATED),
    )
    return InspectionCard(
        deal=DEAL,
        owner=ROB,
        viewer=MIA if may_rule else ROB,
        stage_name="Proposal",
        framework=Framework.MEDDIC,
        statuses=(
            CriterionStatus(CRITERIA[0], backed, asked(CRITERIA[0])),
            CriterionStatus(CRITERIA[1], (given(3, state=EvidenceState.INSUFFICIENT),), None),
            CriterionStatus(CRITERIA[2], (), asked(CRITERIA[2])),
        ),
        rulings={"evd_1": (Ruling("rul_1", "evd_1", MIA.id, False, "No date from the buyer", NOW),)},
        names={ROB.id: ROB.name, MIA.id: MIA.name},
        permalink=LINK,
        may_rule=may_rule,
        may_ask=True,
    )


def round_card(**more: Any) -> RoundCard:
    questions = tuple(asked(one) for one in CRITERIA)
    values = {
        "deal": DEAL,
        "owner": ROB,
        "asked_by": MIA,
        "questions": questions,
        "open_ids": frozenset(one.id for one in questions[1:]),
        "drafter": "playbook v1",
        "answer_by": NOW + timedelta(days=3),
        "permalink": LINK,
        **more,
    }
    return RoundCard(**values)


def draft(**more: Any) -> EvidenceDraft:
    values = {
        "deal": DEAL,
        "channel": "C1",
        "message_ts": "1790000000.000100",
        "author": ROB,
        "text": SAID,
        "pointers": 1,
        "statuses": inspection().statuses,
        "proposed": CRITERIA[2].id,
        "records": (("contacts|c1", "Contact: Anna Lind"), ("activities|a1", "Call of 2026-09-28")),
        **more,
    }
    return EvidenceDraft(**values)


def evidence_card(**more: Any) -> EvidenceCard:
    values = {
        "evidence": given(1, shortfall="date", state=EvidenceState.INSUFFICIENT),
        "criterion": CRITERIA[0],
        "deal": DEAL,
        "owner": ROB,
        "permalink": LINK,
        "follow_up": "Which date did the buyer name?",
        "drafter": "playbook v1",
        "ruling": Ruling("rul_1", "evd_1", MIA.id, False, "No date from the buyer", NOW),
        "ruled_by": MIA,
        **more,
    }
    return EvidenceCard(**values)


def demotion(**more: Any) -> DemotionCard:
    values = {
        "id": "dem_1",
        "deal": DEAL,
        "owner": ROB,
        "from_stage": Stage.PROPOSAL,
        "from_name": "Proposal",
        "to_name": "Discovery",
        "questions": tuple(one.question for one in CRITERIA[1:]),
        "visible_on": NOW.date() + timedelta(days=1),
        "permalink": LINK,
        "settled": None,
        **more,
    }
    return DemotionCard(**values)


def prompt(**more: Any) -> MessagePrompt:
    values = {
        "message_channel": "C1",
        "message_ts": "1790000000.000100",
        "deal_name": DEAL.name,
        "proposed": CRITERIA[0],
        "open_count": 2,
        "drafter": "playbook v1",
        **more,
    }
    return MessagePrompt(**values)


def link(**more: Any) -> ThreadLink:
    values = {
        "deal_name": DEAL.name,
        "channel": "#deals-berlin",
        "permalink": LINK,
        "trouble": None,
        **more,
    }
    return ThreadLink(**values)


OUTSIDER = "1 member of the channel is outside the team. Ask whoever runs the channel to take them out"
MESSAGES: Mapping[str, Callable[[], Any]] = {
    "deal_thread_head": lambda: deal_thread.head_blocks(head()),
    "deal_thread_closed": lambda: deal_thread.head_blocks(head(replace(DEAL, stage=Stage.CLOSED_WON))),
    "deal_thread_questions": lambda: deal_thread.round_blocks(round_card()),
    "deal_thread_prompt": lambda: deal_thread.prompt_blocks(prompt()),
    "deal_thread_prompt_unclear": lambda: deal_thread.prompt_blocks(prompt(proposed=None)),
    "deal_thread_link": lambda: deal_thread.link_blocks(link(), DEAL.id, may_ask=True),
    "deal_thread_link_to_leader": lambda: deal_thread.link_blocks(link(), DEAL.id),
    "deal_thread_opening": lambda: deal_thread.link_blocks(link(permalink=None), DEAL.id),
    "deal_thread_refused": lambda: deal_thread.link_blocks(link(trouble=OUTSIDER, permalink=None)),
    "deal_thread_withheld": lambda: deal_thread.link_blocks(link(trouble=OUTSIDER)),
    "deal_choices": lambda: deal_thread.choice_blocks([DEAL, replace(DEAL, id="deal_2", name="Northwind")]),
    "questions_asked": lambda: inspection_news.asked_blocks(round_card()),
    "questions_answered": lambda: inspection_news.asked_blocks(round_card(open_ids=frozenset())),
    "evidence_follow_up": lambda: inspection_news.follow_up_blocks(evidence_card()),
    "evidence_undone": lambda: inspection_news.undone_blocks(evidence_card()),
    "evidence_rejected": lambda: inspection_news.rejected_blocks(evidence_card()),
    "demotion_proposed": lambda: inspection_news.proposed_blocks(demotion()),
    "demotion_out": lambda: inspection_news.proposed_blocks(demotion(to_name=None)),
    "demotion_told": lambda: inspection_news.told_blocks(demotion()),
    "demotion_settled": lambda: inspection_news.told_blocks(demotion(settled="answered")),
}
VIEWS: Mapping[str, Callable[[], Any]] = {
    "on_record": lambda: deal_inspection.on_record(inspection()),
    "on_record_rep": lambda: deal_inspection.on_record(inspection(may_rule=False)),
    "evidence_form": lambda: deal_inspection.evidence_form(draft()),
    "ruling_form_reject": lambda: deal_inspection.ruling_form(evidence_card(), accept=False),
    "ruling_form_accept": lambda: deal_inspection.ruling_form(evidence_card(), accept=True),
}


def loud_status(criterion: ExitCriterion, number: int) -> CriterionStatus:
    loud = criterion.model_copy(update={"question": nasty(number, 300)})
    evidence = tuple(
        given(10 * number + place, quote=nasty(place, 3000), record_words=nasty(place, 400))
        for place in range(9)
    )
    return CriterionStatus(loud, evidence, asked(criterion, text=nasty(number, 300), answer_by=NOW))


def loud() -> Mapping[str, Any]:
    """Every message and view with the longest content, by name."""
    deal = replace(DEAL, name=nasty(1, 300))
    owner = replace(ROB, name=nasty(2))
    manager = replace(MIA, name=nasty(3))
    statuses = tuple(loud_status(one, number) for number, one in enumerate(STAGES.every_criterion()[:7]))
    rulings = {
        one.id: (Ruling("r", one.id, MIA.id, False, nasty(4, 500), NOW),)
        for status in statuses
        for one in status.evidence
    }
    card = replace(
        inspection(),
        deal=deal,
        owner=owner,
        statuses=statuses,
        rulings=rulings,
        names={ROB.id: owner.name, MIA.id: manager.name},
    )
    questions = tuple(
        asked(one, text=nasty(5, 300), why=nasty(6, 400), facts=(nasty(7, 300),) * 3) for one in CRITERIA
    )
    asked_card = round_card(
        deal=deal,
        owner=owner,
        asked_by=manager,
        questions=questions,
        open_ids=frozenset(one.id for one in questions),
    )
    criterion = CRITERIA[0].model_copy(update={"question": nasty(8, 300)})
    news = evidence_card(
        deal=deal,
        owner=owner,
        ruled_by=manager,
        criterion=criterion,
        follow_up=nasty(9, 600),
        evidence=given(1, quote=nasty(1, 3000)),
        ruling=Ruling("rul", "evd_1", MIA.id, False, nasty(2, 500), NOW),
    )
    step = demotion(deal=deal, owner=owner, questions=(nasty(3, 300),) * 5)
    records = tuple((f"activities|{n}", nasty(n, 300)) for n in range(40))
    return {
        "head": deal_thread.head_blocks(
            ThreadHead(deal, owner, nasty(1, 60), ((nasty(2, 300), Answered.OPEN),) * 6)
        ),
        "round": deal_thread.round_blocks(asked_card),
        "prompt": deal_thread.prompt_blocks(prompt(deal_name=deal.name, proposed=criterion)),
        "link": deal_thread.link_blocks(link(deal_name=deal.name, trouble=nasty(3, 600))),
        "choices": deal_thread.choice_blocks([deal] * 5),
        "asked": inspection_news.asked_blocks(asked_card),
        "follow_up": inspection_news.follow_up_blocks(news),
        "undone": inspection_news.undone_blocks(news),
        "rejected": inspection_news.rejected_blocks(news),
        "proposed": inspection_news.proposed_blocks(step),
        "told": inspection_news.told_blocks(step),
        "on_record": deal_inspection.on_record(card),
        "form": deal_inspection.evidence_form(
            draft(deal=deal, author=owner, text=nasty(4, 4000), statuses=statuses, records=records)
        ),
        "ruling": deal_inspection.ruling_form(news, accept=False),
    }
