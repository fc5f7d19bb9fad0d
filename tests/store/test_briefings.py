"""The briefing store: what is added is found as it was, and damaged rows are removed."""

from __future__ import annotations

import time

import sqlalchemy as sa

from standfirst.domain.article import Article
from standfirst.domain.briefing import Briefing, BriefingSentence, Coverage, ModelStamp, Passage, RefusedDraft
from standfirst.store.briefings import BriefingStore, StoredBriefing
from standfirst.store.database import Database
from standfirst.store.tables import briefings

TEXT = "The bridge is closed."
STORED = StoredBriefing(
    Article(text=TEXT, sentences=(), title="Bridge"),
    Briefing(
        id="a" * 32,
        headline=BriefingSentence("Bridge closed.", "written", 0.75, (Passage(0, 21, TEXT),)),
        standfirst=(),
        points=(BriefingSentence(TEXT, "quoted", 1.0, (Passage(0, 21, TEXT),), ("a problem",)),),
        coverage=Coverage(1, 1),
        model=ModelStamp("writer", "encoder", "1", "torch"),
        refused=(RefusedDraft("It burns.", "number", ("It does not burn.",)),),
    ),
)


def test_a_briefing_is_found_as_it_was_added(database: Database) -> None:
    store = BriefingStore(database)
    assert store.find(STORED.briefing.id) is None
    store.add(STORED)
    store.add(STORED)
    assert store.find(STORED.briefing.id) == STORED


def test_a_damaged_briefing_is_removed(database: Database) -> None:
    store = BriefingStore(database)
    store.add(STORED)
    with database.writing() as connection:
        connection.execute(sa.update(briefings).values(kept=b"{}"))
    assert store.find(STORED.briefing.id) is None
    with database.reading() as connection:
        assert connection.execute(sa.select(briefings)).all() == []


def test_only_briefings_stored_before_the_time_are_removed(database: Database) -> None:
    store = BriefingStore(database)
    store.add(STORED)
    assert store.remove_stored(time.time() - 60) == 0
    assert store.remove_stored(time.time() + 60) == 1
    assert store.find(STORED.briefing.id) is None
