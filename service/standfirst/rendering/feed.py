"""Atom (RFC 4287): a feed whose entries are briefings.

All texts are escaped, and only ``http`` and ``https`` URLs become links. A sentence links to the passage of the story
that backs it, by a text fragment (https://wicg.github.io/scroll-to-text-fragment), which browsers scroll to.
"""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime
from html import escape
from urllib.parse import quote

from standfirst.domain.briefing import BriefingSentence
from standfirst.domain.feed import BriefedEntry, BriefedFeed
from standfirst.rendering.markdown import linkable_url
from standfirst.rendering.templates import template
from standfirst.rendering.text import flagged_text

#: Characters that no XML document may contain.
_NOT_XML = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")
#: A longer passage is named by so many of its first and of its last words.
_FRAGMENT_WORDS = 5


def feed_to_atom(feed: BriefedFeed, address: str, page: str) -> str:
    """Render a feed as Atom. ``address`` is its own URL, ``page`` that of the service's web page."""
    document = template("feed.xml").render(
        feed=feed,
        address=address,
        id=_urn,
        time=_rfc3339,
        link=linkable_url,
        content=lambda entry: _content(entry, page),
    )
    return _NOT_XML.sub("", document)


def _content(entry: BriefedEntry, page: str) -> str:
    """Return the content of an entry as HTML."""
    url = linkable_url(entry.entry.url)
    blocks = []
    if entry.briefing is not None:
        briefing = entry.briefing
        if briefing.headline is not None and briefing.headline.text != entry.entry.title:
            blocks.append(f"<h3>{_sentence(briefing.headline, url)}</h3>")
        blocks += [f"<p>{' '.join(_sentence(one, url) for one in briefing.standfirst)}</p>"]
        points = "".join(f"<li>{_sentence(point, url)}</li>" for point in briefing.points)
        blocks += [f"<ul>{points}</ul>"] if points else []
        details = f'<a href="{escape(page)}#briefing={briefing.id}">what backs each sentence</a>'
    else:
        note = "Not condensed yet. The publisher says:" if entry.problem is None else "The publisher says:"
        blocks += [f"<p><em>{note}</em></p>", f"<p>{escape(entry.entry.summary)}</p>"] if entry.entry.summary else []
        details = "" if entry.problem is None else f"not condensed: {escape(entry.problem)}"
        details = details or ("" if entry.entry.summary else "not condensed yet")
    story = f'<a href="{escape(url)}">The story</a>' if url else ""
    last = " · ".join(part for part in (story, details) if part)
    return "\n".join([*blocks, f"<p>{last}</p>"] if last else blocks)


def _sentence(sentence: BriefingSentence, url: str | None) -> str:
    text = escape(flagged_text(sentence))
    links = [
        f'<a href="{escape(f"{url}#:~:text={_fragment(source.text)}")}" title="{escape(source.text)}">[{number}]</a>'
        for number, source in enumerate(sentence.sources, 1)
        if url and "#" not in url
    ]
    return " ".join([text, *links])


def _fragment(passage: str) -> str:
    """Return the text directive of a passage: its words, or its first and its last ones."""
    words = passage.split()
    ends = [words] if len(words) <= 2 * _FRAGMENT_WORDS else [words[:_FRAGMENT_WORDS], words[-_FRAGMENT_WORDS:]]
    return ",".join(quote(" ".join(part), safe="").replace("-", "%2D") for part in ends)


def _urn(feed: BriefedFeed, entry: BriefedEntry | None = None) -> str:
    """Return the id of the feed or of an entry, which depends on nothing but the publisher's own ids."""
    name = feed.source if entry is None else f"{feed.source}\n{entry.entry.id}"
    return uuid.uuid5(uuid.NAMESPACE_URL, name).urn


def _rfc3339(timestamp: float) -> str:
    return datetime.fromtimestamp(timestamp, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
