"""Quoting: which sentences can stand alone, and how they are shortened without a change of meaning.

A sentence torn from its article must still say who did what. One that opens with "He" or "However", or holds one
half of a quotation, leans on what stood before it. English only: in other languages every sentence may stand.
"""

from __future__ import annotations

import re
from enum import IntEnum

#: Openings that join a sentence to the one before and can go: what is left says the same.
_CONNECTIVE = re.compile(
    r"^(?:(?:But|And)(?!\s+(?:for|then|yet|if|while)\b),?\s+"
    r"|(?:However|Meanwhile|Moreover|Furthermore|In addition|Additionally|Nevertheless|Nonetheless|Indeed"
    r"|Of course|Also|Besides|Still|At the same time),\s+)(?=\S)"
)
#: Openings that speak of something said before.
_LEANING = re.compile(
    r"^(?:he|she|they|it|his|her|hers|their|theirs|its|him|them|this|that|these|those|such|both|either|neither"
    r"|so|then|thus|therefore|hence|instead|otherwise|however|meanwhile|moreover|furthermore|nevertheless"
    r"|nonetheless|also|too|another|others?|the\s+(?:former|latter|other|others|same|two|three|four|pair|duo|trio"
    r"|move|deal|news|plan|decision|announcement|group|firm|company|man|woman|couple)"
    r"|here|there|we|our|us|i|my|you|your|but|and|or|nor|yet|for\s+(?:this|that|example|instance)"
    r"|(?:on|in|during|at|after|before)\s+the\s+(?:call|meeting|interview|statement|letter|report|talks|speech|event)"
    r"|in\s+(?:this|that|response|contrast|turn|total|all|addition|return|fact)|as\s+a\s+result|on\s+the\s+other"
    r"|at\s+(?:this|that|the\s+same)|by\s+(?:this|that|then|contrast)|after\s+(?:this|that)"
    r"|one\s+(?:of\s+(?:them|these|those)|more)|even\s+so|not\s+only|among\s+(?:them|those|these)|some|many"
    r"|earlier|later|again|asked|speaking|scroll\s+down|what|which|who|why|how|when\s+(?:he|she|they|it))\b",
    re.IGNORECASE,
)
#: "… said that this would take two years": what, an earlier sentence says.
_POINTING = re.compile(
    r"\b(?:this|these|those)\s+(?:would|will|is|are|was|were|has|have|had|could|can|may|might|should|must|means?|meant)\b",
    re.IGNORECASE,
)
_FIRST_PERSON = frozenset({"we", "our", "us", "i", "my"})
#: Someone who is not named, in a sentence that names nobody before: "… ," he said.
_SOMEONE = re.compile(r"\b(?:he|she|they|him|his|her|them|their|it)\b", re.IGNORECASE)
_SPEAKER = re.compile(
    r"[,.!?]?[\"”’']\s+(?:he|she|they|it)\s+\w+|\b(?:said|added|told|explained)\s+(?:he|she|they)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<!^)(?<![.!?…]\s)(?<![\"“‘'])\b[A-Z]\w+|\b[A-Z][a-z]+\s+[A-Z][a-z]+|^The\s+\w+|^A\w?\s+\w+")
#: "Harwick said it would close": what opens a sentence and has a verb is its subject, and not a man or a woman.
_SUBJECT = re.compile(
    r"^(?!(?:no|any|some|every)(?:body|one|thing)\b|none\b|few\b|most\b)"
    r"[A-Z][\w-]+\s+(?:is|are|was|were|has|have|had|will|would|can|could|may|might|said|says|saw|\w{2,}ed)\b",
    re.IGNORECASE,
)
_THINGS = frozenset("it they their them".split())
_CAPITALS = re.compile(r"\b[A-Z]{2,}\b")
_ENDS = re.compile(r"[.!?…。！？؟۔।][\"”’'»)\]]*$")

_ABBREVIATED = re.compile(r"(?:\b[A-Za-z]\.[A-Za-z]|\b(?:Inc|Ltd|Corp|Co|Jr|Sr|No|etc)|\.\.)\.$")


class Standing(IntEnum):
    """How well a sentence stands alone; higher is better."""

    FRAGMENT = 0
    """A heading, a caption, one half of a quotation."""
    LEANING = 1
    """A whole sentence that speaks of something said before."""
    ALONE = 2
    """A whole sentence that says by itself who did what."""


def standing(text: str) -> Standing:
    """How well ``text``, as ``quoted`` gives it, stands without the sentences around it."""
    if not _ENDS.search(text) or not _balanced(text) or len(text.split()) < 4:
        return Standing.FRAGMENT
    # "US firms", "IT workers" and "the WHO" are no pronouns, but where everything is in capitals they may be.
    plain = text if text.isupper() else _CAPITALS.sub(lambda name: "X" * len(name.group()), text)
    leans = _LEANING.match(plain.lstrip("\"“‘'"))
    # Whoever says "we" in a quotation is named after it, or else it leans by its "he said".
    speaks = text[0] in "\"“‘'" and leans is not None and leans.group().casefold() in _FIRST_PERSON
    if text[0].islower() or (leans and not speaks) or _SPEAKER.search(plain) or _POINTING.search(plain):
        return Standing.LEANING
    if text.endswith("?") or text.rstrip('"”’').endswith("?"):
        return Standing.LEANING
    someone = _SOMEONE.search(plain)
    if someone and not _NAME.search(text[: someone.start()]):
        is_said_what = someone.group().casefold() in _THINGS and _SUBJECT.match(text[: someone.start()])
        return Standing.ALONE if is_said_what else Standing.LEANING
    return Standing.ALONE


def quoted(text: str) -> str:
    """A sentence of an article as a briefing shows it: on one line, without an opening "But" or "However,"."""
    line = " ".join(text.split())
    shortened = _CONNECTIVE.sub("", line, count=1)
    return shortened[0].upper() + shortened[1:] if shortened != line else line


def as_headline(text: str) -> str:
    """A sentence as a headline shows it: without its full stop, unless that is an abbreviation's."""
    return text if _ABBREVIATED.search(text) else text.removesuffix(".")


def _balanced(text: str) -> bool:
    """Whether quotations and brackets that open in ``text`` close in it."""
    straight = text.count('"')
    return (
        straight % 2 == 0
        and text.count("“") == text.count("”")
        and text.count("«") == text.count("»")
        and text.count("(") == text.count(")")
    )
