"""Deals are inspected on both databases: their threads are opened, and their questions asked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.pipeline import Stage
from bot.errors import NotAllowed, NotFound
from bot.services.deal_inspection import read_inspection
from bot.services.deal_thread import find_deal, open_deal, read_head
from bot.services.evidence_rulings import rule_evidence
from bot.services.inspection_asking import ask_for_deals, head_posted, head_refused
from bot.services.one_on_one_agenda import read_agenda
from bot.services.team_channels import ChannelSeen, map_channels, outsiders
from bot.slack.views.deal_thread import choice_blocks
from bot.store.tables import Deals, EvidenceItems
from bot.store.unit_of_work import Store
from tests.integration.services.company import MONDAY, RecordedJobs, audited, every, trail
from tests.integration.services.inspecting import (
    CHANNEL,
    OBJECTION,
    OTHER_CHANNEL,
    REVIEW,
    STEP,
    asked,
    change,
    marked,
    opened,
    ruling,
    thread_of,
    told,
    with_channels,
    wrote,
)
from tests.integration.services.one_on_ones import accepted, slots
from tests.integration.store.seeds import add_deal

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def test_a_team_without_a_channel_is_told_what_to_do(company: Store, jobs: RecordedJobs) -> None:
    found = find_deal(company, jobs, "UMIA", "deal_rob", MONDAY)

    assert found.link is not None
    assert "Make a private one whose name begins with “deals-”" in str(found.link.trouble)
    assert not jobs.deliveries
    assert "no channel" in asked(company, jobs).reason


def test_a_channel_is_a_teams_whose_one_manager_is_in_it(company: Store) -> None:
    seen = [
        ChannelSeen("C1", "deals-both", ("UMIA", "UMAX", "UROB")),
        ChannelSeen("C2", "deals-none", ("UROB",)),
        ChannelSeen("C3", "deals-mia", ("UMIA", "UROB")),
        ChannelSeen("C4", "deals-mia-too", ("UMIA",)),
    ]
    assert map_channels(company, seen, MONDAY) == 1
    with company.reading() as uow:
        assert uow.threads.channels()["mia"].channel == "C3"
    assert [event.action for event in trail(company)[-1:]] == ["team_channel.mapped"]
    before = len(trail(company))
    map_channels(company, seen, MONDAY + HOUR)
    assert len(trail(company)) == before
    map_channels(company, [], MONDAY + HOUR)
    assert trail(company)[-1].action == "team_channel.lost"


ASK = "Ask whoever runs the channel to take them out"


@pytest.mark.parametrize(
    ("members", "trouble"),
    [
        (["UMIA", "UROB", "URIA", "UVIC"], None),
        (["UMIA", "URAY"], f"1 member of the channel is outside the team. {ASK}"),
        (["UMIA", "UADA", "U404"], f"2 members of the channel are outside the team. {ASK}"),
    ],
)
def test_who_may_be_in_a_teams_channel(company: Store, members: list[str], trouble: str | None) -> None:
    with company.reading() as uow:
        assert outsiders(uow, "mia", members) == trouble


def test_a_thread_is_opened_once_and_found_again(company: Store, jobs: RecordedJobs) -> None:
    with_channels(company)
    with audited(company, changing={"deal_threads"}):
        first = opened(company, jobs)
    again = find_deal(company, jobs, "UROB", "deal_rob", MONDAY + HOUR)

    assert again.link is not None
    assert again.link.permalink == first.permalink
    assert len(every(company, "deal_threads")) == 1
    assert told(company, "mia") == ["thread_link"]
    assert told(company, "rob") == []


def test_to_ask_is_offered_while_something_is_there_to_ask(company: Store, jobs: RecordedJobs) -> None:
    with_channels(company)
    opened(company, jobs)
    assert find_deal(company, jobs, "UMIA", "deal_rob", MONDAY).may_ask
    assert find_deal(company, jobs, "UROB", "deal_rob", MONDAY).may_ask
    assert not find_deal(company, jobs, "UVIC", "deal_rob", MONDAY).may_ask

    asked(company, jobs)

    assert not find_deal(company, jobs, "UMIA", "deal_rob", MONDAY).may_ask


def test_a_refused_head_is_told_and_tried_again_when_asked(company: Store, jobs: RecordedJobs) -> None:
    with_channels(company)
    find_deal(company, jobs, "UMIA", "deal_rob", MONDAY)
    thread = thread_of(company, "deal_rob")
    head_refused(company, jobs, thread.id, "a stranger is in it", MONDAY)
    with company.reading() as uow:
        assert uow.threads.in_trouble() == 1
    heads = [one for one, _ in jobs.deliveries if ":head" in one]

    again = find_deal(company, jobs, "UMIA", "deal_rob", MONDAY + MINUTE)

    assert again.link is not None
    assert again.link.trouble == "a stranger is in it"
    assert told(company, "mia") == ["thread_link"]
    assert len([one for one, _ in jobs.deliveries if ":head" in one]) == len(heads) + 1


def test_of_many_deals_with_a_name_some_are_shown_and_the_rest_is_counted(
    company: Store, jobs: RecordedJobs
) -> None:
    with company.writing() as uow:
        for number in range(8):
            add_deal(uow, f"brauhaus_{number}", "rob", Stage.PROPOSAL)

    found = find_deal(company, jobs, "UMIA", "haus", MONDAY)

    assert [one.id for one in found.choices] == [f"brauhaus_{number}" for number in range(5)]
    assert "And 3 more deals like these: type more of the name" in str(
        choice_blocks(found.choices, found.more)
    )
    assert "more deal" not in str(choice_blocks(found.choices))


@pytest.mark.parametrize("who", ["UMAX", "URAY", "URIA", "UADA", "ULEA"])
def test_who_may_not_see_a_deal_finds_no_thread_of_it(inspected: Store, jobs: RecordedJobs, who: str) -> None:
    with pytest.raises(NotFound):
        find_deal(inspected, jobs, who, "deal_rob", MONDAY)
    with pytest.raises(NotAllowed):
        open_deal(inspected, jobs, who, "deal_rob", MONDAY)
    with pytest.raises(NotAllowed):
        read_inspection(inspected, who, "deal_rob")
    with pytest.raises(NotAllowed):
        asked(inspected, jobs, by=who)


def test_leaders_above_read_and_do_not_ask_or_judge(inspected: Store, jobs: RecordedJobs) -> None:
    marked(inspected, jobs, wrote(inspected, jobs))
    card = read_inspection(inspected, "UVIC", "deal_rob")
    assert (card.may_rule, card.may_ask) == (False, False)
    with pytest.raises(NotAllowed, match="own manager"):
        asked(inspected, jobs, by="UVIC")
    with pytest.raises(NotAllowed):
        rule_evidence(inspected, jobs, ruling(inspected, accepted=True, by="UVIC"), MONDAY)


def test_questions_are_asked_once_and_recorded_with_their_reasons(company: Store, jobs: RecordedJobs) -> None:
    with_channels(company)
    opened(company, jobs)
    with audited(company, changing={"inspection_questions"}):
        first = asked(company, jobs)
    second = asked(company, jobs, now=MONDAY + HOUR)

    assert [one.criterion_id for one in first.questions] == [REVIEW, OBJECTION, STEP]
    assert all(one.why for one in first.questions)
    assert second.questions == ()
    assert "asked already" in second.reason
    assert told(company, "rob") == ["questions_asked"]
    assert len(every(company, "inspection_questions")) == 3


def test_questions_wait_for_the_head_of_their_thread(company: Store, jobs: RecordedJobs) -> None:
    with_channels(company)
    asked(company, jobs)
    assert told(company, "rob") == []
    thread = thread_of(company, "deal_rob")

    head_posted(company, jobs, thread.id, "1.1", "https://acme.example/1", MONDAY)
    head_posted(company, jobs, thread.id, "2.2", "https://acme.example/2", MONDAY)

    assert thread_of(company, "deal_rob").message_ts == "1.1"
    assert told(company, "rob") == ["questions_asked"]
    assert sum(one.endswith(":thread") for one, _ in jobs.deliveries) == 1
    assert told(company, "mia") == []  # it was no search for a thread


def test_a_week_allows_two_deals_and_six_questions(inspected: Store, jobs: RecordedJobs) -> None:
    with inspected.writing() as uow:
        for number in (2, 3):
            add_deal(uow, f"deal_rob{number}", "rob", Stage.DISCOVERY)
    second = asked(inspected, jobs, "deal_rob2")
    third = asked(inspected, jobs, "deal_rob3")
    next_week = asked(inspected, jobs, "deal_rob3", now=MONDAY + 7 * DAY)

    assert len(second.questions) == 3
    assert third.questions == ()
    assert "all that one week allows" in third.reason
    assert len(next_week.questions) == 3


def test_what_went_to_another_owner_was_asked_of_the_first_that_week_all_the_same(
    inspected: Store, jobs: RecordedJobs
) -> None:
    with inspected.writing() as uow:
        for number in (2, 3):
            add_deal(uow, f"deal_rob{number}", "rob", Stage.DISCOVERY)
    assert len(asked(inspected, jobs, "deal_rob2").questions) == 3
    change(inspected, Deals, "deal_rob", owner_id="ria")
    assert len(asked(inspected, jobs, now=MONDAY + HOUR).questions) == 3

    third = asked(inspected, jobs, "deal_rob3", now=MONDAY + 2 * HOUR)

    assert third.questions == ()
    assert "all that one week allows" in third.reason
    assert len(asked(inspected, jobs, "deal_rob3", now=MONDAY + 7 * DAY).questions) == 3


@pytest.mark.parametrize(
    ("values", "reason"),
    [({"stage": "closed_won"}, "closed"), ({"owner_id": "ian"}, "has left")],
)
def test_nothing_is_asked_where_nobody_could_answer(
    company: Store, jobs: RecordedJobs, values: dict[str, str], reason: str
) -> None:
    with_channels(company)
    change(company, Deals, "deal_rob", **values)
    with company.writing() as uow:
        found = ask_for_deals(uow, jobs, uow.deals.with_ids(["deal_rob"]).values(), None, MONDAY)["deal_rob"]
    assert found.questions == ()
    assert reason in found.reason


def test_a_new_owner_in_another_team_is_asked_in_their_own_thread(
    inspected: Store, jobs: RecordedJobs
) -> None:
    change(inspected, Deals, "deal_rob", owner_id="ray")

    again = asked(inspected, jobs, by="UMAX", now=MONDAY + HOUR)

    assert {one.asked_of_id for one in again.questions} == {"ray"}
    assert len(every(inspected, "inspection_questions")) == 3
    threads = every(inspected, "deal_threads").values()
    assert {one["channel"] for one in threads} == {CHANNEL, OTHER_CHANNEL}
    with pytest.raises(NotAllowed):
        marked(inspected, jobs, wrote(inspected, jobs))  # it is not Rob's any more


def test_a_question_for_a_review_is_to_be_answered_by_it(company: Store, jobs: RecordedJobs) -> None:
    with_channels(company)
    with company.writing() as uow:
        found = ask_for_deals(
            uow, jobs, uow.deals.with_ids(["deal_rob"]).values(), "mia", MONDAY, answer_by=MONDAY + DAY
        )["deal_rob"]
    assert {one.answer_by for one in found.questions} == {MONDAY + DAY}


def test_the_agenda_asks_for_the_up_front_contract_of_this_stage(
    inspected: Store, jobs: RecordedJobs
) -> None:
    accepted(inspected, jobs)
    (slot, *_) = slots(inspected)
    for number, criterion in enumerate((REVIEW, OBJECTION), start=20):
        marked(inspected, jobs, wrote(inspected, jobs, number=number), criterion)
    done = marked(inspected, jobs, wrote(inspected, jobs, number=22), STEP)

    def questions() -> list[str]:
        with inspected.reading() as uow:
            mia, rob = uow.people.get("mia"), uow.people.get("rob")
            assert mia is not None
            assert rob is not None
            return [words for _, words in read_agenda(uow, slot, mia, rob, MONDAY + DAY).questions]

    assert questions() == []
    change(inspected, EvidenceItems, done.evidence.id, stage="discovery")  # agreed there, and long past
    assert len(questions()) == 1
    assert "next step" in questions()[0]


def test_what_is_asked_of_a_new_owner_brings_their_name_into_the_head(
    inspected: Store, jobs: RecordedJobs
) -> None:
    change(inspected, Deals, "deal_rob", owner_id="ria")
    before = sum(one["kind"] == "deal_thread" for one in every(inspected, "notices").values())

    assert len(asked(inspected, jobs, now=MONDAY + DAY).questions) == 3

    assert sum(one["kind"] == "deal_thread" for one in every(inspected, "notices").values()) == before + 1
    thread = thread_of(inspected, "deal_rob")
    with inspected.reading() as uow:
        head = read_head(uow, thread.id)
    assert head is not None
    assert head.owner.id == "ria"
