"""Hindrances: why a draft that the article backs may still not stand in the place of the sentence that it shortens.

Every word of it may be the article's, and yet it is no sentence, or says less than a reader must know: who said so.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from standfirst.grounding.checks import attribution, completeness, omissions, quotations
from standfirst.language.en.sentence_form import SentenceForm, sentence_form

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
    if sentence_form(draft) is not SentenceForm.SELF_CONTAINED:
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
