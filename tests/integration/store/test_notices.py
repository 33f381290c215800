from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from bot.store.repositories.notices import DeliveryMode
from bot.store.unit_of_work import Store
from tests.integration.store.seeds import DAY, NOW


def test_a_delivery_is_added_once_under_the_id_it_is_given(team: Store) -> None:
    with team.writing() as uow:
        notice = uow.notices.add("health_check", "mia", "fire", "f1", "It is Monday", NOW)
        assert uow.notices.add_delivery("f1:mia", notice, "mia", "post", NOW)
        assert not uow.notices.add_delivery("f1:mia", notice, "mia", "post", NOW + DAY)
    with team.reading() as uow:
        said, queued = uow.notices.get(notice), uow.notices.delivery("f1:mia")
        assert uow.notices.get("ntc_unknown") is None
        assert uow.notices.delivery("unknown") is None
    assert said is not None
    assert (said.kind, said.person_id, said.subject_id, said.reason) == (
        "health_check",
        "mia",
        "f1",
        "It is Monday",
    )
    assert queued is not None
    assert (queued.state, queued.attempts, queued.slack_ts, queued.created_at) == ("queued", 0, None, NOW)


def test_a_delivery_tells_how_it_went(team: Store) -> None:
    with team.writing() as uow:
        notice = uow.notices.add("health_check", "mia", "fire", "f1", "It is Monday", NOW)
        for delivery_id in ("a", "b", "c", "d", "e"):
            uow.notices.add_delivery(delivery_id, notice, "mia", "post", NOW)
        uow.notices.begin_attempt("a")
        uow.notices.mark_failed("a", "ratelimited", dead=False)
        uow.notices.begin_attempt("a")
        uow.notices.mark_sent("a", "D1", "1759650000.000100", "hash", NOW + DAY)
        uow.notices.begin_attempt("b")
        uow.notices.mark_failed("b", "user_not_found", dead=True)
        uow.notices.mark_failed("c", "ratelimited", dead=False)
        uow.notices.mark_superseded("e")
    with team.reading() as uow:
        sent, dead = uow.notices.delivery("a"), uow.notices.delivery("b")
        counts = uow.outbox.counts_by_state()
        assert [one.id for one in uow.outbox.with_state("dead", 10)] == ["b"]
    assert sent is not None
    assert (sent.state, sent.attempts, sent.error, sent.sent_at) == ("sent", 2, None, NOW + DAY)
    assert (sent.slack_channel, sent.slack_ts, sent.content_hash) == ("D1", "1759650000.000100", "hash")
    assert dead is not None
    assert (dead.state, dead.attempts, dead.error) == ("dead", 1, "user_not_found")
    assert counts == {"sent": 1, "dead": 1, "failed": 1, "queued": 1, "superseded": 1}


def test_every_message_that_stands_about_a_subject_is_one_to_update(team: Store) -> None:
    with team.writing() as uow:
        posted: list[tuple[str, str, DeliveryMode]] = [
            ("f1", "mia", "post"),
            ("f1", "mia", "post"),
            ("f1", "mia", "update"),
            ("f1", "max", "post"),
            ("f2", "mia", "post"),
        ]
        notices = []
        for number, (subject, person_id, mode) in enumerate(posted):
            notice = uow.notices.add("health_check", person_id, "fire", subject, "It is Monday", NOW)
            notices.append(notice)
            uow.notices.add_delivery(f"d{number}", notice, person_id, mode, NOW)
            uow.notices.mark_sent(f"d{number}", "D1", f"{number}.0", "hash", NOW + number * DAY)
        queued = uow.notices.add("health_check", "mia", "fire", "f1", "again", NOW)
        uow.notices.add_delivery("queued", queued, "mia", "post", NOW)
        found = uow.notices.sent_for_subject("health_check", "f1", "mia")
        assert uow.notices.sent_for_subject("health_check", "f3", "mia") == []
        assert uow.notices.sent_for_subject("acknowledgement", "f1", "mia") == []
    assert found == [notices[1], notices[0]]


def test_a_delivery_of_nothing_to_nobody_is_refused(team: Store) -> None:
    with pytest.raises(IntegrityError), team.writing() as uow:
        uow.notices.add_delivery("d", "ntc_unknown", "mia", "post", NOW)
