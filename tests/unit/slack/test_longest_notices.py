"""Every notice with a renderer, made of the longest content, is a message or a view that Slack takes."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

import pytest

from bot.domain.evidence import EvidenceState
from bot.domain.inspection_cards import EvidenceCard
from bot.sandbox.blocks import check_view
from bot.services.notifying import NoticeKind
from bot.slack.notices.content import Content
from bot.slack.rendering import RENDERERS, TIGHT
from bot.slack.views.day_card import with_lines
from bot.store.repositories.notices import NoticeRow
from tests.unit.slack import cards, one_on_one_samples
from tests.unit.slack import longest as long
from tests.unit.slack.louden import louden
from tests.unit.slack.test_limits import assert_message, assert_nothing_alive
from tests.unit.slack.test_longest import assert_one_line


@dataclass(frozen=True)
class Told:
    """What a renderer finds: by the name under which its module reads it, and the records it looks up."""

    reads: Mapping[str, Any] = field(default_factory=dict)
    person: str = "mia"
    subject: tuple[str, str] = ("log", "log_1")
    obligation: Any = None

    @contextmanager
    def reading(self) -> Iterator[Any]:
        """Stand in for the store: whoever is asked for is the longest-named."""
        yield SimpleNamespace(
            people=SimpleNamespace(get=lambda _id: replace(long.REP, slack_user_id="UROB")),
            obligations=SimpleNamespace(get=lambda _id: self.obligation),
        )


def told(*, person: str = "mia", **reads: Any) -> Told:
    return Told(reads, person)


def evidence(state: EvidenceState) -> EvidenceCard:
    return replace(long.EVIDENCE, evidence=replace(long.EVIDENCE.evidence, state=state))


SLOT = ("one_on_one", "one_1")
OVERVIEW = SimpleNamespace(
    today_of_person=lambda *_: replace(long.today(), person=replace(long.MANAGER, slack_user_id="UMIA")),
    week=lambda *_: long.week(),
)
HEALTH_CHECK = told(read_health_check=long.CHECK)
REVIEWED = replace(long.review(40), manager=replace(long.MANAGER, id="mia"))
NOTICES: Mapping[NoticeKind, tuple[Told, ...]] = {
    NoticeKind.HEALTH_CHECK: (HEALTH_CHECK,),
    NoticeKind.ACKNOWLEDGEMENT: (told(read_acknowledgement=long.question()),),
    NoticeKind.DISPUTE: (told(read_acknowledgement=long.ACKNOWLEDGED),),
    NoticeKind.SNOOZE_OVER: (Told(obligation=cards.small_card().check.conversations[0].obligation),),
    NoticeKind.HINT: (Told(),),
    NoticeKind.DEAL_LIST: (Told({"all_flagged": long.CHECK}, subject=("view", "V1|fire_1|{}")),),
    NoticeKind.HOME: (Told({"overview": OVERVIEW}),),
    NoticeKind.ONE_ON_ONE_AGENDA: (told(read_slot=long.slot()), told(read_slot=long.slot(long.REP))),
    NoticeKind.ONE_ON_ONE_ENDED: (
        told(read_slot=long.ENDED),
        told(read_slot=long.slot(now=one_on_one_samples.AFTER)),
    ),
    NoticeKind.ONE_ON_ONE_CHANGED: (
        Told({"read_slot": long.MOVED}, subject=SLOT),
        Told({"read_accepted": long.SERIES}, subject=("one_on_one_series", "ser_1")),
    ),
    NoticeKind.ONE_ON_ONE_PROPOSAL: (told(read_slot=long.PROPOSED),),
    NoticeKind.ONE_ON_ONE_INVITE: (told(read_invitation=long.INVITATION),),
    NoticeKind.COACHING_ASKED: (told(card_for=long.THEIRS),),
    NoticeKind.COACHING_DISPUTED: (told(card_for=long.LOG), told(card_for=long.LEADERS)),
    NoticeKind.COACHING_OFFER: (Told(),),
    NoticeKind.DEEP_DIVE_DUE: (told(owed_deep_dives=long.PEOPLE),),
    NoticeKind.PLAN_MEASURED: (told(card_for=long.LOG),),
    NoticeKind.DEAL_THREAD: (told(read_head=louden(long.HEAD)),),
    NoticeKind.INSPECTION_ROUND: (told(read_round=long.ROUND),),
    NoticeKind.QUESTIONS_ASKED: (told(read_round=long.ROUND, person="rob"),),
    NoticeKind.THREAD_LINK: (told(read_link=long.LINK),),
    NoticeKind.EVIDENCE_PROMPT: (told(read_prompt=long.PROMPT),),
    NoticeKind.EVIDENCE_FOLLOW_UP: (told(read_evidence=evidence(EvidenceState.INSUFFICIENT), person="rob"),),
    NoticeKind.EVIDENCE_UNDONE: (told(read_evidence=long.EVIDENCE, person="rob"),),
    NoticeKind.EVIDENCE_REJECTED: (told(read_evidence=evidence(EvidenceState.REJECTED), person="rob"),),
    NoticeKind.DEMOTION_PROPOSED: (told(read_demotion=long.DEMOTION, person="rob"),),
    NoticeKind.DEMOTION_TOLD: (told(read_demotion=long.DEMOTION),),
    NoticeKind.PIPELINE_REVIEW: (told(read_review=REVIEWED), told(read_review=long.OFFERED[0])),
    NoticeKind.REVIEW_STEP: (told(shown_in_window=long.STEP), told(shown_in_window=long.END)),
    NoticeKind.REVIEW_OUTCOME: (told(read_outcome=long.OUTCOME),),
    NoticeKind.DECISION_CONTRADICTED: (told(read_contradicted=long.OUTCOME),),
    NoticeKind.WHY: (
        Told({"why": (long.obligation_line(), long.ZONE)}, subject=("view", "V1|obligation|obl_1")),
        Told({"why_decision": (long.LINES[0], long.ZONE)}, subject=("view", "V1|decision|dec_1")),
        Told({"read_log": long.LOG}, subject=("view", "V1|log|log_1")),
    ),
    NoticeKind.DECISION_FOLLOW_UP: (told(read_follow_up=long.FOLLOW_UP),),
}
# A link is fetched, nothing is shown.
SHOWS_NOTHING = {NoticeKind.EVIDENCE_LINK}


def test_every_notice_is_tried_with_the_longest_content() -> None:
    untried = set(RENDERERS) - set(NOTICES) - SHOWS_NOTHING

    assert untried == set(), "give them their longest content here"
    assert set(RENDERERS) == set(NOTICES) | SHOWS_NOTHING == set(NoticeKind)


def rendered(
    kind: NoticeKind, case: Told, monkeypatch: pytest.MonkeyPatch, *, tight: bool = False
) -> Content:
    render = (TIGHT if tight else RENDERERS)[kind]
    module = importlib.import_module(render.__module__)
    for name, found in case.reads.items():
        reader = found if name == "overview" else lambda *_more, found=found: found
        monkeypatch.setattr(module, name, reader)
    notice = NoticeRow("ntc_1", kind.value, case.person, *case.subject, "a reason", long.NOW)
    content = render(case, notice, long.NOW)  # type: ignore[arg-type]  # a store that is only read from
    assert content is not None, "the case shows nothing"
    return content


CASES = [(kind, case) for kind, told_ in NOTICES.items() for case in told_]


@pytest.mark.parametrize(
    ("kind", "case"), CASES, ids=[f"{kind.value}-{n}" for n, (kind, _) in enumerate(CASES)]
)
def test_the_longest_notice_is_one_that_slack_takes(
    kind: NoticeKind, case: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = rendered(kind, case, monkeypatch)

    assert_nothing_alive(content.view or list(content.blocks))
    if content.view is not None:
        assert check_view(content.view) == []
    else:
        assert_one_line(content.text)
        assert_message(list(content.blocks), content.text)


@pytest.mark.parametrize("kind", sorted(TIGHT))
def test_a_card_that_makes_room_takes_the_lines_of_a_long_day(
    kind: NoticeKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    for case in NOTICES[kind]:
        own = rendered(kind, case, monkeypatch, tight=True)

        assert_message(with_lines(own.blocks, long.HELD, "ntc_1", long.ZONE, long.NOW), own.text)
