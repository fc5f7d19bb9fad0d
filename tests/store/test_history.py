"""The history store: each caller finds its own briefings, by every word of a search."""

from __future__ import annotations

from dataclasses import replace

from standfirst.store.briefings import BriefingStore
from standfirst.store.database import Database
from standfirst.store.history import HistoryStore
from tests.store.test_briefings import STORED


def test_a_caller_finds_its_own_briefings_by_every_word(database: Database) -> None:
    BriefingStore(database).add(STORED)
    store = HistoryStore(database)
    store.add("reader", STORED.article, STORED.briefing)
    [entry] = store.find("reader", "BRIDGE closed", None, 10)
    assert (entry.briefing, entry.title) == (STORED.briefing.id, "Bridge")
    assert store.find("reader", "bridge burns", None, 10) == []
    assert store.find("reader", "100%", None, 10) == []
    assert store.find("editor", "", None, 10) == []
    assert store.find("reader", "", entry.asked_at, 10) == []


def test_a_briefing_that_was_requested_twice_has_one_entry_with_the_first_time(database: Database) -> None:
    BriefingStore(database).add(STORED)
    store = HistoryStore(database)
    store.add("reader", STORED.article, STORED.briefing)
    first = store.find("reader", "", None, 10)
    store.add("reader", STORED.article, STORED.briefing)
    assert store.find("reader", "", None, 10) == first


def test_an_article_without_a_title_is_listed_by_the_headline(database: Database) -> None:
    BriefingStore(database).add(STORED)
    store = HistoryStore(database)
    store.add("reader", replace(STORED.article, title=None), STORED.briefing)
    assert [entry.title for entry in store.find("reader", "", None, 10)] == ["Bridge closed."]
