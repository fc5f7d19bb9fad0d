"""Spelling: one way of writing what is written in several, so that wordings can be compared.

"$3.5m" and "$3.5 million", "12%" and "12 per cent", "two" and "2", "hasn't" and "has not", "Jan. 10" and
"10 January" come out alike. Whether a number or a date is the right one is not decided here.
"""

from __future__ import annotations

import re

from standfirst.language.en.dates import rewritten

_SCALES = {"k": "thousand", "m": "million", "mn": "million", "b": "billion", "bn": "billion", "tn": "trillion"}
_SCALE = re.compile(r"(?<=\d)\s?(k|mn?|bn?|tn)\b", re.IGNORECASE)
_PERCENT = re.compile(r"(?<=\d)\s?(?:%|per[ -]?cent\b|pc\b)", re.IGNORECASE)
_NOT = re.compile(r"(?<=\w)n['’]t\b")
#: Whose verb is not what is left without the "n't".
_CANNOT, _WILL_NOT = (re.compile(rf"\b{verb}['’]t\b", re.IGNORECASE) for verb in ("can", "won"))
_SMALL = "two three four five six seven eight nine ten eleven twelve".split()
_SPELLED = re.compile(rf"\b(?:{'|'.join(_SMALL)})\b", re.IGNORECASE)
_DIGITS = {word: str(value) for value, word in enumerate(_SMALL, start=2)}

#: "3, 800" and "2. 4", as tokenizers leave them.
_TORN = re.compile(r"(?<!\d)(\d{1,3})(?:, (?=\d{3}(?!\d))|\. (?=\d{1,2} ))")


def mended(text: str) -> str:
    """``text`` with the numbers whole that a tokenizer has torn apart."""
    return _TORN.sub(lambda torn: torn[1] + torn[0][len(torn[1])], text)


def plainly(text: str) -> str:
    """``text`` with dates, amounts, shares, small numbers and negations spelled in one way."""
    text = rewritten(text)
    text = _SCALE.sub(lambda scale: f" {_SCALES[scale[1].casefold()]}", text)
    text = _PERCENT.sub(" percent", text)
    text = _WILL_NOT.sub("will not", _CANNOT.sub("can not", text))
    text = _NOT.sub(" not", text)
    return _SPELLED.sub(lambda word: _DIGITS[word[0].casefold()], text)
