"""The one door to deal flags: kinds, rules, answers and ranking, each from its own file."""

from __future__ import annotations

from bot.domain.flag_answers import (
    FIXABLE,
    AnsweredDeal,
    FlagResponse,
    ListedFlag,
    ResponseKind,
    answered_together,
    is_first_listing,
    standing_answers,
    still_raised,
    unlisted,
    why_not_fixable,
)
from bot.domain.flag_kinds import FLAG_NAMES, NEEDS, NEEDS_ONE_OF, FlagKind, flags_off, missing_fields
from bot.domain.flag_ranking import (
    FlaggedDeal,
    closes_soon,
    deals_that_matter,
    flag_risk,
    usual_amount,
    value_at_stake,
)
from bot.domain.flag_rules import Facts, Flag, FlagRules, fingerprint_of, flags_of

__all__ = [
    "FIXABLE",
    "FLAG_NAMES",
    "NEEDS",
    "NEEDS_ONE_OF",
    "AnsweredDeal",
    "Facts",
    "Flag",
    "FlagKind",
    "FlagResponse",
    "FlagRules",
    "FlaggedDeal",
    "ListedFlag",
    "ResponseKind",
    "answered_together",
    "closes_soon",
    "deals_that_matter",
    "fingerprint_of",
    "flag_risk",
    "flags_of",
    "flags_off",
    "is_first_listing",
    "missing_fields",
    "standing_answers",
    "still_raised",
    "unlisted",
    "usual_amount",
    "value_at_stake",
    "why_not_fixable",
]
