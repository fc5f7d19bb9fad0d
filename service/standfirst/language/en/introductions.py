"""Introductions: whom a text is the first to name is named in full there, as in newspapers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from standfirst.language.en.article_names import ArticleNames
from standfirst.language.en.mentions import is_name_head, stands_alone, start_with_honorific
from standfirst.language.en.syntax import SUBJECTS, quoted_tokens

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

#: Titles that say who is meant, and go with no first name.
_RANKS = frozenset("lord lady dr dr. sir dame".split())


def introduce(sentence: Doc, told: str, names: ArticleNames) -> str:
    """Return ``sentence`` with the full names of the people whom it calls by their surnames alone.

    Left as they are: people whom ``told``, what a reader has read before, names; names in quotations; and surnames of
    which ``names``, those of the article, do not say whose they are.
    """
    quoted = quoted_tokens(sentence)
    text = sentence.text
    named: set[str] = set()
    edits: list[tuple[int, int, str]] = []
    for token in sentence:
        surname = token.text
        if not is_name_head(token) or surname in named:
            continue
        named.add(surname)
        full = names.full_name(surname)
        is_told = re.search(rf"\b{re.escape(surname)}\b", told) is not None
        if full is None or full in text or is_told or token.i in quoted or not _is_person_alone(token):
            continue
        edits.append((start_with_honorific(token), token.idx + len(surname), full))
    for start, end, full in reversed(edits):
        text = text[:start] + full + text[end:]
    return text


def _is_person_alone(surname: Token) -> bool:
    """Whether a surname stands for a person and has nothing beside it that says who: not in "Rudd Lane", "Lord Rudd".

    The parser takes some surnames for places, but no place does anything.
    """
    is_person = surname.ent_type_ == "PERSON" or surname.dep_ in {*SUBJECTS, "poss"}
    has_rank = surname.i > 0 and surname.nbor(-1).lower_ in _RANKS
    return stands_alone(surname) and is_person and not has_rank and surname.dep_ != "compound"
