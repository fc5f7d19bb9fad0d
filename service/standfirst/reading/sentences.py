"""Sentences: where they begin and end in a text.

Boundaries come from sentencex, the splitter that did best in ``benchmarks/sentence_splitting.py``, with the few
corrections that the same measurement asked for. Knows nothing of what is story and what is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import sentencex

from standfirst.domain.article import Sentence
from standfirst.reading.paragraphs import split_paragraphs

#: How many characters sentencex sees at a time. Its time grows with the square of the text in some scripts
#: (28 s for 400,000 Chinese characters); by windows it grows with the text. No sentence is longer than this.
_WINDOW = 4096

#: A quotation of several sentences stays whole, so that none of them is taken for the article's own words; but
#: not beyond this many characters, which is about seventy words.
_LONGEST_QUOTATION = 400

_SURROGATE = re.compile("[\ud800-\udfff]")
_QUOTES_AND_BRACKETS = str.maketrans(dict.fromkeys('"“”„«»()[]「」『』', " "))

_LIST_MARKER = re.compile(r"[(\[]?(?:\d{1,3}|[A-Za-z]|[ivx]{1,4})[.)]")
_LONE_STOP = re.compile(r"(?:^|\s)\.$")
_ASKED_OR_EXCLAIMED = re.compile(r"[?!]['’]?[\"”]$")
_ATTRIBUTION = re.compile(
    r"(?:[\w.'’-]+,? ){1,5}?(?:said|says|asked|asks|added|adds|told|wrote|writes|shouted|cried|replied)\b"
)
#: "2. 4 miles", as tokenizers leave it.
_TORN_LEFT = re.compile(r"(?<!\d)\d{1,3}\.$")
_TORN_RIGHT = re.compile(r"\d{1,2} ?(?:%|per ?cent|percent|[mb]illion|k?m\b|miles?\b|kg\b|feet\b|inch)")
#: "2:30 p.m. PT (5:30 p.m. ET) Tuesday".
_HALF_OF_DAY = re.compile(r"\b[AaPp]\.[Mm]\.$")
_TIME_ZONE = re.compile(r"(?:[ECMP][SD]?T|GMT|BST|CES?T|UTC)\b")
_BRAND = re.compile(r"[a-z][A-Z]")
_ABBREVIATION = {
    "en": re.compile(r"\b[Aa]pprox\.$"),
    "fr": re.compile(r"\b(?:MM?|Mmes?|Mlles?)\.$"),
}
_MISSED = re.compile(
    r"\b(?:[Ii]n|[Ss]ince|[Uu]ntil|[Bb]y|[Ll]ast|[Nn]ext|[Tt]his|of|late|early) May\. (?=[A-Z“\"])"  # a month
    r"|… (?=[A-Z][a-z])"
    r"|(?:^|(?<=[.!?] ))\([^()]{1,300}[.!?][”\"]?\) (?=[A-Z“\"(])"  # a sentence in brackets
)


def split_sentences(text: str, language: str | None = None) -> tuple[Sentence, ...]:
    """Every sentence of ``text``, in order, without overlap, with the ordinal of its paragraph.

    For each sentence, ``text[start:end] == sentence.text``, with no white space at either end; every character
    that is not white space is in one of them. Takes time in proportion to the text. ``language`` is an ISO 639-1
    code, by default English, which decides on abbreviations.
    """
    sentences: list[Sentence] = []
    for paragraph, (start, end) in enumerate(split_paragraphs(text)):
        block = text[start:end]
        cuts = [0, *_cuts(block, language or "en"), len(block)]
        for left, right in pairwise(cuts):
            bare = block[left:right].strip()
            if bare:
                begin = start + left + len(block[left:right]) - len(block[left:right].lstrip())
                sentences.append(Sentence(begin, begin + len(bare), bare, paragraph))
    return tuple(sentences)


def _cuts(block: str, language: str) -> list[int]:
    """Where a sentence of ``block`` begins, but for the first: offsets, ascending."""
    # The same number of characters, so that the offsets hold; sentencex takes no lone surrogates.
    plain = _SURROGATE.sub("\ufffd", re.sub(r"\s", " ", block))
    proposed = {start for start in _windows(plain, language) if start}
    proposed.update(match.end() for match in _MISSED.finditer(plain))
    cuts: list[int] = []
    for cut in sorted(proposed):
        left = plain[cuts[-1] if cuts else 0 : cut]
        if not _joins(left, plain[cut : cut + 80], language):
            cuts.append(cut)
    return cuts


def _windows(plain: str, language: str) -> Iterator[int]:
    """Where sentencex has a sentence begin, a window at a time, each beginning with a sentence."""
    at = 0
    while at < len(plain):
        window = plain[at : at + _WINDOW]
        starts = _boundaries(window, language)
        if at + _WINDOW < len(plain):
            # The window's last sentence may go on beyond it: it opens the next window, unless it fills this one.
            following = starts.pop() if len(starts) > 1 else window.rfind(" ") + 1 or len(window)
        else:
            following = len(window)
        yield from (at + start for start in starts)
        at += following


def _boundaries(window: str, language: str) -> list[int]:
    """Where a sentence of ``window`` begins, 0 included; an overlong quotation is split within."""
    starts = [boundary["start_index"] for boundary in sentencex.get_sentence_boundaries(language, window)]
    for left, right in pairwise([*starts, len(window)]):
        piece = window[left:right]
        opened = piece.translate(_QUOTES_AND_BRACKETS)
        if len(piece) > _LONGEST_QUOTATION and opened != piece:
            inner = sentencex.get_sentence_boundaries(language, opened)
            starts.extend(left + boundary["start_index"] for boundary in inner)
    return sorted({0, *starts})


def _joins(left: str, right: str, language: str) -> bool:
    """Whether a sentence goes on from ``left`` to ``right`` although sentencex ends it there."""
    touching = not left.endswith(" ")
    left, right = left.strip(), right.lstrip()
    if _LIST_MARKER.fullmatch(left):
        return True
    if touching and _LONE_STOP.search(left):  # ".NET"
        return True
    if _ASKED_OR_EXCLAIMED.search(left) and _ATTRIBUTION.match(right):
        return True
    if _TORN_LEFT.search(left) and _TORN_RIGHT.match(right):
        return True
    if _HALF_OF_DAY.search(left) and _TIME_ZONE.match(right):
        return True
    if left.endswith(("?", "!")) and right[:1].islower() and not _BRAND.match(right):
        return True
    if left.endswith(("」", "』")) and right.startswith(("と", "って")):
        return True
    abbreviation = _ABBREVIATION.get(language)
    return abbreviation is not None and abbreviation.search(left) is not None
