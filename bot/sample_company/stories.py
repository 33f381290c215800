"""The stories told by Meridian's data: whom and what each is about, when it shows, and what it shows.

Every story is checked in the tests with the domain's own functions: a deal changed in a table against its
story fails there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Story:
    """One thing to see. `shows` names flags, measures, states or verdicts of the domain.

    `on` is the first Monday it shows on, or the Monday of its week; `deal` its deal's id, or None where it
    is about a person or a team.
    """

    key: str
    person: str
    deal: str | None
    on: date
    shows: tuple[str, ...]
    told: str


_WEEK_1, _WEEK_2, _WEEK_3, _WEEK_4 = (date(2026, 10, day) for day in (5, 12, 19, 26))

STORIES: tuple[Story, ...] = (
    Story(
        "thin_pipeline",
        "Jonas Albrecht",
        None,
        _WEEK_1,
        ("coverage below",),
        "Jonas won well in summer and did not refill: he has 1.2 times what he still has to win.",
    ),
    Story(
        "full_pipeline",
        "Mats Lindqvist",
        None,
        _WEEK_1,
        ("coverage ok",),
        "Mats covers his quarter more than five times, and his deals do move on.",
    ),
    Story(
        "graveyard",
        "Leyla Demir",
        None,
        _WEEK_1,
        ("coverage graveyard",),
        "Leyla's 4.3 times look safe; of twelve deals in discovery none has come to a proposal.",
    ),
    Story(
        "quota_met",
        "Amara Nwosu",
        None,
        _WEEK_1,
        ("coverage met",),
        "Amara signed Pennywell Grocers on 1 October and has made her quarter on its first day.",
    ),
    Story(
        "new_rep",
        "Priya Raman",
        None,
        _WEEK_1,
        ("coverage off",),
        "Priya started on 14 September and has no quota yet: nothing to measure her against.",
    ),
    Story(
        "rep_on_holiday",
        "Felix Brandt",
        None,
        _WEEK_1,
        ("coverage below", "excused: time off"),
        "Felix is below 3.0 and on vacation until 9 October: the conversation is owed when he is back.",
    ),
    Story(
        "manager_on_holiday",
        "Owen Pryce",
        None,
        _WEEK_4,
        ("excused: time off",),
        "Owen has half-term week off: his fourth Monday is excused.",
    ),
    Story(
        "public_holiday",
        "Denise Carter",
        None,
        _WEEK_2,
        ("excused: public holiday",),
        "12 October is Columbus Day: both American teams are off while Berlin and London work.",
    ),
    Story(
        "falling_conversion",
        "Denise Carter",
        None,
        _WEEK_1,
        ("conversion fall",),
        "In spring two of three deals of Denise's team got past discovery; since July it is less than half.",
    ),
    Story(
        "fixed_and_true",
        "Jonas Albrecht",
        "D-1002",
        _WEEK_1,
        ("close_date_passed", "pending", "verified"),
        "Brightwater Kliniken's close date is past; Jonas re-dates it on Monday and Tuesday's CRM shows it.",
    ),
    Story(
        "step_caught_up",
        "Amara Nwosu",
        "D-1103",
        _WEEK_1,
        ("next_step_overdue", "verified"),
        "The site visit at Thornbury Rail was due on Thursday; Amara settles it on Monday.",
    ),
    Story(
        "said_but_not_done",
        "Jonas Albrecht",
        "D-1003",
        _WEEK_1,
        ("no_next_step", "contradicted"),
        "Kesselmann Pumpen has no next step. Who says it is fixed is contradicted: the CRM never shows one.",
    ),
    Story(
        "advanced_in_silence",
        "Leyla Demir",
        "D-1021",
        _WEEK_2,
        ("stage_changed_without_activity",),
        "Isarvent Klima moves to proposal in week 1 and nobody has spoken with the buyer since September.",
    ),
    Story(
        "stale",
        "Tyler Okafor",
        "D-1221",
        _WEEK_1,
        ("stale",),
        "Alleghan Cold Storage got its proposal and went quiet.",
    ),
    Story(
        "frozen",
        "Leyla Demir",
        "D-1016",
        _WEEK_1,
        ("frozen",),
        "Rosenthaler Feinkost has not moved since July and still counts in the pipeline.",
    ),
    Story(
        "no_next_step",
        "Devon Price",
        "D-1310",
        _WEEK_1,
        ("no_next_step",),
        "Missouri Bend Steel is talked to every week, and no talk ends with an agreed next step.",
    ),
    Story(
        "promise_left_open",
        "Felix Brandt",
        "D-1049",
        _WEEK_1,
        ("next_step_overdue",),
        "Felix left for his vacation with the revised offer for Chiemgau Brauhaus unsent.",
    ),
    Story(
        "pushed_again",
        "Lucía Fernández",
        "D-1318",
        _WEEK_1,
        ("close_date_pushed",),
        "Rio Brazos Chemicals was to close in August, then in September, now in November.",
    ),
    Story(
        "one_voice",
        "Mats Lindqvist",
        "D-1025",
        _WEEK_1,
        ("single_threaded",),
        "Skarvik Offshore, the largest deal of the team, hangs on one contact until mid-October.",
    ),
    Story(
        "grown_overnight",
        "Mats Lindqvist",
        "D-1026",
        _WEEK_1,
        ("amount_jump",),
        "Halvarsen Ferries went from 68,000 to 120,000 on the last day of the quarter.",
    ),
    Story(
        "closing_this_week",
        "Nadia Rahimi",
        "D-1037",
        _WEEK_1,
        ("closed_won",),
        "Zollkamp Spirituosen signs on Wednesday of week 1: on Thursday the CRM shows it won.",
    ),
    Story(
        "sandbagger",
        "Callum Reid",
        "D-1111",
        _WEEK_3,
        ("bias negative", "closed_won"),
        "Glenrowan Freight is in discovery, for December, at 95,000; Callum signs it in week 3 at 140,000.",
    ),
    Story(
        "hero",
        "Saoirse Byrne",
        "D-1130",
        _WEEK_1,
        ("coverage below", "closed_won"),
        "Saoirse won three deals in the last two days of Q3, two of them pushed before; Q4 starts at 1.2.",
    ),
    Story(
        "new_team",
        "Grace Kim",
        None,
        _WEEK_3,
        ("manager changed",),
        "Grace reports to Rafael from 19 October on, and her deals go with her.",
    ),
    Story(
        "leaver",
        "Devon Price",
        "D-1311",
        _WEEK_3,
        ("leaver", "stale"),
        "Devon leaves on 16 October; Hannah inherits Gatewell Pet Foods, and nobody calls until November.",
    ),
)
BY_KEY: dict[str, Story] = {story.key: story for story in STORIES}
