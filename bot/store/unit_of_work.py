"""The unit of work: one transaction with its repositories, alike on SQLite and PostgreSQL."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property

from sqlalchemy import Connection, Engine

from bot.domain.pipeline import DataField
from bot.store.handling import Handling, Inbound
from bot.store.repositories.attention import AttentionRepository
from bot.store.repositories.audit import AuditRepository
from bot.store.repositories.coaching import CoachingRepository
from bot.store.repositories.coaching_reads import CoachingReadRepository
from bot.store.repositories.coaching_records import CoachingRecordRepository
from bot.store.repositories.conversations import ConversationRepository
from bot.store.repositories.data_fields import data_fields
from bot.store.repositories.deal_threads import DealThreadRepository
from bot.store.repositories.deals import DealRepository
from bot.store.repositories.decisions import DecisionRepository
from bot.store.repositories.erasures import ErasureRepository
from bot.store.repositories.evidence import EvidenceRepository
from bot.store.repositories.fires import FireRepository
from bot.store.repositories.flags import FlagRepository
from bot.store.repositories.forgetting import ForgettingRepository
from bot.store.repositories.imports import ImportRepository
from bot.store.repositories.inbound import InboundRepository
from bot.store.repositories.inbox import InboxRepository
from bot.store.repositories.inspections import InspectionRepository
from bot.store.repositories.ledger import LedgerRepository
from bot.store.repositories.name_sweep import NameSweepRepository
from bot.store.repositories.notices import NoticeRepository
from bot.store.repositories.obligations import ObligationRepository
from bot.store.repositories.one_on_ones import OneOnOneRepository
from bot.store.repositories.outbox import OutboxRepository
from bot.store.repositories.paces import PaceRepository
from bot.store.repositories.people import PeopleRepository
from bot.store.repositories.personal_records import PersonalRecordRepository
from bot.store.repositories.quotas import QuotaRepository
from bot.store.repositories.ratings import RatingRepository
from bot.store.repositories.retention import RetentionRepository
from bot.store.repositories.reviews import ReviewRepository
from bot.store.repositories.settings import SettingsRepository
from bot.store.repositories.settled import SettledRepository
from bot.store.repositories.verdict_comments import VerdictCommentRepository
from bot.store.repositories.workspace import WorkspaceRepository
from bot.store.transactions import Transactions


class UnitOfWork:
    """One transaction. `connection` is for what must be written in it too, such as the jobs to run.

    `answers_a_request`: it is part of a request from outside; else a time has come, or a command was given.
    """

    def __init__(
        self,
        connection: Connection,
        workspace_id: str,
        ratings_key: bytes | None = None,
        *,
        answers_a_request: bool = False,
    ) -> None:
        self.connection = connection
        self.answers_a_request = answers_a_request
        self.workspace_id = workspace_id
        self._ratings_key = ratings_key or secrets.token_bytes(32)

    @cached_property
    def workspace(self) -> WorkspaceRepository:
        """The workspace itself."""
        return WorkspaceRepository(self.connection, self.workspace_id)

    @cached_property
    def people(self) -> PeopleRepository:
        """People, roles, the manager tree, time off."""
        return PeopleRepository(self.connection, self.workspace_id)

    @cached_property
    def deals(self) -> DealRepository:
        """Deals and their history."""
        return DealRepository(self.connection, self.workspace_id)

    @cached_property
    def quotas(self) -> QuotaRepository:
        """Quotas by person and period."""
        return QuotaRepository(self.connection, self.workspace_id)

    @cached_property
    def settings(self) -> SettingsRepository:
        """Settings with versions."""
        return SettingsRepository(self.connection, self.workspace_id)

    @cached_property
    def fires(self) -> FireRepository:
        """Occurrences of cadences."""
        return FireRepository(self.connection, self.workspace_id)

    @cached_property
    def obligations(self) -> ObligationRepository:
        """Who owes what by when."""
        return ObligationRepository(self.connection, self.workspace_id)

    @cached_property
    def verdict_comments(self) -> VerdictCommentRepository:
        """What those judged say of verdicts about them."""
        return VerdictCommentRepository(self.connection, self.workspace_id)

    @cached_property
    def conversations(self) -> ConversationRepository:
        """Coverage conversations and their acknowledgements."""
        return ConversationRepository(self.connection, self.workspace_id)

    @cached_property
    def one_on_ones(self) -> OneOnOneRepository:
        """One-on-ones: the accepted schedule, its slots, their agendas."""
        return OneOnOneRepository(self.connection, self.workspace_id)

    @cached_property
    def coaching(self) -> CoachingRepository:
        """Coaching logs, and what the coached said of them."""
        return CoachingRepository(self.connection, self.workspace_id)

    @cached_property
    def coaching_records(self) -> CoachingRecordRepository:
        """What hangs on coaching logs: steps, notes, drafts, plans."""
        return CoachingRecordRepository(self.connection, self.workspace_id)

    @cached_property
    def coaching_reads(self) -> CoachingReadRepository:
        """Who was shown which coaching log."""
        return CoachingReadRepository(self.connection, self.workspace_id)

    @cached_property
    def ratings(self) -> RatingRepository:
        """Ratings of sessions, added up."""
        return RatingRepository(self.connection, self.workspace_id, self._ratings_key)

    @cached_property
    def flags(self) -> FlagRepository:
        """What was answered to flags, and which were shown to whom."""
        return FlagRepository(self.connection, self.workspace_id)

    @cached_property
    def reviews(self) -> ReviewRepository:
        """Pipeline reviews and the deals picked for them."""
        return ReviewRepository(self.connection, self.workspace_id)

    @cached_property
    def decisions(self) -> DecisionRepository:
        """What was decided of deals, and the CRM's records of it."""
        return DecisionRepository(self.connection, self.workspace_id)

    @cached_property
    def personal_records(self) -> PersonalRecordRepository:
        """How much is held about one person."""
        return PersonalRecordRepository(self.connection, self.workspace_id)

    @cached_property
    def erasures(self) -> ErasureRepository:
        """Erasures and tombstones."""
        return ErasureRepository(self.connection, self.workspace_id)

    @cached_property
    def forgetting(self) -> ForgettingRepository:
        """A person's words, to be erased."""
        return ForgettingRepository(self.connection, self.workspace_id)

    @cached_property
    def retention(self) -> RetentionRepository:
        """What people wrote, once it is past its time."""
        return RetentionRepository(self.connection, self.workspace_id)

    @cached_property
    def names(self) -> NameSweepRepository:
        """A person's names, to be taken out of every text."""
        return NameSweepRepository(self.connection, self.workspace_id)

    @cached_property
    def ledger(self) -> LedgerRepository:
        """The ledger as an export reads it."""
        return LedgerRepository(self.connection, self.workspace_id)

    @cached_property
    def notices(self) -> NoticeRepository:
        """What the bot says, and the messages that say it."""
        return NoticeRepository(self.connection, self.workspace_id)

    @cached_property
    def outbox(self) -> OutboxRepository:
        """All messages together."""
        return OutboxRepository(self.connection, self.workspace_id)

    @cached_property
    def settled(self) -> SettledRepository:
        """Messages that have had their time."""
        return SettledRepository(self.connection, self.workspace_id)

    @cached_property
    def attention(self) -> AttentionRepository:
        """What each person's day holds."""
        return AttentionRepository(self.connection, self.workspace_id)

    @cached_property
    def paces(self) -> PaceRepository:
        """From when on the next message may pass each limit."""
        return PaceRepository(self.connection, self.workspace_id)

    @cached_property
    def threads(self) -> DealThreadRepository:
        """Deals' threads and what was written in them."""
        return DealThreadRepository(self.connection, self.workspace_id)

    @cached_property
    def inspections(self) -> InspectionRepository:
        """Questions asked about deals, and proposed demotions."""
        return InspectionRepository(self.connection, self.workspace_id)

    @cached_property
    def evidence(self) -> EvidenceRepository:
        """Evidence for the criteria of deals, and rulings on it."""
        return EvidenceRepository(self.connection, self.workspace_id)

    @cached_property
    def inbound(self) -> InboundRepository:
        """What came in already."""
        return InboundRepository(self.connection, self.workspace_id)

    @cached_property
    def inbox(self) -> InboxRepository:
        """Events that were acked and wait for their turn."""
        return InboxRepository(self.connection, self.workspace_id)

    @cached_property
    def audit(self) -> AuditRepository:
        """The append-only trail."""
        return AuditRepository(self.connection, self.workspace_id)

    @cached_property
    def imports(self) -> ImportRepository:
        """Runs of imports and the rows they refused."""
        return ImportRepository(self.connection, self.workspace_id)

    def data_fields(self) -> frozenset[DataField]:
        """Return which fields this workspace's CRM data holds at all."""
        return data_fields(self.connection, self.workspace_id)


class Store:
    """The way to the database for one workspace. Safe to share between threads."""

    def __init__(self, engine: Engine, workspace_id: str = "main", ratings_key: bytes | None = None) -> None:
        """`ratings_key` masks unreleased ratings and is not in the database; without one they end here."""
        self.engine = engine
        self.workspace_id = workspace_id
        self._ratings_key = ratings_key or secrets.token_bytes(32)
        self._transactions = Transactions(engine, workspace_id)

    @contextmanager
    def writing(self) -> Iterator[UnitOfWork]:
        """Open a transaction that reads, decides and writes; it commits at the end, not on an exception.

        On SQLite nobody else writes meanwhile, so what was read stays true; writers are served in the
        order of their coming. On PostgreSQL what is read to be changed is locked (`for_update`) or has a
        version. While a request is `handling` it commits with that.
        """
        with self._transactions.writing() as connection:
            answers = self._transactions.answers_a_request
            yield UnitOfWork(connection, self.workspace_id, self._ratings_key, answers_a_request=answers)

    @contextmanager
    def reading(self) -> Iterator[UnitOfWork]:
        """Open a transaction that only reads: one consistent state, no wait for a writer, writes refused."""
        with self._transactions.reading() as connection:
            yield UnitOfWork(connection, self.workspace_id, self._ratings_key)

    def handling(self, request: Inbound) -> AbstractContextManager[Handling]:
        """Carry out a request from outside once: see `Transactions.handling`."""
        return self._transactions.handling(request)
