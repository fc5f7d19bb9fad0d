"""Cleaning: what was kept long enough is removed, so that a service that runs for years does not fill its disk."""

from __future__ import annotations

import asyncio
import logging
import time

from standfirst.errors import StoreFailed
from standfirst.store.briefings import BriefingStore
from standfirst.store.jobs import JobStore

_log = logging.getLogger(__name__)

_DAY = 86_400.0
#: Seconds between looks.
_PAUSE = 3600.0


async def clean(briefings: BriefingStore, jobs: JobStore, *, briefing_days: float, job_days: float) -> None:
    """Remove briefings so many days after they were made, and jobs so many after their end, until cancelled."""
    while True:
        now = time.time()
        try:
            ended = await asyncio.to_thread(jobs.remove_ended, now - job_days * _DAY)
            kept = await asyncio.to_thread(briefings.remove_kept, now - briefing_days * _DAY)
            if ended or kept:
                _log.info("removed what was kept long enough: %d jobs, %d briefings", ended, kept)
        except StoreFailed as error:
            _log.warning("nothing old is removed: %s", error)
        await asyncio.sleep(_PAUSE)
