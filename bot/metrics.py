"""What an operator's monitoring reads: counted here, or read from the database at the moment it asks."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

CONTENT_TYPE = CONTENT_TYPE_LATEST
# Slack gives up on an ack after three seconds: how near they come to it, and how many were too late.
ACK_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 2.5, 3.0, 5.0)
# Shown from the start, so that a first one is a step from nothing and not a line that appears.
FAILING = ("deliver", "expand")
STATES = ("held", "queued", "sent", "failed", "dead", "superseded")


@dataclass(frozen=True, slots=True)
class Figures:
    """What the database tells: counts by name, and the age in seconds of the oldest message not yet sent."""

    deliveries: Mapping[str, int] = field(default_factory=dict)
    oldest_unsent_seconds: float = 0.0
    queue_depth: Mapping[str, int] = field(default_factory=dict)
    failed_jobs: int = 0
    missed_fires: int = 0
    events_waiting: int = 0
    events_stuck: int = 0


class _FromDatabase(Collector):
    """Reads the figures at scrape time, so that no gauge has to keep in step with other processes."""

    def __init__(self, read: Callable[[], Figures]) -> None:
        self._read = read

    def collect(self) -> Iterator[GaugeMetricFamily]:
        figures = self._read()
        by_state = dict.fromkeys(STATES, 0) | dict(figures.deliveries)
        yield _by("drumbeat_deliveries", "Messages by state", "state", by_state)
        yield _by("drumbeat_queue_depth", "Jobs waiting or at work, by queue", "lane", figures.queue_depth)
        for name, words, value in (
            (
                "oldest_unsent_seconds",
                "Age of the oldest message not yet sent",
                figures.oldest_unsent_seconds,
            ),
            ("jobs_failed", "Jobs that ended in an error and are still on record", figures.failed_jobs),
            (
                "fires_missed",
                "Cadences that came due while nothing ran, and were caught up late, once",
                figures.missed_fires,
            ),
            ("events_waiting", "Events acked and not worked off yet", figures.events_waiting),
            (
                "events_stuck",
                "Events given up after several attempts: `drumbeat status` names them",
                figures.events_stuck,
            ),
        ):
            yield GaugeMetricFamily(f"drumbeat_{name}", words, value=value)

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Say nothing yet: to be registered must not read the database."""
        yield from ()


def _by(name: str, words: str, label: str, counts: Mapping[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, words, labels=[label])
    for value, count in sorted(counts.items()):
        family.add_metric([value], count)
    return family


class Metrics:
    """One process's registry. Counts start at nothing with the process; the database's figures do not."""

    def __init__(self, read: Callable[[], Figures]) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_FromDatabase(read))
        self._acks = Histogram(
            "drumbeat_ack_seconds",
            "From a payload of Slack's to its ack",
            ["kind"],
            buckets=ACK_SECONDS,
            registry=self._registry,
        )
        self._failures = Counter(
            "drumbeat_job_failures", "Attempts that failed, by kind", ["kind"], registry=self._registry
        )
        for kind in FAILING:
            self._failures.labels(kind)
        self._repeated = Counter(
            "drumbeat_inbound_duplicates",
            "Requests that Slack sent again and that were not carried out again, by kind",
            ["kind"],
            registry=self._registry,
        )

    @contextmanager
    def ack(self, kind: str) -> Iterator[None]:
        """Time an answer to Slack, whether or not it fails."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self._acks.labels(kind).observe(time.perf_counter() - started)

    def job_failed(self, kind: str) -> None:
        """Count an attempt that failed; to be told to wait, or to have nothing left to say, is no failure."""
        self._failures.labels(kind).inc()

    def repeated(self, kind: str) -> None:
        """Count a request that was carried out before, and was only answered now."""
        self._repeated.labels(kind).inc()

    def text(self) -> bytes:
        """Return everything in Prometheus' text format; reads the database."""
        return generate_latest(self._registry)
