"""The flags that deals raise, parted into those that are open and those that somebody has answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.days import Days
from bot.domain.flags import (
    AnsweredDeal,
    Flag,
    FlaggedDeal,
    FlagResponse,
    FlagRules,
    answered_together,
    deals_that_matter,
    flags_of,
    standing_answers,
)
from bot.domain.people import Person
from bot.domain.pipeline import DataField, Deal
from bot.domain.settings import Measures
from bot.services.pipeline_facts import PipelineFacts


@dataclass(frozen=True, slots=True)
class FlagBasis:
    """On which the flags of a deal rest: fields held, thresholds, whose days, when, the check before."""

    held: frozenset[DataField]
    measures: Measures
    days: Days
    now: datetime
    last_check: datetime | None

    def raised(self, deal: Deal) -> list[Flag]:
        """Return all flags of a deal, answered or not."""
        return flags_of(
            deal,
            now=self.now,
            days=self.days,
            rules=flag_rules(self.measures),
            held=self.held,
            last_check=self.last_check,
        )

    def answers(self, flags: Iterable[Flag], responses: Iterable[FlagResponse]) -> dict[Flag, FlagResponse]:
        """Return those of the flags that are answered for now, each with its answer."""
        return standing_answers(
            flags,
            responses,
            now=self.now,
            return_days=self.measures.flag_return_days,
            zone=self.days.zone,
        )


def flag_rules(measures: Measures) -> FlagRules:
    """Return the thresholds of the flags as the admin set them."""
    return FlagRules(
        stale_days=measures.stale_days,
        frozen_days=measures.frozen_days,
        close_date_pushes=measures.close_date_pushes,
        amount_jump_ratio=measures.amount_jump,
    )


def flagged_deals(reps: Sequence[Person], facts: PipelineFacts, basis: FlagBasis) -> list[FlaggedDeal]:
    """Return the reps' deals with flags that nobody has answered, the one that matters most first."""
    return unanswered(facts.open_deals_of(reps), facts.responses, basis)


def unanswered(
    deals: Iterable[Deal], responses: Mapping[str, Sequence[FlagResponse]], basis: FlagBasis
) -> list[FlaggedDeal]:
    """Return those of the open deals with flags that nobody has answered, the one that matters most first."""
    found: list[tuple[Deal, list[Flag]]] = []
    for deal in deals:
        flags = basis.raised(deal)
        answers = basis.answers(flags, responses.get(deal.id, ()))
        if open_ := [flag for flag in flags if flag not in answers]:
            found.append((deal, open_))
    return deals_that_matter(found, today=basis.days.local(basis.now))


def answered(
    deals: Iterable[Deal], responses: Mapping[str, Sequence[FlagResponse]], basis: FlagBasis
) -> list[AnsweredDeal]:
    """Return those of the open deals with flags that are raised and answered, the latest answer first."""
    found = [
        one
        for deal in deals
        if (given := responses.get(deal.id))
        for one in answered_together(deal, basis.answers(basis.raised(deal), given))
    ]
    return sorted(found, key=lambda one: (one.answer.at, one.answer.id), reverse=True)
