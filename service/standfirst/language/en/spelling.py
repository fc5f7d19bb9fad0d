"""Spelling: one way of writing what can be written in several, so that wordings can be compared.

"$3.5m" and "$3.5 million", "12%" and "12 per cent", "two" and "2", "hasn't" and "has not", "Jan. 10" and
"10 January" are written alike.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from standfirst.language.en.dates import unify_dates
from standfirst.language.en.lexicon import NUMERALS, SHORT_SCALES, numerals

_SCALE = re.compile(r"(?<=\d)\s?(k|mn?|bn?|tn)\b", re.IGNORECASE)
_PERCENT = re.compile(r"(?<=\d)\s?(?:%|per[ -]?cent\b|pc\b)", re.IGNORECASE)
_NOT = re.compile(r"(?<=\w)n['’]t\b")
#: Contractions whose verb is not what is left without the "n't".
_CANNOT, _WILL_NOT = (re.compile(rf"\b{verb}['’]t\b", re.IGNORECASE) for verb in ("can", "won"))
#: "One" is seldom a number.
_SMALL = re.compile(rf"\b(?:{'|'.join(numerals(2, 12))})\b", re.IGNORECASE)
#: "3, 800" and "2. 4", as tokenizers leave them.
_TORN = re.compile(r"(?<!\d)(\d{1,3})(?:, (?=\d{3}(?!\d))|\. (?=\d{1,2} ))")


def join_torn_numbers(text: str) -> str:
    """Return ``text`` with the numbers joined that a tokenizer has torn apart."""
    return _TORN.sub(lambda torn: torn[1] + torn[0][len(torn[1])], text)


def unify(text: str) -> str:
    """Return ``text`` with dates, amounts, percentages, small numbers and negations each written in one way."""
    text = unify_dates(text)
    text = _SCALE.sub(lambda scale: f" {SHORT_SCALES[scale[1].casefold()]}", text)
    text = _PERCENT.sub(" percent", text)
    text = _WILL_NOT.sub("will not", _CANNOT.sub("can not", text))
    text = _NOT.sub(" not", text)
    return _SMALL.sub(lambda word: str(NUMERALS[word[0].casefold()]), text)


def locate(span: tuple[int, int], unified: str, text: str) -> tuple[int, int]:
    """Return the characters of ``text`` from which ``unify`` made those of ``span`` in ``unified``."""
    start, end = span
    found: list[int] = []
    for change, left, right, there, there_end in SequenceMatcher(None, unified, text, autojunk=False).get_opcodes():
        if left < end and start < right:
            same = change == "equal"
            found += [there + max(start - left, 0) if same else there]
            found += [there_end - max(right - end, 0) if same else there_end]
    return min(found), max(found)
