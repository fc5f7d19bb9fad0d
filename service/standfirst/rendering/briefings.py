"""Presenting: a briefing as Markdown, HTML or plain text, to be pasted; and which form a caller asks for.

A sentence that was only flagged never looks like one that is backed: it carries its problems.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from html import escape

from standfirst.domain.article import Article
from standfirst.domain.briefing import Briefing, BriefingSentence
from standfirst.domain.verification import Verification
from standfirst.errors import NotAcceptable

JSON, MARKDOWN, PLAIN, HTML = "application/json", "text/markdown", "text/plain", "text/html"
FORMS = (JSON, MARKDOWN, PLAIN, HTML)

#: What Markdown, and the HTML that it may hold, would read as marks.
_MARKS = re.compile(r"([\\`*_\[\]<>&#|~])")


def markdown(article: Article, briefing: Briefing) -> str:
    """The briefing as Markdown: a heading, a paragraph, a list, and a link to the article where it has one."""
    return sheet(briefing.headline, briefing.standfirst, briefing.points, article.url)


def sheet(
    headline: BriefingSentence | None,
    standfirst: Sequence[BriefingSentence] = (),
    points: Sequence[BriefingSentence] = (),
    url: str | None = None,
) -> str:
    """The same of whatever sentences there are, as of a briefing that is still being made."""
    return _assembled(_blocks(headline, standfirst, points, escaped, heading="# "), url and f"<{url}>")


def escaped(text: str) -> str:
    """``text`` as Markdown that shows it as it is."""
    return _MARKS.sub(r"\\\1", text)


def plain(article: Article, briefing: Briefing) -> str:
    """The briefing as plain text, one paragraph a line."""
    blocks = _blocks(briefing.headline, briefing.standfirst, briefing.points, lambda text: text, heading="")
    return _assembled(blocks, article.url)


def html(article: Article, briefing: Briefing) -> str:
    """The briefing as HTML to be put into a page: a heading, a paragraph, a list, and a link."""

    def line(sentence: BriefingSentence) -> str:
        return escape(_flagged(sentence))

    blocks = []
    if briefing.headline:
        blocks.append(f"<h1>{line(briefing.headline)}</h1>")
    if briefing.standfirst:
        blocks.append(f"<p>{' '.join(map(line, briefing.standfirst))}</p>")
    if briefing.points:
        blocks.append("<ul>\n" + "".join(f"<li>{line(sentence)}</li>\n" for sentence in briefing.points) + "</ul>")
    if article.url and article.url.startswith(("http://", "https://")):
        blocks.append(f'<p><a href="{escape(article.url)}">{escape(article.site or article.url)}</a></p>')
    return "\n".join(blocks) + "\n"


def _flagged(sentence: BriefingSentence) -> str:
    return sentence.text + (f" [not backed: {'; '.join(sentence.problems)}]" if sentence.problems else "")


def _blocks(
    headline: BriefingSentence | None,
    standfirst: Sequence[BriefingSentence],
    points: Sequence[BriefingSentence],
    rendered: Callable[[str], str],
    *,
    heading: str,
) -> Iterator[str]:
    def line(sentence: BriefingSentence) -> str:
        return rendered(_flagged(sentence))

    if headline:
        yield heading + line(headline)
    if standfirst:
        yield " ".join(line(sentence) for sentence in standfirst)
    if points:
        yield "\n".join(f"- {line(sentence)}" for sentence in points)


def _assembled(blocks: Iterable[str], link: str | None) -> str:
    return "\n\n".join([*blocks, link] if link else blocks) + "\n"


def judged(verification: Verification) -> str:
    """A verification as plain text: a line for each sentence with its support, and a line for each problem."""
    lines = []
    for sentence in verification.sentences:
        lines.append(f"{sentence.support:4.2f}  {sentence.text}")
        lines += [f"      - {problem}" for problem in sentence.problems]
    lines.append(f"{verification.support:4.2f}  on the whole")
    return "\n".join(lines) + "\n"


def preferred(accept: str, forms: Sequence[str] = FORMS) -> str:
    """The form that an ``Accept`` header (RFC 9110, section 12.5.1) asks for; JSON where it has no preference.

    Raises ``NotAcceptable`` where it takes none of ``forms``.
    """
    ranges = [_range(part) for part in accept.split(",") if part.strip()] or [("*/*", 1.0)]

    def quality(form: str) -> float:
        kind = form.partition("/")[0]
        # The most specific range that fits decides.
        for wanted in (form, f"{kind}/*", "*/*"):
            for name, weight in ranges:
                if name == wanted:
                    return weight
        return 0.0

    best = max(forms, key=quality)
    if quality(best) <= 0:
        raise NotAcceptable(f"This address gives {', '.join(forms)}, and the Accept header takes none of them.")
    return best


def _range(part: str) -> tuple[str, float]:
    name, *parameters = (piece.strip().lower() for piece in part.split(";"))
    weight = next((value[2:] for value in parameters if value.startswith("q=")), "1")
    try:
        return name, min(1.0, max(0.0, float(weight)))
    except ValueError:
        return name, 0.0
