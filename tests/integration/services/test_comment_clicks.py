"""Clicks and forms of comments: what opens, what is kept beside a request, what an old or forged one gets."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.verdict_comments import Judged
from bot.errors import InvalidInput, StaleAction
from bot.services.verdict_comments import TakeBack, take_back
from bot.slack.listeners.actions import answer_action
from bot.slack.listeners.commands import answer_command
from bot.slack.listeners.desk import Desk, OpenModal, ReplaceForm
from bot.slack.listeners.submissions import answer_submission
from bot.slack.once import COMMAND_ANSWER
from bot.slack.payloads import Action, ActionId, CallbackId, Command, Submission, Where, decode
from bot.store.unit_of_work import Store
from tests.integration.services.company import MONDAY, RecordedJobs, every, owed_to, rows
from tests.integration.services.test_verdict_comments import TUESDAY, WORDS, the_one

IN_WHY = Where(view_id="V1")
pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])


def clicked(desk: Desk, action_id: ActionId, value: dict[str, Any], where: Where = IN_WHY) -> OpenModal:
    action = Action("UMIA", "T1", action_id.value, "", value, "1.2", where, {}, {})
    answer = answer_action(desk, action, MONDAY)
    assert isinstance(answer, OpenModal)
    return answer


def submitted(desk: Desk, metadata: dict[str, Any], words: str | None = WORDS) -> ReplaceForm:
    state = {"words": {"words": {"type": "plain_text_input", "value": words}}}
    form = Submission("UMIA", "T1", CallbackId.COMMENT.value, metadata, state)
    answer = answer_submission(desk, form, MONDAY)
    assert isinstance(answer, ReplaceForm)
    return answer


def button_in(view: dict[str, Any], action_id: ActionId) -> dict[str, Any]:
    (found,) = (
        element
        for block in view["blocks"]
        for element in block.get("elements", [])
        if element.get("action_id") == action_id
    )
    return decode(found["value"])


def test_from_why_to_the_form_to_the_record_and_back_again(fired: Store, jobs: RecordedJobs) -> None:
    desk, owed = Desk(fired, jobs), owed_to(fired, "rob").id
    why = clicked(desk, ActionId.WHY, {"o": owed})
    assert why.kept  # nobody's words in it yet
    form = clicked(desk, ActionId.COMMENT, button_in(why.view, ActionId.COMMENT))
    metadata = decode(form.view["private_metadata"])
    assert metadata == {"j": "obligation", "i": owed, "v": 0, "w": "V1"}

    said = submitted(desk, metadata)
    assert WORDS not in str(said.view)  # the answer is kept beside the request's key: no words in it
    assert the_one(fired).words == WORDS

    why = clicked(desk, ActionId.WHY, {"o": owed})
    form = clicked(desk, ActionId.COMMENT, button_in(why.view, ActionId.COMMENT))
    assert WORDS in str(why.view)
    assert WORDS in str(form.view)
    assert (why.kept, form.kept) == (False, False)
    back = clicked(desk, ActionId.COMMENT_TAKEN_BACK, button_in(why.view, ActionId.COMMENT_TAKEN_BACK))
    assert "Your comment is gone" in str(back.view)
    views = [row["subject_id"] for row in every(fired, "notices").values() if row["kind"] == "why"]
    assert views == [f"V1|obligation|{owed}"] * 2


def test_what_a_command_shows_is_not_kept_where_it_shows_a_comment(fired: Store, jobs: RecordedJobs) -> None:
    desk, owed = Desk(fired, jobs), owed_to(fired, "rob").id
    asked = [("UMIA", "week", MONDAY), *(("UVIC", verb, TUESDAY) for verb in ("week", "team", "today"))]

    def shown() -> list[tuple[bool, bool]]:
        replies = [
            answer_command(desk, Command(user, "T1", verb, "", "", verb), at) for user, verb, at in asked
        ]
        return [(WORDS in str(one.blocks), WORDS in str(COMMAND_ANSWER.kept(one))) for one in replies]

    submitted(desk, {"j": Judged.OBLIGATION.value, "i": owed, "v": 0})
    assert shown() == [(True, False)] * 4
    take_back(fired, jobs, TakeBack("UMIA", the_one(fired).id, 1), MONDAY)
    assert WORDS not in str(rows(fired))


def test_from_a_message_no_view_is_behind(fired: Store, jobs: RecordedJobs) -> None:
    desk, owed = Desk(fired, jobs), owed_to(fired, "rob").id
    form = clicked(desk, ActionId.COMMENT, {"j": "obligation", "i": owed}, Where(channel="D1"))
    submitted(desk, decode(form.view["private_metadata"]))

    assert the_one(fired).words == WORDS
    assert [row for row in every(fired, "notices").values() if row["kind"] == "why"] == []


def test_a_double_click_on_save_writes_once(fired: Store, jobs: RecordedJobs) -> None:
    desk, owed = Desk(fired, jobs), owed_to(fired, "rob").id
    submitted(desk, {"j": Judged.OBLIGATION.value, "i": owed, "v": 0})
    with pytest.raises(StaleAction, match="changed since you opened this"):
        submitted(desk, {"j": Judged.OBLIGATION.value, "i": owed, "v": 0}, "the second click, other words")
    assert (the_one(fired).words, the_one(fired).version) == (WORDS, 1)


@pytest.mark.parametrize("value", [{}, {"i": "obl_1"}, {"j": "rating", "i": "obl_1"}, {"j": "obligation"}])
def test_a_button_of_no_version_of_ours_is_refused_in_words(
    fired: Store, jobs: RecordedJobs, value: dict[str, Any]
) -> None:
    with pytest.raises(StaleAction, match="older version"):
        clicked(Desk(fired, jobs), ActionId.COMMENT, value)
    with pytest.raises(StaleAction, match="older version"):
        clicked(Desk(fired, jobs), ActionId.COMMENT_TAKEN_BACK, {"v": 1})


def test_nothing_typed_is_said_at_the_field(fired: Store, jobs: RecordedJobs) -> None:
    owed = owed_to(fired, "rob").id
    with pytest.raises(InvalidInput, match="in a sentence or two") as refused:
        submitted(Desk(fired, jobs), {"j": "obligation", "i": owed, "v": 0}, None)
    assert [*refused.value.fields] == ["words"]
