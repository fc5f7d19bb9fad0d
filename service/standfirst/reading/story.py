"""The story within a text: which of its sentences are the article's, and what the lines around it say of it.

Knows where lines stand (before the first paragraph of prose, after the last, between); what a line is by its own
form is known to ``furniture``. Drops only what both agree on: a sentence too many does less harm than a lost one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from standfirst.domain.article import Sentence
from standfirst.language.identification import count_words
from standfirst.reading.boilerplate import Kind, author_of, kind_of
from standfirst.reading.publication_date import read_date_line

#: A paragraph of prose has at least so many words and ends as a sentence does, or has as many as no label has.
_PROSE_WORDS = 8
_LONG_WORDS = 25

#: A headline has at least three words and at most twenty-five; a site's or a section's name at most six.
_TITLE_WORDS = range(3, 26)
_LABEL_WORDS = 6

#: Between a sign-up and its small print stand slogans, none longer than this.
_SLOGAN_WORDS = 15

_ENDED = re.compile(r"[.!?…:;。！？؟۔।]['\"’”»)\]」』]*$")
_FULL_STOP = re.compile(r"[.…:;。۔।]['\"’”»)\]」』]*$")
_NOT_WORD = re.compile(r"[\W_]+")

#: Lines that are not the story wherever they stand: no paragraph has their form.
_ANYWHERE = frozenset({Kind.CONTROL, Kind.POINTER, Kind.CREDIT, Kind.INVITATION, Kind.TABLE_ROW})


@dataclass(frozen=True, slots=True)
class Story:
    """The sentences that are the story, and what the lines around it state: each None where they do not.

    ``prose`` is how many words its paragraphs have, without headings, lists and labels.
    """

    sentences: tuple[Sentence, ...]
    prose: int
    title: str | None
    author: str | None
    published: str | None


@dataclass(frozen=True, slots=True)
class _Block:
    text: str
    sentences: tuple[Sentence, ...]
    kind: Kind | None
    words: int

    @property
    def prose(self) -> bool:
        if self.kind is not None:
            return False
        ended = _ENDED.search(self.text) is not None
        return self.words >= _LONG_WORDS or (self.words >= _PROSE_WORDS and ended)


def find_story(text: str, sentences: Iterable[Sentence], title: str | None = None) -> Story:
    """Which of ``sentences``, all those of ``text``, are the story; with its title, author and date.

    ``title``, where it is known, is left out of the sentences if it opens the text. A text without a paragraph
    of prose (a single headline, a word) is taken whole, but for blocks without a letter or digit.
    """
    blocks = [_block(text, group) for group in _by_paragraph(sentences)]
    prose = [i for i, block in enumerate(blocks) if block.prose]
    if not prose:
        return Story(tuple(s for block in blocks if _tells(block) for s in block.sentences), 0, title, None, None)
    first, last = prose[0], _last_paragraph(blocks, prose)
    dropped = {i for i, block in enumerate(blocks) if not _tells(block)}
    dropped |= {i for i in range(first, last) if blocks[i].kind in _ANYWHERE and not _ended(blocks[i])}
    head = _head(blocks[:first], title)
    dropped |= head
    dropped |= {last + 1 + i for i in _tail(blocks[last + 1 :])}
    title = title or _title(blocks[:first])
    surroundings = [block for i, block in enumerate(blocks) if i in dropped]
    return Story(
        sentences=tuple(s for i, block in enumerate(blocks) if i not in dropped for s in block.sentences),
        prose=sum(blocks[i].words for i in prose if i not in dropped),
        title=title,
        author=_first(author_of(block.text) for block in surroundings if block.kind is Kind.BYLINE),
        published=_first(read_date_line(block.text) for block in surroundings),
    )


def _last_paragraph(blocks: list[_Block], prose: list[int]) -> int:
    """Where the story's prose ends: a slogan with lines of the page both before and after it is the page's too."""
    solid = max((i for i in prose if blocks[i].words > _SLOGAN_WORDS), default=prose[-1])
    known = [i for i in range(solid + 1, len(blocks)) if blocks[i].kind is not None]
    return max(i for i in prose if i <= solid or not known or not known[0] < i < known[-1])


def _by_paragraph(sentences: Iterable[Sentence]) -> Iterable[tuple[Sentence, ...]]:
    for _, group in groupby(sentences, key=lambda sentence: sentence.paragraph):
        yield tuple(group)


def _block(text: str, sentences: tuple[Sentence, ...]) -> _Block:
    content = text[sentences[0].start : sentences[-1].end]
    return _Block(content, sentences, kind_of(content), count_words(content))


def _tells(block: _Block) -> bool:
    return any(character.isalnum() for character in block.text)


def _ended(block: _Block) -> bool:
    return _FULL_STOP.search(block.text) is not None


def _title_index(head: list[_Block]) -> int | None:
    """Which of the blocks before the first paragraph is the headline: the first that reads like one."""
    fitting = [
        i for i, block in enumerate(head) if block.kind is None and block.words in _TITLE_WORDS and not _ended(block)
    ]
    # A site's name of three words may stand above a headline of more.
    longer = [i for i in fitting if head[i].words > _TITLE_WORDS.start]
    return min(longer or fitting, default=None)


def _title(head: list[_Block]) -> str | None:
    index = _title_index(head)
    return None if index is None else " ".join(head[index].text.split())


def _head(head: list[_Block], title: str | None) -> set[int]:
    """Which of the blocks before the first paragraph are not the story; a line under the headline may be."""
    headline = _title_index(head)
    dropped = {i for i, block in enumerate(head) if block.kind is not None}
    if title is not None:
        dropped |= {i for i, block in enumerate(head) if _same(block.text, title)}
        if headline is not None and headline not in dropped:
            headline = None
    if headline is not None:
        dropped.add(headline)
    if dropped:
        dropped |= {i for i, block in enumerate(head) if _label(block)}
    return dropped


def _label(block: _Block) -> bool:
    """Whether a line is no sentence but a name: of a site, a section, a writer."""
    words = block.text.split()
    named = all(word[0].isupper() or not word[0].isalpha() for word in words)
    return not _ENDED.search(block.text) and (
        block.words < _TITLE_WORDS.start or (named and block.words <= _LABEL_WORDS)
    )


def _tail(tail: list[_Block]) -> set[int]:
    """Which of the blocks after the last paragraph are not the story."""
    known = [i for i, block in enumerate(tail) if block.kind is not None]
    dropped = set(known)
    if known:
        # What stands between lines of the page is the page's too, and so are the link texts after them.
        for i in range(known[0], len(tail)):
            between = i < known[-1] and tail[i].words <= _SLOGAN_WORDS
            if between or not _ENDED.search(tail[i].text):
                dropped.add(i)
    return dropped


def _same(line: str, title: str) -> bool:
    return _NOT_WORD.sub(" ", line).casefold().split() == _NOT_WORD.sub(" ", title).casefold().split()


def _first(found: Iterable[str | None]) -> str | None:
    return next((value for value in found if value), None)
