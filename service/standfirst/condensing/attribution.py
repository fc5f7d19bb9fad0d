"""Attribution: whether a draft states as a fact what its sentence only says that somebody said, or makes up a speaker.

"The bridge is unsafe, according to a survey" is not "The bridge is unsafe". Knows the places where English news
names who says so: behind a comma, at the end or in the middle, and at the beginning.
"""

from __future__ import annotations

import re

_SAYING = (
    r"(?:said|says?|told|tells|claim(?:s|ed)?|warn(?:s|ed)|ruled|argue[sd]?|insist(?:s|ed)|added|allege[sd]?|believe[sd]?"
    r"|report(?:s|ed)?|estimate[sd]?|predict(?:s|ed)|suggest(?:s|ed)?|announced|explained|admitted|denie[sd]|revealed"
    r"|confirmed|testified|wrote|thinks?)"
)
_NOT_JOINED = r"(?!(?:and|but|or|so|as|if|while|after|before|when|where|which|who|whose|with|although)\b)"
_SPEAKER = rf"{_NOT_JOINED}(?:according to\b|(?:[^,]{{0,80}}\s)?{_SAYING}\b(?! (?:by|to)\b))"
#: "…, police said on Monday." But not "…, and the firm said", nor "…, who said", nor "…, believed to be".
_BEHIND = re.compile(rf"(?:,|,?[\"”’'])\s+{_SPEAKER}[^,]{{0,60}}(?:\.[\"”’']?$|,(?= [a-z]))")
#: "According to police, …", "Police said that …", "Smith, who runs it, told the paper …".
_BEFORE = re.compile(
    r"according to\b[^,]+,"
    rf"|[^,;]{{3,90}}?(?:,[^,;]{{3,80}},[^,;]{{0,30}}?)?\b{_SAYING}\b(?! (?:by|to|in|on|of|at|for|with)\b)(?: that\b)?",
    re.IGNORECASE,
)
#: What tells a reader that somebody says so.
_SAID = re.compile(
    rf"\b(?:{_SAYING}|according|accus\w+|alleg\w+|claim\w*|warn\w*|announc\w+|stat(?:es|ed|ing)|call(?:s|ed|ing)?"
    r"|describe[sd]?|urge[sd]?|hailed|promise[sd]?|vow(?:s|ed)|pledge[sd]?)\b",
    re.IGNORECASE,
)
_SAID_PLAINLY = re.compile(r"\b(?:said|says?|told|according)\b", re.IGNORECASE)
_LONG_WORD = re.compile(r"\w{4,}")
#: Words of a draft that tell from which part of its sentence it is.
_FIRST = 2


def is_changed(draft: str, source: str) -> bool:
    """Whether ``source`` says who says so, and ``draft``, which shortens it, does not; or only the draft does."""
    if _SAID.search(draft):
        return bool(_SAID_PLAINLY.search(draft)) and not _SAID.search(source)
    if _BEHIND.search(source):
        return True
    opening = _BEFORE.match(source)
    if opening is None:
        return False
    # "The mayor revealed that the bridge would close": the draft begins with what was revealed.
    before, after = _long_words(opening.group()), _long_words(source[opening.end() :])
    first = _long_words(draft)[:_FIRST]
    return bool(first) and all(word in after and word not in before for word in first)


def _long_words(text: str) -> list[str]:
    return [word.casefold() for word in _LONG_WORD.findall(text)]
