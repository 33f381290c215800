"""Checks what a person filled into a view before the app hears of it, in the words of Slack's client."""

import re
from decimal import Decimal, InvalidOperation
from urllib.parse import urlsplit

from bot.sandbox.elements import VALUE_FIELDS, ChoiceError, Choices, chosen_state, initial_state, stateful
from bot.sandbox.json_types import Json
from bot.sandbox.messages import every_block

_REQUIRED = "Please complete this required field."
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def complete_state(blocks: list[Json], given: Json, choices: Choices) -> tuple[Json, dict[str, str]]:
    """`state.values` with every element that keeps a value, and what can't be, by block_id.

    `given` is what the page sent; an element it leaves out has the value it started with.
    """
    values: Json = {}
    faults: dict[str, str] = {}
    for block in every_block(blocks):
        for element in stateful(block):
            sent = given.get(block["block_id"], {}).get(element["action_id"])
            try:
                state = (
                    chosen_state(element, sent, choices) if isinstance(sent, dict) else initial_state(element)
                )
            except ChoiceError as error:
                faults[block["block_id"]] = str(error)
                state = initial_state(element)
            values.setdefault(block["block_id"], {})[element["action_id"]] = state
    return values, faults


def input_errors(blocks: list[Json], values: Json) -> dict[str, str]:
    """What Slack's client refuses to submit: empty required fields, and values out of bounds; by block_id."""
    errors: dict[str, str] = {}
    for block in every_block(blocks):
        element = block.get("element")
        if (
            block.get("type") != "input"
            or not isinstance(element, dict)
            or element.get("type") not in VALUE_FIELDS
        ):
            continue
        state = values.get(block["block_id"], {}).get(element["action_id"], {})
        value = state.get(VALUE_FIELDS[element["type"]][0])
        if value in (None, "", []):
            error = None if block.get("optional") is True else _REQUIRED
        else:
            error = _bounds(element, value)
        if error:
            errors[block["block_id"]] = error
    return errors


def _bounds(element: Json, value: object) -> str | None:
    kind = element["type"]
    text = str(value)
    if kind == "plain_text_input":
        return _length(element, text)
    if kind == "number_input":
        return _number(element, text)
    if kind == "email_text_input" and not _EMAIL.fullmatch(text):
        return "Please enter a valid email address."
    if kind == "url_text_input" and not _is_url(text):
        return "Please enter a valid URL."
    if isinstance(value, list) and len(value) > element.get("max_selected_items", len(value)):
        return f"Please select at most {element['max_selected_items']}."
    return None


def _length(element: Json, text: str) -> str | None:
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if len(text) < least:
        return f"Please enter at least {least} characters."
    if len(text) > most:
        return f"Please enter at most {most} characters."
    return None


def _number(element: Json, text: str) -> str | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return "Please enter a number."
    if not number.is_finite():
        return "Please enter a number."
    if not element.get("is_decimal_allowed") and number != number.to_integral_value():
        return "Please enter a whole number."
    least, most = element.get("min_value"), element.get("max_value")
    if least is not None and number < Decimal(str(least)):
        return f"Please enter a number of at least {least}."
    if most is not None and number > Decimal(str(most)):
        return f"Please enter a number of at most {most}."
    return None


def _is_url(text: str) -> bool:
    parts = urlsplit(text)
    return parts.scheme in ("http", "https") and bool(parts.netloc)
