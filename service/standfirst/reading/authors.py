"""The names of authors: of people and organizations, as pages and bylines state them."""

from __future__ import annotations

import re

from standfirst.language.en.lexicon import MONTHS, WEEKDAYS
from standfirst.language.words import STOP_WORDS

_PREFIX = re.compile(
    r"\s*(?:(?:by|words by|written by|story by|posted by|reported by|author|authors|von|par|por|di|door)\b:?\s+)?",
    re.IGNORECASE,
)
#: The end of the names in a line: a date, an address, a separator or a button.
_END = re.compile(
    rf"\s*(?:[|•·–—(\[/<>]|\s-\s|https?:|\S+@\S+|@\w|\d|\b(?:{'|'.join(month.title() for month in MONTHS)}|"
    rf"{'|'.join(month[:3].title() for month in MONTHS)}|{'|'.join(day.title() for day in WEEKDAYS)})\b"
    r"\.?(?=\s*\d|\s*$)|"
    r"\b(?:Follow|Published|Posted|Updated|Last updated|Contact|Email|View|More)\b).*",
    re.DOTALL,
)
_SEPARATOR = re.compile(r"\s*(?:;|,|&|\band\b|\bund\b|\bet\b|\by\b)\s+", re.IGNORECASE)
_PARTICLE = re.compile(
    r"(?:d[aeiu]|del|della|de|la|le|van|von|der|den|bin|ibn|al|el|ter|y|of|for|the|and)", re.IGNORECASE
)
#: Words of names that sites give to accounts, fields and buttons.
_NO_NAME = frozenset(
    """about account admin administrator anonymous author authors by byline comments contributor date editor email
    follow guest here latest login name news newsroom none null page photo posted profile published reporter search
    share staff story subscribe unknown updated user username view webmaster website writer""".split()
)
_MAX_WORDS = 5
_MAX_NAMES = 6


def author_names(text: str | None, *, is_stated: bool = False) -> str | None:
    """Return the names in ``text``, separated by commas, or None where it holds no name.

    ``text`` is a byline or a statement of the page. A name is of two to five words, each with a capital, or a single
    word if the page states it as data (``is_stated``): "Reuters". Of "By Ann Lee, Transport editor March 3, 2020" it is
    "Ann Lee".
    """
    bare = _END.sub("", _PREFIX.sub("", " ".join((text or "").split()), count=1)).strip(" ,;:")
    names: list[str] = []
    for part in _SEPARATOR.split(bare)[:_MAX_NAMES]:
        name = part.strip(" ,.;:")
        if not _is_name(name, is_stated=is_stated):
            break
        names.append(name.title() if name.isupper() and " " in name else name)
    return ", ".join(dict.fromkeys(names)) or None


def _is_name(name: str, *, is_stated: bool) -> bool:
    words = name.split()
    if not words or len(words) > _MAX_WORDS or (len(words) == 1 and not is_stated):
        return False
    plain = [word.strip(".'’\"").casefold() for word in words]
    if all(word in _NO_NAME or word in STOP_WORDS for word in plain) or plain[0] in STOP_WORDS - {"the"}:
        return False
    if any(word in _NO_NAME for word in (plain[0], plain[-1])) and not is_stated:
        return False
    return all(
        _PARTICLE.fullmatch(word) is not None or (word[0].isalpha() and not word[0].islower()) for word in words
    ) and any(len(word) > 1 for word in plain)
