"""On which day a moment lies for a person: as days pass where they are, and no bare date becomes another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

BARE_DATE_AT = time(12)
"""What the import makes of a date without a time: its noon in the source's zone."""


@dataclass(frozen=True, slots=True)
class Days:
    """Days as they pass in `zone`, a person's; `source_zone` is that of the CRM's bare dates (both IANA)."""

    zone: str
    source_zone: str

    def local(self, at: datetime) -> date:
        """Return the day of a moment where the person is."""
        return at.astimezone(ZoneInfo(self.zone)).date()

    def of_crm(self, at: datetime) -> date:
        """Return the day of a moment of the CRM: the date that it told, or else the day where the person is.

        What lies at the very noon of the source was a bare date, which a zone twelve hours away must not move
        to another day. A true moment of that instant is then told as the source's own day: no harm.
        """
        there = at.astimezone(ZoneInfo(self.source_zone))
        return there.date() if there.time() == BARE_DATE_AT else self.local(at)
