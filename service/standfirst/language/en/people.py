"""People: which words stand for a person, and with which pronoun.

The words were counted in news by ``training/people.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from spacy.tokens import Token

#: The pronoun that stands for a person.
Gender = Literal["he", "she"]

_GENDERS: Mapping[str, Gender] = {
    **dict.fromkeys("he him his himself mr sir lord".split(), "he"),
    **dict.fromkeys("she her hers herself mrs ms miss lady dame".split(), "she"),
}
_HONORIFICS = frozenset("mr mrs ms miss sir lord lady dame dr".split())


@cache
def _words() -> tuple[frozenset[str], Mapping[str, Gender]]:
    nouns: set[str] = set()
    genders: dict[str, Gender] = {}
    for line in files(__package__).joinpath("people.txt").read_text(encoding="utf-8").splitlines():
        word, kind = line.split("\t")
        if kind == "noun":
            nouns.add(word)
        else:
            genders[word] = "he" if kind == "he" else "she"
    return frozenset(nouns), genders


def is_person_noun(token: Token) -> bool:
    """Return whether ``token`` is a noun for a person, such as "actress"."""
    return token.pos_ == "NOUN" and token.lemma_.lower() in _words()[0]


def pronoun_gender(token: Token) -> Gender | None:
    """Return the gender of a personal pronoun for one person; None for any other word."""
    return _GENDERS.get(token.lower_) if token.pos_ == "PRON" else None


def name_gender(name: str) -> Gender | None:
    """Return the gender that the honorific or the first name of ``name`` shows, if it is known."""
    first = name.split()[0]
    return _GENDERS.get(first.rstrip(".").lower()) or _words()[1].get(first)


def is_first_name(word: str) -> bool:
    """Return whether ``word`` is a known first name."""
    return word in _words()[1]


def is_honorific(word: str) -> bool:
    """Return whether ``word`` stands before a name in polite address: "Mr", "Dame"."""
    return word.rstrip(".").lower() in _HONORIFICS
