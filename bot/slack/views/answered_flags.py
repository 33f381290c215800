"""The form in which answers to flags are taken back."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.flags import FLAG_NAMES, AnsweredDeal, FlagResponse, ResponseKind
from bot.domain.wording import count_of, listed
from bot.slack.payloads import CallbackId, encode
from bot.slack.views.text import TITLE_LIMIT, Block, View, clip, day_of, option, plain, section

SCOPE = "scope"
EVERY = "all"
TICKED = "ticked"
ANSWERS = "answers"
IN_A_BLOCK = 10  # checkboxes in one element, by Slack's limit
MOST = 40


def take_back_form(answered: Sequence[AnsweredDeal], zone: str) -> View:
    """Return the modal with the answers that keep flags from view, the latest first, days as in `zone`."""
    shown = answered[:MOST]
    starts = range(0, len(shown), IN_A_BLOCK)
    made = [
        section(
            "Tick what shall be open again. The answer stays on record, and so does that you took it back."
        )
    ]
    made += [_answers(number, shown[start : start + IN_A_BLOCK], zone) for number, start in enumerate(starts)]
    if len(answered) > 1:
        made.append(_scope(len(answered)))
    return {
        "type": "modal",
        "callback_id": CallbackId.TAKE_BACK_ANSWERS,
        "private_metadata": encode(),
        "title": plain("Answered flags", TITLE_LIMIT),
        "submit": plain("Take back", TITLE_LIMIT),
        "close": plain("Close", TITLE_LIMIT),
        "blocks": made,
    }


def _answers(number: int, shown: Sequence[AnsweredDeal], zone: str) -> Block:
    return {
        "type": "input",
        "block_id": f"{ANSWERS}:{number}",
        "optional": True,
        "label": plain("Earlier answers" if number else "Latest answers", 2000),
        "element": {
            "type": "checkboxes",
            "action_id": ANSWERS,
            "options": [_option(one, zone) for one in shown],
        },
    }


def _option(one: AnsweredDeal, zone: str) -> Block:
    flags = listed([FLAG_NAMES[flag.kind] for flag in one.flags], "and")
    return option(f"{clip(one.deal.name, 45)} · {_words(one.answer, zone)}", one.answer.id, flags)


def _words(answer: FlagResponse, zone: str) -> str:
    match answer.kind:
        case ResponseKind.SNOOZED:
            return f"snoozed until {day_of(answer.until, zone)}" if answer.until else "snoozed"
        case ResponseKind.DISMISSED:
            return f"dismissed {day_of(answer.at, zone)}"
        case ResponseKind.FIXED:
            return f"said to be fixed {day_of(answer.at, zone)}"


def _scope(answers: int) -> Block:
    ticked, every = option("Those ticked", TICKED), option(f"All {answers} answers", EVERY)
    made: Block = {
        "type": "input",
        "block_id": SCOPE,
        "label": plain("Which of them?", 2000),
        "element": {
            "type": "radio_buttons",
            "action_id": SCOPE,
            "initial_option": ticked,
            "options": [ticked, every],
        },
    }
    if answers > MOST:
        hint = f"The latest {MOST} are listed; older ones come up as these are taken back."
        made["hint"] = plain(hint, 2000)
    return made


def taken_back(deals: int, flags: int) -> list[str]:
    """Return the lines that say what is open again."""
    are = "is" if flags == 1 else "are"
    return [f":white_check_mark: {count_of(flags, 'flag')} on {count_of(deals, 'deal')} {are} open again."]
