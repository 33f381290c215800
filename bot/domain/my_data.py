"""What is held about one person, by kind of record: how much, since when, what for, and for how long."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class RecordKind(StrEnum):
    """A kind of record that is kept of a person."""

    ENTRY = "entry"
    TIME_OFF = "time_off"
    DEALS = "deals"
    QUOTAS = "quotas"
    OBLIGATIONS = "obligations"
    COMMENTS = "comments"
    CONVERSATIONS = "conversations"
    ONE_ON_ONES = "one_on_ones"
    AGENDA_ITEMS = "agenda_items"
    LOGS_ABOUT = "logs_about"
    LOGS_BY = "logs_by"
    ANSWERS = "answers"
    OBSERVATIONS = "observations"
    STEPS = "steps"
    PLANS = "plans"
    NOTES_BY = "notes_by"
    DRAFTS_BY = "drafts_by"
    QUESTIONS = "questions"
    THREAD_MESSAGES = "thread_messages"
    EVIDENCE = "evidence"
    RULINGS = "rulings"
    DECISIONS = "decisions"
    FLAGS = "flags"
    MESSAGES = "messages"
    READS = "reads"


NAMES: Mapping[RecordKind, str] = {
    RecordKind.ENTRY: "Your name, e-mail address, Slack id, roles, region, time zone, leader",
    RecordKind.TIME_OFF: "Days away",
    RecordKind.DEALS: "Deals in your name",
    RecordKind.QUOTAS: "Quotas",
    RecordKind.OBLIGATIONS: "What you owe or what is owed to you, with its verdict",
    RecordKind.COMMENTS: "Your comments on verdicts about you: your leaders read them",
    RecordKind.CONVERSATIONS: "Coverage conversations",
    RecordKind.ONE_ON_ONES: "One-on-ones",
    RecordKind.AGENDA_ITEMS: "What you put on agendas",
    RecordKind.LOGS_ABOUT: "Coaching logs about you",
    RecordKind.LOGS_BY: "Coaching logs you wrote",
    RecordKind.ANSWERS: "Your answers whether a conversation took place",
    RecordKind.OBSERVATIONS: "Skills observed in your sessions",
    RecordKind.STEPS: "Steps agreed in sessions of yours",
    RecordKind.PLANS: "Development plans",
    RecordKind.NOTES_BY: "Private notes you wrote: nobody else reads them",
    RecordKind.DRAFTS_BY: "Drafts of logs you began",
    RecordKind.QUESTIONS: "Questions you were asked about deals",
    RecordKind.THREAD_MESSAGES: "What you wrote in deals' threads",
    RecordKind.EVIDENCE: "Your words quoted as evidence",
    RecordKind.RULINGS: "Evidence you accepted or rejected",
    RecordKind.DECISIONS: "Decisions you took or carry out",
    RecordKind.FLAGS: "Your answers to flags",
    RecordKind.MESSAGES: "Messages to you: their kind and time, not their words",
    RecordKind.READS: "Coaching logs of others that you were shown",
}


@dataclass(frozen=True, slots=True)
class Purpose:
    """What some kinds of records are kept for."""

    title: str
    words: str
    kinds: tuple[RecordKind, ...]


PURPOSES = (
    Purpose(
        "From your CRM",
        "To know who works with whom, and how deals stand.",
        (RecordKind.ENTRY, RecordKind.TIME_OFF, RecordKind.DEALS, RecordKind.QUOTAS),
    ),
    Purpose(
        "Rhythm",
        "To ask for what is due, and to tell afterwards whether it happened.",
        (
            RecordKind.OBLIGATIONS,
            RecordKind.COMMENTS,
            RecordKind.CONVERSATIONS,
            RecordKind.ONE_ON_ONES,
            RecordKind.AGENDA_ITEMS,
            RecordKind.MESSAGES,
        ),
    ),
    Purpose(
        "Coaching",
        "So that the two who talked can build on it. Leaders see day, minutes, focus area and verdict; "
        "the text only once both released it.",
        (
            RecordKind.LOGS_ABOUT,
            RecordKind.LOGS_BY,
            RecordKind.ANSWERS,
            RecordKind.OBSERVATIONS,
            RecordKind.STEPS,
            RecordKind.PLANS,
            RecordKind.NOTES_BY,
            RecordKind.DRAFTS_BY,
            RecordKind.READS,
        ),
    ),
    Purpose(
        "Deals",
        "To hold what is claimed of a deal against what the buyer did.",
        (
            RecordKind.QUESTIONS,
            RecordKind.THREAD_MESSAGES,
            RecordKind.EVIDENCE,
            RecordKind.RULINGS,
            RecordKind.DECISIONS,
            RecordKind.FLAGS,
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class HeldRecords:
    """How many records of a kind there are, and the days of the first and the last where they have one."""

    kind: RecordKind
    count: int
    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Reading:
    """One reader of logs about somebody (or, not `about`, written by them): how many, and when last.

    `text`: they read the text; else they were shown day, minutes, focus area and verdict.
    """

    reader: str
    about: bool
    text: bool
    logs: int
    last: datetime


@dataclass(frozen=True, slots=True)
class MyData:
    """All of it for one person; `name` is None for somebody of whom nothing is held.

    `kept_days`: after how many days the words of a kind are erased; a kind that is absent has no term.
    """

    name: str | None
    time_zone: str
    held: tuple[HeldRecords, ...]
    readings: tuple[Reading, ...]
    kept_days: Mapping[RecordKind, int]
    request_days: int
