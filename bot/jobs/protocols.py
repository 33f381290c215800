"""What a job carries out and how a service asks for it; the composition root joins the two."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from sqlalchemy import Connection


class Lane(StrEnum):
    """Queues apart, so that a person's click never waits behind a Monday's fan-out.

    INTERACTIVE: what somebody waits for who just did something. REFRESHES: what changes by itself where it
    stands, such as a thousand cards at six o'clock.
    """

    INTERACTIVE = "interactive"
    DELIVERIES = "deliveries"
    REFRESHES = "refreshes"
    EXPANSIONS = "expansions"


@dataclass(frozen=True, slots=True)
class TryAgain:
    """The other side could not take it now: wait this many seconds, then try once more.

    `refused`: it was turned away for having come too fast. Nothing was done, so it counts as no attempt.
    """

    seconds: float
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """When a delivery may be carried out: in this many seconds if it is `mine`, else ask again after them."""

    seconds: float
    mine: bool


class Deliver(Protocol):
    """Bring one recorded delivery to its person; idempotent by its id."""

    async def __call__(self, delivery_id: str, attempt: int) -> TryAgain | None:
        """Return None when it is settled (sent, superseded or dead), else when to try again."""


class Pacer(Protocol):
    """Keeps deliveries within the limits of the other side, over all processes."""

    def take(self, delivery_id: str, lane: Lane) -> Turn:
        """Give a delivery its place among all that are to be sent."""

    def confirm(self, delivery_id: str) -> Turn:
        """Tell whether a place that was waited for still holds."""


class Expand(Protocol):
    """Turn one page of a recorded fire into what each person owes and is told."""

    def __call__(self, fire_id: str) -> bool:
        """Return True while pages are left."""


class JobQueue(Protocol):
    """Where a service puts a job, inside the transaction that recorded its reason."""

    def deliver(self, connection: Connection, delivery_id: str, lane: Lane) -> None:
        """Ask for a delivery once this transaction is committed."""

    def expand(self, connection: Connection, fire_id: str) -> None:
        """Ask for a fire's fan-out once this transaction is committed."""


class RepeatingQueue(JobQueue, Protocol):
    """A JobQueue that can ask once more for what was asked for before."""

    def deliver_again(self, connection: Connection, delivery_id: str, lane: Lane) -> None:
        """Ask for a delivery whose earlier job is over or gone."""

    def expand_again(self, connection: Connection, fire_id: str) -> None:
        """Ask for a fire's fan-out whose earlier job is over or gone."""
