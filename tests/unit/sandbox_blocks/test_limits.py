"""Lengths, counts and ranges: the last value Slack takes and the first it refuses."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.sandbox_blocks.pointers import at, replaced
from tests.unit.sandbox_blocks.subjects import SUBJECTS

# subject, field below it, most characters, fewest
STRINGS: list[tuple[str, str, int, int]] = [
    ("section", "/block_id", 255, 1),
    ("section", "/text/text", 3000, 1),
    ("section", "/fields/0/text", 2000, 1),
    ("section", "/fields/1/text", 2000, 1),
    ("header", "/text/text", 150, 1),
    ("divider", "/block_id", 255, 1),
    ("image", "/alt_text", 2000, 1),
    ("image", "/title/text", 2000, 1),
    ("context", "/elements/0/text", 3000, 1),
    ("context", "/elements/1/text", 3000, 1),
    ("input", "/label/text", 2000, 1),
    ("input", "/hint/text", 2000, 1),
    ("video", "/alt_text", 2000, 1),
    ("video", "/title/text", 199, 1),
    ("video", "/author_name", 49, 1),
    ("video", "/description/text", 3000, 1),
    ("video", "/provider_name", 3000, 1),
    ("markdown", "/text", 12_000, 1),
    ("file", "/external_id", 255, 1),
    ("rich_text", "/block_id", 255, 1),
    ("rich_text", "/elements/0/elements/0/text", 40_000, 1),
    ("rich_text", "/elements/0/elements/1/text", 40_000, 0),
    ("rich_text", "/elements/0/elements/2/name", 255, 1),
    ("rich_text", "/elements/0/elements/2/unicode", 255, 1),
    ("rich_text", "/elements/0/elements/3/user_id", 255, 1),
    ("rich_text", "/elements/0/elements/9/format", 3000, 1),
    ("rich_text", "/elements/0/elements/9/fallback", 3000, 1),
    ("rich_text", "/elements/2/language", 255, 1),
    ("table", "/rows/0/0/text", 20_000, 1),
    ("table", "/rows/0/1/text", 255, 1),
    ("data_table", "/caption", 2000, 1),
    ("data_visualization", "/title", 50, 1),
    ("card", "/title/text", 150, 1),
    ("card", "/subtitle/text", 150, 1),
    ("card", "/body/text", 200, 1),
    ("task_card", "/task_id", 255, 1),
    ("task_card", "/title", 3000, 1),
    ("task_card", "/sources/0/text", 3000, 1),
    ("plan", "/title", 3000, 1),
    ("alert", "/text/text", 200, 1),
    ("container", "/title/text", 150, 1),
    ("container", "/subtitle/text", 150, 1),
    ("element:button", "/action_id", 255, 1),
    ("element:button", "/text/text", 75, 1),
    ("element:button", "/value", 2000, 1),
    ("element:button", "/accessibility_label", 75, 1),
    ("element:button", "/agent_prompt", 4000, 1),
    ("element:button", "/agent_prompt_display", 4000, 1),
    ("element:button", "/confirm/title/text", 100, 1),
    ("element:button", "/confirm/text/text", 300, 1),
    ("element:button", "/confirm/confirm/text", 30, 1),
    ("element:button", "/confirm/deny/text", 30, 1),
    ("element:icon_button", "/icon", 255, 1),
    ("element:icon_button", "/text/text", 75, 1),
    ("element:icon_button", "/value", 2000, 1),
    ("element:workflow_button", "/text/text", 75, 1),
    ("element:workflow_button", "/workflow/trigger/customizable_input_parameters/0/name", 255, 1),
    ("element:workflow_button", "/workflow/trigger/customizable_input_parameters/0/value", 3000, 0),
    ("element:feedback_buttons", "/positive_button/text/text", 75, 1),
    ("element:feedback_buttons", "/positive_button/value", 2000, 1),
    ("element:feedback_buttons", "/negative_button/accessibility_label", 75, 1),
    ("element:overflow", "/options/0/text/text", 75, 1),
    ("element:overflow", "/options/0/value", 150, 1),
    ("element:static_select", "/placeholder/text", 150, 1),
    ("element:static_select", "/options/0/text/text", 75, 1),
    ("element:static_select", "/options/0/value", 150, 1),
    ("element:static_select", "/options/0/description/text", 75, 1),
    ("element:multi_static_select", "/option_groups/0/label/text", 75, 1),
    ("element:users_select", "/initial_user", 255, 1),
    ("element:radio_buttons", "/options/0/text/text", 75, 1),
    ("element:radio_buttons", "/options/0/value", 150, 1),
    ("element:checkboxes", "/options/0/description/text", 75, 1),
    ("element:plain_text_input", "/initial_value", 3000, 0),
    ("element:plain_text_input", "/placeholder/text", 150, 1),
    ("element:email_text_input", "/initial_value", 3000, 0),
    ("element:url_text_input", "/initial_value", 3000, 0),
    ("element:file_input", "/filetypes/0", 255, 1),
    ("element:image", "/alt_text", 2000, 1),
    ("chart:pie", "/segments/0/label", 20, 1),
    ("chart:line", "/series/0/name", 20, 1),
    ("chart:line", "/series/0/data/0/label", 20, 1),
    ("chart:line", "/axis_config/categories/0", 20, 1),
    ("chart:line", "/axis_config/x_label", 50, 1),
    ("chart:line", "/axis_config/y_label", 50, 1),
    ("view:modal", "/title/text", 24, 1),
    ("view:modal", "/submit/text", 24, 1),
    ("view:modal", "/close/text", 24, 1),
    ("view:modal", "/private_metadata", 3000, 0),
    ("view:modal", "/callback_id", 255, 0),
    ("view:modal", "/external_id", 255, 0),
    ("view:home", "/private_metadata", 3000, 0),
]

# subject, list field below it, fewest items, most items
LISTS: list[tuple[str, str, int, int]] = [
    ("section", "/fields", 1, 10),
    ("context", "/elements", 1, 10),
    ("actions", "/elements", 1, 25),
    ("context_actions", "/elements", 1, 5),
    ("rich_text", "/elements", 1, 1000),
    ("rich_text", "/elements/0/elements", 0, 1000),
    ("rich_text", "/elements/1/elements", 1, 1000),
    ("table", "/rows", 1, 100),
    ("table", "/rows/0", 1, 20),
    ("table", "/column_settings", 0, 20),
    ("data_table", "/rows", 2, 101),
    ("card", "/actions", 1, 3),
    ("carousel", "/elements", 1, 10),
    ("task_card", "/sources", 0, 100),
    ("plan", "/tasks", 0, 100),
    ("container", "/child_blocks", 1, 10),
    ("element:button", "/visible_to_user_ids", 1, 10),
    ("element:overflow", "/options", 1, 5),
    ("element:static_select", "/options", 1, 100),
    ("element:multi_static_select", "/option_groups", 1, 100),
    ("element:multi_static_select", "/option_groups/0/options", 1, 100),
    ("element:multi_static_select", "/initial_options", 1, 100),
    ("element:multi_external_select", "/initial_options", 1, 100),
    ("element:multi_users_select", "/initial_users", 1, 100),
    ("element:radio_buttons", "/options", 1, 10),
    ("element:checkboxes", "/options", 1, 10),
    ("element:checkboxes", "/initial_options", 1, 10),
    ("element:file_input", "/filetypes", 1, 100),
    ("element:conversations_select", "/filter/include", 1, 4),
    ("element:plain_text_input", "/dispatch_action_config/trigger_actions_on", 1, 2),
    ("element:workflow_button", "/workflow/trigger/customizable_input_parameters", 0, 100),
    ("chart:pie", "/segments", 1, 12),
    ("chart:bar", "/series", 1, 12),
    ("chart:bar", "/series/0/data", 1, 20),
    ("chart:bar", "/axis_config/categories", 1, 20),
]

# subject, number field below it, least, greatest
RANGES: list[tuple[str, str, int, int]] = [
    ("rich_text", "/elements/1/indent", 0, 8),
    ("rich_text", "/elements/1/offset", 0, 1000),
    ("rich_text", "/elements/1/border", 0, 1),
    ("rich_text", "/elements/0/elements/2/skin_tone", 1, 6),
    ("data_table", "/page_size", 1, 100),
    ("data_table", "/row_header_column_index", 0, 1),
    ("element:external_select", "/min_query_length", 0, 3000),
    ("element:multi_external_select", "/min_query_length", 0, 3000),
    ("element:multi_users_select", "/max_selected_items", 1, 100),
    ("element:datetimepicker", "/initial_date_time", 1_000_000_000, 9_999_999_999),
    ("element:plain_text_input", "/min_length", 0, 1),
    ("element:plain_text_input", "/max_length", 1, 3000),
    ("element:file_input", "/max_files", 1, 10),
]


def _told(name: str, field: str, value: Any) -> list[str]:
    subject = SUBJECTS[name]
    pointer = subject.pointer + field
    faults = subject.faults(replaced(subject.document, pointer, value))
    return [found.message for found in faults if found.path == pointer]


@pytest.mark.parametrize(("name", "field", "high", "low"), STRINGS)
def test_text_length(name: str, field: str, high: int, low: int) -> None:
    pointer = SUBJECTS[name].pointer + field
    assert _told(name, field, "x" * high) == []
    assert _told(name, field, "x" * low) == []
    assert _told(name, field, "x" * (high + 1)) == [
        f"must be less than {high + 1} characters [json-pointer:{pointer}]"
    ]
    if low:
        assert _told(name, field, "") == [f"must be more than 0 characters [json-pointer:{pointer}]"]


@pytest.mark.parametrize(("name", "field", "low", "high"), LISTS)
def test_number_of_items(name: str, field: str, low: int, high: int) -> None:
    subject = SUBJECTS[name]
    item = at(subject.document, subject.pointer + field)[0]

    def counted(number: int) -> list[str]:
        told = _told(name, field, [item] * number)
        return [text for text in told if "items allowed" in text]

    assert counted(low) == []
    assert counted(high) == []
    assert counted(high + 1)[0].startswith(f"no more than {high} items allowed")
    if low:
        assert counted(low - 1)[0].startswith(f"no fewer than {low} items allowed")


@pytest.mark.parametrize(("name", "field", "low", "high"), RANGES)
def test_number_range(name: str, field: str, low: int, high: int) -> None:
    assert _told(name, field, low) == []
    assert _told(name, field, high) == []
    assert _told(name, field, low - 1) != []
    assert _told(name, field, high + 1) != []
