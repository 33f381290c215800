"""Meridian's people: who sells, who leads, their quotas, days off, and what changes among them in October."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.domain.people import Role


@dataclass(frozen=True, slots=True)
class Member:
    """One person of Meridian. `key` names them in the tables of deals; `slack_id` only in the sandbox."""

    key: str
    id: str
    name: str
    role: Role
    manager: str | None
    region: str
    segment: str
    time_zone: str
    country: str
    title: str
    slack_id: str
    email: str
    active: bool = True

    @property
    def zone(self) -> ZoneInfo:
        """The zone this person's working day is in."""
        return ZoneInfo(self.time_zone)


EMEA = "EMEA North"
AMERICAS = "Americas"
# Where a team sits: region, segment, time zone, country.
_SEATS = {
    "berlin": (EMEA, "mid_market", "Europe/Berlin", "DE"),
    "london": (EMEA, "enterprise", "Europe/London", "GB"),
    "new_york": (AMERICAS, "mid_market", "America/New_York", "US"),
    "chicago": (AMERICAS, "enterprise", "America/Chicago", "US"),
}
_AE = "Account Executive"
_SENIOR_AE = "Senior Account Executive"
_ENTERPRISE_AE = "Enterprise Account Executive"
# key, id, name, e-mail, role, manager, seat, title, Slack id
_ROWS: tuple[tuple[str, str, str, str, Role, str | None, str, str, str], ...] = (
    ("helena", "P-100", "Helena Marsh", "helena.marsh", Role.VP, None, "london", "VP Sales", "U0HELENA01"),
    (
        "tomasz",
        "P-101",
        "Tomasz Wilk",
        "tomasz.wilk",
        Role.ADMIN,
        "helena",
        "berlin",
        "RevOps Lead",
        "U0TOMASZ02",
    ),
    (
        "kara",
        "P-110",
        "Kara Voss",
        "kara.voss",
        Role.MANAGER,
        "helena",
        "berlin",
        "Sales Manager",
        "U0KARA0003",
    ),
    (
        "owen",
        "P-120",
        "Owen Pryce",
        "owen.pryce",
        Role.MANAGER,
        "helena",
        "london",
        "Sales Manager",
        "U0OWEN0004",
    ),
    (
        "denise",
        "P-130",
        "Denise Carter",
        "denise.carter",
        Role.MANAGER,
        "helena",
        "new_york",
        "Regional Sales Manager",
        "U0DENISE05",
    ),
    (
        "rafael",
        "P-140",
        "Rafael Ortega",
        "rafael.ortega",
        Role.MANAGER,
        "helena",
        "chicago",
        "Regional Sales Manager",
        "U0RAFAEL06",
    ),
    ("jonas", "P-111", "Jonas Albrecht", "jonas.albrecht", Role.REP, "kara", "berlin", _AE, "U0JONAS011"),
    ("leyla", "P-112", "Leyla Demir", "leyla.demir", Role.REP, "kara", "berlin", _AE, "U0LEYLA012"),
    (
        "mats",
        "P-113",
        "Mats Lindqvist",
        "mats.lindqvist",
        Role.REP,
        "kara",
        "berlin",
        _SENIOR_AE,
        "U0MATS0013",
    ),
    ("nadia", "P-114", "Nadia Rahimi", "nadia.rahimi", Role.REP, "kara", "berlin", _SENIOR_AE, "U0NADIA014"),
    ("felix", "P-115", "Felix Brandt", "felix.brandt", Role.REP, "kara", "berlin", _AE, "U0FELIX015"),
    (
        "amara",
        "P-121",
        "Amara Nwosu",
        "amara.nwosu",
        Role.REP,
        "owen",
        "london",
        _ENTERPRISE_AE,
        "U0AMARA021",
    ),
    (
        "callum",
        "P-122",
        "Callum Reid",
        "callum.reid",
        Role.REP,
        "owen",
        "london",
        _ENTERPRISE_AE,
        "U0CALLUM22",
    ),
    ("priya", "P-123", "Priya Raman", "priya.raman", Role.REP, "owen", "london", _AE, "U0PRIYA023"),
    (
        "saoirse",
        "P-124",
        "Saoirse Byrne",
        "saoirse.byrne",
        Role.REP,
        "owen",
        "london",
        _ENTERPRISE_AE,
        "U0SAOIRSE4",
    ),
    ("marcus", "P-131", "Marcus Bell", "marcus.bell", Role.REP, "denise", "new_york", _AE, "U0MARCUS31"),
    (
        "elena",
        "P-132",
        "Elena Vasquez",
        "elena.vasquez",
        Role.REP,
        "denise",
        "new_york",
        _SENIOR_AE,
        "U0ELENA032",
    ),
    ("tyler", "P-133", "Tyler Okafor", "tyler.okafor", Role.REP, "denise", "new_york", _AE, "U0TYLER033"),
    ("grace", "P-134", "Grace Kim", "grace.kim", Role.REP, "denise", "new_york", _SENIOR_AE, "U0GRACE034"),
    ("hannah", "P-141", "Hannah Schultz", "hannah.schultz", Role.REP, "rafael", "chicago", _AE, "U0HANNAH41"),
    ("devon", "P-142", "Devon Price", "devon.price", Role.REP, "rafael", "chicago", _AE, "U0DEVON042"),
    (
        "lucia",
        "P-143",
        "Lucía Fernández",
        "lucia.fernandez",
        Role.REP,
        "rafael",
        "chicago",
        _SENIOR_AE,
        "U0LUCIA043",
    ),
)

MEMBERS: tuple[Member, ...] = tuple(
    Member(key, id_, name, role, manager, *_SEATS[seat], title, slack_id, f"{email}@meridian.example")
    for key, id_, name, email, role, manager, seat, title, slack_id in _ROWS
)
BY_KEY: dict[str, Member] = {member.key: member for member in MEMBERS}


@dataclass(frozen=True, slots=True)
class MemberChange:
    """From `at` on (aware, UTC) the CRM shows this person under another manager, or gone."""

    at: datetime
    key: str
    manager: str | None = None
    active: bool | None = None


CHANGES: tuple[MemberChange, ...] = (
    # Devon's last day is Friday 16 October; RevOps closes his account that evening.
    MemberChange(datetime(2026, 10, 16, 22, 0, tzinfo=UTC), "devon", active=False),
    # Grace takes over in Rafael's team from week 3 on.
    MemberChange(datetime(2026, 10, 18, 20, 0, tzinfo=UTC), "grace", manager="rafael"),
)


def members_as_of(at: datetime) -> list[Member]:
    """Return everybody, leavers included, as the CRM knew them at that moment (aware, UTC)."""
    known = dict(BY_KEY)
    for change in CHANGES:
        if change.at <= at:
            member = known[change.key]
            manager = change.manager or member.manager
            active = member.active if change.active is None else change.active
            known[change.key] = replace(member, manager=manager, active=active)
    return list(known.values())


# key, first day off, last day off (inclusive), reason, the day it was entered in the CRM
TIME_OFF: tuple[tuple[str, date, date, str, date], ...] = (
    ("felix", date(2026, 10, 1), date(2026, 10, 9), "vacation", date(2026, 8, 17)),
    ("elena", date(2026, 10, 22), date(2026, 10, 23), "moving house", date(2026, 10, 7)),
    ("owen", date(2026, 10, 26), date(2026, 10, 30), "half-term with the children", date(2026, 9, 1)),
)

Q3 = (date(2026, 7, 1), date(2026, 9, 30))
Q4 = (date(2026, 10, 1), date(2026, 12, 31))
# Quotas in EUR for Q3 and Q4. Priya started on 14 September and has none yet.
QUOTAS: dict[str, tuple[Decimal, Decimal]] = {
    key: (Decimal(third), Decimal(fourth))
    for key, third, fourth in (
        ("jonas", 100_000, 110_000),
        ("leyla", 90_000, 90_000),
        ("mats", 95_000, 100_000),
        ("nadia", 95_000, 100_000),
        ("felix", 90_000, 95_000),
        ("amara", 130_000, 140_000),
        ("callum", 130_000, 130_000),
        ("saoirse", 150_000, 160_000),
        ("marcus", 95_000, 100_000),
        ("elena", 100_000, 110_000),
        ("tyler", 90_000, 95_000),
        ("grace", 90_000, 90_000),
        ("hannah", 130_000, 140_000),
        ("devon", 120_000, 120_000),
        ("lucia", 140_000, 150_000),
    )
}
