"""Keys of requests are kept for a week, with the answers that were given."""

from __future__ import annotations

from datetime import timedelta

from bot.services.housekeeping import KEYS_KEPT, forget_old_keys
from bot.store.handling import Inbound
from bot.store.unit_of_work import Store
from tests.integration.services.company import MONDAY, RecordedJobs


def taken(store: Store, key: str) -> bool:
    with store.reading() as uow:
        return uow.inbound.answer(key) is not None


def test_a_key_is_forgotten_after_its_time_and_not_before(company: Store) -> None:
    for key, at in (("old", MONDAY), ("new", MONDAY + timedelta(days=1))):
        with company.handling(Inbound(key, "action", at)), company.writing():
            pass

    assert forget_old_keys(company, RecordedJobs(), MONDAY + KEYS_KEPT) == 0
    assert taken(company, "old")

    later = MONDAY + KEYS_KEPT + timedelta(seconds=1)
    assert forget_old_keys(company, RecordedJobs(), later) == 1
    assert (taken(company, "old"), taken(company, "new")) == (False, True)
    assert forget_old_keys(company, RecordedJobs(), later) == 0
