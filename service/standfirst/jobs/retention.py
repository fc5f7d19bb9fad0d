"""Retention: removes jobs and briefings that are older than the settings allow."""

from __future__ import annotations

import asyncio
import logging
import time

from standfirst.errors import StoreFailed
from standfirst.store.briefings import BriefingStore
from standfirst.store.feeds import FeedStore
from standfirst.store.jobs import JobStore

_log = logging.getLogger(__name__)

_DAY_SECONDS = 86_400.0
#: Seconds between two removals.
_PAUSE_SECONDS = 3600.0


async def remove_expired(
    briefings: BriefingStore, jobs: JobStore, feeds: FeedStore, *, briefing_days: float, job_days: float
) -> None:
    """Every hour, remove briefings made more than ``briefing_days`` and jobs ended more than ``job_days`` ago.

    Feeds that nobody has asked for in ``briefing_days`` go with the briefings.

    Runs until cancelled.
    """
    while True:
        now = time.time()
        try:
            removed_jobs = await asyncio.to_thread(jobs.remove_ended, now - job_days * _DAY_SECONDS)
            removed_briefings = await asyncio.to_thread(briefings.remove_stored, now - briefing_days * _DAY_SECONDS)
            await asyncio.to_thread(feeds.remove_unused, now - briefing_days * _DAY_SECONDS)
            if removed_jobs or removed_briefings:
                _log.info("removed %d expired jobs and %d expired briefings", removed_jobs, removed_briefings)
        except StoreFailed as error:
            _log.warning("expired jobs and briefings were not removed: %s", error)
        await asyncio.sleep(_PAUSE_SECONDS)
