"""The check of attribution: a draft must name the speaker whom its sentence names.

"The bridge is unsafe, according to a survey" is not "The bridge is unsafe". English news names the speaker at the
beginning of a sentence, or behind a comma in its middle or at its end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from standfirst.grounding.case import Case, Kind, Problem
from standfirst.language.punctuation import is_quoted_from, quotations, without_marks

_SAYING = (
    r"(?:said|says?|told|tells|claim(?:s|ed)?|warn(?:s|ed)|ruled|argue[sd]?|insist(?:s|ed)|added|alleges?|believe[sd]?"
    r"|report(?:s|ed)?|estimate[sd]?|predict(?:s|ed)|suggest(?:s|ed)?|announced|explained|admitted|denie[sd]|revealed"
    r"|confirmed|testified|wrote|thinks?|found|finds|show(?:s|ed|n)?|note[sd]?)"
)
#: Of these words some are nouns too, or have another object. Only "that" behind them shows that they are not.
_WITH_THAT = r"(?:claims?|reports?|estimates?|found|finds|show(?:s|ed|n)?|note[sd]?)"
_NOT_JOINED = r"(?![\"“”‘’'`]|(?:and|but|or|so|as|if|while|after|before|when|where|which|who|whose|with|although)\b)"
_SPEAKER = rf"{_NOT_JOINED}(?:according to\b|(?:[^,]{{0,80}}\s)?{_SAYING}\b(?! (?:by|to)\b))"
#: "…, police said on Monday." But not "…, and the firm said", nor "…, who said", nor "…, believed to be".
_BEHIND = re.compile(rf"(?:,|,? ?[\"”’'])\s+(?P<speaker>{_SPEAKER}[^,]{{0,60}}(?:\.$|,(?= [a-z])))")
#: "According to police, …", "Police said that …", "Smith, who runs it, told the paper that …".
_SUBJECT = r"[^,;]{3,90}?(?:,[^,;]{3,80},[^,;]{0,30}?)?"
_BEFORE = re.compile(
    rf"according to\b[^,]+,|{_SUBJECT}\b(?:{_WITH_THAT} that\b"
    rf"|(?!{_WITH_THAT}\b){_SAYING}\b(?! (?:by|to|in|on|of|at|for|with)\b)(?:(?<=told)[^,;]{{2,40}}? that\b| that\b)?)",
    re.IGNORECASE,
)
#: Words by which a reader sees that somebody says so.
_SAID = re.compile(
    rf"\b(?:{_SAYING}|according|accus\w+|alleg\w+|claim\w*|warn\w*|announc\w+|stat(?:es|ed|ing)|call(?:s|ed|ing)?"
    r"|describe[sd]?|urge[sd]?|hailed|promise[sd]?|vow(?:s|ed)|pledge[sd]?)\b",
    re.IGNORECASE,
)
_SAID_PLAINLY = re.compile(r"\b(?:said|says?|told|according)\b", re.IGNORECASE)
#: Words that mean the speaker. Nobody else may say them for the speaker.
_MYSELF = re.compile(r"\b(?:[Ww]e|us|[Oo]ur|I|[Mm]y|me)\b")
_SOMEONE = re.compile(r"\b(?:he|she|they|it|we|i|who|which)\b", re.IGNORECASE)
_LONG_WORD = re.compile(r"\w{4,}")
#: The number of first words of a draft that show from which part of its sentence it comes.
_FIRST = 2


class AttributionCheck:
    """Finds drafts without the speaker whom their sentence names, or with one whom it does not name."""

    code = "attribution"
    kinds = frozenset({Kind.DRAFT, Kind.HEADLINE})

    def __call__(self, case: Case) -> Iterator[Problem]:
        """Yield a problem if the draft does not say who said so as the article does."""
        if case.shortened is None:
            return
        draft, source = case.claim.text, case.shortened.text
        is_speech = any(is_quoted_from(draft, without_marks(quotation)) for _, quotation in quotations(source))
        if is_speech or _is_changed(draft, source):
            yield Problem(self.code, "it does not say who said so as the article does")


def with_speaker(draft: str, source: str) -> str:
    """Return ``draft``, which shortens ``source``, with the words of ``source`` that name the speaker.

    It is returned as it is where it has such words, where ``source`` has none or only "he said", and where it says
    "we" or "I".
    """
    if _MYSELF.search(draft):
        return draft
    opening = _opening(draft, source)
    if opening is None:
        behind = None if _SAID.search(draft) else _BEHIND.search(source)
        is_last = behind is not None and behind.end() == len(source) and not _SOMEONE.search(behind["speaker"])
        return f"{draft[:-1]}, {behind['speaker']}" if behind and is_last and draft.endswith(".") else draft
    if _SOMEONE.search(opening) or opening.endswith("told"):
        return draft
    first = draft.partition(" ")[0]
    # "The" is written "the" behind the opening where the sentence has it so. A name keeps its capital.
    lowered = f"{first[:1].lower()}{first[1:]}"
    inside = lowered if re.search(rf"\b{re.escape(lowered)}\b", source[len(opening) :]) else first
    return f"{opening} {inside}{draft[len(first) :]}"


def _is_changed(draft: str, source: str) -> bool:
    """Whether only one of ``source`` and ``draft``, which shortens it, says who says so."""
    if _opening(draft, source) is not None:
        return True
    if _SAID.search(draft):
        return bool(_SAID_PLAINLY.search(draft)) and not _SAID.search(source)
    return _BEHIND.search(source) is not None


def _opening(draft: str, source: str) -> str | None:
    """Return the words with which ``source`` opens if they name the speaker of what ``draft`` begins with."""
    opening = _BEFORE.match(source)
    if opening is None:
        return None
    # "The mayor revealed that the bridge would close": the draft begins with what was revealed, and has no word of
    # who revealed it.
    before = set(_long_words(opening.group())) - {"that", "also"}
    after, words = set(_long_words(source[opening.end() :])), _long_words(draft)
    is_said = bool(words) and after.issuperset(words[:_FIRST]) and not before.intersection(words)
    return opening.group() if is_said else None


def _long_words(text: str) -> list[str]:
    return [word.casefold() for word in _LONG_WORD.findall(text)]
