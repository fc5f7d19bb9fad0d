"""The pool: what is refused is not chosen again, and quotations need no review."""

from __future__ import annotations

import numpy as np

from standfirst.condensing.candidate import Candidate
from standfirst.condensing.information import Information
from standfirst.condensing.pool import Pool
from standfirst.domain.briefing import Options, Origin
from standfirst.grounding.case import Problem
from standfirst.grounding.index import Verdict

KNOWN = Information(np.eye(2, dtype=np.float32), np.zeros(2), {"bridge": 1.0, "closed": 1.0, "council": 1.0})
BACKED = Verdict("backed", 0.9, (0,))
REFUSED = Verdict("not_backed", 0.3, (0,), (Problem("number", "the article does not say “15”"),))


def candidate(text: str, origin: Origin, source: int = 0) -> Candidate:
    return Candidate(text, origin, (source,), frozenset(text.split()))


WHOLE = candidate("bridge closed on a day in the rain", "quoted")
SHORTER = candidate("bridge closed", "shortened")


def test_a_shorter_form_is_chosen_until_it_is_refused() -> None:
    pool = Pool(KNOWN, [WHOLE, SHORTER])
    assert pool.choose(Options()) == [SHORTER]
    assert pool.unreviewed([WHOLE, SHORTER]) == [SHORTER]
    pool.add_verdict(SHORTER, REFUSED)
    assert pool.choose(Options()) == [WHOLE]


def test_without_time_for_a_review_only_what_was_reviewed_is_chosen() -> None:
    pool = Pool(KNOWN, [WHOLE, SHORTER])
    assert pool.choose(Options(), reviewed_only=True) == [WHOLE]
    pool.add_verdict(SHORTER, BACKED)
    assert pool.choose(Options(), reviewed_only=True) == [SHORTER]


def test_the_lead_is_lacking_where_no_form_of_it_fits() -> None:
    pool = Pool(KNOWN, [WHOLE, candidate("council", "quoted", 1)])
    assert pool.lacks_lead(Options(max_words=5))
    assert not pool.lacks_lead(Options(max_words=8))
    assert not Pool(KNOWN, [candidate("council", "quoted", 1)]).lacks_lead(Options(max_words=5))


def test_a_quotation_is_the_shortest_form_where_the_shorter_ones_are_refused() -> None:
    pool = Pool(KNOWN, [WHOLE, SHORTER])
    assert not pool.is_shortest(WHOLE)
    pool.add_verdict(SHORTER, REFUSED)
    assert pool.is_shortest(WHOLE)
