"""The forms for deal flags: dismissing one deal's, and the list of all flagged deals with bulk actions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.domain.flags import FLAG_NAMES, FlaggedDeal, FlagKind, why_not_fixable
from bot.domain.notices import HealthCheckCard
from bot.domain.wording import count_of
from bot.slack.payloads import ActionId, CallbackId, encode, number_in
from bot.slack.views.figures import STAGE_NAMES
from bot.slack.views.text import (
    TITLE_LIMIT,
    Block,
    View,
    button,
    clip,
    context,
    escaped,
    money,
    option,
    plain,
    section,
)

PAGE = 10
EVERYONE = "all"


@dataclass(frozen=True, slots=True)
class ListFilter:
    """Which of the flagged deals are listed, and the page; `flag` and `rep` None for all."""

    page: int = 0
    flag: FlagKind | None = None
    rep: str | None = None

    @classmethod
    def parse(cls, metadata: Mapping[str, Any], page: object = None) -> ListFilter:
        """Read the filter that a view's metadata carries; what can't be read is no filter."""
        flag, rep = metadata.get("k"), metadata.get("r")
        return cls(
            page=max(0, page if isinstance(page, int) else number_in(metadata, "p")),
            flag=FlagKind(flag) if flag in tuple(FlagKind) else None,
            rep=rep if isinstance(rep, str) else None,
        )

    @classmethod
    def chosen(cls, flag: str | None, rep: str | None) -> ListFilter:
        """Return the filter that two selects stand at, from its first page."""
        return cls(
            flag=FlagKind(flag) if flag in tuple(FlagKind) else None,
            rep=None if rep in {None, EVERYONE} else rep,
        )

    def encode(self) -> str:
        """Pack the filter for a view's metadata."""
        return encode(p=self.page, k=self.flag.value if self.flag else None, r=self.rep)

    def pick(self, deals: tuple[FlaggedDeal, ...]) -> list[FlaggedDeal]:
        """Return the deals that match, in their order."""
        return [
            one
            for one in deals
            if (self.rep is None or one.deal.owner_id == self.rep)
            and (self.flag is None or any(flag.kind is self.flag for flag in one.flags))
        ]


def dismiss_form(one: FlaggedDeal, today: date) -> View:
    """Return the modal in which flags of one deal are dismissed, each in its words as of `today`."""
    choices = [option(flag.words(today), flag.kind.value) for flag in one.flags]
    return {
        "type": "modal",
        "callback_id": CallbackId.DISMISS_FLAG,
        "private_metadata": encode(d=one.deal.id),
        "title": plain("Dismiss flags", TITLE_LIMIT),
        "submit": plain("Dismiss", TITLE_LIMIT),
        "close": plain("Cancel", TITLE_LIMIT),
        "blocks": [
            section(f"*{escaped(one.deal.name)}*"),
            {
                "type": "input",
                "block_id": "flags",
                "label": plain("Which flags are no concern?", 2000),
                "element": {
                    "type": "checkboxes",
                    "action_id": "flags",
                    "options": choices,
                    "initial_options": choices if len(choices) == 1 else choices[:1],
                },
            },
            _reason_input(optional=False),
        ],
    }


def _reason_input(*, optional: bool) -> Block:
    needed = "Needed to dismiss. " if optional else ""
    return {
        "type": "input",
        "block_id": "reason",
        "optional": optional,
        "label": plain("Why is it no concern?", 2000),
        "hint": plain(
            f"{needed}It is kept with your answer, and Drumbeat shows it to nobody. "
            "The flag comes back when its facts change, or after 14 days.",
            2000,
        ),
        "element": {
            "type": "plain_text_input",
            "action_id": "reason",
            "max_length": 500,
            "placeholder": plain("e.g. The buyer is on holiday until the 19th", 150),
        },
    }


def list_form(card: HealthCheckCard, chosen: ListFilter) -> View:
    """Return the modal with one page of the flagged deals, filters, and one action for many."""
    matching = chosen.pick(card.all_deals)
    pages = max(1, -(-len(matching) // PAGE))
    page = min(chosen.page, pages - 1)
    shown = matching[page * PAGE : (page + 1) * PAGE]
    metadata = encode(f=card.fire_id, p=page, k=chosen.flag.value if chosen.flag else None, r=chosen.rep)
    made: list[Block] = [_filters(card, chosen)]
    if shown:
        made += [_deal_list(shown, card, page), *_pager(page, pages, len(matching)), *_bulk(len(matching))]
    else:
        made.append(section("No flagged deal matches. Choose another flag or rep above."))
    view: View = {
        "type": "modal",
        "callback_id": CallbackId.BULK if shown else CallbackId.READ_ONLY,
        "private_metadata": metadata,
        "title": plain("Flagged deals", TITLE_LIMIT),
        "close": plain("Close", TITLE_LIMIT),
        "blocks": made,
    }
    if shown:
        view["submit"] = plain("Apply", TITLE_LIMIT)
    return view


def _filters(card: HealthCheckCard, chosen: ListFilter) -> Block:
    kinds = [
        kind for kind in FlagKind if any(flag.kind is kind for one in card.all_deals for flag in one.flags)
    ]
    flags = [option("All flags", EVERYONE), *(option(FLAG_NAMES[kind], kind.value) for kind in kinds)]
    reps = [
        option("All reps", EVERYONE),
        *(option(clip(figure.rep.name, 75), figure.rep.id) for figure in card.check.coverage[:99]),
    ]
    return {
        "type": "actions",
        "block_id": "filters",
        "elements": [
            _filter("flag", flags, chosen.flag.value if chosen.flag else EVERYONE),
            _filter("rep", reps, chosen.rep or EVERYONE),
        ],
    }


def _filter(what: str, options: list[Block], value: str) -> Block:
    initial = next((one for one in options if one["value"] == value), options[0])
    return {
        "type": "static_select",
        "action_id": f"{ActionId.DEALS_FILTER}.{what}",
        "placeholder": plain(f"Choose a {what}", 150),
        "options": options,
        "initial_option": initial,
    }


def _deal_list(shown: list[FlaggedDeal], card: HealthCheckCard, page: int) -> Block:
    names = {figure.rep.id: figure.rep.name for figure in card.check.coverage}
    return {
        "type": "input",
        # A block of its own for each page, so that ticks of one page never stand on the next.
        "block_id": f"deals:{page}",
        "optional": True,
        "label": plain("Tick deals", 2000),
        "element": {
            "type": "checkboxes",
            "action_id": ActionId.DEALS_PICKED,
            "options": [_deal_option(one, names, card) for one in shown],
        },
    }


def _deal_option(one: FlaggedDeal, names: dict[str, str], card: HealthCheckCard) -> Block:
    deal = one.deal
    amount = money(deal.amount, card.currency) if deal.amount is not None else "no amount"
    owner = names.get(deal.owner_id, "someone else")
    about = f"{STAGE_NAMES[deal.stage]} · {owner} · {', '.join(FLAG_NAMES[flag.kind] for flag in one.flags)}"
    return option(f"{clip(deal.name, 50)} · {amount}", deal.id, about)


def _pager(page: int, pages: int, total: int) -> list[Block]:
    if pages == 1:
        return [context(count_of(total, "deal"))]
    elements = []
    if page > 0:
        elements.append(button("← Previous", f"{ActionId.DEALS_PAGE}.previous", encode(p=page - 1)))
    if page + 1 < pages:
        elements.append(button("Next →", f"{ActionId.DEALS_PAGE}.next", encode(p=page + 1)))
    return [
        context(f"Page {page + 1} of {pages} · {count_of(total, 'deal')}"),
        {"type": "actions", "block_id": "pager", "elements": elements},
    ]


def _bulk(matching: int) -> list[Block]:
    return [
        {
            "type": "input",
            "block_id": "scope",
            "label": plain("For which deals?", 2000),
            "element": {
                "type": "radio_buttons",
                "action_id": "scope",
                "initial_option": option("Those ticked on this page", "ticked"),
                "options": [
                    option("Those ticked on this page", "ticked"),
                    option(f"All {matching} that match the filter", "all"),
                ],
            },
        },
        {
            "type": "input",
            "block_id": "response",
            "label": plain("What shall be done?", 2000),
            "element": {
                "type": "radio_buttons",
                "action_id": "response",
                "options": [
                    option("Snooze a week", "snoozed"),
                    option("They are fixed in the CRM", "fixed"),
                    option("Dismiss, with a reason", "dismissed"),
                ],
            },
        },
        _reason_input(optional=True),
    ]


def answered(deals: int, flags: int, not_fixable: Sequence[FlagKind], response: str) -> list[str]:
    """Return the lines that say what was done with the flags."""
    back = "it comes back when its" if flags == 1 else "they come back when their"
    what = {
        "dismissed": f"dismissed; {back} facts change, or after 14 days",
        "snoozed": "put off for a week",
        "fixed": "noted as fixed; the CRM's next state decides, by the end of two working days",
    }[response]
    lines = [f":white_check_mark: {count_of(flags, 'flag')} on {count_of(deals, 'deal')} {what}."]
    if not_fixable:
        they, them = ("it is", "it") if len(not_fixable) == 1 else ("they are", "them")
        lines.append(
            f"{count_of(len(not_fixable), 'flag')} stayed as {they}: {why_not_fixable(not_fixable)}. "
            f"Dismiss {them} with a reason, if no concern."
        )
    return lines
