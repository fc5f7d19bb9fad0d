"""Sentence boundaries, by sentencex with corrections.

``benchmarks/sentence_splitting.py`` compares it with other libraries and measures the corrections.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from itertools import pairwise

import sentencex

from standfirst.domain.article import Sentence
from standfirst.language.quotation_marks import quotation_marks
from standfirst.reading.paragraphs import split_paragraphs

#: The number of characters that sentencex gets at a time, and the longest sentence. Without windows its time grows
#: with the square of the text's length in some scripts (28 s for 400,000 Chinese characters).
_WINDOW = 4096

#: A quotation of several sentences stays whole up to so many characters (about seventy words), so that none of its
#: sentences is taken for the article's own words.
_MAX_QUOTATION_LENGTH = 400

_SURROGATE = re.compile("[\ud800-\udfff]")
_QUOTES_AND_BRACKETS = str.maketrans(dict.fromkeys('"“”„«»()[]「」『』', " "))

_LIST_MARKER = re.compile(r"[(\[]?(?:\d{1,3}|[A-Za-z]|[ivx]{1,4})[.)]")
_LONE_PERIOD = re.compile(r"(?:^|\s)\.$")
_QUOTED_QUESTION = re.compile(r"[?!]['’]?[\"”]$")
_ATTRIBUTION = re.compile(
    r"(?:[\w.'’-]+,? ){1,5}?(?:said|says|asked|asks|added|adds|told|wrote|writes|shouted|cried|replied)\b"
    r"|(?:[A-Z][\w.'’-]+ ){1,3}(?:\w+ed|\w+s)[.,;]|(?:[Hh]e|[Ss]he|[Tt]hey|the \w+) \w+ed\b"
)
#: A number that a tokenizer has split: "2. 4 miles".
_SPLIT_NUMBER = re.compile(r"(?<!\d)\d{1,3}\.$")
_SPLIT_DECIMALS = re.compile(r"\d{1,2} ?(?:%|per ?cent|percent|[mb]illion|k?m\b|miles?\b|kg\b|feet\b|inch)")
#: A time and its zone: "2:30 p.m. PT (5:30 p.m. ET) Tuesday".
_AM_OR_PM = re.compile(r"\b[AaPp]\.[Mm]\.$")
_TIME_ZONE = re.compile(r"(?:[ECMP][SD]?T|GMT|BST|CES?T|UTC)\b")
_DASH_AND_LOWER_CASE = re.compile(r"[—–-]\s?[^\W\d_A-ZА-ЯЁ]")
#: An abbreviated month before its year: "3 janv. 1960".
_DAY_AND_MONTH = re.compile(r"(?<![\d.,])\d{1,2}\.? [^\W\d_]{3,5}\.$")
_YEAR = re.compile(r"(?:19|20)\d\d\b")
_BRAND = re.compile(r"[a-z][A-Z]")
_ABBREVIATION = {
    "en": re.compile(r"(?:\b[Aa]pprox|(?<!\d )\bFt)\.$"),
    "fr": re.compile(r"\b(?:MM?|Mmes?|Mlles?|Av|Bd|Ste?|Pr)\.$"),
    "es": re.compile(r"\b(?:Avd?a?|Sra?|Srta|Dra?|Lic|Ing|Gral|Av|EE)\.$"),
    "pt": re.compile(r"\b(?:Av|Sra?|Dra?|Prof)\.$"),
}
#: Boundaries that sentencex does not find.
_MISSED = re.compile(
    r"\b(?:[Ii]n|[Ss]ince|[Uu]ntil|[Bb]y|[Ll]ast|[Nn]ext|[Tt]his|of|late|early) May\. (?=[A-Z“\"])"  # a month
    r"|… (?=[A-Z][a-z])"
    r"|(?:^|(?<=[.!?] ))\([^()]{1,300}[.!?][”\"]?\) (?=[A-Z“\"(])"  # a sentence in brackets
)


def split_sentences(text: str, language: str | None = None) -> tuple[Sentence, ...]:
    """Return the sentences of ``text``, in order, without overlap, each with the number of its paragraph.

    ``text[start:end] == sentence.text`` for each sentence, without white space at either end. Every other character
    is in exactly one sentence. ``language`` is an ISO 639-1 code, English by default; it selects abbreviations. The
    time grows in proportion to the text's length.
    """
    sentences: list[Sentence] = []
    for paragraph, (start, end) in enumerate(split_paragraphs(text)):
        block = text[start:end]
        for left, right in pairwise([0, *_boundaries(block, language or "en"), len(block)]):
            stripped = block[left:right].strip()
            if stripped:
                begin = start + left + len(block[left:right]) - len(block[left:right].lstrip())
                sentences.append(Sentence(begin, begin + len(stripped), stripped, paragraph))
    return tuple(sentences)


def _boundaries(block: str, language: str) -> list[int]:
    """Return the offsets at which the sentences of ``block`` begin, except the first, ascending."""
    # sentencex refuses lone surrogates. The replacements keep the length, and so the offsets.
    plain = _SURROGATE.sub("\ufffd", re.sub(r"\s", " ", block))
    proposed = {match.end() for match in _MISSED.finditer(plain)}
    if language == "en":
        marks = quotation_marks(plain, _MAX_QUOTATION_LENGTH)
        starts = _sentencex_starts(marks.made_plain(plain), language)
        proposed.update(_with_opening_marks(plain, start, marks.opening) for start in starts)
    else:
        proposed.update(_sentencex_starts(plain, language))
    proposed.discard(0)
    boundaries: list[int] = []
    for boundary in sorted(proposed):
        left = plain[boundaries[-1] if boundaries else 0 : boundary]
        if not _is_one_sentence(left, plain[boundary : boundary + 80], language):
            boundaries.append(boundary)
    return boundaries


def _with_opening_marks(plain: str, start: int, opening: Set[int]) -> int:
    """Return where the sentence at ``start`` begins if the marks before it that open a quotation are its own."""
    while (before := start - 1 - plain[start - 1 : start].isspace()) in opening:
        start = before
    return start


def _sentencex_starts(plain: str, language: str) -> Iterator[int]:
    """Yield the offsets at which sentences begin for sentencex, a window at a time."""
    offset = 0
    while offset < len(plain):
        window = plain[offset : offset + _WINDOW]
        starts = _window_starts(window, language)
        if offset + _WINDOW < len(plain):
            # The window's last sentence may be incomplete: it opens the next window, unless it fills this one.
            following = starts.pop() if len(starts) > 1 else window.rfind(" ") + 1 or len(window)
        else:
            following = len(window)
        yield from (offset + start for start in starts)
        offset += following


def _window_starts(window: str, language: str) -> list[int]:
    """Return the offsets at which the sentences of ``window`` begin, with 0. Overlong quotations are split."""
    starts = [boundary["start_index"] for boundary in sentencex.get_sentence_boundaries(language, window)]
    for left, right in pairwise([*starts, len(window)]):
        piece = window[left:right]
        unquoted = piece.translate(_QUOTES_AND_BRACKETS)
        if len(piece) > _MAX_QUOTATION_LENGTH and unquoted != piece:
            inner = sentencex.get_sentence_boundaries(language, unquoted)
            starts.extend(left + boundary["start_index"] for boundary in inner)
    return sorted({0, *starts})


def _is_one_sentence(left: str, right: str, language: str) -> bool:
    """Whether ``left`` and ``right`` are parts of one sentence, although sentencex proposes a boundary."""
    is_adjacent = not left.endswith(" ")
    left, right = left.strip(), right.lstrip()
    if _LIST_MARKER.fullmatch(left):
        return True
    if is_adjacent and _LONE_PERIOD.search(left):  # ".NET"
        return True
    if _QUOTED_QUESTION.search(left) and _ATTRIBUTION.match(right):
        return True
    if _SPLIT_NUMBER.search(left) and _SPLIT_DECIMALS.match(right):
        return True
    if _AM_OR_PM.search(left) and _TIME_ZONE.match(right):
        return True
    ends = left.endswith((".", "?", "!"))
    if ends and right[:1].islower() and not _BRAND.match(right) and not _LIST_MARKER.match(right):
        return True
    if _DASH_AND_LOWER_CASE.match(right):  # “— Why? — she asked.”, as Russian and Spanish write it
        return True
    if _DAY_AND_MONTH.search(left) and _YEAR.match(right):
        return True
    if left.endswith(("」", "』")) and right.startswith(("と", "って")):
        return True
    abbreviation = _ABBREVIATION.get(language)
    return abbreviation is not None and abbreviation.search(left) is not None
