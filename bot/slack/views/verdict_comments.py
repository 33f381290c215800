"""The form of a comment on a verdict, and what is said once it is written or taken back."""

from __future__ import annotations

from bot.domain.verdict_comments import LONGEST, WORDS, CommentForm
from bot.domain.wording import count_of
from bot.slack.payloads import CallbackId, encode
from bot.slack.views.text import (
    TITLE_LIMIT,
    Block,
    View,
    context,
    day_and_time,
    escaped,
    message_view,
    plain,
    section,
)

OTHERS = (
    "No rep reads it, and no channel shows it. An export of the ledger has it with the verdict. You can "
    "change it, or take it back."
)


def form(shown: CommentForm, view_id: str | None = None, log_id: str | None = None) -> View:
    """Return the modal of a comment; `view_id` is the view behind it, of the log with `log_id` if one."""
    comment = shown.comment
    element: Block = {
        "type": "plain_text_input",
        "action_id": WORDS,
        "multiline": True,
        "max_length": LONGEST,
    }
    if comment is not None:
        element["initial_value"] = comment.words
    return {
        "type": "modal",
        "callback_id": CallbackId.COMMENT,
        "private_metadata": encode(
            j=shown.judged.value,
            i=shown.judged_id,
            c=comment.id if comment else None,
            v=comment.version if comment else 0,
            w=view_id,
            l=log_id,
        ),
        "title": plain("Comment on a verdict", TITLE_LIMIT),
        "submit": plain("Save", TITLE_LIMIT),
        "close": plain("Cancel", TITLE_LIMIT),
        "blocks": [
            section(_what(shown)),
            {
                "type": "input",
                "block_id": WORDS,
                "label": plain("What should be known beside it?", 2000),
                "hint": plain(f"A sentence or two, {LONGEST} characters at most.", 2000),
                "element": element,
            },
            context(_readers(shown), OTHERS),
        ],
    }


def _what(shown: CommentForm) -> str:
    about = f" · *{escaped(shown.about)}*" if shown.about else ""
    return f"{shown.what}{about}"


def _readers(shown: CommentForm) -> str:
    """Say who reads it, and from when on."""
    if not shown.leaders:
        return "Nobody leads you in the CRM, so nobody else reads it for now."
    more = len(shown.leaders) - 1
    above = f" and {count_of(more, 'leader')} above" if more else ""
    who = f"Read by *{escaped(shown.leaders[0])}*{above}, beside the verdict"
    if shown.between_two:
        return (
            f"{who}: only if the dispute stays unsettled for three working days. Until then it is between "
            "the two of you, and nobody else reads this."
        )
    if shown.readable_at is None:
        return f"{who}, at once."
    return f"{who}, from {day_and_time(shown.readable_at, shown.time_zone)} on; before that they see neither."


def written(shown: CommentForm) -> View:
    """Return what the form turns into once the words are on record."""
    return message_view(
        "On record", ":white_check_mark: Your words stand beside the verdict.", _readers(shown)
    )


def taken_back() -> View:
    """Return what is said once a comment is taken back."""
    return message_view(
        "Taken back", "Your comment is gone. That there was one stays on record, without its words."
    )
