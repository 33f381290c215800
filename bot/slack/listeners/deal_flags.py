"""Flagged deals: fixed, dismissed, snoozed, one by one or many at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.domain.flags import FlagKind, ResponseKind
from bot.errors import InvalidInput, StaleAction
from bot.services import answered_flags, deal_flags, deal_list
from bot.slack.listeners.desk import (
    OLD_FORM,
    ActionAnswer,
    ActionHandler,
    Desk,
    FormAnswer,
    FormHandler,
    OpenModal,
    ReplaceForm,
    carried,
    say,
)
from bot.slack.payloads import Action, ActionId, CallbackId, Submission, choice_of, choices_of, text_of
from bot.slack.views import answered_flags as answered_views
from bot.slack.views import deal_flags as views
from bot.slack.views.text import message_view


def _deal_menu(desk: Desk, action: Action, now: datetime) -> ActionAnswer:
    deal_id, what = carried(action, "d"), carried(action, "a")
    if what == "dismiss":
        flagged, today = deal_flags.flags_of_deal(desk.store, action.user, deal_id, now)
        return OpenModal(views.dismiss_form(flagged, today))
    response = ResponseKind.FIXED if what == "fixed" else ResponseKind.SNOOZED
    command = deal_flags.AnswerFlags(action.user, (deal_id,), None, response)
    done = deal_flags.answer_flags(desk.store, desk.jobs, command, now)
    lines = views.answered(done.deals, done.flags, done.not_fixable, response.value)
    return say(action, "Noted", *lines, always=bool(done.not_fixable))


def _all_deals(desk: Desk, action: Action, now: datetime) -> ActionAnswer:
    card = deal_flags.all_flagged(desk.store, action.user, carried(action, "f"), now)
    return OpenModal(views.list_form(card, views.ListFilter()))


def _turn_page(desk: Desk, action: Action, now: datetime) -> ActionAnswer:
    return _show_list(
        desk, action, views.ListFilter.parse(action.view_metadata, page=action.value.get("p")), now
    )


def _filter_deals(desk: Desk, action: Action, now: datetime) -> ActionAnswer:
    flag = _chosen_in(action, f"{ActionId.DEALS_FILTER}.flag")
    rep = _chosen_in(action, f"{ActionId.DEALS_FILTER}.rep")
    return _show_list(desk, action, views.ListFilter.chosen(flag, rep), now)


def _chosen_in(action: Action, action_id: str) -> str | None:
    """Return what is chosen in one select of a block that holds several."""
    return choice_of({action_id: {action_id: action.state.get("filters", {}).get(action_id, {})}}, action_id)


def _show_list(desk: Desk, action: Action, chosen: views.ListFilter, now: datetime) -> ActionAnswer:
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


def _dismiss(desk: Desk, form: Submission, now: datetime) -> FormAnswer:
    chosen = _kinds(choices_of(form.state, "flags"))
    if not chosen:
        raise InvalidInput("Tick at least one flag.", field="flags")
    command = deal_flags.AnswerFlags(
        slack_user_id=form.user,
        deal_ids=(str(form.metadata.get("d", "")),),
        kinds=chosen,
        response=ResponseKind.DISMISSED,
        reason=text_of(form.state, "reason"),
    )
    done = deal_flags.answer_flags(desk.store, desk.jobs, command, now)
    return _noted(done, ResponseKind.DISMISSED)


def _bulk(desk: Desk, form: Submission, now: datetime) -> FormAnswer:
    response = _response(choice_of(form.state, "response"))
    ticked = next((choices_of(form.state, block) for block in form.state if block.startswith("deals:")), [])
    chosen = views.ListFilter.parse(form.metadata)
    if choice_of(form.state, "scope") == "all":
        card = deal_flags.all_flagged(desk.store, form.user, str(form.metadata.get("f", "")), now)
        ticked = [one.deal.id for one in chosen.pick(card.all_deals)]
    if not ticked:
        raise InvalidInput("Tick the deals meant, or choose all that match.", field="scope")
    command = deal_flags.AnswerFlags(
        slack_user_id=form.user,
        deal_ids=tuple(ticked),
        # With a filter on one flag, that flag is what is answered; its neighbours stay.
        kinds=frozenset({chosen.flag}) if chosen.flag else None,
        response=response,
        reason=text_of(form.state, "reason"),
    )
    return _noted(deal_flags.answer_flags(desk.store, desk.jobs, command, now), response)


def _noted(done: deal_flags.FlagsAnswered, response: ResponseKind) -> FormAnswer:
    lines = views.answered(done.deals, done.flags, done.not_fixable, response.value)
    return ReplaceForm(message_view("Noted", *lines))


def _answered(desk: Desk, action: Action, now: datetime) -> ActionAnswer:
    found, zone = answered_flags.answered_flags(desk.store, action.user, now)
    return OpenModal(answered_views.take_back_form(found, zone))


def _take_back(desk: Desk, form: Submission, now: datetime) -> FormAnswer:
    every = choice_of(form.state, answered_views.SCOPE) == answered_views.EVERY
    blocks = [block for block in form.state if block.startswith(f"{answered_views.ANSWERS}:")]
    ticked = [picked for block in blocks for picked in choices_of(form.state, block)]
    if not ticked and not every:
        raise InvalidInput("Tick at least one answer, or choose all.", field=f"{answered_views.ANSWERS}:0")
    command = answered_flags.TakeBack(form.user, None if every else ticked)
    done = answered_flags.take_back(desk.store, desk.jobs, command, now)
    return ReplaceForm(message_view("Noted", *answered_views.taken_back(done.deals, done.flags)))


def _response(chosen: str | None) -> ResponseKind:
    if chosen is None:
        raise InvalidInput("Choose what shall be done.", field="response")
    try:
        return ResponseKind(chosen)
    except ValueError:
        raise StaleAction(OLD_FORM) from None


def _kinds(chosen: list[str]) -> frozenset[FlagKind]:
    return frozenset(FlagKind(kind) for kind in chosen if kind in tuple(FlagKind))


ACTIONS: Mapping[str, ActionHandler] = {
    ActionId.DEAL_MENU: _deal_menu,
    ActionId.ALL_DEALS: _all_deals,
    ActionId.DEALS_PAGE: _turn_page,
    ActionId.DEALS_FILTER: _filter_deals,
    ActionId.DEALS_PICKED: _nothing,
    ActionId.ANSWERED_FLAGS: _answered,
}
SUBMISSIONS: Mapping[str, FormHandler] = {
    CallbackId.DISMISS_FLAG: _dismiss,
    CallbackId.BULK: _bulk,
    CallbackId.TAKE_BACK_ANSWERS: _take_back,
}
