"""Webhooks: a POST to an address of the caller's when a job or a digest has ended.

Requests are signed as in the Standard Webhooks specification (https://www.standardwebhooks.com): HMAC-SHA256 of id,
time and body. They go only to addresses that pages may be fetched from. A request that gets no 2xx response is
repeated for about a day.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import logging
import time

from standfirst.domain.job import PendingWebhook
from standfirst.errors import FetchFailed, StandfirstError, StoreFailed
from standfirst.reading.fetch import FetchPolicy, post
from standfirst.rendering.json.job import JobEnded
from standfirst.store.jobs import JobStore
from standfirst.telemetry import log_unexpected

_log = logging.getLogger(__name__)

_POLL_SECONDS = 1.0
#: Seconds before each further attempt: 10 s, 30 s, 2 min, 10 min, then every hour for a day.
_PAUSES = (10.0, 30.0, 120.0, 600.0, *[3600.0] * 24)
#: Webhooks that are sent at a time, so that an address that does not answer delays no other.
_CONCURRENCY = 4
#: Seconds, in addition to the time that sending may take, for which no other process takes the same webhook.
_HOLD_SECONDS = 45.0
_STORE_PAUSE_SECONDS = 5.0


class Webhooks:
    """Sends the webhooks that are due. ``secret`` signs them; ``policy`` says to which addresses they may go."""

    def __init__(self, store: JobStore, secret: str, policy: FetchPolicy) -> None:
        self._store = store
        self._secret = secret
        self._policy = policy

    async def run(self) -> None:
        """Send webhooks until cancelled."""
        async with asyncio.TaskGroup() as group:
            for _ in range(_CONCURRENCY):
                group.create_task(self._send_all())

    async def _send_all(self) -> None:
        while True:
            try:
                webhook = await asyncio.to_thread(self._store.take_webhook, self._policy.timeout_s + _HOLD_SECONDS)
                if webhook is None:
                    await asyncio.sleep(_POLL_SECONDS)
                else:
                    await self._send(webhook)
            except StoreFailed as error:
                _log.warning("webhooks wait for the store: %s", error)
                await asyncio.sleep(_STORE_PAUSE_SECONDS)
            except Exception as error:
                # An unexpected error of one webhook must not stop the others. This one is due again after its hold.
                log_unexpected(_log, "sending a webhook", error)

    async def _send(self, webhook: PendingWebhook) -> None:
        pause: float | None = None
        try:
            job = await asyncio.to_thread(self._store.get, webhook.job)
            body = JobEnded.of(job).model_dump_json().encode()
            headers = sign(self._secret, webhook.job, time.time(), body)
            status = await post(webhook.url, body, headers, self._policy)
            if not 200 <= status < 300:
                raise FetchFailed(f"It answered with status {status}.")
        except StoreFailed:
            raise
        except StandfirstError as error:
            pause = next(iter(_PAUSES[webhook.tries :]), None)
            given_up = " and is given up" if pause is None else ""
            _log.warning("the webhook of job %s was not delivered%s: %s", webhook.job, given_up, error)
        await asyncio.to_thread(self._store.record_attempt, webhook, retry_in=pause)


def sign(secret: str, message_id: str, now: float, body: bytes) -> dict[str, str]:
    """Return the headers of a message with its signature; ``now`` is in seconds since 1970."""
    timestamp = str(int(now))
    content = f"{message_id}.{timestamp}.".encode() + body
    digest = hmac.new(secret.encode(), content, hashlib.sha256).digest()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": "v1," + base64.b64encode(digest).decode(),
        "content-type": "application/json",
    }
