"""Values of a set or a form: enumerations, addresses, dates, numbers in strings."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.sandbox_blocks.pointers import replaced
from tests.unit.sandbox_blocks.subjects import SUBJECTS

ENUMS: list[tuple[str, str, tuple[str, ...]]] = [
    ("file", "/source", ("remote",)),
    ("alert", "/level", ("default", "info", "warning", "error", "success")),
    ("container", "/width", ("narrow", "standard", "wide", "full")),
    ("task_card", "/status", ("pending", "in_progress", "complete", "error")),
    ("table", "/column_settings/1/align", ("left", "center", "right")),
    ("rich_text", "/elements/1/style", ("bullet", "ordered")),
    ("rich_text", "/elements/0/elements/7/range", ("here", "channel", "everyone")),
    ("element:button", "/style", ("primary", "danger")),
    ("element:button", "/confirm/style", ("primary", "danger")),
    ("element:workflow_button", "/style", ("primary", "danger")),
    ("element:conversations_select", "/filter/include/0", ("im", "mpim", "private", "public")),
    (
        "element:plain_text_input",
        "/dispatch_action_config/trigger_actions_on/0",
        ("on_enter_pressed", "on_character_entered"),
    ),
]

_ANY_LINK = (
    ["https://example.com/a?b=c", "mailto:a@example.com", "slack://open", "tel:+49123"],
    ["example.com", "/a", "https://exa mple.com", "http s://x"],
)
_WEB = (
    ["https://example.com/a.png", "http://example.com"],
    ["ftp://example.com/a", "example.com/a.png", "https://", "https:///a", "javascript:alert(1)"],
)
_HTTPS = (["https://example.com/v"], ["http://example.com/v", "https://"])

# subject, field below it, values Slack takes, values it refuses
FORMS: list[tuple[str, str, tuple[list[Any], list[Any]]]] = [
    ("element:button", "/url", _ANY_LINK),
    ("element:overflow", "/options/0/url", _ANY_LINK),
    ("rich_text", "/elements/0/elements/1/url", _ANY_LINK),
    ("rich_text", "/elements/0/elements/9/url", _ANY_LINK),
    ("task_card", "/sources/0/url", _ANY_LINK),
    ("image", "/image_url", _WEB),
    ("element:image", "/image_url", _WEB),
    ("element:workflow_button", "/workflow/trigger/url", _WEB),
    ("context", "/elements/3/slack_file/url", _WEB),
    ("video", "/thumbnail_url", _WEB),
    ("video", "/provider_icon_url", _WEB),
    ("video", "/video_url", _HTTPS),
    ("video", "/title_url", _HTTPS),
    (
        "element:datepicker",
        "/initial_date",
        (["2024-02-29"], ["2026-02-29", "2026-2-1", "20260201", "2026-02-01T00:00"]),
    ),
    ("element:timepicker", "/initial_time", (["00:00", "23:59"], ["24:00", "9:00", "09:60", "09:00:00"])),
    (
        "element:timepicker",
        "/timezone",
        (["Europe/Berlin", "UTC"], ["Europe/Atlantis", "../etc", "CET+1", "/UTC", "."]),
    ),
    ("element:number_input", "/initial_value", (["0", "-1", "3.5"], ["1e0", "abc", " 1", "1_0"])),
    ("element:number_input", "/min_value", (["-2", "-1.5"], ["abc", "-"])),
    ("element:number_input", "/max_value", (["0", "3.5"], ["1e3", "abc", "1,5", "NaN", "."])),
    (
        "rich_text",
        "/elements/0/elements/8/value",
        (["#fff", "#A1b2C3"], ["fff", "#ff", "#ggg", "#1234567", "#"]),
    ),
]


def _told(name: str, field: str, value: Any) -> list[str]:
    subject = SUBJECTS[name]
    pointer = subject.pointer + field
    faults = subject.faults(replaced(subject.document, pointer, value))
    return [found.message for found in faults if found.path == pointer]


@pytest.mark.parametrize(("name", "field", "values"), ENUMS)
def test_one_of_a_set(name: str, field: str, values: tuple[str, ...]) -> None:
    for value in values:
        assert _told(name, field, value) == []
    for other in ("nope", values[0].upper(), ""):
        assert _told(name, field, other)[0].startswith("must be a valid enum value: "), other


@pytest.mark.parametrize(("name", "field", "values"), FORMS)
def test_of_a_form(name: str, field: str, values: tuple[list[Any], list[Any]]) -> None:
    taken, refused = values
    for value in taken:
        assert _told(name, field, value) == [], value
    for value in refused:
        assert len(_told(name, field, value)) == 1, value


def test_an_address_has_at_most_3000_characters() -> None:
    for name, field in (("element:button", "/url"), ("image", "/image_url"), ("video", "/video_url")):
        root = "https://example.com/"
        assert _told(name, field, root + "a" * (3000 - len(root))) == []
        assert _told(name, field, root + "a" * (3001 - len(root)))[0].startswith(
            "must be less than 3001 characters"
        )


def test_slack_names_its_icons() -> None:
    subject = SUBJECTS["card"]
    fields = {"type": "card", "title": subject.document["blocks"][0]["title"]}
    for icon, expected in (("rocket", 0), ("thumbs-up", 0), ("dragon", 1)):
        card = {**fields, "slack_icon": {"type": "icon", "name": icon}}
        assert len(subject.faults({"blocks": [card]})) == expected
