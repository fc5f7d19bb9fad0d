"""Markdown: a briefing and a digest, ready to be pasted.

Every text is escaped: titles and sentences come from articles that anyone may have written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from standfirst.domain.article import Article
from standfirst.domain.briefing import Briefing, BriefingSentence
from standfirst.domain.digest import CitedSentence, Digest, ListedArticle, Story
from standfirst.rendering.text import article_number, figures_text, sentence_blocks

#: Characters that Markdown, or HTML within it, would read as markup.
_MARKUP = re.compile(r"([\\`*_\[\]<>&#|~])")
#: URLs that may stand between the angle brackets of a Markdown link.
_LINKABLE = re.compile(r"https?://[^\s<>\\]+", re.IGNORECASE)


def briefing_to_markdown(article: Article, briefing: Briefing) -> str:
    """Render a briefing: a heading, a paragraph, a list, and a link to the article if it has a URL."""
    return sentences_to_markdown(briefing.headline, briefing.standfirst, briefing.points, article.url)


def sentences_to_markdown(
    headline: BriefingSentence | None,
    standfirst: Sequence[BriefingSentence] = (),
    points: Sequence[BriefingSentence] = (),
    url: str | None = None,
) -> str:
    """Render these sentences of a briefing, which need not be complete yet, and a link to ``url``."""
    blocks = list(sentence_blocks(headline, standfirst, points, heading="# ", escape=escape_markdown))
    if url:
        blocks.append(f"<{url}>")
    return "\n\n".join(blocks) + "\n"


def digest_to_markdown(digest: Digest) -> str:
    """Render a digest: a section for each story, and numbers in brackets for the articles that back a sentence."""
    listed = {article.index: article for article in digest.articles}
    blocks = [block for story in digest.stories for block in _story_blocks(story, listed)]
    if digest.failed:
        blocks.append("## Not condensed")
        blocks.append(
            "\n".join(f"- {article_number(one.index)}: {escape_markdown(one.detail)}" for one in digest.failed)
        )
    return "\n\n".join(["# Digest", *blocks]) + "\n"


def escape_markdown(text: str) -> str:
    """Return Markdown that shows ``text`` as it is."""
    return _MARKUP.sub(r"\\\1", text)


def linkable_url(url: str | None) -> str | None:
    """Return the URL if it may be a link: HTTP or HTTPS, and without brackets or spaces."""
    return url if url and _LINKABLE.fullmatch(url) else None


def _story_blocks(story: Story, listed: Mapping[int, ListedArticle]) -> list[str]:
    blocks = ["## " + (_cited(story.headline) if story.headline else "A story without a headline")]
    if story.standfirst:
        blocks.append(" ".join(map(_cited, story.standfirst)))
    if story.points:
        blocks.append("\n".join(f"- {_cited(point)}" for point in story.points))
    if story.disagreements:
        figures = (escape_markdown(figures_text(disagreement)) for disagreement in story.disagreements)
        blocks.append("\n".join(f"- **The articles differ:** {text}" for text in figures))
    blocks.append("\n".join(_article_line(listed[index]) for index in story.articles))
    return blocks


def _cited(sentence: CitedSentence) -> str:
    numbers = ", ".join(str(article_number(backing.article)) for backing in sentence.backing)
    return f"{escape_markdown(sentence.text)} \\[{numbers}\\]"


def _article_line(article: ListedArticle) -> str:
    parts = [escape_markdown(article.title or "An article without a title")]
    parts += [escape_markdown(text) for text in (article.site, article.published) if text]
    if article.copy_of is not None:
        parts.append(f"near-duplicate of {article_number(article.copy_of)}")
    url = linkable_url(article.url)
    return f"- \\[{article_number(article.index)}\\] " + ", ".join(parts) + (f" <{url}>" if url else "")
