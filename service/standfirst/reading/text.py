"""Reading of plain text: the text stays as it is, and the sentences of its main text are found."""

from __future__ import annotations

import re

from standfirst.domain.article import Article
from standfirst.errors import EmptySource, InvalidRequest, NoArticle, TooLarge
from standfirst.language.identification import count_words, language_of
from standfirst.reading.main_text import find_main_text
from standfirst.reading.sentences import split_sentences

#: The default limit on a text's length, in words.
MAX_WORDS = 100_000

_SURROGATE = re.compile("[\ud800-\udfff]")


def read_text(
    text: str,
    *,
    title: str | None = None,
    url: str | None = None,
    max_words: int = MAX_WORDS,
    min_prose_words: int = 0,
) -> Article:
    """Return the article in ``text``.

    ``article.text`` is exactly ``text``. Boilerplate around the main text is not in ``article.sentences``; a
    headline, an author and a publication date in it become the article's. A ``title`` from the caller takes
    precedence. Raises ``EmptySource``, ``NoArticle`` where the text has no letter or digit or its paragraphs have
    fewer than ``min_prose_words`` words, ``TooLarge`` over ``max_words``, and ``InvalidRequest`` for a lone surrogate.
    """
    if not text.strip():
        raise EmptySource("There is nothing in the text but white space.")
    if _SURROGATE.search(text) or _SURROGATE.search(title or ""):
        raise InvalidRequest(
            "The text or its title holds half of a character (a lone surrogate), which cannot be sent back."
        )
    words = count_words(text)
    if words > max_words:
        raise TooLarge(f"The text has {words} words, more than the {max_words} that this service takes.")
    language = language_of(text)
    main = find_main_text(text, split_sentences(text, language), title)
    if not main.sentences or main.prose_words < min_prose_words:
        raise NoArticle("There is text, but not a sentence of an article in it.")
    return Article(
        text=text,
        sentences=main.sentences,
        title=main.title,
        url=url,
        author=main.author,
        published=main.published,
        language=language,
    )
