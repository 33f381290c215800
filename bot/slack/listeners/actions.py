"""Clicks and choices: each action id calls one service, and opens a modal where there is something to say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.domain.flags import ResponseKind
from bot.domain.verification import Answer
from bot.errors import StaleAction
from bot.services import acknowledgement, coverage_conversation, deal_flags, deal_list, overview, snooze
from bot.slack.listeners.desk import ActionAnswer, Desk, OpenModal
from bot.slack.payloads import Action, ActionId, choice_of, number_in
from bot.slack.views import acknowledgement as acknowledgement_views
from bot.slack.views import coverage_conversation as conversation_views
from bot.slack.views import deal_flags as flag_views
from bot.slack.views import overview as overview_views
from bot.slack.views.text import day_and_time, escaped, message_view

Handler = Callable[[Desk, Action, datetime], ActionAnswer]


def answer_action(desk: Desk, action: Action, now: datetime) -> ActionAnswer:
    """Answer one click; an id that no version of this product knows any more is refused in words."""
    # A suffix tells elements of one kind apart, as Slack wants ids to be unique in a block.
    handler = ACTIONS.get(action.action_id) or ACTIONS.get(action.action_id.rpartition(".")[0])
    if handler is None:
        raise StaleAction(
            "This button is from an older version of Drumbeat. Use `/drumbeat today` for a fresh one."
        )
    return handler(desk, action, now)


def _id(action: Action, key: str) -> str:
    value = action.value.get(key)
    if not isinstance(value, str):
        raise StaleAction(
            "This button is from an older version of Drumbeat. Use `/drumbeat today` for a fresh one."
        )
    return value


def _log_conversation(desk: Desk, action: Action, now: datetime) -> ActionAnswer:
    draft = coverage_conversation.open_form(desk.store, action.user, _id(action, "o"), now)
    return OpenModal(
        conversation_views.form(draft.obligation.id, draft.obligation.version, draft.rep, draft.today)
    )


def _confirm_plan(desk: Desk, action: Action, now: datetime) -> ActionAnswer:
    command = coverage_conversation.ConfirmPlan(action.user, _id(action, "o"), number_in(action.value, "v"))
    done = coverage_conversation.confirm_plan(desk.store, desk.jobs, command, now)
    return _say(
        action, "Confirmed", f"The plan with *{escaped(done.rep.name)}* still stands. {done.left} left today."
    )


def _snooze(desk: Desk, action: Action, now: datetime) -> ActionAnswer:
    command = snooze.Snooze(action.user, _id(action, "o"), _id(action, "s"))
    until, zone = snooze.snooze(desk.store, desk.jobs, command, now)
    return _say(
        action,
        "Snoozed",
        f"You will be reminded {day_and_time(until, zone)}. It is still due when it was due.",
    )


def _why(desk: Desk, action: Action, now: datetime) -> ActionAnswer:
    line, zone = overview.why(desk.store, action.user, _id(action, "o"), now)
    return OpenModal(overview_views.why_view(line, zone))


def _deal_menu(desk: Desk, action: Action, now: datetime) -> ActionAnswer:
    deal_id, what = _id(action, "d"), _id(action, "a")
    if what == "dismiss":
        flagged, today = deal_flags.flags_of_deal(desk.store, action.user, deal_id, now)
        return OpenModal(flag_views.dismiss_form(flagged, today))
    response = ResponseKind.FIXED if what == "fixed" else ResponseKind.SNOOZED
    command = deal_flags.AnswerFlags(action.user, (deal_id,), None, response)
    done = deal_flags.answer_flags(desk.store, desk.jobs, command, now)
    lines = flag_views.answered(done.deals, done.flags, done.not_fixable, response.value)
    return _say(action, "Noted", *lines, always=bool(done.not_fixable))


def _all_deals(desk: Desk, action: Action, now: datetime) -> ActionAnswer:
    card = deal_flags.all_flagged(desk.store, action.user, _id(action, "f"), now)
    return OpenModal(flag_views.list_form(card, flag_views.ListFilter()))


def _turn_page(desk: Desk, action: Action, now: datetime) -> ActionAnswer:
    return _show_list(
        desk, action, flag_views.ListFilter.parse(action.view_metadata, page=action.value.get("p")), now
    )


def _filter_deals(desk: Desk, action: Action, now: datetime) -> ActionAnswer:
    flag = choice_of_element(action, f"{ActionId.DEALS_FILTER}.flag")
    rep = choice_of_element(action, f"{ActionId.DEALS_FILTER}.rep")
    return _show_list(desk, action, flag_views.ListFilter.chosen(flag, rep), now)


def choice_of_element(action: Action, action_id: str) -> str | None:
    """Return what is chosen in one select of a block that holds several."""
    return choice_of({action_id: {action_id: action.state.get("filters", {}).get(action_id, {})}}, action_id)


def _show_list(desk: Desk, action: Action, chosen: flag_views.ListFilter, now: datetime) -> ActionAnswer:
    if action.where.view_id is None:
        raise StaleAction("Open the list of flagged deals again from the health check.")
    deal_list.show_page(
        desk.store,
        desk.jobs,
        deal_list.ShowPage(
            action.user, action.where.view_id, str(action.view_metadata.get("f", "")), chosen.encode()
        ),
        now,
    )
    return None


def _nothing(_desk: Desk, _action: Action, _now: datetime) -> ActionAnswer:
    return None


def _held(desk: Desk, action: Action, now: datetime) -> ActionAnswer:
    command = acknowledgement.Acknowledge(action.user, _id(action, "k"), Answer.CONFIRMED)
    card = acknowledgement.acknowledge(desk.store, desk.jobs, command, now)
    return _say(action, "Thank you", f"You confirmed the conversation with *{escaped(card.manager.name)}*.")


def _not_held(desk: Desk, action: Action, _now: datetime) -> ActionAnswer:
    card = acknowledgement.open_dispute(desk.store, action.user, _id(action, "k"))
    return OpenModal(acknowledgement_views.dispute_form(card))


def _say(action: Action, title: str, *lines: str, always: bool = False) -> ActionAnswer:
    """Say it in a modal where the message clicked can't be brought up to date: an ephemeral one."""
    return OpenModal(message_view(title, *lines)) if always or action.where.ephemeral else None


ACTIONS: Mapping[str, Handler] = {
    ActionId.LOG_CONVERSATION: _log_conversation,
    ActionId.CONFIRM_PLAN: _confirm_plan,
    ActionId.SNOOZE: _snooze,
    ActionId.WHY: _why,
    ActionId.DEAL_MENU: _deal_menu,
    ActionId.ALL_DEALS: _all_deals,
    ActionId.DEALS_PAGE: _turn_page,
    ActionId.DEALS_FILTER: _filter_deals,
    ActionId.DEALS_PICKED: _nothing,
    ActionId.HELD: _held,
    ActionId.NOT_HELD: _not_held,
}
