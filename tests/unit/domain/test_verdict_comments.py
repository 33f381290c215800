from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.obligations import State, Verdict
from bot.domain.verdict_comments import (
    LONGEST,
    WORDS,
    Judged,
    VerdictComment,
    checked_words,
    leaders_read,
)
from bot.errors import InvalidInput

NOW = datetime(2026, 10, 5, 7, 0, tzinfo=UTC)
PENDING, VERIFIED, UNANSWERED = Verdict.PENDING, Verdict.VERIFIED, Verdict.UNANSWERED
DISPUTED = Verdict.CONTRADICTED


def comment(verdict: Verdict = PENDING, state: State | None = State.OVERDUE) -> VerdictComment:
    return VerdictComment("cmt_1", Judged.OBLIGATION, "obl_1", "mia", "Rob was ill", NOW, verdict, state)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Rob was ill", "Rob was ill"),
        ("  Rob\n\nwas   ill \t", "Rob was ill"),
        ("Rob\0 was ill", "Rob was ill"),
        ("👍🏽", "👍🏽"),
        ("x" * LONGEST, "x" * LONGEST),
    ],
)
def test_words_are_kept_in_one_line(typed: str, kept: str) -> None:
    assert checked_words(typed) == kept


@pytest.mark.parametrize("typed", ["", "   ", "\n\t", "\0", "\u200b\u200b", "\u202e"])
def test_what_says_nothing_is_refused_at_its_field(typed: str) -> None:
    with pytest.raises(InvalidInput, match="in a sentence or two") as refused:
        checked_words(typed)
    assert [*refused.value.fields] == [WORDS]


def test_what_is_too_long_is_refused_with_how_long_it_is() -> None:
    with pytest.raises(InvalidInput, match=f"Keep it to {LONGEST} characters: these are 301") as refused:
        checked_words("x" * (LONGEST + 1))
    assert [*refused.value.fields] == [WORDS]


# Said of which verdict, how it stands, how leaders are shown it: do they read it?
@pytest.mark.parametrize(
    ("said_of", "stands", "shown", "read"),
    [
        # Nothing is kept from them: what was said before stays with what stands now.
        (PENDING, PENDING, PENDING, True),
        (PENDING, VERIFIED, VERIFIED, True),
        (UNANSWERED, VERIFIED, VERIFIED, True),
        (VERIFIED, DISPUTED, DISPUTED, True),
        (DISPUTED, DISPUTED, DISPUTED, True),
        # A dispute is the two's alone: words from before it tell nothing of it, words on it would.
        (PENDING, DISPUTED, PENDING, True),
        (DISPUTED, DISPUTED, PENDING, False),
        (VERIFIED, DISPUTED, PENDING, False),
        # It was settled, or the log is asked about anew: leaders know of none.
        (DISPUTED, VERIFIED, VERIFIED, False),
        (DISPUTED, PENDING, PENDING, False),
        # A confirmation is theirs a working day later.
        (VERIFIED, VERIFIED, PENDING, False),
    ],
)
def test_a_comment_tells_leaders_nothing_that_they_are_not_shown(
    said_of: Verdict, stands: Verdict, shown: Verdict, *, read: bool
) -> None:
    assert leaders_read(comment(said_of), stands=stands, shown=shown) is read


def test_a_rewording_is_of_how_things_stand_then() -> None:
    later = NOW + timedelta(hours=3)
    again = comment().reworded("We have talked since", later, VERIFIED, State.DONE)

    assert (again.id, again.version, again.written_at) == ("cmt_1", 2, later)
    assert again.is_of(VERIFIED, State.DONE)
    assert not again.is_of(VERIFIED, State.EXCUSED)
    assert not comment().is_of(PENDING, State.MISSED)
