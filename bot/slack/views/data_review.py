"""How fresh the CRM data is, what of it was rejected, and who can't be reached: what an admin is shown."""

from __future__ import annotations

from bot.domain.notices import DataReview
from bot.domain.wording import count_of
from bot.slack.views.text import Block, day_and_time, escaped, plain, section

MOST_LINES = 12


def blocks(data: DataReview, zone: str) -> list[Block]:
    """Return how fresh the CRM data is, what was rejected, who can't be reached."""
    as_of = day_and_time(data.crm_as_of, zone) if data.crm_as_of else "no import yet"
    lines = [f"CRM data: *{as_of}*" + (f" (from {escaped(data.source)})" if data.source else "")]
    if data.rows_rejected:
        lines.append(f"{count_of(data.rows_rejected, 'row')} of the last import could not be used.")
    if data.deals_gone:
        lines.append(
            f"{count_of(data.deals_gone, 'open deal')} known from earlier, not in the last import any more: "
            "counted as open until a row closes them."
        )
    if data.without_slack:
        names = ", ".join(escaped(name, 60) for name in data.without_slack[:MOST_LINES])
        more = (
            f" and {len(data.without_slack) - MOST_LINES} more"
            if len(data.without_slack) > MOST_LINES
            else ""
        )
        lines.append(f"Not matched to anyone in Slack by e-mail: {names}{more}.")
    if data.deliveries_dead:
        lines.append(f"{count_of(data.deliveries_dead, 'message')} could not be delivered.")
        lines += [
            f"• {escaped(one.person, 60)}: {escaped(one.what)}, {day_and_time(one.since, zone)} "
            f"({escaped(one.reason, 60)})"
            for one in data.undelivered[:MOST_LINES]
        ]
    if data.threads_in_trouble:
        lines.append(
            f"{count_of(data.threads_in_trouble, 'deal')} can't be shown in the team's channel: somebody "
            "outside the team is in it, or Drumbeat is not. `/deal NAME` tells the team why."
        )
    if data.stuck_events:
        known_by = ", ".join(f"`{escaped(one, 20)}`" for one in data.stuck_events[:MOST_LINES])
        lines.append(
            f"{count_of(len(data.stuck_events), 'event')} from Slack could not be worked off. Whoever runs "
            f"Drumbeat finds why in its log under {known_by}, and tries again with `drumbeat retry --all`."
        )
    if len(lines) == 1:
        lines.append("Everyone is matched, no message was given up, and no deal's thread is held back.")
    return [{"type": "header", "text": plain("Data and people", 150)}, section("\n".join(lines))]
