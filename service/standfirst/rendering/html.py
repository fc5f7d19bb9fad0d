"""HTML: a briefing as a fragment of a page, and a digest as a page of its own.

All texts are escaped, only ``http`` and ``https`` URLs become links, and the page runs no scripts and loads nothing.
"""

from __future__ import annotations

from html import escape

from standfirst.domain.article import Article
from standfirst.domain.briefing import Briefing, BriefingSentence
from standfirst.domain.digest import Digest
from standfirst.rendering.markdown import linkable_url
from standfirst.rendering.templates import template
from standfirst.rendering.text import article_number, figures_text, flagged_text

#: The Content-Security-Policy of a digest's page, which its ``meta`` element repeats for a page saved to a file.
DIGEST_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def briefing_to_html(article: Article, briefing: Briefing) -> str:
    """Render a briefing as a fragment: a heading, a paragraph, a list, and a link to the article if it has a URL."""

    def line(sentence: BriefingSentence) -> str:
        return escape(flagged_text(sentence))

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


def digest_to_html(digest: Digest) -> str:
    """Render a digest as a page that stands by itself."""
    return template("digest.html").render(
        policy=DIGEST_POLICY,
        digest=digest,
        listed={article.index: article for article in digest.articles},
        number=article_number,
        link=linkable_url,
        figures=figures_text,
    )
