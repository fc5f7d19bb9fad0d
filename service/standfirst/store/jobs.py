"""The store of jobs. A job that was accepted is not lost, whenever the process ends.

A job may have a final item, which is worked on when all the others have ended, and uses their results.

An item is worked on under a lease. Its holder renews it; when it expires, the item may be leased again. Only the holder
of the lease can store the result, and only once: an item may be worked on twice, but it has one result.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Sequence

import sqlalchemy as sa

from standfirst.domain.job import FINAL_STATES, ItemResult, ItemState, Job, Lease, PendingWebhook
from standfirst.errors import IdempotencyConflict, NotFound, QuotaExceeded
from standfirst.store.database import Database
from standfirst.store.tables import items, jobs

#: Seconds that a lease lasts unless it is renewed: how long the items of a killed process wait.
LEASE_SECONDS = 30.0


class JobStore:
    """The jobs in a database. Every method raises ``StoreFailed`` if the database does not answer.

    An owner is the name of the caller that created a job; the job is found for its owner only. At most
    ``max_waiting`` items wait at a time.
    """

    def __init__(self, database: Database, max_waiting: int) -> None:
        self._database = database
        self._max_waiting = max_waiting

    def create(
        self,
        owner: str,
        requests: Sequence[str],
        request_hash: str,
        idempotency_key: str | None = None,
        webhook: str | None = None,
        final: str | None = None,
    ) -> tuple[Job, bool]:
        """Create a job with an item per request, and return it with True.

        If the owner has a job of the same ``idempotency_key``, return that one with False. Requests are JSON;
        ``final`` is the request of the final item. Raises ``IdempotencyConflict`` if the existing job has another
        ``request_hash``, and ``QuotaExceeded`` if too many items wait.
        """
        known = self.find_same(owner, idempotency_key, request_hash, has_final=final is not None)
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
            # The final item is known by its position alone, which is ``jobs.items``.
            for position, request in enumerate(requests if final is None else [*requests, final])
        ]
        with self._database.writing() as connection:
            count = sa.select(sa.func.count()).select_from(items).where(items.c.state == ItemState.WAITING)
            waiting = connection.execute(count).scalar_one()
            if waiting + len(rows) > self._max_waiting:
                raise QuotaExceeded(
                    f"{waiting} items of jobs are waiting already; this service takes {self._max_waiting} at a time.",
                    60,
                )
            insert = self._database.insert_if_absent(jobs).returning(jobs.c.id)
            is_new = connection.execute(insert, row).scalar() is not None
            if is_new:
                connection.execute(sa.insert(items), rows)
        if not is_new:  # another request with the same key was a moment earlier
            return self.create(owner, requests, request_hash, idempotency_key, webhook, final)
        return self.find(job_id, owner, has_final=final is not None), True

    def find_same(
        self, owner: str, idempotency_key: str | None, request_hash: str, *, has_final: bool = False
    ) -> Job | None:
        """Return the owner's job of that ``idempotency_key``, or None. Raises ``IdempotencyConflict``."""
        if not idempotency_key:
            return None
        query = sa.select(jobs.c.id, jobs.c.request_hash)
        query = query.where(jobs.c.owner == owner, jobs.c.idempotency_key == idempotency_key)
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return None
        if row.request_hash != request_hash:
            raise IdempotencyConflict("This Idempotency-Key was sent before with another body.")
        return self.find(row.id, owner, has_final=has_final)

    def find(self, job_id: str, owner: str, *, has_final: bool = False) -> Job:
        """Return the owner's job of that id, with or without a final item. Raises ``NotFound``."""
        final = sa.exists().where(items.c.job == jobs.c.id, items.c.position == jobs.c["items"])
        query = sa.select(jobs).where(jobs.c.id == job_id, jobs.c.owner == owner)
        return self._read(query.where(final if has_final else ~final), job_id, "digest" if has_final else "job")

    def get(self, job_id: str) -> Job:
        """Return the job of that id, of any owner. Raises ``NotFound``."""
        return self._read(sa.select(jobs).where(jobs.c.id == job_id), job_id, "job")

    def _read(self, query: sa.Select[*tuple[object, ...]], job_id: str, noun: str) -> Job:
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
            if row is None:
                raise NotFound(f"There is no {noun} of that id here; those that ended are removed after a while.")
            count = sa.select(items.c.state, sa.func.count()).where(items.c.job == job_id).group_by(items.c.state)
            counts = {ItemState(state): number for state, number in connection.execute(count)}
        by_state = {state: counts.get(state, 0) for state in ItemState}
        has_final = sum(by_state.values()) > row.items
        return Job(row.id, row.created_at, row.ended_at, row.cancelled, by_state, has_final)

    def states(self, job_id: str) -> list[ItemState]:
        """Return the state of each item of a job, in order."""
        query = sa.select(items.c.state).where(items.c.job == job_id).order_by(items.c.position)
        with self._database.reading() as connection:
            return [ItemState(state) for state in connection.execute(query).scalars()]

    def results(self, job_id: str, after: int, limit: int) -> list[ItemResult]:
        """Return the results of at most ``limit`` ended items beyond position ``after``, in order."""
        query = sa.select(items.c.position, items.c.state, items.c.result)
        query = query.where(items.c.job == job_id, items.c.position > after, items.c.state.in_(FINAL_STATES))
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(items.c.position).limit(limit))
            return [ItemResult(position, ItemState(state), content) for position, state, content in rows]

    def cancel(self, job_id: str, owner: str, content: str, *, has_final: bool = False) -> Job:
        """End the items that have not ended, with ``content`` as their result. Raises ``NotFound``."""
        self.find(job_id, owner, has_final=has_final)
        unfinished = (items.c.job == job_id) & items.c.state.not_in(FINAL_STATES)
        with self._database.writing() as connection:
            self._lock(connection, job_id)
            cancelled = connection.execute(
                sa.update(items)
                .where(unfinished)
                .values(state=ItemState.CANCELLED, result=content, lease=None, lease_until=None)
            ).rowcount
            if cancelled:
                connection.execute(sa.update(jobs).where(jobs.c.id == job_id).values(cancelled=True))
                self._end(connection, job_id)
        return self.find(job_id, owner, has_final=has_final)

    def lease(self) -> Lease | None:
        """Lease the next item, or return None: the first item of every job, then the second of every job, and so on.

        An item at which a process ended comes after those at which none did: it may be what ends processes.
        """
        now = time.time()
        expired = (items.c.state == ItemState.RUNNING) & (items.c.lease_until < now)
        free = (items.c.state == ItemState.WAITING) | expired
        with self._database.reading() as connection:
            # Mostly there is nothing, so look first without a writer's lock.
            if not connection.execute(sa.select(sa.exists().where(free))).scalar():
                return None
        others = items.alias()
        is_early_final = (items.c.position == jobs.c["items"]) & sa.exists().where(
            others.c.job == items.c.job, others.c.position < items.c.position, others.c.state.not_in(FINAL_STATES)
        )
        # Without the request, so that the rows that are sorted are small.
        query = sa.select(items.c.job, items.c.position, items.c.tries).join(jobs).where(free, ~is_early_final)
        query = query.order_by(items.c.tries, items.c.position, jobs.c.created_at).limit(1)
        token = uuid.uuid4().hex
        with self._database.writing() as connection:
            row = connection.execute(query.with_for_update(skip_locked=True, of=items)).one_or_none()
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
        """Renew a lease. Return False if it is no longer held: the job was cancelled, or the lease expired."""
        update = sa.update(items).where(*_held(lease)).values(lease_until=time.time() + LEASE_SECONDS)
        with self._database.writing() as connection:
            return connection.execute(update).rowcount == 1

    def hand_back(self, lease: Lease) -> None:
        """End a lease without a result. The attempt is not counted."""
        update = sa.update(items).where(*_held(lease))
        update = update.values(state=ItemState.WAITING, tries=lease.tries - 1, lease=None, lease_until=None)
        with self._database.writing() as connection:
            connection.execute(update)

    def finish(self, lease: Lease, state: ItemState, content: str) -> bool:
        """Store the result of an item. Return False, and store nothing, if the lease is no longer held."""
        update = sa.update(items).where(*_held(lease))
        update = update.values(state=state, result=content, lease=None, lease_until=None)
        unfinished = sa.select(sa.func.count()).where(items.c.job == lease.job, items.c.state.not_in(FINAL_STATES))
        with self._database.writing() as connection:
            self._lock(connection, lease.job)
            is_stored = connection.execute(update).rowcount == 1
            if is_stored and not connection.execute(unfinished).scalar_one():
                self._end(connection, lease.job)
        return is_stored

    def remove_ended(self, before: float) -> int:
        """Remove the jobs that ended before that time, and return their number."""
        with self._database.writing() as connection:
            return connection.execute(sa.delete(jobs).where(jobs.c.ended_at < before)).rowcount

    def counts(self) -> dict[ItemState, int]:
        """Return the number of items of all jobs by state."""
        query = sa.select(items.c.state, sa.func.count()).group_by(items.c.state)
        with self._database.reading() as connection:
            counts = {ItemState(state): number for state, number in connection.execute(query)}
        return {state: counts.get(state, 0) for state in ItemState}

    def take_webhook(self, hold: float) -> PendingWebhook | None:
        """Return a webhook that is due, or None. No other process takes it for ``hold`` seconds."""
        now = time.time()
        query = sa.select(jobs.c.id, jobs.c.webhook, jobs.c.webhook_tries).where(jobs.c.webhook_at <= now).limit(1)
        with self._database.writing() as connection:
            row = connection.execute(query.with_for_update(skip_locked=True)).one_or_none()
            if row is None:
                return None
            connection.execute(sa.update(jobs).where(jobs.c.id == row.id).values(webhook_at=now + hold))
        return PendingWebhook(row.id, row.webhook, row.webhook_tries)

    def record_attempt(self, webhook: PendingWebhook, *, retry_in: float | None) -> None:
        """Count an attempt at a webhook. It is due again in ``retry_in`` seconds, or never if that is None."""
        due = None if retry_in is None else time.time() + retry_in
        update = sa.update(jobs).where(jobs.c.id == webhook.job)
        with self._database.writing() as connection:
            connection.execute(update.values(webhook_at=due, webhook_tries=webhook.tries + 1))

    def _lock(self, connection: sa.Connection, job_id: str) -> None:
        """Lock a job before its items: two last items that finish at once would each see the other unfinished."""
        connection.execute(sa.select(jobs.c.id).where(jobs.c.id == job_id).with_for_update())

    def _end(self, connection: sa.Connection, job_id: str) -> None:
        now = time.time()
        due = sa.case((jobs.c.webhook.is_not(None), now), else_=None)
        connection.execute(sa.update(jobs).where(jobs.c.id == job_id).values(ended_at=now, webhook_at=due))


def _held(lease: Lease) -> tuple[sa.ColumnElement[bool], ...]:
    """Return the conditions for the item of a lease that is still held."""
    return (
        items.c.job == lease.job,
        items.c.position == lease.position,
        items.c.lease == lease.token,
        items.c.state == ItemState.RUNNING,
    )
