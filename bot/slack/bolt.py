"""Builds the Bolt app; the one place that turns an error into words for a person."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Container, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

import aiohttp
import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.errors import InvalidInput, UserError, reference_id
from bot.metrics import Metrics
from bot.slack.listeners.actions import answer_action
from bot.slack.listeners.commands import answer_command, by_heart
from bot.slack.listeners.deal_inspection import answer_deal_command, use_as_evidence
from bot.slack.listeners.desk import ActionAnswer, Desk, FieldErrors, OpenModal, ReplaceForm, Reply
from bot.slack.listeners.my_data import answer_my_data_command
from bot.slack.listeners.one_on_one import answer_one_on_one_command
from bot.slack.listeners.submissions import answer_submission
from bot.slack.once import (
    ACTION_ANSWER,
    COMMAND_ANSWER,
    FORM_ANSWER,
    Codec,
    CommandAnswer,
    action_key,
    command_key,
    once,
    submission_key,
)
from bot.slack.payloads import (
    COMMAND,
    DEAL_COMMAND,
    MY_DATA_COMMAND,
    ONE_ON_ONE_COMMAND,
    USE_AS_EVIDENCE,
    parse_action,
    parse_command,
    parse_shortcut,
    parse_submission,
    verb_in,
)
from bot.slack.slack_errors import fate_of
from bot.slack.views.text import View, escape, message_view, section
from bot.store.handling import Inbound

log = structlog.get_logger()

# A trigger lives three seconds; past one the person is better served by the words that it took too long.
OPEN_SECONDS = 1.0
EVERYTHING = re.compile(".*")
T = TypeVar("T")
KeepEvent = Callable[[dict[str, Any]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Trouble:
    """What a person is told when their request was not carried out; `fields`: the words at each input meant.

    All are plain text, names in them included: as mrkdwn they are shown escaped.
    """

    words: str
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def view(self) -> View:
        """A modal that says it."""
        return message_view("Not done", escape(self.words))

    def at(self, inputs: Container[str]) -> dict[str, str]:
        """Return the words at those of a form's inputs that are meant: the form stays as it was filled in."""
        return {name: words for name, words in self.fields.items() if name in inputs}


async def attempt(work: Callable[[], T], what: str) -> T | Trouble:
    """Carry out a listener's work off the event loop, and turn whatever goes wrong into words.

    An error made for people is shown as it is; any other is logged under a reference id that the person gets.
    """
    try:
        return await asyncio.to_thread(work)
    except InvalidInput as error:
        return Trouble(str(error), error.fields)
    except UserError as error:
        return Trouble(str(error))
    except Exception:
        reference = reference_id()
        log.exception("request_failed", request=what, reference=reference)
        return Trouble(
            "Something went wrong on our side, and nothing was changed. Please try again in a moment. "
            f"If it stays, give your admin this reference: `{reference}`."
        )


def build_bolt(
    desk: Desk,
    clock: Clock,
    client: AsyncWebClient,
    signing_secret: str,
    keep: KeepEvent,
    metrics: Metrics | None = None,
) -> AsyncApp:
    """Return the Bolt app, the same for HTTP and Socket Mode; `keep` commits an event to be worked off.

    One listener for each kind of payload and a table behind it: Bolt tries its listeners one by one.
    `process_before_response` takes the ack from the listener itself, without Bolt's waiting loop.
    """
    app = AsyncApp(
        # Without one Bolt names it after this file, and reads every caller's source to find that. It sets the
        # level of the logger of this name: not ours, then.
        name="bolt",
        client=client,
        signing_secret=signing_secret,
        process_before_response=True,
        request_verification_enabled=bool(signing_secret),
        # Bolt's own way is to put the whole request into the log, with all that a person wrote.
        raise_error_for_unhandled_request=True,
    )
    app.error(_failed)

    if metrics is not None:
        app.use(_observed(metrics))
    answers = _Answers(desk, clock, client, keep, metrics)
    app.command(COMMAND)(answers.command)
    app.command(DEAL_COMMAND)(answers.deal_command)
    app.command(ONE_ON_ONE_COMMAND)(answers.one_on_one_command)
    app.command(MY_DATA_COMMAND)(answers.my_data_command)
    app.message_shortcut(USE_AS_EVIDENCE)(answers.shortcut)
    app.action(EVERYTHING)(answers.action)
    app.view(EVERYTHING)(answers.submission)
    for event in ("app_home_opened", "message"):
        app.event(event)(answers.event)
    return app


async def _reply(ack: AsyncAck, reply: Reply) -> None:
    await ack(text=reply.text, blocks=reply.blocks, response_type="ephemeral")


async def _failed(error: Exception, body: dict[str, Any]) -> BoltResponse:
    """Say what went wrong with a request, without a word of what was in it."""
    event = body.get("event") or {}
    kind = str(event.get("type") or body.get("type") or "command")
    if isinstance(error, BoltUnhandledRequestError):
        log.warning("request_unhandled", request=kind)
        # An event that means nothing to us is taken in all the same; anything else somebody waits for.
        return BoltResponse(status=200 if event else 404)
    log.error("request_failed", request=kind, error=type(error).__name__, reference=reference_id())
    return BoltResponse(status=500)


def _observed(metrics: Metrics) -> Callable[..., Awaitable[BoltResponse]]:
    """Time each answer, and put one reference on every line logged for it."""

    async def observe(body: dict[str, Any], next_: Callable[[], Awaitable[BoltResponse]]) -> BoltResponse:
        kind = "command" if "command" in body else str(body.get("type", "other"))
        with structlog.contextvars.bound_contextvars(request_id=reference_id()), metrics.ack(kind):
            return await next_()

    return observe


class _Answers:
    """One listener for each kind of payload; each answers in its ack."""

    def __init__(
        self, desk: Desk, clock: Clock, client: AsyncWebClient, keep: KeepEvent, metrics: Metrics | None
    ) -> None:
        self._desk = desk
        self._clock = clock
        self._client = client
        self._keep = keep
        self._repeated: Callable[[str], None] = metrics.repeated if metrics else _uncounted

    async def _once(
        self, kind: str, key: str | None, codec: Codec[T], work: Callable[[datetime], T]
    ) -> T | Trouble:
        now = self._clock.now()
        request = Inbound(key, kind, now) if key else None
        return await attempt(
            lambda: once(self._desk.store, request, codec, lambda: work(now), self._repeated), kind
        )

    async def command(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        # A thread of its own, and a look at what was asked before, would take longer than the help itself.
        if (known := by_heart(verb_in(str(body.get("text", ""))))) is not None:
            await _reply(ack, known)
            return
        await self._command(ack, body, lambda now: answer_command(self._desk, parse_command(body), now))

    async def deal_command(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await self._command(ack, body, lambda now: answer_deal_command(self._desk, parse_command(body), now))

    async def one_on_one_command(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await self._command(
            ack, body, lambda now: answer_one_on_one_command(self._desk, parse_command(body), now)
        )

    async def my_data_command(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await self._command(
            ack, body, lambda now: answer_my_data_command(self._desk, parse_command(body), now)
        )

    async def _command(
        self, ack: AsyncAck, body: dict[str, Any], work: Callable[[datetime], CommandAnswer]
    ) -> None:
        answer = await self._once("command", command_key(body), COMMAND_ANSWER, work)
        if isinstance(answer, OpenModal):
            await _open(self._client, body, answer.view)
            await ack()
            return
        await _reply(ack, _said(answer.words) if isinstance(answer, Trouble) else answer)

    async def shortcut(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await self._click(ack, body, lambda now: use_as_evidence(self._desk, parse_shortcut(body), now))

    async def action(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await self._click(ack, body, lambda now: answer_action(self._desk, parse_action(body), now))

    async def _click(
        self, ack: AsyncAck, body: dict[str, Any], work: Callable[[datetime], ActionAnswer]
    ) -> None:
        answer = await self._once("action", action_key(body), ACTION_ANSWER, work)
        modal = OpenModal(answer.view) if isinstance(answer, Trouble) else answer
        if modal is not None:
            await _open(self._client, body, modal.view)
        await ack()

    async def submission(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        answer = await self._once(
            "form",
            submission_key(body),
            FORM_ANSWER,
            lambda now: answer_submission(self._desk, parse_submission(body), now),
        )
        match answer:
            case Trouble(fields=fields) if fields and (errors := answer.at(body["view"]["state"]["values"])):
                await ack(response_action="errors", errors=errors)
            case Trouble():
                await ack(response_action="update", view=answer.view)
            case FieldErrors(errors=errors):
                await ack(response_action="errors", errors=dict(errors))
            case ReplaceForm(view=view):
                await ack(response_action="update", view=view)
            case None:
                await ack()

    async def event(self, ack: AsyncAck, body: dict[str, Any]) -> BoltResponse | None:
        try:
            await self._keep(body)
        except Exception:
            log.exception("event_not_kept", request="event", reference=reference_id())
            # Refused, Slack brings it again; said outright, since Bolt acks what a listener leaves open.
            return BoltResponse(status=503)
        await ack()
        return None


def _uncounted(_kind: str) -> None:
    """Count nothing, where there are no metrics."""


def _said(words: str) -> Reply:
    return Reply(escape(words), [section(escape(words))])


async def _open(client: AsyncWebClient, body: dict[str, Any], view: View) -> None:
    """Open a modal, or push it on the one the click came from: the only call made inside a request."""
    in_modal = (body.get("view") or {}).get("type") == "modal"
    show: Callable[..., Awaitable[object]] = client.views_push if in_modal else client.views_open
    try:
        await asyncio.wait_for(show(trigger_id=body.get("trigger_id", ""), view=view), OPEN_SECONDS)
    except (SlackApiError, aiohttp.ClientError, TimeoutError) as error:
        # The click itself was carried out or refused; only the words about it did not make it.
        reason = fate_of(error).reason
        log.warning("modal_not_opened", reason=reason, reference=reference_id())
