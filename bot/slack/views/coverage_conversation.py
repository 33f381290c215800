"""The form of a coverage conversation, and what it says once it is logged."""

from __future__ import annotations

from datetime import date, timedelta

from bot.domain.people import Person
from bot.domain.wording import count_of
from bot.slack.payloads import CallbackId, encode
from bot.slack.views.text import (
    TITLE_LIMIT,
    Block,
    View,
    context,
    escaped,
    message_view,
    option,
    plain,
    section,
)

CAUSES = (
    ("new_opportunities", "Too few new opportunities"),
    ("stuck", "Deals stuck in a stage"),
    ("slipping", "Close dates slipping"),
    ("size", "Deals smaller than planned"),
    ("win_rate", "Too many deals lost"),
    ("other", "Something else"),
)
MINUTES = (15, 20, 30, 45, 60, 90)


def form(obligation_id: str, version: int, rep: Person, today: date) -> View:
    """Return the modal in which a manager logs a conversation; dates start at today in the manager's zone."""
    return {
        "type": "modal",
        "callback_id": CallbackId.CONVERSATION,
        "private_metadata": encode(o=obligation_id, v=version),
        "title": plain("Log the conversation", TITLE_LIMIT),
        "submit": plain("Log it", TITLE_LIMIT),
        "close": plain("Cancel", TITLE_LIMIT),
        "blocks": [
            section(f"Coverage conversation with *{escaped(rep.name)}*"),
            _input("held_on", "When did you talk?", _date("held_on", today)),
            _input(
                "minutes",
                "How long?",
                {
                    "type": "static_select",
                    "action_id": "minutes",
                    "initial_option": option("30 minutes", "30"),
                    "options": [option(f"{minutes} minutes", str(minutes)) for minutes in MINUTES],
                },
            ),
            _input(
                "cause",
                "What is behind the gap?",
                {
                    "type": "radio_buttons",
                    "action_id": "cause",
                    "options": [option(words, value) for value, words in CAUSES],
                },
            ),
            _plan_input(),
            _input(
                "next_step_on", "When is the next step due?", _date("next_step_on", today + timedelta(days=7))
            ),
            context(
                f"{escaped(rep.name)} is asked to confirm that you talked, and sees the plan. "
                "Your leader sees the date and whether it was confirmed, not the text."
            ),
        ],
    }


def _plan_input() -> Block:
    element: Block = {
        "type": "plain_text_input",
        "action_id": "plan",
        "multiline": True,
        "max_length": 2000,
        "placeholder": plain("Who does what, by when, to close the gap", 150),
    }
    hint = "A sentence will do. You can confirm this plan with one click for two weeks."
    return _input("plan", "What did you agree?", element, hint=hint)


def _input(block_id: str, label: str, element: Block, *, hint: str | None = None) -> Block:
    made: Block = {"type": "input", "block_id": block_id, "label": plain(label, 2000), "element": element}
    if hint:
        made["hint"] = plain(hint, 2000)
    return made


def _date(action_id: str, initial: date) -> Block:
    return {"type": "datepicker", "action_id": action_id, "initial_date": initial.isoformat()}


def logged(rep: Person, left: int) -> View:
    """Return what the form turns into once the conversation is recorded."""
    rest = (
        f"{count_of(left, 'conversation')} left today."
        if left
        else "That was the last one of this health check."
    )
    return message_view(
        "Logged",
        f":white_check_mark: Your conversation with *{escaped(rep.name)}* is on record.",
        f"{escaped(rep.name)} is being asked to confirm it. {rest}",
    )
