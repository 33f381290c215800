"""All tables of the product, one class a table: `select(Deals.id, Deals.name)`; `metadata` holds them all."""

from __future__ import annotations

from bot.store.tables.base import Base
from bot.store.tables.cadence import (
    AcknowledgementAnswers,
    Acknowledgements,
    CadenceFires,
    CadenceZones,
    CoverageConversations,
    Obligations,
)
from bot.store.tables.coaching import (
    CoachingAnswers,
    CoachingDealActions,
    CoachingDrafts,
    CoachingLogs,
    CoachingLogVersions,
    CoachingNotes,
    CoachingReads,
    CoachingSteps,
    DeepDives,
    DevelopmentPlans,
    RatingBatches,
    RatingRaters,
    RatingReleases,
    RatingTokens,
    SkillObservations,
)
from bot.store.tables.deals import (
    Accounts,
    Activities,
    Contacts,
    DealChanges,
    DealContacts,
    Deals,
    DealStageEvents,
    NextSteps,
    Quotas,
)
from bot.store.tables.erasures import Erasures, Tombstones
from bot.store.tables.flags import FlagListings, FlagResponses
from bot.store.tables.inbox import InboxEvents
from bot.store.tables.inspection import (
    DealThreads,
    DemotionProposals,
    EarlierAskings,
    EvidenceItems,
    EvidenceRulings,
    InspectionQuestions,
    TeamChannels,
    ThreadMessages,
)
from bot.store.tables.notices import AttentionDays, Deliveries, Notices
from bot.store.tables.one_on_ones import AgendaItems, OneOnOnes, OneOnOneSeries
from bot.store.tables.paces import Paces
from bot.store.tables.people import People, PersonRoles, TimeOffs
from bot.store.tables.records import AuditEvents, ImportRejects, Imports
from bot.store.tables.reviews import Decisions, NextActions, PipelineReviews, ReviewDeals
from bot.store.tables.verdict_comments import VerdictComments
from bot.store.tables.workspace import InboundKeys, Settings, Workspaces

metadata = Base.metadata

__all__ = [
    "Accounts",
    "AcknowledgementAnswers",
    "Acknowledgements",
    "Activities",
    "AgendaItems",
    "AttentionDays",
    "AuditEvents",
    "Base",
    "CadenceFires",
    "CadenceZones",
    "CoachingAnswers",
    "CoachingDealActions",
    "CoachingDrafts",
    "CoachingLogVersions",
    "CoachingLogs",
    "CoachingNotes",
    "CoachingReads",
    "CoachingSteps",
    "Contacts",
    "CoverageConversations",
    "DealChanges",
    "DealContacts",
    "DealStageEvents",
    "DealThreads",
    "Deals",
    "Decisions",
    "DeepDives",
    "Deliveries",
    "DemotionProposals",
    "DevelopmentPlans",
    "EarlierAskings",
    "Erasures",
    "EvidenceItems",
    "EvidenceRulings",
    "FlagListings",
    "FlagResponses",
    "ImportRejects",
    "Imports",
    "InboundKeys",
    "InboxEvents",
    "InspectionQuestions",
    "NextActions",
    "NextSteps",
    "Notices",
    "Obligations",
    "OneOnOneSeries",
    "OneOnOnes",
    "Paces",
    "People",
    "PersonRoles",
    "PipelineReviews",
    "Quotas",
    "RatingBatches",
    "RatingRaters",
    "RatingReleases",
    "RatingTokens",
    "ReviewDeals",
    "Settings",
    "SkillObservations",
    "TeamChannels",
    "ThreadMessages",
    "TimeOffs",
    "Tombstones",
    "VerdictComments",
    "Workspaces",
    "metadata",
]
