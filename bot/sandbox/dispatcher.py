"""Chooses the way to the app for each payload, and keeps the log of deliveries."""

import logging

from bot.sandbox.delivery import Ack, DeliveryLog, DeliveryRecord, Payload, Retry
from bot.sandbox.faults import FaultBoard
from bot.sandbox.http_transport import HttpTransport
from bot.sandbox.socket_transport import SocketTransport

_log = logging.getLogger(__name__)


class Dispatcher:
    """Socket Mode when a connection is open, else the request URL, else nobody."""

    def __init__(self, sockets: SocketTransport, http: HttpTransport | None, faults: FaultBoard) -> None:
        self.sockets = sockets
        self.log = DeliveryLog()
        self._http = http
        self._faults = faults

    async def deliver(self, payload: Payload) -> Ack:
        """Send a payload once and wait for the app's answer."""
        return await self.attempt(payload, self.begin(payload))

    def begin(self, payload: Payload) -> DeliveryRecord:
        """Open the payload's line in the log."""
        return self.log.begin(payload, self._way())

    async def attempt(self, payload: Payload, record: DeliveryRecord, retry: Retry | None = None) -> Ack:
        """Send a payload, as a repetition where `retry` says so, and log how it went."""
        record.via = self._way()
        if self.sockets.connected:
            ack = await self.sockets.send(
                payload,
                retry,
                cut=self._faults.cuts(payload.type),
                deafen=self._faults.deafens(payload.type),
            )
        elif self._http is not None:
            ack = await self._http.send(payload, retry)
        else:
            ack = Ack("no_app")
        record.answered(ack)
        if not ack.ok:
            _log.info("the app did not acknowledge %s: %s %s", payload.type, ack.outcome, ack.status or "")
        return ack

    async def close(self) -> None:
        """Hang up."""
        await self.sockets.disconnect_all("link_disabled")
        if self._http is not None:
            await self._http.close()

    def _way(self) -> str:
        if self.sockets.connected:
            return "socket"
        return "http" if self._http is not None else "none"
