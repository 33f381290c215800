"""What somebody says of a verdict about them, as it stands beside it, and the way to say it."""

from __future__ import annotations

from bot.domain.verdict_comments import Judged, VerdictComment
from bot.slack.payloads import ActionId, encode
from bot.slack.views.text import Block, button, day_of, escaped, question

# Escaped a comment takes up to five times its length; beside a line of many it is cut.
WHOLE = 1500
IN_A_LINE = 400
IN_A_TEAM = 160

# Its words are not kept anywhere once it is taken back.
_TAKE_BACK = question(
    "Take your comment back?",
    "Its words are erased, and nobody reads them beside the verdict any more.",
    yes="Take it back",
    no="Keep it",
)


def said(
    comment: VerdictComment, by: str, zone: str, *, own: bool, limit: int = WHOLE, stood: str = ""
) -> str:
    """Return a comment as a quote, marked as its writer's words, with its day where the reader is.

    `stood`: how the verdict stood then, where it stands otherwise now.
    """
    who = "You say" if own else f"{escaped(by, 80)} says"
    then = f", when it stood at “{stood}”" if stood else ""
    words = escaped(comment.words, limit)
    return f">:speech_balloon: *{who}* ({day_of(comment.written_at, zone)}{then}): “{words}”"


def comment_actions(
    judged: Judged, judged_id: str, about: str, comment: VerdictComment | None, log_id: str | None = None
) -> Block:
    """Return the way to a comment for the one judged: to write it, or to change it and take it back.

    `about` is what a screen reader says of it; `log_id` names the log in whose view it stands.
    """
    write = encode(j=judged.value, i=judged_id, l=log_id)
    if comment is None:
        buttons = [button("Comment…", ActionId.COMMENT, write, label=f"Comment on: {about}")]
    else:
        back = encode(c=comment.id, v=comment.version, l=log_id)
        change, take = f"Change your comment: {about}", f"Take back your comment: {about}"
        buttons = [
            button("Change your comment…", ActionId.COMMENT, write, label=change),
            button("Take it back", ActionId.COMMENT_TAKEN_BACK, back, label=take, confirm=_TAKE_BACK),
        ]
    return {"type": "actions", "block_id": f"comment:{judged_id}", "elements": buttons}
