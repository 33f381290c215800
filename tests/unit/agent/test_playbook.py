from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.agent.drafting import DraftQuestion, FollowUpBrief, QuestionBrief
from bot.agent.grounding import grounded
from bot.agent.playbook import playbook_drafter
from bot.agent.prompt_files import FOLDER, read_prompt
from bot.domain.days import Days
from bot.domain.deal_facts import facts_of
from bot.domain.evidence_check import Shortfall
from bot.domain.pipeline import Stage
from bot.errors import ConfigurationError
from bot.settings_files import load_settings
from tests.unit.domain.samples import HEALTHY, TODAY, UTC_DAYS

STAGES = load_settings(Path(__file__).parents[3] / "config").stages
DRAFTER = playbook_drafter()
BERLIN = Days("Europe/Berlin", "Europe/Berlin")
FACTS = facts_of(replace(HEALTHY, close_date_pushes=2), currency="EUR", days=BERLIN, today=TODAY)
BRIEF = QuestionBrief("Discovery", STAGES.criteria_for(Stage.DISCOVERY), FACTS)


def test_it_drafts_one_question_for_each_criterion_with_its_reason_and_facts() -> None:
    drafts = DRAFTER.questions(BRIEF)

    assert [one.criterion_id for one in drafts] == [one.id for one in BRIEF.criteria]
    assert len({one.why for one in drafts}) == len(drafts)
    assert all("on record" in one.why for one in drafts)
    timeline = next(one for one in drafts if one.criterion_id == "timeline_and_event")
    assert timeline.facts == ("close_date", "close_date_pushes")


def test_all_it_drafts_is_grounded_and_it_drafts_the_same_again() -> None:
    drafts = DRAFTER.questions(BRIEF)

    assert grounded(drafts, BRIEF, HEALTHY.id) == list(drafts)
    assert DRAFTER.questions(BRIEF) == drafts
    assert DRAFTER.name == "playbook v1"


@pytest.mark.parametrize(
    ("changed", "kept"),
    [
        ({}, True),
        ({"criterion_id": "open_terms"}, False),
        ({"facts": ("invented",)}, False),
        ({"text": "Why was it pushed 3 times?", "facts": ("close_date_pushes",)}, False),
        ({"text": "Why was it pushed 2 times?", "facts": ("close_date_pushes",)}, True),
        ({"text": "Why was it pushed 2 times?", "facts": ()}, False),
        ({"text": "  "}, False),
    ],
)
def test_a_draft_that_rests_on_nothing_is_dropped(changed: dict[str, object], kept: bool) -> None:
    draft = DraftQuestion("timeline_and_event", "By when?", "Nothing answers it.", ())

    found = grounded([replace(draft, **changed)], BRIEF, HEALTHY.id)  # type: ignore[arg-type]  # by name

    assert bool(found) is kept


def test_facts_of_another_deal_are_no_ground() -> None:
    draft = DraftQuestion("timeline_and_event", "By when?", "Because.", ("close_date",))

    assert grounded([draft, draft], BRIEF, HEALTHY.id) == [draft]
    assert grounded([draft], BRIEF, "deal_other") == []


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("Met their CFO yesterday, she is the one who signs", "economic_buyer_met"),
        ("It has to run before the audit on 3 November", "timeline_and_event"),
        ("Fine weather today in Kiel", None),
        ("", None),
    ],
)
def test_it_proposes_a_question_only_where_the_message_shows_its_signs(
    message: str, expected: str | None
) -> None:
    assert DRAFTER.match(message, BRIEF.criteria) == expected


@pytest.mark.parametrize("shortfall", list(Shortfall))
def test_it_asks_for_just_what_is_lacking(shortfall: Shortfall) -> None:
    pain = STAGES.criterion("pain_in_money")
    assert pain is not None

    words = DRAFTER.follow_up(FollowUpBrief(pain, "quite a lot", shortfall))

    assert pain.evidence.rstrip(".") in words
    assert "{" not in words


def test_every_criterion_has_its_signs_its_facts_and_its_reason() -> None:
    known = {one.id for one in STAGES.every_criterion()}

    assert set(read_prompt("evidence_match").playbook["signs"]) == known
    for part in ("facts", "why"):
        assert set(read_prompt("deal_inspection").playbook[part]) == known | {"default"}


@pytest.mark.parametrize("path", sorted(FOLDER.glob("[a-z]*.md")), ids=lambda path: path.stem)
def test_every_prompt_file_says_its_version_inputs_and_schema(path: Path) -> None:
    prompt = read_prompt(path.stem)

    assert prompt.version >= 1
    assert prompt.inputs
    assert prompt.output["type"] == "object"
    assert prompt.text


@pytest.mark.parametrize(
    "written",
    ["no front matter", "---\n[\n---\ntext", "---\nversion: one\n---\n", "---\nversion: 1\n---\n"],
)
def test_a_broken_prompt_file_is_refused(tmp_path: Path, written: str) -> None:
    (tmp_path / "broken.md").write_text(written, encoding="utf-8")

    with pytest.raises(ConfigurationError, match=r"broken\.md"):
        read_prompt("broken", tmp_path)
    with pytest.raises(ConfigurationError, match="unreadable"):
        read_prompt("absent", tmp_path)


def test_facts_are_only_what_is_known() -> None:
    bare = replace(
        HEALTHY,
        amount=None,
        close_date=None,
        entered_stage_at=None,
        contact_count=None,
        last_activity_at=None,
        next_step=None,
    )
    found = facts_of(bare, currency="EUR", days=UTC_DAYS, today=date(2026, 10, 5))
    assert [fact.words for fact in found] == ["In discovery", "No next step in the CRM"]
