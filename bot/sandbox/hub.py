"""The workspace at work: every part once, wired together."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.sandbox.call_log import CallLog
from bot.sandbox.clock import WorkspaceClock
from bot.sandbox.dispatcher import Dispatcher
from bot.sandbox.events import EventSender
from bot.sandbox.faults import FaultBoard
from bot.sandbox.http_transport import HttpTransport
from bot.sandbox.live import LivePages
from bot.sandbox.manifest import Manifest, read_manifest
from bot.sandbox.persistence import Store, open_store
from bot.sandbox.posting import Posting
from bot.sandbox.response_urls import ResponseUrls
from bot.sandbox.socket_transport import SocketTransport
from bot.sandbox.state import WorkspaceState
from bot.sandbox.stepping import Stepper
from bot.sandbox.timing import Timing
from bot.sandbox.triggers import Triggers
from bot.sandbox.view_stack import ViewStacks
from bot.sandbox.workspace_file import WorkspaceFile


@dataclass
class Hub:
    """What every surface works on. `base_url` is set once the server listens."""

    workspace: WorkspaceFile
    manifest: Manifest
    timing: Timing
    store: Store
    clock: WorkspaceClock
    stepper: Stepper
    state: WorkspaceState
    live: LivePages
    faults: FaultBoard
    dispatcher: Dispatcher
    events: EventSender
    posting: Posting
    triggers: Triggers
    response_urls: ResponseUrls
    views: ViewStacks
    calls: CallLog
    base_url: str = "http://127.0.0.1"
    # (user, action_id) -> option values offered for an external select.
    offered: dict[tuple[str, str], set[str]] = field(default_factory=dict)

    def release(self) -> None:
        """Let go of long polls and pages, so that the server can stop."""
        self.clock.close()
        self.live.close()

    async def close(self) -> None:
        """End what runs in the background, and the store."""
        self.release()
        await self.events.close()
        await self.dispatcher.close()
        self.store.close()


def build_hub(
    workspace: WorkspaceFile,
    manifest: Mapping[str, object],
    *,
    events_url: str | None,
    data: Path | None,
    timing: Timing,
) -> Hub:
    """Wire a workspace; with a data folder it goes on where it was left."""
    rules = read_manifest(manifest)
    store = open_store(data)
    clock = WorkspaceClock(workspace.clock, timing, store)
    state = WorkspaceState(workspace, store, clock)
    live = LivePages()
    clock.on_change.append(lambda: live.send_all({"type": "clock", "clock": clock.as_json()}))
    faults = FaultBoard()
    http = HttpTransport(events_url, workspace.app.signing_secret, timing.ack) if events_url else None
    dispatcher = Dispatcher(SocketTransport(workspace.app.id, timing.ack), http, faults)
    events = EventSender(workspace, rules, clock, dispatcher, faults, timing)
    return Hub(
        workspace=workspace,
        manifest=rules,
        timing=timing,
        store=store,
        clock=clock,
        stepper=Stepper(clock),
        state=state,
        live=live,
        faults=faults,
        dispatcher=dispatcher,
        events=events,
        posting=Posting(state, clock, live, events),
        triggers=Triggers(timing),
        response_urls=ResponseUrls(store, timing),
        views=ViewStacks(workspace, live),
        calls=CallLog(),
    )
