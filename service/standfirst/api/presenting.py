"""Presenting: a briefing as Markdown or plain text, to be pasted; and which form a caller asks for.

A sentence that was only flagged never looks like one that is backed: it carries its problems.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from standfirst.article import Article
from standfirst.briefing import Briefing, BriefingSentence
from standfirst.errors import NotAcceptable
from standfirst.verification import Verification

JSON, MARKDOWN, PLAIN = "application/json", "text/markdown", "text/plain"
FORMS = (JSON, MARKDOWN, PLAIN)

#: What Markdown, and the HTML that it may hold, would read as marks.
_MARKS = re.compile(r"([\\`*_\[\]<>&#|~])")


def markdown(article: Article, briefing: Briefing) -> str:
    """The briefing as Markdown: a heading, a paragraph, a list, and a link to the article where it has one."""
    return _assembled(article, briefing, escaped, heading="# ", link="<{}>")


def escaped(text: str) -> str:
    """``text`` as Markdown that shows it as it is."""
    return _MARKS.sub(r"\\\1", text)


def plain(article: Article, briefing: Briefing) -> str:
    """The briefing as plain text, one paragraph a line."""
    return _assembled(article, briefing, lambda text: text, heading="", link="{}")


def _assembled(article: Article, briefing: Briefing, escape: Callable[[str], str], *, heading: str, link: str) -> str:
    def line(sentence: BriefingSentence) -> str:
        flags = f" [not backed: {'; '.join(sentence.problems)}]" if sentence.problems else ""
        return escape(sentence.text + flags)

    blocks = []
    if briefing.headline:
        blocks.append(heading + line(briefing.headline))
    if briefing.standfirst:
        blocks.append(" ".join(line(sentence) for sentence in briefing.standfirst))
    if briefing.points:
        blocks.append("\n".join(f"- {line(sentence)}" for sentence in briefing.points))
    if article.url:
        blocks.append(link.format(article.url))
    return "\n\n".join(blocks) + "\n"


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
