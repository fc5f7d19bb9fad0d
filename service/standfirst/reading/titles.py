"""The title of a page's article: its headings, ``og:title``, JSON-LD and ``<title>`` compared.

A heading that a statement of the page agrees with is the title, as readers see it. The names of the site and of its
sections are removed from statements; they are known from the page itself, never from a list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from standfirst.reading.page_blocks import normal_words

_SEPARATOR = re.compile(r"\s+(?:[|•·»«›‹~/]|::|[-–—]{1,2})\s+|\s*[|»«]\s*")
#: Separators that titles do not have of their own.
_STRONG_SEPARATOR = re.compile(r"\s*(?:[|»«›‹]|::)\s*")
_SITE_FIRST = re.compile(r":\s+")
#: The longest name of a site or a section behind a strong separator, in words.
_MAX_NAME_WORDS = 4
_MIN_TITLE_WORDS = 3


def choose_title(
    first_level: Sequence[str], second_level: Sequence[str], statements: Sequence[str], names: Iterable[str]
) -> str | None:
    """Return the title, or None where nothing is stated.

    ``first_level`` and ``second_level`` are the page's headings, ``statements`` its stated titles, the most trusted
    first, and ``names`` the names of the site and its sections.
    """
    known = {_key(name) for name in names} - {""}
    own = [heading for heading in (*first_level, *second_level) if _key(heading) not in known]
    main = [heading for heading in first_level if heading in own]
    cleaned = [clean for statement in statements if (clean := _without_names(statement, known, own))]
    for heading in own:
        if any(_key(heading) == _key(each) for each in cleaned):
            return heading
    for each in cleaned:
        # "Transport Old Mill bridge to close": a heading with a label in it
        if len(normal_words(each)) >= _MIN_TITLE_WORDS and any(f" {_key(each)} " in f" {_key(h)} " for h in own[:1]):
            return each
    whole = [heading for heading in main if len(normal_words(heading)) >= _MIN_TITLE_WORDS]
    if cleaned and (not whole or _key(cleaned[0]) not in known):
        others = [each for each in cleaned if _key(each) not in known]
        if len(others) > 1 or not whole:
            return (others or cleaned)[0]
    return next(iter(whole or cleaned or own), None)


def _key(text: str) -> str:
    return " ".join(normal_words(text))


def _without_names(title: str, known: set[str], headings: Sequence[str]) -> str | None:
    """Return ``title`` without the names of the site and of sections at its ends; None where nothing else is in it."""
    keys = {_key(heading) for heading in headings}
    while True:
        if _key(title) in keys:
            return title
        if not _key(title) or _key(title) in known:
            return None
        shorter = _cut_end(title, known, keys) or _cut_start(title, known, keys)
        if shorter is None:
            return title
        title = shorter


def _cut_end(title: str, known: set[str], headings: set[str]) -> str | None:
    *_, last = [None, *_SEPARATOR.finditer(title)]
    if last is None:
        return None
    rest, name = title[: last.start()].strip(), title[last.end() :].strip()
    is_label = _STRONG_SEPARATOR.fullmatch(last[0].strip()) is not None and len(name.split()) <= _MAX_NAME_WORDS
    return rest if rest and (_is_name(name, known) or _key(rest) in headings or is_label) else None


def _cut_start(title: str, known: set[str], headings: set[str]) -> str | None:
    for pattern in (_SEPARATOR, _SITE_FIRST):
        if first := pattern.search(title):
            name, rest = title[: first.start()].strip(), title[first.end() :].strip()
            is_label = (
                _STRONG_SEPARATOR.fullmatch(first[0].strip()) is not None and len(name.split()) < _MIN_TITLE_WORDS
            )
            if rest and (_is_name(name, known) or _key(rest) in headings or is_label):
                return rest
    return None


def _is_name(text: str, known: set[str]) -> bool:
    key = _key(text)
    return not key or key in known or key.replace(" ", "") in {name.replace(" ", "") for name in known}
