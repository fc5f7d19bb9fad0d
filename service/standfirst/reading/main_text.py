"""The main text of an article: the sentences that are no boilerplate, and the metadata in the lines around them.

``boilerplate`` classifies a line by its form. Here the line's position counts as well: before the first paragraph of
prose, after the last, or between. A line is dropped only where both agree, because one sentence too many does less
harm than a lost one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby

from standfirst.domain.article import Sentence
from standfirst.domain.words import count_words
from standfirst.language.punctuation import CLOSING_MARKS
from standfirst.language.words import STOP_WORDS
from standfirst.reading.boilerplate import Boilerplate, byline_authors, classify_line, opens_as_caption, stated_date
from standfirst.reading.paragraph_classifier import paragraph_classifier, speaks_to_reader
from standfirst.reading.paragraphs import CLAUSE_END

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

#: How likely a paragraph must be the publisher's, alone, beside boilerplate, and between two blocks of boilerplate.
_PUBLISHER, _PUBLISHER_BESIDE, _PUBLISHER_BETWEEN = 0.7, 0.5, 0.25
#: The same for a paragraph alone where the story itself speaks to its readers, as a guide does: its paragraphs have
#: this mean, without those that are likelier the publisher's than not.
_PUBLISHER_IN_GUIDE, _GUIDE = 0.95, 0.04
#: How likely a paragraph must be the publisher's where it has the form of a notice to readers.
_PUBLISHER_BY_FORM = 0.5
#: How likely a paragraph must be a caption, alone, and where it opens as one.
_CAPTION, _CAPTION_BY_FORM = 0.9, 0.3
#: Shorter blocks, in words, are labels, which the classifier does not know.
_MIN_CLASSIFIED_WORDS = 3
_MAX_CAPTION_WORDS = 30
#: A text has more than so many paragraphs before what is said of its author.
_MIN_BEFORE_BIOGRAPHY = 2
#: The longest heading of a box of the publisher's, in words.
_MAX_LABEL_WORDS = 8
#: A page of which so much is the publisher's, by the classifier, is a wall, not an article.
_MIN_WALL = 0.5

#: Boilerplate wherever it stands: no paragraph has such a form.
_ANYWHERE = frozenset(
    {
        Boilerplate.CONTROL,
        Boilerplate.LINK,
        Boilerplate.CREDIT,
        Boilerplate.CALL_TO_ACTION,
        Boilerplate.TABLE_ROW,
        Boilerplate.CLOCK_TIME,
    }
)
#: Whole paragraphs of boilerplate, which end as sentences do.
_PARAGRAPHS = frozenset({Boilerplate.CAPTION, Boilerplate.CORRECTION, Boilerplate.LABELLED, Boilerplate.PUBLISHER})
#: What the publisher says to its readers; its neighbours are likely to be of the same kind.
_TO_READERS = frozenset(
    {Boilerplate.CONTROL, Boilerplate.CALL_TO_ACTION, Boilerplate.LEGAL_NOTICE, Boilerplate.PUBLISHER}
)
_CUT_OFF = re.compile(r"(?:…|\.\.\.)[\])”\"’']*$|\[(?:…|\.\.\.)\]$")


@dataclass(frozen=True, slots=True)
class MainText:
    """The sentences of the main text, and the metadata around it, each None where it is not stated.

    ``prose_words`` counts the words of paragraphs, without headings, lists and labels. ``is_wall`` is true where most
    of the text speaks to the reader for the publisher, ``is_truncated`` where the text breaks off. ``published`` is
    an ISO 8601 date.
    """

    sentences: tuple[Sentence, ...]
    prose_words: int
    title: str | None = None
    author: str | None = None
    published: str | None = None
    is_wall: bool = False
    is_truncated: bool = False


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
    def is_label(self) -> bool:
        """Whether the block may be the heading of a box or a button."""
        return self.words <= _MAX_LABEL_WORDS and not self.ends_sentence

    @property
    def is_name(self) -> bool:
        """Whether the block may be the name of a site, a section or an author."""
        is_capitalized = all(word[0].isupper() or not word[0].isalpha() for word in self.text.split())
        return not self.ends_sentence and (
            self.words < _TITLE_WORDS.start or (is_capitalized and self.words <= _MAX_NAME_WORDS)
        )


def find_main_text(
    text: str, sentences: Iterable[Sentence], title: str | None = None, language: str | None = None
) -> MainText:
    """Return the main text among ``sentences``, which are all sentences of ``text``.

    A known ``title`` is left out of the sentences where it opens the text. A text without a paragraph of prose (a
    headline, a word) is taken whole, except for blocks without a letter or digit. ``language`` is an ISO 639-1 code.
    """
    blocks = [_block(text, tuple(group)) for _, group in groupby(sentences, key=lambda sentence: sentence.paragraph)]
    shares = [_NO_SHARE] * len(blocks)
    if language in (None, "en"):  # the language of the classifier
        shares = [_classify(block) for block in blocks]
        blocks = _with_publisher(blocks, shares)
    words = sum(block.words for block in blocks) or 1
    is_wall = (
        sum(share.publisher * block.words for share, block in zip(shares, blocks, strict=True)) / words >= _MIN_WALL
    )
    prose = [i for i, block in enumerate(blocks) if block.is_prose]
    if not prose:
        whole = [b for b in blocks if b.has_words and b.boilerplate is not Boilerplate.PUBLISHER]
        whole = whole or [block for block in blocks if block.has_words]
        return MainText(tuple(s for block in whole for s in block.sentences), 0, title, is_wall=is_wall)
    first, last = prose[0], _last_paragraph(blocks, prose)
    dropped = {i for i, block in enumerate(blocks) if not block.has_words or block.boilerplate in _PARAGRAPHS}
    dropped |= {i for i in range(first, last) if blocks[i].boilerplate in _ANYWHERE and not blocks[i].ends_statement}
    dropped |= _links(blocks, range(first, last))
    dropped |= _labels(blocks, range(first, last))
    # Behind the paragraphs less is needed: nothing is broken by what is missing there.
    dropped |= {i for i in range(last + 1, len(blocks)) if shares[i].publisher >= _PUBLISHER_BESIDE}
    dropped |= _boilerplate_before(blocks[:first], title)
    dropped |= {last + 1 + i for i in _boilerplate_after(blocks[last + 1 :])}
    dropped_blocks = [blocks[i] for i in sorted(dropped)]
    kept = [s for i, block in enumerate(blocks) if i not in dropped for s in block.sentences]
    is_truncated = len(kept) > 1 and _is_cut_off(blocks[last], blocks[last + 1 :])
    return MainText(
        sentences=tuple(kept[:-1] if is_truncated else kept),
        prose_words=sum(blocks[i].words for i in prose if i not in dropped),
        title=title or _title(blocks[:first]),
        author=_first(byline_authors(b.text) for b in dropped_blocks if b.boilerplate is Boilerplate.BYLINE),
        published=_first(stated_date(b.text) for b in dropped_blocks),
        is_wall=is_wall,
        is_truncated=is_truncated,
    )


@dataclass(frozen=True, slots=True)
class _Share:
    """How likely a block is the publisher's, and how likely a caption, each 0 to 1."""

    publisher: float
    caption: float


_NO_SHARE = _Share(0.0, 0.0)


def _classify(block: _Block) -> _Share:
    is_long = block.words > _MAX_CAPTION_WORDS
    if block.words < _MIN_CLASSIFIED_WORDS or (is_long and not speaks_to_reader(block.text)):
        return _NO_SHARE
    return _Share(*paragraph_classifier().probabilities(block.text))


def _with_publisher(blocks: list[_Block], shares: list[_Share]) -> list[_Block]:
    """Return ``blocks`` with the publisher's paragraphs and the captions marked as boilerplate."""
    low = [share.publisher for share in shares if share.publisher <= _PUBLISHER_BESIDE]
    is_guide = len(low) > _MIN_BEFORE_BIOGRAPHY and sum(low) / len(low) >= _GUIDE
    least = _PUBLISHER_IN_GUIDE if is_guide else _PUBLISHER
    marked = [_marked(block, share, least) for block, share in zip(blocks, shares, strict=True)]
    # What stands beside the publisher's words is likely to be of them, in either direction.
    for order in (range(len(marked)), range(len(marked) - 1, -1, -1)):
        for i in order:
            before, after = _is_to_readers(marked, i, -1), _is_to_readers(marked, i, 1)
            is_last = before and i == len(marked) - 1
            beside = _PUBLISHER_BETWEEN if (before and after) or is_last else _PUBLISHER_BESIDE
            if marked[i].boilerplate is None and (before or after) and shares[i].publisher >= beside:
                marked[i] = replace(marked[i], boilerplate=Boilerplate.PUBLISHER)
    return _with_biography(marked)


def _is_to_readers(blocks: list[_Block], index: int, step: int) -> bool:
    """Whether the next block before or after ``index`` is the publisher's, past a label."""
    at = index + step
    while 0 <= at < len(blocks) and blocks[at].boilerplate is None and blocks[at].is_label:
        at += step
    return 0 <= at < len(blocks) and blocks[at].boilerplate in _TO_READERS


def _marked(block: _Block, share: _Share, least_publisher: float) -> _Block:
    kind = block.boilerplate
    if kind is Boilerplate.BIOGRAPHY:
        kind = None
    least = _PUBLISHER_BY_FORM if kind in _TO_READERS else least_publisher
    if kind in {None, *_TO_READERS} and share.publisher >= least:
        kind = Boilerplate.PUBLISHER
    is_short = block.words <= _MAX_CAPTION_WORDS and len(block.sentences) == 1
    least = _CAPTION_BY_FORM if opens_as_caption(block.text) else _CAPTION
    if kind is None and is_short and share.caption >= least:
        kind = Boilerplate.CAPTION
    return replace(block, boilerplate=kind)


def _with_biography(blocks: list[_Block]) -> list[_Block]:
    """Return ``blocks`` with what is said of the author behind the last paragraph marked as the publisher's."""
    prose = [i for i, block in enumerate(blocks) if block.is_prose]
    if len(prose) > _MIN_BEFORE_BIOGRAPHY and classify_line(blocks[prose[-1]].text) is Boilerplate.BIOGRAPHY:
        blocks[prose[-1]] = replace(blocks[prose[-1]], boilerplate=Boilerplate.PUBLISHER)
    return blocks


def _labels(blocks: list[_Block], between: Iterable[int]) -> set[int]:
    """Return the indices of the headings and buttons of the publisher's boxes among the paragraphs."""
    return {
        i
        for i in between
        if blocks[i].is_label
        and any(blocks[j].boilerplate in _TO_READERS for j in (i - 1, i + 1) if 0 <= j < len(blocks))
    }


def _links(blocks: list[_Block], between: range) -> set[int]:
    """Return the indices of "Read more:" among the paragraphs, and of the titles of other articles below it."""
    found: set[int] = set()
    for i in between:
        is_title = i - 1 in found and blocks[i].boilerplate is None and not blocks[i].ends_sentence
        if is_title or (blocks[i].boilerplate is Boilerplate.LINK and blocks[i].text.endswith(":")):
            found.add(i)
    return found


def _is_cut_off(block: _Block, after: list[_Block]) -> bool:
    """Whether ``block``, the last paragraph, breaks off before its end."""
    found = _CUT_OFF.search(block.text)
    if found is None:
        return False
    words = block.text[: found.start()].split()
    is_open = bool(words) and (words[-1].casefold() in STOP_WORDS or words[-1].endswith(","))
    return is_open or found[0].startswith("[") or any(each.boilerplate in _TO_READERS for each in after)


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
    candidates = [i for i in candidates if _classify(before[i]).publisher < _PUBLISHER_BESIDE] or candidates
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
        dropped |= {i for i, b in enumerate(before) if i < headline and _classify(b).publisher >= _PUBLISHER_BESIDE}
    if dropped:
        dropped |= {i for i, block in enumerate(before) if block.is_name}
    return dropped


def _boilerplate_after(after: list[_Block]) -> set[int]:
    """Return the indices of the blocks after the last paragraph to drop.

    Besides boilerplate itself, these are short lines between two of its lines, and labels.
    """
    dropped = {i for i, block in enumerate(after) if block.boilerplate is not None}
    if not dropped:
        return dropped
    first, last = min(dropped), max(dropped)
    return dropped | {
        i
        for i, block in enumerate(after)
        if not block.ends_sentence or (first < i < last and block.words <= _MAX_SLOGAN_WORDS)
    }


def _is_same_line(line: str, title: str) -> bool:
    return _NOT_WORD.sub(" ", line).casefold().split() == _NOT_WORD.sub(" ", title).casefold().split()


def _first(values: Iterable[str | None]) -> str | None:
    return next((value for value in values if value), None)
