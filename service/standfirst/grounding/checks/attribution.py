"""Attribution: who said it. A draft that leaves this out is given it back from its sentence, or is not shown.

"The bridge is unsafe, according to a survey" is not "The bridge is unsafe". Knows the places where English news
names who says so: behind a comma, at the end or in the middle, and at the beginning.
"""

from __future__ import annotations

import re

_SAYING = (
    r"(?:said|says?|told|tells|claim(?:s|ed)?|warn(?:s|ed)|ruled|argue[sd]?|insist(?:s|ed)|added|alleges?|believe[sd]?"
    r"|report(?:s|ed)?|estimate[sd]?|predict(?:s|ed)|suggest(?:s|ed)?|announced|explained|admitted|denie[sd]|revealed"
    r"|confirmed|testified|wrote|thinks?|found|finds|show(?:s|ed|n)?|note[sd]?)"
)
#: Some of these may be nouns, or have another object, and only "that" tells.
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
#: What tells a reader that somebody says so.
_SAID = re.compile(
    rf"\b(?:{_SAYING}|according|accus\w+|alleg\w+|claim\w*|warn\w*|announc\w+|stat(?:es|ed|ing)|call(?:s|ed|ing)?"
    r"|describe[sd]?|urge[sd]?|hailed|promise[sd]?|vow(?:s|ed)|pledge[sd]?)\b",
    re.IGNORECASE,
)
_SAID_PLAINLY = re.compile(r"\b(?:said|says?|told|according)\b", re.IGNORECASE)
#: Whom a speaker means by "we" nobody else may call so.
_MYSELF = re.compile(r"\b(?:[Ww]e|us|[Oo]ur|I|[Mm]y|me)\b")
_SOMEONE = re.compile(r"\b(?:he|she|they|it|we|i|who|which)\b", re.IGNORECASE)
_LONG_WORD = re.compile(r"\w{4,}")
#: Words of a draft that tell from which part of its sentence it is.
_FIRST = 2


def restored(draft: str, source: str) -> str:
    """``draft``, which shortens ``source``, with the words behind or before it in ``source`` that say who says so.

    It is left as it is where it has such words, where there are none or only "he said", and where it speaks of "us".
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
    # "The" goes on as "the" where the sentence writes it so; a name keeps its capital.
    inside = f"{first[:1].lower()}{first[1:]}"
    goes_on = inside if re.search(rf"\b{re.escape(inside)}\b", source[len(opening) :]) else first
    return f"{opening} {goes_on}{draft[len(first) :]}"


def is_changed(draft: str, source: str) -> bool:
    """Whether ``source`` says who says so, and ``draft``, which shortens it, does not; or only the draft does."""
    if _opening(draft, source) is not None:
        return True
    if _SAID.search(draft):
        return bool(_SAID_PLAINLY.search(draft)) and not _SAID.search(source)
    return _BEHIND.search(source) is not None


def _opening(draft: str, source: str) -> str | None:
    """What ``source`` opens with, if it says who says so, and ``draft`` begins with what is said."""
    opening = _BEFORE.match(source)
    if opening is None:
        return None
    # "The mayor revealed that the bridge would close": the draft begins with what was revealed, and not a word of it
    # says by whom.
    before = set(_long_words(opening.group())) - {"that", "also"}
    after, words = set(_long_words(source[opening.end() :])), _long_words(draft)
    is_said = bool(words) and after.issuperset(words[:_FIRST]) and not before.intersection(words)
    return opening.group() if is_said else None


def _long_words(text: str) -> list[str]:
    return [word.casefold() for word in _LONG_WORD.findall(text)]
