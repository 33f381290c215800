"""What became of a decision rests on words in a thread: changed or deleted, they take its verdict along."""

from __future__ import annotations

import pytest

from bot.domain.obligations import Verdict
from bot.services.deal_messages import Written, message_deleted, message_edited
from bot.store.ids import new_id
from bot.store.repositories.deal_threads import ThreadMessage
from tests.integration.services.inspecting import CHANNEL, HEAD, opened, with_channels
from tests.integration.services.review_week import THURSDAY, Held, verified
from tests.integration.services.test_decisions import (
    DAY,
    NEXT_STATE,
    evidence,
    held,
    prove,
    what_was_decided_is_done,
)

__all__ = ["held"]


@pytest.fixture
def words(held: Held) -> Written:
    """Rob's words in the thread of an advance that the CRM shows; its evidence rests on them."""
    with_channels(held.store, THURSDAY)
    thread = opened(held.store, held.jobs, now=THURSDAY)
    proof = evidence("likeliest_objection")
    said = Written(proof.channel, proof.message_ts, HEAD, "UROB", proof.quote, 0, proof.said_at)
    with held.store.writing() as uow:
        uow.threads.keep(
            ThreadMessage(
                new_id("tms"), thread.id, said.channel, said.ts, "rob", said.text, said.files, said.said_at
            )
        )
    prove(held.store, held.jobs)
    what_was_decided_is_done(held.store)
    verified(held.store, held.jobs, NEXT_STATE)
    assert held.decision("deal_rob").verdict is Verdict.VERIFIED
    assert thread.channel == CHANNEL
    return said


@pytest.mark.parametrize("deleted", [True, False])
def test_an_advance_is_worth_no_more_than_the_words_it_rests_on(
    held: Held, words: Written, deleted: bool
) -> None:
    if deleted:
        message_deleted(held.store, held.jobs, words.channel, words.ts, NEXT_STATE + DAY)
    else:
        other = Written(words.channel, words.ts, HEAD, "UROB", "No idea yet", 0, words.said_at)
        message_edited(held.store, held.jobs, other, NEXT_STATE + DAY)

    assert held.decision("deal_rob").verdict is Verdict.UNVERIFIED
