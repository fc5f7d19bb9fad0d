"""Reading of text: the text stays as it is, and the sentences of its main text are found."""

from __future__ import annotations

import re
from dataclasses import replace

from standfirst.domain.article import Article, Sentence
from standfirst.domain.words import count_words
from standfirst.errors import EmptySource, InvalidRequest, NoArticle, TooLarge
from standfirst.language.identification import language_of
from standfirst.reading.main_text import find_main_text
from standfirst.reading.pasted import mail_subject, read_view
from standfirst.reading.sentences import split_sentences
from standfirst.reading.view import View

#: The default limit on a text's length, in words.
MAX_WORDS = 100_000

#: A page with fewer words in paragraphs is a message (not found, please sign in), a form or a list of links.
_MIN_PAGE_WORDS = 25

_SURROGATE = re.compile("[\ud800-\udfff]")
#: What a file that is no text decodes to: a quarter of an image or more, but a few quotation marks in a wrong decoding.
_CONTROL = re.compile("[\0-\x08\x0e-\x1f\x7f-\x9f\ufffd]")
_MAX_CONTROL = 0.1
#: Characters of code and data. They are at most 5 % of the characters of 1,200 articles, and mostly 6 to 22 % of a
#: program's.
_SYMBOL = re.compile(r"[{}\[\]()<>=;_\\|&*#@$^~+`/]")
_MAX_SYMBOLS = 0.08
#: Fewer of either tell nothing: one sentence can have a few.
_TELLING = 20


def read_text(text: str, *, title: str | None = None, url: str | None = None, max_words: int = MAX_WORDS) -> Article:
    """Return the article in ``text``, which may be plain, Markdown, a fragment of HTML, or mail.

    ``article.text`` is exactly ``text``, and offsets refer to it. Boilerplate around the main text is not in
    ``article.sentences``; a headline, an author and a publication date in it become the article's. A ``title`` from
    the caller takes precedence. Raises ``EmptySource``, ``NoArticle`` where the text has no letter or digit, or is a
    file of another kind, ``TooLarge`` over ``max_words``, and ``InvalidRequest`` for a lone surrogate.
    """
    if not text.strip():
        raise EmptySource("There is nothing in the text but white space.")
    check_characters(text, title)
    if len(_CONTROL.findall(text)) > max(_TELLING, _MAX_CONTROL * len(text)):
        raise NoArticle("The text is the content of a file that is no text. Send the words of the article, or its url.")
    article = find_article(read_view(text), text, title=title, url=url, max_words=max_words)
    main = "".join("".join(sentence.text for sentence in article.sentences).split())
    if len(_SYMBOL.findall(main)) > max(_TELLING, _MAX_SYMBOLS * len(main)):
        raise NoArticle("The text is a program's code or data. Send the words of an article alone.")
    return article if article.title else replace(article, title=mail_subject(text))


def check_characters(text: str, title: str | None) -> None:
    """Raise ``InvalidRequest`` where ``text`` or ``title`` has a lone surrogate."""
    if _SURROGATE.search(text) or _SURROGATE.search(title or ""):
        raise InvalidRequest(
            "The text or its title holds half of a character (a lone surrogate), which cannot be sent back."
        )


def find_article(
    view: View,
    received: str,
    *,
    title: str | None = None,
    url: str | None = None,
    max_words: int = MAX_WORDS,
    is_page: bool = False,
) -> Article:
    """Return the article in the text ``received``, which is read as ``view``.

    ``is_page`` says that it is the body of a page, which must be an article and no message or wall. Raises
    ``NoArticle`` and, over ``max_words``, ``TooLarge``.
    """
    words = count_words(view.text)
    if words > max_words:
        raise TooLarge(f"The text has {words} words, more than the {max_words} that this service takes.")
    language = language_of(view.text)
    main = find_main_text(view.text, split_sentences(view.text, language), title, language)
    if is_page and main.is_wall:
        raise NoArticle(
            "There is no article in the page. It speaks to its visitor and tells no story: it blocks, checks, or asks "
            "to consent or to sign in. Send the article's text."
        )
    if is_page and main.prose_words < _MIN_PAGE_WORDS:
        raise NoArticle("There is no article in the page. Send its text, if there is one.")
    if not main.sentences:
        raise NoArticle("There is text, but not a sentence of an article in it.")
    return Article(
        text=received,
        sentences=tuple(Sentence(*view.span(s.start, s.end), s.text, s.paragraph) for s in main.sentences),
        title=main.title,
        url=url,
        author=main.author,
        published=main.published,
        language=language,
        truncated=main.is_truncated,
    )
