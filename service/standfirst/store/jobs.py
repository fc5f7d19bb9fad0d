"""The store of jobs: nothing that was accepted is lost, whenever the process ends.

A job may have a last item, which is worked on when all others have ended, and is made of what became of them.

An item is worked on under a lease. Who holds it renews it; when it expires, another may take the item. Only the holder
of the lease can write the result, and only once: an item may be worked on twice, but it ends once.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from standfirst.domain.job import FINAL_STATES, ItemResult, ItemState, Job, Lease, PendingWebhook
from standfirst.errors import IdempotencyConflict, NotFound, QuotaExceeded
from standfirst.store.database import Database
from standfirst.store.tables import items, jobs

#: Seconds that a lease lasts unless it is renewed: how long the items of a killed process wait.
LEASE_SECONDS = 30.0


class JobStore:
    """Jobs in ``database``. Every method raises ``StoreFailed`` where it does not answer.

    An owner is the name of the key that made a job; nobody else finds it. At most ``waiting`` items wait at a time.
    """

    def __init__(self, database: Database, waiting: int) -> None:
        self._database = database
        self._waiting = waiting

    def create(
        self,
        owner: str,
        requests: Sequence[str],
        request_hash: str,
        idempotency_key: str | None,
        webhook: str | None,
        last: str | None = None,
    ) -> tuple[Job, bool]:
        """A new job of those requests, each JSON, and True; or the one that the same key made before, and False.

        ``last`` is the request of its last item, if it has one.

        Raises ``IdempotencyConflict`` where that one was made of something else, and ``QuotaExceeded``.
        """
        known = self.same(owner, idempotency_key, request_hash, last=last is not None)
        if known is not None:
            return known, False
        job_id = uuid.uuid4().hex
        row = {
            "id": job_id,
            "owner": owner,
            "idempotency_key": idempotency_key,
            "request_hash": request_hash,
            "items": len(requests),
            "webhook": webhook,
            "created_at": time.time(),
            "cancelled": False,
            "webhook_tries": 0,
        }
        rows = [
            {"job": job_id, "position": position, "state": ItemState.WAITING, "request": request, "tries": 0}
            # The last item is told by its position alone: it is the number of the others.
            for position, request in enumerate(requests if last is None else [*requests, last])
        ]
        with self._database.writing() as connection:
            waiting = sa.select(sa.func.count()).select_from(items).where(items.c.state == ItemState.WAITING)
            held = connection.execute(waiting).scalar_one()
            if held + len(rows) > self._waiting:
                raise QuotaExceeded(
                    f"{held} items of jobs are waiting already; this service takes {self._waiting} at a time.", 60
                )
            made = connection.execute(self._database.adding(jobs).returning(jobs.c.id), row).scalar() is not None
            if made:
                connection.execute(sa.insert(items), rows)
        if not made:  # another request with the same key was a moment faster
            return self.create(owner, requests, request_hash, idempotency_key, webhook, last)
        return self.find(job_id, owner, last=last is not None), True

    def same(self, owner: str, idempotency_key: str | None, request_hash: str, *, last: bool = False) -> Job | None:
        """The job that ``owner`` made with the same key before, if there is one. Raises ``IdempotencyConflict``."""
        wanted = sa.select(jobs.c.id, jobs.c.request_hash)
        wanted = wanted.where(jobs.c.owner == owner, jobs.c.idempotency_key == idempotency_key)
        with self._database.reading() as connection:
            known = connection.execute(wanted).one_or_none() if idempotency_key else None
        if known is None:
            return None
        if known.request_hash != request_hash:
            raise IdempotencyConflict("This Idempotency-Key was sent before with another body.")
        return self.find(known.id, owner, last=last)

    def find(self, job_id: str, owner: str, *, last: bool = False) -> Job:
        """The job of that id, which has a last item or has none, as ``last`` says. Raises ``NotFound``."""
        with self._database.reading() as connection:
            row = connection.execute(sa.select(jobs).where(jobs.c.id == job_id, jobs.c.owner == owner)).one_or_none()
            ending = sa.select(sa.exists().where(items.c.job == job_id, items.c.position == jobs.c["items"]))
            if row is None or connection.execute(ending.where(jobs.c.id == job_id)).scalar() != last:
                what = "digest" if last else "job"
                raise NotFound(f"There is no {what} of that id here; those that ended are removed after a while.")
            counted = sa.select(items.c.state, sa.func.count()).where(items.c.job == job_id).group_by(items.c.state)
            counts = {ItemState(state): number for state, number in connection.execute(counted)}
        return Job(
            row.id, row.created_at, row.ended_at, row.cancelled, {state: counts.get(state, 0) for state in ItemState}
        )

    def states(self, job_id: str) -> list[ItemState]:
        """The state of every item of a job, in order."""
        with self._database.reading() as connection:
            found = connection.execute(
                sa.select(items.c.state).where(items.c.job == job_id).order_by(items.c.position)
            ).scalars()
            return [ItemState(state) for state in found]

    def results(self, job_id: str, after: int, most: int) -> list[ItemResult]:
        """The results there are of items beyond position ``after``, in order, at most ``most`` of them."""
        wanted = sa.select(items.c.position, items.c.state, items.c.result)
        wanted = wanted.where(items.c.job == job_id, items.c.position > after, items.c.state.in_(FINAL_STATES))
        with self._database.reading() as connection:
            rows = connection.execute(wanted.order_by(items.c.position).limit(most))
            return [ItemResult(position, ItemState(state), content) for position, state, content in rows]

    def cancel(self, job_id: str, owner: str, content: str, *, last: bool = False) -> Job:
        """End all items that have not ended, with ``content`` as their result. Raises ``NotFound``."""
        self.find(job_id, owner, last=last)
        unfinished = (items.c.job == job_id) & items.c.state.not_in(FINAL_STATES)
        with self._database.writing() as connection:
            # As in ``finish``, and in the same order: job, then items.
            connection.execute(sa.select(jobs.c.id).where(jobs.c.id == job_id).with_for_update())
            ended = connection.execute(
                sa.update(items)
                .where(unfinished)
                .values(state=ItemState.CANCELLED, result=content, lease=None, lease_until=None)
            ).rowcount
            if ended:
                connection.execute(sa.update(jobs).where(jobs.c.id == job_id).values(cancelled=True))
                self._end(connection, job_id)
        return self.find(job_id, owner, last=last)

    def lease(self) -> Lease | None:
        """The next item to work on, if there is one: of every job the first, then of every job the second …

        An item at which a process ended comes after those at which none did, which it might be keeping from their turn.
        """
        now = time.time()
        expired = (items.c.state == ItemState.RUNNING) & (items.c.lease_until < now)
        free = (items.c.state == ItemState.WAITING) | expired
        with self._database.reading() as connection:
            # HistoryEntry without the lock that a writer takes, since mostly there is nothing.
            if not connection.execute(sa.select(sa.exists().where(free))).scalar():
                return None
        # Without the request, so that what is sorted is small.
        others = items.alias()
        early = (items.c.position == jobs.c["items"]) & sa.exists().where(
            others.c.job == items.c.job, others.c.position < items.c.position, others.c.state.not_in(FINAL_STATES)
        )
        wanted = sa.select(items.c.job, items.c.position, items.c.tries).join(jobs).where(free, ~early)
        wanted = wanted.order_by(items.c.tries, items.c.position, jobs.c.created_at).limit(1)
        token = uuid.uuid4().hex
        with self._database.writing() as connection:
            row = connection.execute(wanted.with_for_update(skip_locked=True, of=items)).one_or_none()
            if row is None:
                return None
            request = connection.execute(
                sa.update(items)
                .where(items.c.job == row.job, items.c.position == row.position)
                .values(state=ItemState.RUNNING, tries=row.tries + 1, lease=token, lease_until=now + LEASE_SECONDS)
                .returning(items.c.request)
            ).scalar_one()
        return Lease(row.job, row.position, request, token, row.tries + 1)

    def renew(self, lease: Lease) -> bool:
        """Hold ``lease`` for longer; False where it is held no more, because the job was cancelled or it expired."""
        with self._database.writing() as connection:
            held = sa.update(items).where(*_held(lease)).values(lease_until=time.time() + LEASE_SECONDS)
            return connection.execute(held).rowcount == 1

    def hand_back(self, lease: Lease) -> None:
        """Let somebody else work on the item, as if nobody had."""
        values: dict[str, Any] = {"state": ItemState.WAITING, "tries": lease.tries - 1, "lease": None}
        with self._database.writing() as connection:
            connection.execute(sa.update(items).where(*_held(lease)).values(lease_until=None, **values))

    def finish(self, lease: Lease, state: ItemState, content: str) -> bool:
        """Write the item's result; False where the lease is held no more, and so nothing is written."""
        with self._database.writing() as connection:
            # Else the last two items, finished at once, would each see the other unfinished, and the job never end.
            connection.execute(sa.select(jobs.c.id).where(jobs.c.id == lease.job).with_for_update())
            values = {"state": state, "result": content, "lease": None, "lease_until": None}
            written = connection.execute(sa.update(items).where(*_held(lease)).values(values)).rowcount == 1
            left = sa.select(sa.func.count()).where(items.c.job == lease.job, items.c.state.not_in(FINAL_STATES))
            if written and not connection.execute(left).scalar_one():
                self._end(connection, lease.job)
        return written

    def remove_ended(self, before: float) -> int:
        """Remove the jobs that ended before that time; how many there were."""
        with self._database.writing() as connection:
            return connection.execute(sa.delete(jobs).where(jobs.c.ended_at < before)).rowcount

    def counts(self) -> dict[ItemState, int]:
        """How many items of all jobs are in which state."""
        with self._database.reading() as connection:
            rows = connection.execute(sa.select(items.c.state, sa.func.count()).group_by(items.c.state))
            found = {ItemState(state): number for state, number in rows}
        return {state: found.get(state, 0) for state in ItemState}

    def due_webhook(self, hold: float) -> PendingWebhook | None:
        """A webhook whose time has come, if there is one; nobody else gets it for ``hold`` seconds."""
        now = time.time()
        wanted = sa.select(jobs.c.id, jobs.c.webhook, jobs.c.webhook_tries).where(jobs.c.webhook_at <= now).limit(1)
        with self._database.writing() as connection:
            row = connection.execute(wanted.with_for_update(skip_locked=True)).one_or_none()
            if row is None:
                return None
            connection.execute(sa.update(jobs).where(jobs.c.id == row.id).values(webhook_at=now + hold))
        return PendingWebhook(row.id, row.webhook, row.webhook_tries)

    def webhook_told(self, webhook: PendingWebhook, *, again_in: float | None) -> None:
        """A webhook was told, or was not and is to be tried again in that many seconds."""
        values = {
            "webhook_at": None if again_in is None else time.time() + again_in,
            "webhook_tries": webhook.tries + 1,
        }
        with self._database.writing() as connection:
            connection.execute(sa.update(jobs).where(jobs.c.id == webhook.job).values(values))

    def owner_of(self, job_id: str) -> str:
        """Whose job it is. Raises ``NotFound``."""
        with self._database.reading() as connection:
            owner: str | None = connection.execute(sa.select(jobs.c.owner).where(jobs.c.id == job_id)).scalar()
        if owner is None:
            raise NotFound("There is no job of that id here.")
        return owner

    def _end(self, connection: sa.Connection, job_id: str) -> None:
        now = time.time()
        due = sa.case((jobs.c.webhook.is_not(None), now), else_=None)
        connection.execute(sa.update(jobs).where(jobs.c.id == job_id).values(ended_at=now, webhook_at=due))


def _held(lease: Lease) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        items.c.job == lease.job,
        items.c.position == lease.position,
        items.c.lease == lease.token,
        items.c.state == ItemState.RUNNING,
    )
