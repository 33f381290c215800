"""Looks at everything that is shown to anybody: commands, messages, modals, Home, exports, status, trail."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from bot.errors import UserError
from bot.services.export import export_ledger
from bot.services.my_data import my_data
from bot.services.status import read_figures, read_status
from bot.slack.listeners.actions import answer_action
from bot.slack.listeners.commands import COMMANDS, answer_command
from bot.slack.listeners.deal_inspection import answer_deal_command
from bot.slack.listeners.desk import Desk, OpenModal, Reply
from bot.slack.listeners.my_data import answer_my_data_command
from bot.slack.listeners.one_on_one import COMMANDS as ONE_ON_ONE_COMMANDS
from bot.slack.listeners.one_on_one import answer_one_on_one_command
from bot.slack.payloads import Action, ActionId, Command, Where, decode
from bot.slack.rendering import render
from bot.store.repositories.notices import NoticeRow
from bot.store.unit_of_work import Store
from tests.integration.services.company import RecordedJobs, every, trail

# A click on one of these changes something; all others open something to look at.
CHANGING = {
    *(ActionId.CONFIRM_PLAN, ActionId.SNOOZE, ActionId.DEAL_MENU, ActionId.DEALS_PAGE, ActionId.DEALS_FILTER),
    *(ActionId.DEALS_PICKED, ActionId.HELD, ActionId.REVIEW_TURN, ActionId.DECISION_DONE),
    *(ActionId.ONE_ON_ONE_HELD, ActionId.ONE_ON_ONE_CANCELLED, ActionId.ACCEPT_TIME, ActionId.DECLINE_TIME),
    *(ActionId.COACHING_DRAFT, ActionId.COACHING_RELEASE, ActionId.COACHING_CONFIRM, ActionId.DEAL_CHOSEN),
    *(ActionId.ASK_QUESTIONS, ActionId.ANSWERS_NOTHING, ActionId.OPEN_LINK),
}
MOST_MODALS = 25
# Ids are drawn anew in each world; what is the same thing keeps the same place in both.
_DRAWN = re.compile(r"\b[a-z]{3,5}_[0-9a-hjkmnp-tv-z]{26}\b")
Surfaces = dict[str, str]


def everything_shown(
    store: Store, users: list[str], logs: list[str], now: datetime, folder: Path
) -> Surfaces:
    """Everything by name, as text; the same in two worlds exactly when nobody could tell them apart by it."""
    found: Surfaces = {}
    for user in users:
        found |= {f"{user}: {name}": _text(shown) for name, shown in _of_user(store, user, logs, now)}
    found |= {f"message {place}": _text(shown) for place, shown in enumerate(_messages(store, now))}
    export_ledger(store, folder, "both", now=now, by="operator")
    found |= {f"export {path.name}": _drawn(path.read_text("utf-8")) for path in sorted(folder.iterdir())}
    # Numbers that were drawn and taken back are not drawn again on PostgreSQL; the order is the same.
    found["trail"] = _text([{**asdict(event), "seq": None} for event in trail(store)])
    found["erasures"] = _text(list(every(store, "erasures").values()))
    return found


def operators_see(store: Store, now: datetime) -> Surfaces:
    """What `drumbeat status` and the metrics tell; with how much was sent, so it grows with every message."""
    return {
        "status": _text(asdict(read_status(store, now))),
        "metrics": _text(asdict(read_figures(store, now))),
    }


def _of_user(store: Store, user: str, logs: list[str], now: datetime) -> Iterator[tuple[str, Any]]:
    desk = Desk(store, RecordedJobs())
    shown: list[Any] = []
    for name, ask in _questions(desk, user, now):
        shown.append(_asked(ask))
        yield name, shown[-1]
    yield "mydata, unrendered", asdict(my_data(store, user))
    opened = [*({"action_id": ActionId.COACHING_READ.value, "value": json.dumps({"k": log})} for log in logs)]
    opened += [button for one in shown for button in _buttons(one)]
    clicks = {_drawn(json.dumps(one, sort_keys=True, default=str)): one for one in reversed(opened)}
    for place, button in enumerate(list(reversed(clicks.values()))[:MOST_MODALS]):
        yield f"modal {place}", _asked(partial(_opened, desk, user, button, now))


def _opened(desk: Desk, user: str, button: dict[str, Any], now: datetime) -> Any:
    return answer_action(desk, _click(user, button), now)


def _questions(desk: Desk, user: str, now: datetime) -> Iterator[tuple[str, Callable[[], Any]]]:
    def command(verb: str) -> Command:
        return Command(user, "T1", verb, "", "", verb)

    for verb in COMMANDS:
        yield f"/drumbeat {verb}", partial(answer_command, desk, command(verb), now)
    for verb in ONE_ON_ONE_COMMANDS:
        yield f"/one-on-one {verb}", partial(answer_one_on_one_command, desk, command(verb), now)
    yield "/deal", partial(answer_deal_command, desk, command("deal_rob"), now)
    yield "/mydata", partial(answer_my_data_command, desk, command("help"), now)


def _asked(ask: Callable[[], Any]) -> Any:
    try:
        answer = ask()
    except UserError as error:
        return str(error)  # a refusal shows something too
    match answer:
        case Reply():
            return {"text": answer.text, "blocks": answer.blocks}
        case OpenModal():
            return answer.view
    return answer


def _messages(store: Store, now: datetime) -> Iterator[Any]:
    """Every message and Home tab to anybody, as it would stand now."""
    found = sorted(every(store, "notices").values(), key=_by_person)
    homes = {row["person_id"]: row for row in reversed(found) if row["kind"] == "home"}
    # One Home tab each: how often one was published is nothing that is shown.
    for row in [*(row for row in found if row["kind"] != "home"), *sorted(homes.values(), key=_by_person)]:
        notice = NoticeRow(**{name: row[name] for name in NoticeRow.__slots__})
        try:
            content = render(store, notice, now)
        except UserError as error:
            yield str(error)
            continue
        yield [row["person_id"], row["kind"], row["reason"], asdict(content) if content else None]


def _by_person(row: dict[str, Any]) -> tuple[str, str, str]:
    return row["person_id"], row["kind"], row["id"]


def _buttons(shown: Any) -> Iterator[dict[str, Any]]:
    if isinstance(shown, dict):
        if shown.get("type") == "button" and shown.get("action_id", "").partition(".#")[0] not in CHANGING:
            yield {"action_id": shown["action_id"], "value": shown.get("value")}
        for inner in shown.values():
            yield from _buttons(inner)
    elif isinstance(shown, list | tuple):
        for inner in shown:
            yield from _buttons(inner)


def _click(user: str, button: dict[str, Any]) -> Action:
    return Action(user, "T1", button["action_id"], "", decode(button["value"]), "", Where(), {}, {})


def _text(shown: Any) -> str:
    return _drawn(json.dumps(shown, default=str, ensure_ascii=False, indent=0))


def _drawn(text: str) -> str:
    places: dict[str, str] = {}

    def place(found: re.Match[str]) -> str:
        return places.setdefault(found[0], f"{found[0].partition('_')[0]}_{len(places)}")

    return _DRAWN.sub(place, text)
