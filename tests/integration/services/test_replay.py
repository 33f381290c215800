"""Whatever is done in whatever order: the audit trail, read from its beginning, tells how things stand."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.decisions import DecisionKind
from bot.domain.verdict_comments import Judged
from bot.domain.verification import Answer
from bot.errors import InvalidInput, NotAllowed, NotFound, StaleAction
from bot.services import one_on_one_answers
from bot.services.acknowledgement import Acknowledge, acknowledge
from bot.services.coaching_answer import AnswerLog, answer
from bot.services.deal_messages import message_deleted
from bot.services.decision_follow_up import ReportOutcome, report_outcome
from bot.services.evidence_rulings import rule_evidence
from bot.services.fan_out import expand_fire
from bot.services.snooze import Snooze, snooze
from bot.services.tick import tick
from bot.services.verdict_comments import TakeBack, WriteComment, take_back, write
from bot.store.unit_of_work import Store
from tests.integration.services.company import (
    MONDAY,
    RecordedJobs,
    brought,
    every,
    logged,
    owed_to,
    rows,
    trail,
)
from tests.integration.services.inspecting import (
    CHANNEL,
    asked,
    marked,
    opened,
    ruling,
    with_channels,
    wrote,
)
from tests.integration.services.one_on_ones import accepted
from tests.integration.services.review_week import Held, add_team_deals, come_round
from tests.integration.services.test_coaching_logs import edit, log
from tests.integration.services.test_deep_dives import dived

# What replays: the kind of record, its table, and those of its columns that change.
REPLAYED = {
    "obligation": (
        "obligations",
        ("state", "verdict", "reasons", "snoozed_until", "excused_reason", "done_late"),
    ),
    "decision": ("decisions", ("state", "verdict", "reasons", "counts", "report_reason", "due_on")),
    "one_on_one": ("one_on_ones", ("state", "starts_at", "moved_to", "excused_reason", "proposed_at")),
    "one_on_one_series": ("one_on_one_series", ("rep_id", "weekday", "at", "every_weeks", "ended_reason")),
    "pipeline_review": ("pipeline_reviews", ("outcome",)),
    "coaching_log": ("coaching_logs", ("version", "held_on", "minutes", "focus_area", "one_on_one_id")),
    "coaching_step": ("coaching_steps", ("outcome",)),
    "development_plan": ("development_plans", ("measure", "ends_on", "outcome")),
    "inspection_question": ("inspection_questions", ("criterion_id", "asked_of_id", "answer_by")),
    "evidence": ("evidence", ("criterion_id", "stage", "state", "grade")),
    "demotion_proposal": ("demotion_proposals", ("visible_at", "outcome")),
    "verdict_comment": ("verdict_comments", ("judged", "judged_id", "verdict", "state", "version")),
}
# Columns that the trail calls otherwise.
CALLED = {
    ("one_on_one_series", "rep_id"): "rep",
    ("one_on_one_series", "ended_reason"): "reason",
    ("coaching_log", "one_on_one_id"): "one_on_one",
    ("inspection_question", "criterion_id"): "criterion",
    ("inspection_question", "asked_of_id"): "asked_of",
    ("evidence", "criterion_id"): "criterion",
}
REFUSED = (InvalidInput, NotAllowed, NotFound, StaleAction, LookupError, StopIteration)
Step = Callable[["World"], object]
# What is recorded is the same on both databases.
pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])


class World:
    """A company on its way through time; a step that is refused changes nothing and is no fault."""

    def __init__(self, store: Store, jobs: RecordedJobs) -> None:
        self.store, self.jobs = store, jobs
        self.now = MONDAY

    def take(self, step: Step) -> None:
        with suppress(*REFUSED):
            step(self)

    def pass_time(self, span: timedelta) -> None:
        self.now += span
        tick(self.store, self.jobs, None, self.now)
        while self.jobs.expansions:
            fire_id = self.jobs.expansions.pop(0)
            while expand_fire(self.store, self.jobs, fire_id, self.now):
                pass

    def all(self, table: str, **wanted: str) -> list[dict[str, Any]]:
        """Rows in the order in which they came."""
        return [
            row
            for row in every(self.store, table).values()
            if all(row[name] == value for name, value in wanted.items())
        ]

    def next_slot(self) -> dict[str, Any]:
        planned = self.all("one_on_ones", rep_id="rob", state="scheduled")
        return min(planned, key=lambda row: row["starts_at"], default={})


def answers(said: Answer) -> Step:
    def step(world: World) -> object:
        asked = world.all("acknowledgements", rep_id="rob")[-1]
        command = Acknowledge("UROB", asked["id"], said, "not like that" if said is Answer.DISPUTED else "")
        return acknowledge(world.store, world.jobs, command, world.now)

    return step


def says_in_the_thread(world: World) -> object:
    message = wrote(world.store, world.jobs, number=len(world.all("thread_messages")) + 1, now=world.now)
    return marked(world.store, world.jobs, message, now=world.now)


def comments(world: World) -> object:
    """Mia says something of the newest thing she owes, other words each time."""
    owed = world.all("obligations", owner_id="mia")[-1]
    known = next(iter(world.all("verdict_comments", judged_id=owed["id"])), {})
    words = f"Seen at {world.now:%d %b %H:%M}, version {known.get('version', 0)}"
    command = WriteComment(
        "UMIA", Judged.OBLIGATION, owed["id"], words, known.get("id"), known.get("version", 0)
    )
    return write(world.store, world.jobs, command, world.now)


def takes_comment_back(world: World) -> None:
    newest = world.all("verdict_comments")[-1]
    take_back(world.store, world.jobs, TakeBack("UMIA", newest["id"], newest["version"]), world.now)


def rules(*, accepted_: bool) -> Step:
    def step(world: World) -> object:
        command = ruling(world.store, accepted=accepted_)
        return rule_evidence(world.store, world.jobs, command, world.now)

    return step


def takes_back(world: World) -> None:
    newest = world.all("thread_messages")[-1]
    message_deleted(world.store, world.jobs, CHANNEL, newest["ts"], world.now)


def dives(world: World) -> object:
    today = world.now.date()
    said = "Your summary won the controller over: send it in writing before the weekend."
    days = {"held_on": str(today), "step_on": str(today + timedelta(days=7))}
    return dived(world.store, world.jobs, world.now, feedback=said, plan_goal="9", **days)


def mends(world: World) -> object:
    newest = world.all("coaching_logs")[-1]["id"]
    return edit(world.store, world.jobs, newest, world.now, minutes="45", focus="closing")


def answers_log(said: Answer) -> Step:
    def step(world: World) -> object:
        row = world.all("coaching_logs")[-1]
        return answer(
            world.store, world.jobs, AnswerLog("UROB", row["id"], row["version"], said, "no"), world.now
        )

    return step


def slot(change: Callable[..., object]) -> Step:
    def step(world: World) -> object:
        planned = world.next_slot()
        return change(world.store, world.jobs, one_on_one_answers.Answer("UMIA", planned["id"]), world.now)

    return step


def moves(world: World) -> object:
    planned = world.next_slot()
    later = planned["starts_at"] + timedelta(days=2, hours=5)
    command = one_on_one_answers.NewTime("UMIA", planned["id"], later.date(), later.time())
    return one_on_one_answers.move(world.store, world.jobs, command, world.now)


def decides(kind: DecisionKind) -> Step:
    def step(world: World) -> object:
        if not world.all("pipeline_reviews", manager_id="mia"):
            raise LookupError("no review yet")
        return Held(world.store, world.jobs, world.now).decides("deal_rob", kind)

    return step


def reports(world: World) -> object:
    taken = world.all("decisions")[-1]
    command = ReportOutcome("UMIA", taken["id"], done=False, reason="They were away")
    return report_outcome(world.store, world.jobs, command, world.now)


def puts_off(world: World) -> object:
    command = Snooze("UMIA", owed_to(world.store, "rob").id, "next_day")
    return snooze(world.store, world.jobs, command, world.now)


STEPS: dict[str, Step] = {
    "three hours": lambda world: world.pass_time(timedelta(hours=3)),
    "a day": lambda world: world.pass_time(timedelta(days=1)),
    "four days": lambda world: world.pass_time(timedelta(days=4)),
    "a conversation": lambda world: logged(world.store, world.jobs, now=world.now),
    "confirmed": answers(Answer.CONFIRMED),
    "disputed": answers(Answer.DISPUTED),
    "put off": puts_off,
    "a schedule": lambda world: accepted(world.store, world.jobs, now=world.now),
    "held": slot(one_on_one_answers.hold),
    "cancelled": slot(one_on_one_answers.cancel),
    "moved": moves,
    "a log": lambda world: log(world.store, world.jobs, now=world.now),
    "a log mended": mends,
    "a deep dive": dives,
    "an answer": says_in_the_thread,
    "accepted": rules(accepted_=True),
    "rejected": rules(accepted_=False),
    "taken back": takes_back,
    "a comment": comments,
    "comment taken back": takes_comment_back,
    "log confirmed": answers_log(Answer.CONFIRMED),
    "log disputed": answers_log(Answer.DISPUTED),
    "advance": decides(DecisionKind.ADVANCE),
    "demote": decides(DecisionKind.DEMOTE),
    "outcome": reports,
}


def replayed(store: Store) -> dict[tuple[str, str], dict[str, Any]]:
    """What the trail says of each record: what it was at first, and each change after it."""
    told: dict[tuple[str, str], dict[str, Any]] = {}
    for event in trail(store):
        if event.entity_kind in REPLAYED and event.after is not None:
            told.setdefault((event.entity_kind, event.entity_id), {}).update(event.after)
    return told


def standing(store: Store) -> dict[tuple[str, str], dict[str, Any]]:
    """How each record stands in its table, in the trail's words."""
    found = rows(store)
    return {
        (kind, row["id"]): {CALLED.get((kind, column), column): _in_words(row[column]) for column in columns}
        for kind, (table, columns) in REPLAYED.items()
        for row in found[table].values()
    }


def _in_words(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [one["text"] for one in value]
    return value.isoformat() if hasattr(value, "isoformat") else value


def assert_replays(store: Store) -> None:
    told = replayed(store)
    for key, facts in standing(store).items():
        # What was not told of is as it began: nothing yet.
        assert {name: told.get(key, {}).get(name) or None for name in facts} == _none_for_nothing(facts), key


def _none_for_nothing(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: value or None for name, value in facts.items()}


@settings(
    max_examples=15,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(st.sampled_from(sorted(STEPS)), min_size=3, max_size=14))
def test_whatever_happens_the_trail_replays_to_how_things_stand(store: Store, steps: list[str]) -> None:
    jobs = RecordedJobs()
    brought(store, jobs, "replay", lambda made: _begin(store, made))
    world = World(store, jobs)

    for name in steps:
        world.take(STEPS[name])

    assert_replays(store)


def test_a_week_with_everything_replays(store: Store) -> None:
    """The steps do what they say, or the random ones above would prove nothing."""
    jobs = RecordedJobs()
    brought(store, jobs, "replay", lambda made: _begin(store, made))
    world = World(store, jobs)
    before = len(trail(store))

    for name in ("a conversation", "disputed", "a schedule", "a day", "three hours", "held", "a log"):
        STEPS[name](world)
    for name in ("a log mended", "an answer", "rejected", "taken back", "log disputed", "a day", "a day"):
        STEPS[name](world)
    for name in ("a comment", "comment taken back", "a comment", "a comment"):
        STEPS[name](world)
    for name in ("moved", "advance", "outcome", "a deep dive", "four days"):
        STEPS[name](world)

    done = {event.action for event in trail(store)[before:]}
    assert {
        "obligation.done",
        "obligation.judged",
        "one_on_one.moved",
        "one_on_one.held",
        "coaching_log.disputed",
        "coaching_log.edited",
        "evidence.marked",
        "evidence.rejected",
        "evidence.deleted",
        "demotion.proposed",
        "development_plan.started",
        "decision.taken",
        "decision.reported",
        "verdict_comment.written",
        "verdict_comment.reworded",
        "verdict_comment.taken_back",
    } <= done
    assert_replays(store)


def _begin(store: Store, jobs: RecordedJobs) -> None:
    add_team_deals(store)
    with_channels(store)
    opened(store, jobs)
    asked(store, jobs)
    come_round(store, jobs, MONDAY)


def test_what_the_trail_was_not_told_would_be_found(store: Store) -> None:
    jobs = RecordedJobs()
    brought(store, jobs, "replay", lambda made: _begin(store, made))
    owed = owed_to(store, "rob").id
    with store.writing() as uow:
        uow.connection.exec_driver_sql(f"UPDATE obligations SET state = 'excused' WHERE id = '{owed}'")

    with pytest.raises(AssertionError, match=owed):
        assert_replays(store)
