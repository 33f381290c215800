"""Room for a comment: what a manager says of a verdict, and that their leaders alone read it beside it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.obligations import State, Verdict
from bot.domain.people import Role
from bot.domain.verdict_comments import CommentForm, Judged, VerdictComment
from bot.domain.verification import Answer
from bot.errors import InvalidInput, NotAllowed, NotFound, StaleAction
from bot.services import overview
from bot.services.acknowledgement import Acknowledge, acknowledge
from bot.services.enforcement import advance
from bot.services.notifying import Mode, publish_home
from bot.services.verdict_comments import Behind, TakeBack, WriteComment, open_form, take_back, write
from bot.slack.views import overview as views
from bot.store.unit_of_work import Store
from tests.integration.services.company import (
    MONDAY,
    RecordedJobs,
    audited,
    every,
    logged,
    monday,
    owed_to,
    person,
    question_to,
    rows,
    trail,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TUESDAY = MONDAY + DAY + HOUR
WORDS = "Rob was at a fair until Wednesday; we talk on Thursday."
TABLE = "verdict_comments"


def on_rob(store: Store) -> str:
    return owed_to(store, "rob").id


def said(
    store: Store, jobs: RecordedJobs, words: str = WORDS, now: Any = MONDAY, user: str = "UMIA", **more: Any
) -> CommentForm:
    """Mia says something of what she owes Rob, with the form as it was opened just now."""
    judged_id = more.pop("judged_id", None) or on_rob(store)
    known = standing(store)
    given = {"known_id": known.id, "version": known.version} if known else {}
    command = WriteComment(user, Judged.OBLIGATION, judged_id, words, **{**given, **more})
    return write(store, jobs, command, now)


def standing(store: Store) -> VerdictComment | None:
    owed = on_rob(store)
    with store.reading() as uow:
        return uow.verdict_comments.on(Judged.OBLIGATION, [owed]).get(owed)


def the_one(store: Store) -> VerdictComment:
    found = standing(store)
    assert found is not None
    return found


def read_by(store: Store, user: str, now: Any) -> list[str]:
    """The words that somebody reads in their week, and in why; the same in both, but for who may ask why."""
    in_week = [
        line.comment.words for line in overview.week(store, user, now).lines if line.comment is not None
    ]
    line, _zone = overview.why(store, user, on_rob(store), now)
    assert in_week == ([line.comment.words] if line.comment else [])
    return in_week


def in_team(store: Store, user: str, now: Any) -> list[str]:
    lines = overview.team(store, user, now).managers
    return [one.comment.words for line in lines for one in line.comments]


def test_a_comment_is_kept_with_how_it_stood_and_the_trail_has_no_words(
    fired: Store, jobs: RecordedJobs
) -> None:
    before = len(trail(fired))
    with audited(fired, changing={TABLE}):
        said(fired, jobs)

    comment = the_one(fired)
    assert (comment.words, comment.by_id, comment.written_at) == (WORDS, "mia", MONDAY)
    assert (comment.verdict, comment.state) == (Verdict.PENDING, State.DUE)
    (event,) = trail(fired)[before:]
    assert (event.action, event.actor_id, event.entity_id) == ("verdict_comment.written", "mia", comment.id)
    assert event.after == {
        "judged": "obligation",
        "judged_id": on_rob(fired),
        "verdict": "pending",
        "state": "due",
        "version": 1,
        "length": len(WORDS),
    }


def test_leaders_read_it_when_they_see_the_verdict_and_not_before(fired: Store, jobs: RecordedJobs) -> None:
    form = said(fired, jobs)
    assert form.leaders == ("Vic",)
    assert form.readable_at == MONDAY + DAY
    assert read_by(fired, "UMIA", MONDAY) == [WORDS]

    with pytest.raises(NotAllowed, match="less than a working day"):
        overview.why(fired, "UVIC", on_rob(fired), MONDAY + HOUR)
    assert [line.comment for line in overview.week(fired, "UVIC", MONDAY + HOUR).lines] == []
    assert in_team(fired, "UVIC", MONDAY + HOUR) == []

    assert read_by(fired, "UVIC", TUESDAY) == in_team(fired, "UVIC", TUESDAY) == [WORDS]
    assert "*Mia says* (5 Oct)" in str(views.team_blocks(overview.team(fired, "UVIC", TUESDAY)))
    line, zone = overview.why(fired, "UVIC", on_rob(fired), TUESDAY)
    shown = str(views.why_view(line, zone))
    assert f"*Mia says* (5 Oct): “{WORDS}”" in shown
    assert "verdict.comment" not in shown  # the words are Mia's to change


def test_after_the_day_it_is_there_at_once_and_an_edit_replaces_it(fired: Store, jobs: RecordedJobs) -> None:
    said(fired, jobs, now=TUESDAY)
    assert open_form(fired, "UMIA", Judged.OBLIGATION, on_rob(fired), TUESDAY).readable_at is None
    assert in_team(fired, "UVIC", TUESDAY) == [WORDS]

    with audited(fired, changing={TABLE}):
        said(fired, jobs, "We have talked since.", TUESDAY + HOUR)

    assert in_team(fired, "UVIC", TUESDAY + HOUR) == ["We have talked since."]
    assert the_one(fired).version == 2
    assert len(rows(fired)[TABLE]) == 1
    event = trail(fired)[-1]
    assert event.action == "verdict_comment.reworded"
    assert (event.before or {})["length"] == len(WORDS)
    assert WORDS not in str(trail(fired))


def test_taken_back_the_words_are_gone_and_that_they_were_there_stays(
    fired: Store, jobs: RecordedJobs
) -> None:
    said(fired, jobs)
    comment = the_one(fired)
    take_back(fired, jobs, TakeBack("UMIA", comment.id, comment.version), TUESDAY)

    assert rows(fired)[TABLE] == {}
    assert in_team(fired, "UVIC", TUESDAY) == read_by(fired, "UMIA", TUESDAY) == []
    event = trail(fired)[-1]
    assert (event.action, event.entity_id) == ("verdict_comment.taken_back", comment.id)
    with pytest.raises(StaleAction, match="it was taken back"):
        take_back(fired, jobs, TakeBack("UMIA", comment.id, comment.version), TUESDAY)
    with pytest.raises(StaleAction, match="it was taken back"):
        said(fired, jobs, "Words from a form left open", known_id=comment.id, version=1)
    said(fired, jobs, "On second thought")
    assert the_one(fired).words == "On second thought"


@pytest.mark.parametrize("user", ["UROB", "URIA", "UMAX", "UADA", "ULEA"])
def test_nobody_but_the_leaders_above_reads_it(fired: Store, jobs: RecordedJobs, user: str) -> None:
    said(fired, jobs)
    for now in (MONDAY, TUESDAY, MONDAY + 10 * DAY):
        shown = [str(overview.week(fired, user, now)), str(overview.today(fired, user, now))]
        try:
            shown.append(str(overview.why(fired, user, on_rob(fired), now)))
        except NotAllowed as refused:
            assert user != "UROB"  # it is about him: he may ask why
            shown.append(str(refused))
        assert WORDS not in "".join(shown)


@pytest.mark.parametrize(
    ("user", "words"),
    [
        ("UROB", "Only the one whom a verdict is about"),
        ("UVIC", "Only the one whom a verdict is about"),
        ("UMAX", "Only the one whom a verdict is about"),
        ("UADA", "Only the one whom a verdict is about"),
        ("UIAN", "could not match you"),
        ("U404", "could not match you"),
    ],
)
def test_only_the_one_judged_writes_or_takes_back(
    fired: Store, jobs: RecordedJobs, user: str, words: str
) -> None:
    said(fired, jobs)
    before, comment = rows(fired), the_one(fired)
    with pytest.raises(NotAllowed, match=words):
        said(fired, jobs, "Not mine to say", user=user)
    with pytest.raises(NotAllowed, match=words):
        open_form(fired, user, Judged.OBLIGATION, on_rob(fired), MONDAY)
    with pytest.raises(NotAllowed, match=words):
        take_back(fired, jobs, TakeBack(user, comment.id, comment.version), MONDAY)
    assert rows(fired) == before


def test_what_can_t_be_a_comment_is_refused_in_words_and_changes_nothing(
    fired: Store, jobs: RecordedJobs
) -> None:
    before = rows(fired)
    for words, match in (("", "in a sentence or two"), ("x" * 301, "these are 301")):
        with pytest.raises(InvalidInput, match=match) as refused:
            said(fired, jobs, words)
        assert [*refused.value.fields] == ["words"]
    for judged in Judged:
        with pytest.raises(NotFound, match="not on record here any more"):
            write(fired, jobs, WriteComment("UMIA", judged, "obl_gone", WORDS), MONDAY)
    assert rows(fired) == before


def test_of_two_forms_the_older_one_changes_nothing(fired: Store, jobs: RecordedJobs) -> None:
    said(fired, jobs)
    comment = the_one(fired)
    with pytest.raises(StaleAction, match="changed since you opened this"):
        said(fired, jobs, "From a form opened before the first", known_id=None, version=0)
    said(fired, jobs, "The second")
    for version in (0, 1, 3):
        with pytest.raises(StaleAction, match="changed since you opened this"):
            said(fired, jobs, "From an old form", known_id=comment.id, version=version)
    with pytest.raises(StaleAction, match="changed since you opened this"):
        take_back(fired, jobs, TakeBack("UMIA", comment.id, 1), MONDAY)
    assert the_one(fired).words == "The second"


def test_the_same_words_again_change_nothing(fired: Store, jobs: RecordedJobs) -> None:
    said(fired, jobs)
    before = rows(fired)
    said(fired, jobs, f"  {WORDS}\n", MONDAY + HOUR)
    assert rows(fired) == before


def test_a_verdict_that_changes_keeps_its_comment_and_says_of_what_it_was(
    fired: Store, jobs: RecordedJobs
) -> None:
    said(fired, jobs)
    logged(fired, jobs)
    acknowledge(fired, jobs, Acknowledge("UROB", question_to(fired), Answer.CONFIRMED), MONDAY + HOUR)

    line, zone = overview.why(fired, "UVIC", on_rob(fired), TUESDAY)
    assert line.obligation.verdict is Verdict.VERIFIED
    assert "(5 Oct, when it stood at “due”)" in str(views.why_view(line, zone))
    said(fired, jobs, WORDS, TUESDAY)  # the same words, said of how it stands now
    line, zone = overview.why(fired, "UVIC", on_rob(fired), TUESDAY)
    assert "when it stood" not in str(views.why_view(line, zone))
    assert (the_one(fired).verdict, the_one(fired).state) == (Verdict.VERIFIED, State.DONE)


def test_what_is_said_of_a_dispute_is_the_two_s_as_long_as_the_dispute_is(
    fired: Store, jobs: RecordedJobs
) -> None:
    logged(fired, jobs)
    acknowledge(fired, jobs, Acknowledge("UROB", question_to(fired), Answer.DISPUTED, "No"), MONDAY)
    form = said(fired, jobs, "He mixes it up with last week.", TUESDAY)
    assert form.between_two

    assert read_by(fired, "UVIC", TUESDAY) == in_team(fired, "UVIC", TUESDAY) == []
    thursday = MONDAY + 3 * DAY + HOUR
    assert read_by(fired, "UVIC", thursday) == in_team(fired, "UVIC", thursday) != []
    assert not open_form(fired, "UMIA", Judged.OBLIGATION, on_rob(fired), thursday).between_two


def test_another_manager_in_mid_week_hands_on_what_leaders_read(fired: Store, jobs: RecordedJobs) -> None:
    said(fired, jobs)
    with fired.writing() as uow:
        uow.people.save(person("mia", Role.MANAGER, manager="lea"), "crm", "crm-mia")

    assert in_team(fired, "ULEA", TUESDAY) == [WORDS]
    assert in_team(fired, "UVIC", TUESDAY) == []


def test_who_manages_no_more_may_still_answer_and_a_leaver_s_words_stay(
    fired: Store, jobs: RecordedJobs
) -> None:
    with fired.writing() as uow:
        uow.people.save(person("mia", Role.REP, manager="vic"), "crm", "crm-mia")
    said(fired, jobs)
    assert [line.comment.words for line in overview.week(fired, "UMIA", MONDAY).lines if line.comment] == [
        WORDS
    ]
    line, _ = overview.why(fired, "UVIC", on_rob(fired), TUESDAY)
    assert line.comment is not None

    with fired.writing() as uow:
        uow.people.save(person("mia", Role.MANAGER, manager="vic", active=False), "crm", "crm-mia")
    advance(fired, jobs, TUESDAY)
    with pytest.raises(NotAllowed, match="could not match you"):
        said(fired, jobs, "From outside")
    line, zone = overview.why(fired, "UVIC", on_rob(fired), TUESDAY)
    assert "when it stood at “due”" in str(views.why_view(line, zone))
    assert line.obligation.state is State.EXCUSED


def test_nobody_above_is_said(fired: Store, jobs: RecordedJobs) -> None:
    with fired.writing() as uow:
        uow.people.save(person("mia", Role.MANAGER), "crm", "crm-mia")
    assert said(fired, jobs).leaders == ()


def test_the_view_behind_and_opened_home_tabs_are_brought_up_to_date(
    fired: Store, jobs: RecordedJobs
) -> None:
    with fired.writing() as uow:
        for one in ("mia", "vic", "rob"):
            publish_home(uow, jobs, person_id=one, now=MONDAY)
    before = every(fired, "notices").keys()
    said(fired, jobs, behind=Behind("V1"))

    new = [row for key, row in every(fired, "notices").items() if key not in before]
    assert sorted((row["kind"], row["person_id"]) for row in new) == [
        ("home", "mia"),
        ("home", "vic"),
        ("why", "mia"),
    ]
    (view,) = (row for row in new if row["kind"] == "why")
    assert view["subject_id"] == f"V1|obligation|{on_rob(fired)}"
    modes = {row["mode"] for row in every(fired, "deliveries").values() if row["notice_id"] == view["id"]}
    assert modes == {Mode.VIEW.value}


def test_last_week_s_comment_is_told_once_more_where_it_was_left_undone(
    fired: Store, jobs: RecordedJobs
) -> None:
    said(fired, jobs)
    for weeks, told in ((1, [WORDS]), (2, [])):
        monday(fired, jobs, MONDAY + 7 * weeks * DAY)
        assert in_team(fired, "UVIC", MONDAY + (7 * weeks + 1) * DAY + HOUR) == told


def test_last_week_s_comment_on_what_was_done_is_in_this_week_s_team_no_more(
    fired: Store, jobs: RecordedJobs
) -> None:
    said(fired, jobs)
    logged(fired, jobs)
    monday(fired, jobs, MONDAY + 7 * DAY)
    assert in_team(fired, "UVIC", MONDAY + 8 * DAY + HOUR) == []
