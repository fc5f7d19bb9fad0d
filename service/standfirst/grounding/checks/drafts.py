"""Hindrances: why a draft that the article backs may still not stand in the place of the sentence that it shortens.

Every word of it may be the article's, and yet it is no sentence, or says less than a reader must know: who said so.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from standfirst.condensing import quoting
from standfirst.grounding.checks import attribution, completeness, omissions, quotations

Hindrance = Literal["leaning", "unattributed", "omission", "fragment"]

#: Each in plain words.
SAID: dict[Hindrance, str] = {
    "leaning": "it needs what was said before it to be understood",
    "unattributed": "it does not say who said so as the article does",
    "omission": "it leaves out a small word that it needs, or whose deed it is",
    "fragment": "it is not a whole sentence",
}


def hindrance(draft: str, source: str) -> Hindrance | None:
    """What keeps ``draft``, which shortens ``source`` and is backed by it, from being shown; None if nothing."""
    if quoting.standing(draft) is not quoting.Standing.ALONE:
        return "leaning"
    quoted = any(quotations.is_said(draft, quotations.plain(said)) for said in quotations.quotations(source))
    if quoted or attribution.is_changed(draft, source):
        return "unattributed"
    if omissions.is_broken(draft, source) or omissions.is_anothers(draft, source):
        return "omission"
    return None if completeness.is_whole(draft, source) else "fragment"


def headline_hindrance(headline: str, sources: Sequence[str]) -> Hindrance | None:
    """What keeps ``headline``, put to ``sources`` and backed by them, from being shown; None if nothing.

    It needs no articles, but may as little as a sentence say what only somebody said, or of one what is another's, or
    break off.
    """
    words = set(headline.casefold().split())
    nearest = max(sources, key=lambda source: len(words.intersection(source.casefold().split())))
    if attribution.is_changed(headline, nearest):
        return "unattributed"
    if omissions.is_anothers(headline, nearest):
        return "omission"
    return None if completeness.is_whole(headline, nearest) else "fragment"
