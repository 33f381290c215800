"""What the CRM says of a deal, as sentences a question may rest on, each with an id to cite it by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bot.domain.days import Days
from bot.domain.pipeline import Deal
from bot.domain.wording import count_of, short_date


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing known of a deal. `words` may hold text of the CRM: escape them where they are shown."""

    id: str
    deal_id: str
    words: str


def facts_of(deal: Deal, *, currency: str, days: Days, today: date) -> tuple[Fact, ...]:
    """Return what is known of a deal; what is unknown is no fact. `days` are the reader's."""
    return tuple(Fact(id_, deal.id, words) for id_, words in _said(deal, currency, days, today))


def _said(deal: Deal, currency: str, days: Days, today: date) -> Iterator[tuple[str, str]]:
    stage = deal.stage.value.replace("_", " ")
    if deal.entered_stage_at is not None:
        since = short_date(days.of_crm(deal.entered_stage_at), today)
        yield "stage", f"In {stage} since {since}"
    else:
        yield "stage", f"In {stage}"
    if deal.amount is not None:
        yield "amount", f"Amount {currency} {deal.amount:,.0f}"
    if deal.close_date is not None:
        yield "close_date", f"Close date {short_date(deal.close_date, today)}"
    if deal.close_date_pushes:
        yield "close_date_pushes", f"Close date pushed {count_of(deal.close_date_pushes, 'time')}"
    if deal.contact_count is not None:
        yield "contacts", f"{count_of(deal.contact_count, 'contact')} known"
    if deal.last_activity_at is not None:
        yield "last_activity", f"Last activity {short_date(days.of_crm(deal.last_activity_at), today)}"
    if deal.next_step is None:
        yield "next_step", "No next step in the CRM"
    else:
        due = deal.next_step.due_on
        dated = f", due {short_date(due, today)}" if due else ", without a date"
        yield "next_step", f"Next step in the CRM: {deal.next_step.text}{dated}"
