"""A request from outside commits with its key or not at all, also when it comes twice at once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.store.handling import AlreadyHandledError, Inbound
from bot.store.transactions import NestedUnitOfWorkError
from bot.store.unit_of_work import Store
from tests.integration.store.seeds import DAY, NOW

CLICK = Inbound("click-1", "action", NOW)
PATIENCE = 10.0


def team_id(store: Store) -> str | None:
    with store.reading() as uow:
        return uow.workspace.get().slack_team_id


def name_it(store: Store, name: str) -> None:
    """A service like any other: it opens a transaction of its own and knows nothing of requests."""
    with store.writing() as uow:
        uow.workspace.set_slack_team(name)


def test_what_services_write_commits_with_the_key_at_the_end(team: Store) -> None:
    with team.handling(CLICK) as handling:
        name_it(team, "T1")
        assert team_id(team) == "T1"  # it reads what it wrote itself
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(team_id, team).result(PATIENCE) is None  # others do not yet
        name_it(team, "T2")
        handling.keep("done")
    assert team_id(team) == "T2"
    with team.reading() as uow:
        kept = uow.inbound.answer(CLICK.key)
    assert kept is not None
    assert kept.answer == "done"


@pytest.mark.parametrize("reads_first", [True, False])
def test_a_repetition_changes_nothing_and_gets_the_answer_kept(team: Store, *, reads_first: bool) -> None:
    with team.handling(CLICK) as handling:
        name_it(team, "T1")
        handling.keep("done")

    def again() -> None:
        with team.handling(CLICK):
            if reads_first:
                team_id(team)
            name_it(team, "T2")

    for _ in range(2):
        with pytest.raises(AlreadyHandledError) as repeated:
            again()
        assert repeated.value.answer == "done"
    assert team_id(team) == "T1"


def test_what_fails_leaves_neither_effect_nor_key_behind(team: Store) -> None:
    def fail() -> None:
        with team.handling(CLICK):
            name_it(team, "T1")
            raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"):
        fail()
    assert team_id(team) is None
    with team.handling(CLICK):
        name_it(team, "T2")
    assert team_id(team) == "T2"


def test_a_service_that_fails_is_undone_alone_where_the_request_goes_on(team: Store) -> None:
    def fail() -> None:
        with team.writing() as uow:
            uow.workspace.set_slack_team("T2")
            raise RuntimeError("on purpose")

    with team.handling(CLICK):
        name_it(team, "T1")
        with pytest.raises(RuntimeError, match="on purpose"):
            fail()
    assert team_id(team) == "T1"


def test_what_only_reads_takes_no_key(team: Store) -> None:
    for _ in range(2):
        with team.handling(CLICK) as handling:
            assert team_id(team) is None
            handling.keep("nothing was done")
    with team.reading() as uow:
        assert uow.inbound.answer(CLICK.key) is None


def test_a_repetition_that_comes_while_the_first_is_at_work_waits_for_its_answer(team: Store) -> None:
    at_work, go_on, started = threading.Event(), threading.Event(), threading.Event()

    def first() -> None:
        with team.handling(CLICK) as handling:
            name_it(team, "T1")
            at_work.set()
            assert go_on.wait(PATIENCE)
            handling.keep("done")

    def second() -> str | None:
        started.set()
        try:
            with team.handling(CLICK):
                name_it(team, "T2")
        except AlreadyHandledError as repeated:
            return repeated.answer
        return "done twice"

    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(first)
        assert at_work.wait(PATIENCE)
        two = pool.submit(second)
        assert started.wait(PATIENCE)
        with pytest.raises(TimeoutError):
            two.result(0.2)
        go_on.set()
        one.result(PATIENCE)
        assert two.result(PATIENCE) == "done"
    assert team_id(team) == "T1"


def test_a_repetition_is_carried_out_where_the_first_failed(team: Store) -> None:
    at_work, go_on = threading.Event(), threading.Event()

    def first() -> None:
        with team.handling(CLICK):
            name_it(team, "T1")
            at_work.set()
            assert go_on.wait(PATIENCE)
            raise RuntimeError("on purpose")

    def second() -> None:
        with team.handling(CLICK):
            name_it(team, "T2")

    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(first)
        assert at_work.wait(PATIENCE)
        two = pool.submit(second)
        go_on.set()
        with pytest.raises(RuntimeError, match="on purpose"):
            one.result(PATIENCE)
        two.result(PATIENCE)
    assert team_id(team) == "T2"


def test_a_request_is_not_handled_inside_another_or_inside_a_unit_of_work(team: Store) -> None:
    with team.handling(CLICK), pytest.raises(NestedUnitOfWorkError), team.handling(CLICK):
        pass
    with team.writing(), pytest.raises(NestedUnitOfWorkError), team.handling(CLICK):
        pass
    with team.handling(CLICK):
        name_it(team, "T1")
        with team.writing(), pytest.raises(NestedUnitOfWorkError), team.reading():
            pass
    assert team_id(team) == "T1"


def test_old_keys_are_forgotten_with_their_answers_a_few_at_a_time(team: Store) -> None:
    for number in range(3):
        with team.handling(Inbound(f"click-{number}", "action", NOW + number * DAY)) as handling:
            name_it(team, f"T{number}")
            handling.keep("done")
    with team.writing() as uow:
        assert uow.inbound.forget_before(NOW, at_most=9) == 0
        assert uow.inbound.forget_before(NOW + 2 * DAY, at_most=1) == 1
        assert uow.inbound.forget_before(NOW + 2 * DAY, at_most=9) == 1
        assert uow.inbound.answer("click-1") is None
        assert uow.inbound.answer("click-2") is not None
