"""How long it is kept what serves its purpose for a time only."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from bot.domain.settings.base import PositiveDays, SettingsModel


class Retention(SettingsModel):
    """retention.yaml: days after which it is forgotten what nobody needs any more.

    Slack repeats a request within the hour, but a form left open overnight is sent again the next day: its
    key is kept for a week at the least. A message that can still change, or that was given up, has no term.

    What people wrote goes, what it proved stays: of a log its day, minutes, focus area and verdict, of
    evidence its grade and rulings, of a decision its kind, dates and verdict. The floors leave what the next
    session, review or quarter refers to.
    """

    request_keys_days: Annotated[int, Field(ge=7, le=730)] = 7
    jobs_days: PositiveDays = 7
    messages_days: PositiveDays = 30
    cards_days: Annotated[int, Field(ge=30, le=730)] = 180
    coaching_text_days: Annotated[int, Field(ge=90, le=3650)] = 730
    conversation_plans_days: Annotated[int, Field(ge=90, le=3650)] = 730
    private_notes_days: Annotated[int, Field(ge=30, le=3650)] = 365
    drafts_days: Annotated[int, Field(ge=7, le=365)] = 30
    agenda_items_days: Annotated[int, Field(ge=30, le=3650)] = 180
    decision_words_days: Annotated[int, Field(ge=90, le=3650)] = 730
    verdict_comments_days: Annotated[int, Field(ge=90, le=3650)] = 730
    flag_reasons_days: Annotated[int, Field(ge=30, le=3650)] = 365
    evidence_words_days: Annotated[int, Field(ge=30, le=3650)] = 365
    read_records_days: Annotated[int, Field(ge=90, le=3650)] = 365

    @property
    def request_keys(self) -> timedelta:
        """Return how long it is known which requests were carried out, and how they were answered."""
        return timedelta(days=self.request_keys_days)

    @property
    def jobs(self) -> timedelta:
        """Return how long finished jobs are kept."""
        return timedelta(days=self.jobs_days)

    @property
    def messages(self) -> timedelta:
        """Return how long passing messages are kept: updates made, Home tabs published, hints given."""
        return timedelta(days=self.messages_days)

    @property
    def cards(self) -> timedelta:
        """Return how long it is kept what a person's day held: its card, its lines, how often it rang."""
        return timedelta(days=self.cards_days)
