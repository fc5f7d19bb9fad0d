"""What a page states about its article in JSON-LD, in the vocabulary of schema.org.

Nothing of it is trusted to be well-formed: a value of another type than expected counts as not stated.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_ARTICLE_TYPE = re.compile(r"(?:\w*Article|(?:Live)?Blog(?:Posting)?|LiveBlogPosting|Report|\w*NewsArticle|Review)$")
_TAG = re.compile(r"<(?:/?(?:p|div|br|h[1-6]|li|ul|ol)\b)[^<>]*>", re.IGNORECASE)
_OTHER_TAG = re.compile(r"<[^<>]*>")
#: Deeper structures are not searched.
_MAX_DEPTH = 6


@dataclass(frozen=True, slots=True)
class Update:
    """A post of a live blog."""

    headline: str | None
    body: str | None
    published: str | None


@dataclass(frozen=True, slots=True)
class Statement:
    """The statements about one article. Times are as written. ``body`` has a line for each paragraph."""

    headline: str | None = None
    authors: tuple[str, ...] = ()
    published: str | None = None
    publisher: str | None = None
    sections: tuple[str, ...] = ()
    body: str | None = None
    is_live: bool = False
    updates: tuple[Update, ...] = ()


def article_statement(root: HtmlElement) -> Statement:
    """Return what the page ``root`` states of its article: of several, the one that states the most text."""
    statements = [_statement(node) for node in _nodes(root) if _is_article(node)]
    return max(statements, key=lambda one: (len(one.headline or "") > 0, len(one.body or "")), default=Statement())


def _nodes(root: HtmlElement) -> Iterator[Mapping[str, object]]:
    for script in root.iter("script"):
        if "ld+json" in (script.get("type") or "").lower():
            try:
                content = json.loads(_uncommented(script.text or ""), strict=False)
            except (ValueError, RecursionError):
                continue
            yield from _objects(content, 0)


def _uncommented(text: str) -> str:
    return (
        re.sub(r"^\s*(?:<!--|/\*<!\[CDATA\[\*/|<!\[CDATA\[)|(?:-->|/\*\]\]>\*/|\]\]>)\s*$", "", text)
        .strip()
        .rstrip(";")
    )


def _objects(value: object, depth: int) -> Iterator[Mapping[str, object]]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, list):
        for item in value:
            yield from _objects(item, depth + 1)
    elif isinstance(value, dict):
        yield value
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _objects(value.get(key), depth + 1)


def _is_article(node: Mapping[str, object]) -> bool:
    return any(_ARTICLE_TYPE.search(name) for name in _strings(node.get("@type")))


def _statement(node: Mapping[str, object]) -> Statement:
    updates = node.get("liveBlogUpdate")
    return Statement(
        headline=_text(node.get("headline")) or _text(node.get("name")),
        authors=tuple(_names(node.get("author"))),
        published=_text(node.get("datePublished")),
        publisher=next(_names(node.get("publisher")), None),
        sections=tuple(_strings(node.get("articleSection"))),
        body=_body(node.get("articleBody")),
        is_live="LiveBlogPosting" in _strings(node.get("@type")),
        updates=tuple(
            Update(_text(each.get("headline")), _body(each.get("articleBody")), _text(each.get("datePublished")))
            for each in (updates if isinstance(updates, list) else [])
            if isinstance(each, dict)
        ),
    )


def _strings(value: object) -> list[str]:
    return [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str)]


def _names(value: object) -> Iterator[str]:
    for item in value if isinstance(value, list) else [value]:
        name = item.get("name") if isinstance(item, dict) else item
        for one in _strings(name):
            if text := _text(one):
                yield text


def _text(value: object) -> str | None:
    """Return ``value`` on one line, if it is a string; entities are decoded, also those that were escaped twice."""
    if not isinstance(value, str):
        return None
    return " ".join(_OTHER_TAG.sub("", unescape(unescape(value))).split()) or None


def _body(value: object) -> str | None:
    if not isinstance(value, str):
        return None
    lines = _TAG.sub("\n", unescape(unescape(value))).splitlines()
    return "\n".join(" ".join(_OTHER_TAG.sub("", line).split()) for line in lines if line.strip()) or None
