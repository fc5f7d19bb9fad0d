"""Reading of a page: its statements, the blocks of its article, and from these the article.

The article's text is the page's body, one block a line. It is then read like a plain text, so that boilerplate among
the blocks is no sentence. ``benchmarks/extraction.py`` measures the body.
"""

from __future__ import annotations

from dataclasses import replace

from standfirst.domain.article import Article
from standfirst.errors import EmptySource, NoArticle
from standfirst.reading.body import article_blocks
from standfirst.reading.json_ld import Statement, article_statement
from standfirst.reading.markup import check_markup, decode_page
from standfirst.reading.metadata import page_metadata
from standfirst.reading.page_blocks import page_blocks
from standfirst.reading.pruning import prune
from standfirst.reading.text import MAX_WORDS, check_characters, find_article
from standfirst.reading.view import View

#: A body of less than this share of the words of the body that the page states in JSON-LD is a stub.
_STUB_SHARE = 0.5


def read_html(
    html: str | bytes,
    *,
    title: str | None = None,
    url: str | None = None,
    charset: str | None = None,
    max_words: int = MAX_WORDS,
) -> Article:
    """Return the article of the page ``html``.

    A ``title`` from the caller takes precedence over the page's. ``url`` and ``charset`` are those of a fetched page;
    ``charset`` is what the server declares. Raises ``EmptySource``, ``NoArticle``, ``TooLarge`` for a text over
    ``max_words`` or a page whose markup is too complex, and ``InvalidRequest`` for a lone surrogate.
    """
    page = decode_page(html, charset) if isinstance(html, bytes) else html
    if not page.strip():
        raise EmptySource("There is nothing in the page but white space.")
    check_markup(page)
    check_characters("", title)
    # Imported here, because it takes half a second and a service that gets only text does not need it.
    from trafilatura import load_html

    root = load_html(page)
    if root is None:
        raise NoArticle("There is no article in the page. Send its text, if there is one.")
    statement = article_statement(root)
    prune(root)
    blocks = page_blocks(root)
    about = page_metadata(root, blocks, statement, url)
    body = article_blocks(root, blocks, about.title)
    text = "\n".join(block.text for block in body)
    stated = _stated_body(statement)
    if stated and len(text.split()) < _STUB_SHARE * len(stated.split()):
        text = stated
    article = find_article(View(text), text, title=title or about.title, url=url, max_words=max_words, is_page=True)
    return replace(
        article,
        site=about.site,
        author=about.author or article.author,
        published=about.published or article.published,
    )


def _stated_body(statement: Statement) -> str | None:
    """Return the text that the page states in JSON-LD: of the article, or of the posts of a live blog."""
    posts = [f"{update.headline or ''}\n{update.body}" for update in statement.updates if update.body]
    return statement.body or "\n".join(posts) or None
