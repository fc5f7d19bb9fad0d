"""Presenting a digest: as Markdown, to be pasted, and as an HTML page that stands by itself.

Titles and texts are those of articles that anyone may have written: all of them are escaped, and nothing is a link but
what leads to ``http`` or ``https``. The page has no scripts and loads nothing.
"""

from __future__ import annotations

import re
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from standfirst.domain.digest import CitedSentence, Digest, Disagreement, ListedArticle, Story
from standfirst.rendering.briefings import JSON, MARKDOWN, escaped

HTML = "text/html"
FORMS = (JSON, MARKDOWN, HTML)
#: What a browser may do with the page: show it in its own style, and nothing else, also where it was saved.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

#: What may stand between the angle brackets of a Markdown link.
_LINK = re.compile(r"https?://[^\s<>\\]+", re.IGNORECASE)


def markdown(digest: Digest) -> str:
    """The digest as Markdown: a section for each story, numbers in brackets for the articles that back a sentence."""
    listed = {one.index: one for one in digest.articles}
    blocks = [block for story in digest.stories for block in _story(story, listed)]
    if digest.failed:
        blocks.append("## Not condensed")
        blocks.append("\n".join(f"- {number(one.index)}: {escaped(one.detail)}" for one in digest.failed))
    return "\n\n".join(["# Digest", *blocks]) + "\n"


def html(digest: Digest) -> str:
    """The digest as a page."""
    return _template().render(
        policy=POLICY,
        digest=digest,
        listed={one.index: one for one in digest.articles},
        number=number,
        link=link,
        figures=figures,
    )


def number(index: int) -> int:
    """The number that readers know an article by, from 1."""
    return index + 1


def link(article: ListedArticle) -> str | None:
    """The article's address, where it may be a link."""
    return article.url if article.url and _LINK.fullmatch(article.url) else None


def figures(disagreement: Disagreement) -> str:
    """Figures side by side: "14 dead (1), 17 dead (2)"."""
    return ", ".join(f"{figure.text} ({number(figure.article)})" for figure in disagreement.figures)


def _story(story: Story, listed: dict[int, ListedArticle]) -> list[str]:
    blocks = ["## " + (_cited(story.headline) if story.headline else "A story without a headline")]
    if story.standfirst:
        blocks.append(" ".join(map(_cited, story.standfirst)))
    if story.points:
        blocks.append("\n".join(f"- {_cited(point)}" for point in story.points))
    if story.disagreements:
        blocks.append("\n".join(f"- **The articles differ:** {escaped(figures(one))}" for one in story.disagreements))
    blocks.append("\n".join(_listed(listed[index]) for index in story.articles))
    return blocks


def _cited(sentence: CitedSentence) -> str:
    numbers = ", ".join(str(number(one.article)) for one in sentence.backing)
    return f"{escaped(sentence.text)} \\[{numbers}\\]"


def _listed(article: ListedArticle) -> str:
    told = [escaped(article.title or "An article without a title")]
    told += [escaped(said) for said in (article.site, article.published) if said]
    if article.copy_of is not None:
        told.append(f"near-duplicate of {number(article.copy_of)}")
    address = link(article)
    return f"- \\[{number(article.index)}\\] " + ", ".join(told) + (f" <{address}>" if address else "")


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("standfirst.rendering", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("digest.html")
