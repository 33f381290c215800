"""The flagged deals of a health check: those that matter most, and the ways to the others."""

from __future__ import annotations

from bot.domain.flags import FIXABLE, FLAG_NAMES, FlaggedDeal
from bot.domain.notices import HealthCheckCard
from bot.domain.wording import count_of
from bot.slack.payloads import ActionId, encode
from bot.slack.views.figures import STAGE_NAMES
from bot.slack.views.room import Room, fill
from bot.slack.views.text import Block, button, divider, escaped, money, option, section

MOST_FLAG_LINES = 4


def blocks(card: HealthCheckCard, room: Room) -> list[Block]:
    """Return the part of the message that tells of deals, within this room."""
    ways_on = _ways_on(card)
    if not card.all_deals:
        return [divider(), section(_no_flag_open(card)), *ways_on]
    names = {figure.rep.id: figure.rep.name for figure in card.check.coverage}
    title = f"{_title(card)}\nFlags are signals: answer them where it helps, nothing is owed."
    made = [divider(), section(title)]
    made += fill(
        [_deal(one, names, card) for one in card.check.deals_shown],
        room.less([*made, *ways_on]),
        lambda rest: f"{count_of(rest, 'more deal')} in the list behind the button.",
    )
    return [*made, *ways_on]


def _title(card: HealthCheckCard) -> str:
    """Say how many deals there are; what the first import brought nags at the first check alone."""
    shown, news, total = len(card.check.deals_shown), len(card.check.deals), len(card.all_deals)
    if not shown:
        return "*No new flags.* What the first import brought was listed once and does not nag."
    if shown < news:
        most = "The deal that matters" if shown == 1 else f"The {shown} deals that matter"
        title = f"*{most} most*, of {total} with flags"
    elif news < total:
        title = f"*{count_of(news, 'deal')} with flags since the first import*, of {total} with flags"
    else:
        title = f"*{count_of(total, 'deal')} with flags*"
    if card.check.first_listing:
        title += "\n_First check on this data: what the import brought is listed once and never scored._"
    elif news < total:
        title += "\n_What the first import brought was listed once: it is in the list behind the button._"
    return title


def _no_flag_open(card: HealthCheckCard) -> str:
    if not card.answered:
        return "*No deal raises a flag.*"
    return f"*No flag is open:* {count_of(card.answered, 'flag')} answered for now."


def _ways_on(card: HealthCheckCard) -> list[Block]:
    """Return the buttons to what is not shown: all flagged deals, and what was answered."""
    buttons = []
    if total := len(card.all_deals):
        buttons.append(button(f"All {total} flagged deals…", ActionId.ALL_DEALS, encode(f=card.fire_id)))
    if card.answered:
        buttons.append(button(f"Answered flags ({card.answered})…", ActionId.ANSWERED_FLAGS, encode()))
    return [{"type": "actions", "block_id": "all_deals", "elements": buttons}] if buttons else []


def _deal(one: FlaggedDeal, names: dict[str, str], card: HealthCheckCard) -> list[Block]:
    text = f"{_deal_line(one, names, card.currency)}\n{_flag_lines(one, card)}"
    # What nothing in the CRM can undo, such as a date pushed, is not offered as fixed only to be refused.
    fixable = any(flag.kind in FIXABLE for flag in one.flags)
    menu = [
        *([option("It's fixed in the CRM", encode(d=one.deal.id, a="fixed"))] if fixable else []),
        option("Dismiss, with a reason…", encode(d=one.deal.id, a="dismiss")),
        option("Snooze a week", encode(d=one.deal.id, a="snooze")),
    ]
    return [
        section(
            text,
            block_id=f"deal:{one.deal.id}",
            accessory={"type": "overflow", "action_id": ActionId.DEAL_MENU, "options": menu},
        )
    ]


def _deal_line(one: FlaggedDeal, names: dict[str, str], currency: str) -> str:
    """Say which deal it is: name, amount, stage, rep."""
    deal = one.deal
    amount = money(deal.amount, currency) if deal.amount is not None else "no amount"
    owner = escaped(names.get(deal.owner_id, "someone else"))
    account = (
        f" ({escaped(deal.account_name, 60)})"
        if deal.account_name and deal.account_name not in deal.name
        else ""
    )
    return f"*{escaped(deal.name)}*{account} · {amount} · {STAGE_NAMES[deal.stage]} · {owner}"


def _flag_lines(one: FlaggedDeal, card: HealthCheckCard) -> str:
    """Say the flags of a deal, each in a line of its own; of a long list the first, and how many more."""
    said = [f"• {escaped(flag.words(card.check.local_date), 160)}" for flag in one.flags]
    if len(said) > MOST_FLAG_LINES:
        names = ", ".join(FLAG_NAMES[flag.kind].lower() for flag in one.flags[MOST_FLAG_LINES - 1 :])
        said[MOST_FLAG_LINES - 1 :] = [f"• and {names}"]
    return "\n".join(said)
