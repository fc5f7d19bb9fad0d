"""Webhooks: telling an address of the caller's that a job has ended.

Signed as https://www.standardwebhooks.com has it: HMAC-SHA256 over id, time and body. Sent to such addresses alone as
a page may be fetched from, and tried again for a day until the other side answers with a 2xx.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import logging
import time
import traceback
from collections.abc import Awaitable, Callable

from standfirst.domain.job import PendingWebhook
from standfirst.errors import FetchFailed, StandfirstError, StoreFailed
from standfirst.reading.fetch import FetchPolicy, post
from standfirst.store.jobs import JobStore

_log = logging.getLogger(__name__)

#: From a job's id to what is told of it, as JSON.
Describe = Callable[[str], Awaitable[bytes]]

_LOOK = 1.0
#: Seconds until the next try: 10 s, 30 s, 2 min, 10 min, then hourly.
_PAUSES = (10.0, 30.0, 120.0, 600.0, *[3600.0] * 24)
#: Webhooks that are told at a time: one address that does not answer holds up no other.
_LANES = 4
#: Seconds, beside those that telling may take, that nobody else takes a webhook on which one process is at work.
_HOLD = 45.0
_STORE_PAUSE = 5.0


class Webhooks:
    """Sends what is due, until cancelled. ``secret`` signs it; ``policy`` says to where it may go."""

    def __init__(self, store: JobStore, describe: Describe, secret: str, policy: FetchPolicy) -> None:
        self._store = store
        self._describe = describe
        self._secret = secret
        self._policy = policy

    async def run(self) -> None:
        """Work until cancelled."""
        async with asyncio.TaskGroup() as lanes:
            for _ in range(_LANES):
                lanes.create_task(self._lane())

    async def _lane(self) -> None:
        while True:
            try:
                webhook = await asyncio.to_thread(self._store.due_webhook, self._policy.timeout_s + _HOLD)
                if webhook is None:
                    await asyncio.sleep(_LOOK)
                else:
                    await self._tell(webhook)
            except StoreFailed as error:
                _log.warning("webhooks wait: %s", error)
                await asyncio.sleep(_STORE_PAUSE)
            except Exception as error:
                # What nobody expected of one must not end the telling of all others; it is due again after its hold.
                lines = "".join(traceback.format_tb(error.__traceback__))
                _log.error("telling a webhook failed: %s\n%s", type(error).__name__, lines)

    async def _tell(self, webhook: PendingWebhook) -> None:
        try:
            body = await self._describe(webhook.job)
            status = await post(webhook.url, body, signed(self._secret, webhook.job, time.time(), body), self._policy)
            if not 200 <= status < 300:
                raise FetchFailed(f"It answered with status {status}.")
        except StoreFailed:
            raise
        except StandfirstError as error:
            left = _PAUSES[webhook.tries :]
            _log.warning("job %s: its webhook was not told%s: %s", webhook.job, "" if left else " and given up", error)
            await asyncio.to_thread(self._store.webhook_told, webhook, again_in=left[0] if left else None)
        else:
            await asyncio.to_thread(self._store.webhook_told, webhook, again_in=None)


def signed(secret: str, message_id: str, now: float, body: bytes) -> dict[str, str]:
    """The headers of a message, with its signature."""
    stamp = str(int(now))
    content = f"{message_id}.{stamp}.".encode() + body
    digest = hmac.new(secret.encode(), content, hashlib.sha256).digest()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": stamp,
        "webhook-signature": "v1," + base64.b64encode(digest).decode(),
        "content-type": "application/json",
    }
