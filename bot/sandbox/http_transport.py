"""Delivers payloads to the app's request URL, signed as Slack signs them."""

import asyncio
import hashlib
import hmac
import json
import time
from urllib.parse import urlencode

import httpx

from bot.sandbox.delivery import Ack, Outcome, Payload, Retry


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """Slack's v0 signature of a request body."""
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


class HttpTransport:
    """Speaks to one request URL; the app has `deadline` seconds to answer."""

    name = "http"

    def __init__(self, url: str, secret: str, deadline: float) -> None:
        self._url = url
        self._secret = secret
        self._deadline = deadline
        self._client: httpx.AsyncClient | None = None

    async def send(self, payload: Payload, retry: Retry | None = None) -> Ack:
        """POST a payload and wait for the answer."""
        content_type, body = _encode(payload)
        started = time.monotonic()
        try:
            async with asyncio.timeout(self._deadline):
                response = await self._opened().post(
                    self._url, content=body, headers=self._headers(content_type, body, retry)
                )
        except (TimeoutError, httpx.TimeoutException):
            return Ack("timeout", ms=_ms(started))
        except httpx.HTTPError:
            return Ack("connection_failed", ms=_ms(started))
        outcome: Outcome = "ok" if response.is_success else "http_error"
        no_retry = response.headers.get("X-Slack-No-Retry") == "1"
        return Ack(outcome, _parse(response.text), response.status_code, _ms(started), no_retry)

    async def close(self) -> None:
        """Close the connections to the app."""
        if self._client is not None:
            await self._client.aclose()

    def _opened(self) -> httpx.AsyncClient:
        if self._client is None:
            # Loading the certificates of a TLS client takes longer than most answers.
            secure = self._url.startswith("https:")
            self._client = httpx.AsyncClient(timeout=self._deadline, trust_env=False, verify=secure)
        return self._client

    def _headers(self, content_type: str, body: bytes, retry: Retry | None) -> dict[str, str]:
        timestamp = str(int(time.time()))
        headers = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": sign(self._secret, timestamp, body),
        }
        if retry is not None:
            headers |= {"X-Slack-Retry-Num": str(retry.number), "X-Slack-Retry-Reason": retry.reason}
        return headers


def _encode(payload: Payload) -> tuple[str, bytes]:
    if payload.kind == "event":
        return "application/json", json.dumps(payload.body).encode()
    fields = payload.body if payload.kind == "command" else {"payload": json.dumps(payload.body)}
    return "application/x-www-form-urlencoded", urlencode(fields).encode()


def _parse(text: str) -> object:
    if not text.strip():
        return None
    try:
        return json.loads(text)
    except ValueError:
        return text


def _ms(started: float) -> float:
    return (time.monotonic() - started) * 1000
