"""What reps and buyers do together, stage by stage: the promise made before, and the activity keeping it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.pipeline import Stage


@dataclass(frozen=True, slots=True)
class Touchpoint:
    """`promise` is the next step noted beforehand, `subject` the activity logged once it has happened."""

    kind: str
    promise: str
    subject: str


TOUCHPOINTS: dict[Stage, tuple[Touchpoint, ...]] = {
    Stage.QUALIFIED: (
        Touchpoint(
            "call", "Call to hear what late deliveries cost them", "Call: what late deliveries cost them"
        ),
        Touchpoint("email", "Send the summary of the first talk", "Summary of the first talk sent"),
        Touchpoint("call", "Ask who holds the budget for this year", "Call: who holds the budget"),
        Touchpoint(
            "meeting", "Visit the depot with the operations lead", "Depot visit with the operations lead"
        ),
        Touchpoint(
            "email", "Agree the agenda of the discovery session", "Agenda of the discovery session agreed"
        ),
    ),
    Stage.DISCOVERY: (
        Touchpoint("meeting", "Run the discovery session with dispatch", "Discovery session with dispatch"),
        Touchpoint(
            "email",
            "Send the current-cost sheet for them to fill in",
            "Current-cost sheet sent and explained",
        ),
        Touchpoint(
            "call",
            "Call to go through their decision criteria",
            "Call: their decision criteria, in their words",
        ),
        Touchpoint(
            "meeting", "Meet the CFO about the budget line", "Meeting with the CFO about the budget line"
        ),
        Touchpoint(
            "call", "Ask which event sets the start date", "Call: what happens if they start after the season"
        ),
        Touchpoint("email", "Share the reference of a like customer", "Reference of a like customer shared"),
        Touchpoint(
            "meeting",
            "Show the planning board to the shift leads",
            "Demo of the planning board for the shift leads",
        ),
    ),
    Stage.PROPOSAL: (
        Touchpoint(
            "meeting", "Walk the buyers through the proposal", "Proposal walked through with the buyers"
        ),
        Touchpoint("call", "Call about the open points of the offer", "Call: open points of the offer"),
        Touchpoint("email", "Send the revised price sheet", "Revised price sheet sent"),
        Touchpoint("meeting", "Review the pilot results together", "Pilot results reviewed together"),
        Touchpoint(
            "call",
            "Prepare the champion for the board meeting",
            "Call: champion prepared for the board meeting",
        ),
        Touchpoint("email", "Answer the security questionnaire", "Security questionnaire answered"),
    ),
    Stage.NEGOTIATION: (
        Touchpoint(
            "call", "Call with procurement about payment terms", "Call with procurement: payment terms"
        ),
        Touchpoint(
            "email", "Send the contract draft with their changes", "Contract draft with their changes sent"
        ),
        Touchpoint("meeting", "Go through the open terms with legal", "Open terms gone through with legal"),
        Touchpoint(
            "call", "Agree the signing date with the sponsor", "Call: signing date agreed with the sponsor"
        ),
    ),
    Stage.CLOSED_WON: (
        Touchpoint("meeting", "Sign the contract", "Contract signed, handover to onboarding"),
    ),
    Stage.CLOSED_LOST: (Touchpoint("call", "Call for their decision", "Call: they decided against us"),),
}
