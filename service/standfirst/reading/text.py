"""A text as pasted becomes an article: the text as it is, and those of its sentences that are the story."""

from __future__ import annotations

import re

from standfirst.domain.article import Article
from standfirst.errors import EmptySource, InvalidRequest, NoArticle, TooLarge
from standfirst.language.identification import count_words, language_of
from standfirst.reading.sentences import split_sentences
from standfirst.reading.story import find_story

#: The longest text that is read unless its reader says otherwise, in words.
MAX_WORDS = 100_000

_SURROGATE = re.compile("[\ud800-\udfff]")


def read_text(
    text: str,
    *,
    title: str | None = None,
    url: str | None = None,
    max_words: int = MAX_WORDS,
    least_prose: int = 0,
) -> Article:
    """The article that ``text`` holds; ``title`` is given where the caller knows it.

    ``article.text`` is ``text``, to the character. What is recognised around the story (a byline, a sign-up) is
    left out of ``sentences``; a headline, an author and a date that stand there are the article's. Raises
    ``EmptySource``, ``NoArticle`` where no letter or digit is in it or its paragraphs have fewer words than
    ``least_prose``, ``TooLarge`` over ``max_words``, and ``InvalidRequest`` for half a character.
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
    story = find_story(text, split_sentences(text, language), title)
    if not story.sentences or story.prose < least_prose:
        raise NoArticle("There is text, but not a sentence of an article in it.")
    return Article(
        text=text,
        sentences=story.sentences,
        title=story.title,
        url=url,
        author=story.author,
        published=story.published,
        language=language,
    )
