"""The main text of an article: the sentences that are no boilerplate, and the metadata in the lines around them.

``boilerplate`` classifies a line by its form. Here the line's position counts as well: before the first paragraph of
prose, after the last, or between. A line is dropped only where both agree, because one sentence too many does less
harm than a lost one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from standfirst.domain.article import Sentence
from standfirst.language.identification import count_words
from standfirst.language.punctuation import CLOSING_MARKS
from standfirst.reading.boilerplate import Boilerplate, byline_authors, classify_line
from standfirst.reading.paragraphs import CLAUSE_END
from standfirst.reading.publication_date import parse_publication_date

#: A block is prose if it ends as a sentence does and has at least so many words, or if it is longer than any label.
_MIN_PROSE_WORDS = 8
_LONG_PARAGRAPH_WORDS = 25

#: Lengths of headlines and of the names of sites, sections and authors, in words.
_TITLE_WORDS = range(3, 26)
_MAX_NAME_WORDS = 6

#: The longest slogan between a call to action and its small print, in words.
_MAX_SLOGAN_WORDS = 15

_STATEMENT_END = re.compile(rf"[.…:;。۔।][{CLOSING_MARKS}」』]*$")
_NOT_WORD = re.compile(r"[\W_]+")

#: Boilerplate wherever it stands: no paragraph has such a form.
_ANYWHERE = frozenset(
    {
        Boilerplate.CONTROL,
        Boilerplate.LINK,
        Boilerplate.CREDIT,
        Boilerplate.CALL_TO_ACTION,
        Boilerplate.TABLE_ROW,
    }
)


@dataclass(frozen=True, slots=True)
class MainText:
    """The sentences of the main text, and the metadata around it, each None where it is not stated.

    ``prose_words`` counts the words of paragraphs, without headings, lists and labels. ``published`` is an ISO 8601
    date.
    """

    sentences: tuple[Sentence, ...]
    prose_words: int
    title: str | None
    author: str | None
    published: str | None


@dataclass(frozen=True, slots=True)
class _Block:
    text: str
    sentences: tuple[Sentence, ...]
    boilerplate: Boilerplate | None
    words: int

    @property
    def is_prose(self) -> bool:
        if self.boilerplate is not None:
            return False
        return self.words >= _LONG_PARAGRAPH_WORDS or (self.words >= _MIN_PROSE_WORDS and self.ends_sentence)

    @property
    def has_words(self) -> bool:
        return any(character.isalnum() for character in self.text)

    @property
    def ends_sentence(self) -> bool:
        return CLAUSE_END.search(self.text) is not None

    @property
    def ends_statement(self) -> bool:
        """Whether the block ends as a sentence does, but for questions and exclamations, which headlines also are."""
        return _STATEMENT_END.search(self.text) is not None

    @property
    def is_name(self) -> bool:
        """Whether the block may be the name of a site, a section or an author."""
        is_capitalized = all(word[0].isupper() or not word[0].isalpha() for word in self.text.split())
        return not self.ends_sentence and (
            self.words < _TITLE_WORDS.start or (is_capitalized and self.words <= _MAX_NAME_WORDS)
        )


def find_main_text(text: str, sentences: Iterable[Sentence], title: str | None = None) -> MainText:
    """Return the main text among ``sentences``, which are all sentences of ``text``.

    A known ``title`` is left out of the sentences where it opens the text. A text without a paragraph of prose (a
    headline, a word) is taken whole, except for blocks without a letter or digit.
    """
    blocks = [_block(text, tuple(group)) for _, group in groupby(sentences, key=lambda sentence: sentence.paragraph)]
    prose = [i for i, block in enumerate(blocks) if block.is_prose]
    if not prose:
        return MainText(tuple(s for block in blocks if block.has_words for s in block.sentences), 0, title, None, None)
    first, last = prose[0], _last_paragraph(blocks, prose)
    dropped = {i for i, block in enumerate(blocks) if not block.has_words}
    dropped |= {i for i in range(first, last) if blocks[i].boilerplate in _ANYWHERE and not blocks[i].ends_statement}
    dropped |= _boilerplate_before(blocks[:first], title)
    dropped |= {last + 1 + i for i in _boilerplate_after(blocks[last + 1 :])}
    dropped_blocks = [blocks[i] for i in sorted(dropped)]
    return MainText(
        sentences=tuple(s for i, block in enumerate(blocks) if i not in dropped for s in block.sentences),
        prose_words=sum(blocks[i].words for i in prose if i not in dropped),
        title=title or _title(blocks[:first]),
        author=_first(byline_authors(b.text) for b in dropped_blocks if b.boilerplate is Boilerplate.BYLINE),
        published=_first(parse_publication_date(b.text) for b in dropped_blocks),
    )


def _block(text: str, sentences: tuple[Sentence, ...]) -> _Block:
    content = text[sentences[0].start : sentences[-1].end]
    return _Block(content, sentences, classify_line(content), count_words(content))


def _last_paragraph(blocks: list[_Block], prose: list[int]) -> int:
    """Return the index of the last paragraph. A slogan between two lines of boilerplate does not count as one."""
    last_long = max((i for i in prose if blocks[i].words > _MAX_SLOGAN_WORDS), default=prose[-1])
    boilerplate = [i for i in range(last_long + 1, len(blocks)) if blocks[i].boilerplate is not None]
    return max(i for i in prose if i <= last_long or not boilerplate or not boilerplate[0] < i < boilerplate[-1])


def _title_index(before: list[_Block]) -> int | None:
    """Return the index of the headline among the blocks before the first paragraph: the first that reads like one."""
    candidates = [
        i
        for i, block in enumerate(before)
        if block.boilerplate is None and block.words in _TITLE_WORDS and not block.ends_statement
    ]
    # A site's name of three words may stand above a headline of more.
    longer = [i for i in candidates if before[i].words > _TITLE_WORDS.start]
    return min(longer or candidates, default=None)


def _title(before: list[_Block]) -> str | None:
    index = _title_index(before)
    return None if index is None else " ".join(before[index].text.split())


def _boilerplate_before(before: list[_Block], title: str | None) -> set[int]:
    """Return the indices of the blocks before the first paragraph to drop. A line under the headline may stay."""
    headline = _title_index(before)
    dropped = {i for i, block in enumerate(before) if block.boilerplate is not None}
    if title is not None:
        dropped |= {i for i, block in enumerate(before) if _is_same_line(block.text, title)}
        if headline not in dropped:
            headline = None
    if headline is not None:
        dropped.add(headline)
    if dropped:
        dropped |= {i for i, block in enumerate(before) if block.is_name}
    return dropped


def _boilerplate_after(after: list[_Block]) -> set[int]:
    """Return the indices of the blocks after the last paragraph to drop.

    Besides boilerplate itself, these are short lines between two of its lines, and the link texts that follow it.
    """
    dropped = {i for i, block in enumerate(after) if block.boilerplate is not None}
    if not dropped:
        return dropped
    first, last = min(dropped), max(dropped)
    return dropped | {
        i
        for i, block in enumerate(after)
        if i > first and ((i < last and block.words <= _MAX_SLOGAN_WORDS) or not block.ends_sentence)
    }


def _is_same_line(line: str, title: str) -> bool:
    return _NOT_WORD.sub(" ", line).casefold().split() == _NOT_WORD.sub(" ", title).casefold().split()


def _first(values: Iterable[str | None]) -> str | None:
    return next((value for value in values if value), None)
