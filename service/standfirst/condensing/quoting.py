"""Quoting: how a briefing shows a sentence of the article."""

from __future__ import annotations

import re

#: Openings that link a sentence to the one before it and that can go without a change of meaning.
_CONNECTIVE = re.compile(
    r"^(?:(?:But|And)(?!\s+(?:for|then|yet|if|while)\b),?\s+"
    r"|(?:However|Meanwhile|Moreover|Furthermore|In addition|Additionally|Nevertheless|Nonetheless|Indeed"
    r"|Of course|Also|Besides|Still|At the same time),\s+)(?=\S)(?!sa(?:id|ys) )"
)
#: "LONDON, June 11 (Reuters) – " before a report: where it was filed, and when.
_DATELINE = re.compile(
    r"^[A-Z][A-Z.'’]+(?:[ -][A-Z.'’]+)*(?:,[^–—()]{1,45})?(?:\s*\([\w ./]{2,20}\))?"
    r"\s*(?:--|–|—|\s-)\s+(?=[A-Z\"“])"
)
#: "Rome (CNN) ", "(The Felden Mercury) - " before a report of another publisher.
_AGENCY = re.compile(
    r"^(?:[A-Z][^()]{1,45}\s\((?:AFP|ANSA|AP|CNN|dpa|PA|Reuters|TASS|UPI|Xinhua)\)|\([A-Za-z][\w.& ]{1,40}\))"
    r"\s*(?:--|–|—|-)?\s*(?=[A-Z\"“])"
)
#: "18:40 ", "6.05pm: " before a post of a live blog.
_POST_TIME = re.compile(
    r"^(?:[01]?\d|2[0-3])(?:[:h][0-5]\d|\.[0-5]\d(?=\s*[ap]\.?m))\s*(?:[ap]\.?m\.?)?\s*[:–—-]?\s+(?=[A-Z\"“])"
)
_ABBREVIATED = re.compile(r"(?:\b[A-Za-z]\.[A-Za-z]|\b(?:Inc|Ltd|Corp|Co|Jr|Sr|No|etc)|\.\.)\.$")


def as_quotation(sentence: str) -> str:
    """Return ``sentence`` on one line, without a dateline, a post's time, and an opening "But" or "However,"."""
    line = shortened = " ".join(sentence.split())
    for opening in (_DATELINE, _AGENCY, _POST_TIME, _CONNECTIVE):
        shortened = opening.sub("", shortened, count=1)
    return shortened[0].upper() + shortened[1:] if shortened != line else line


def as_headline(sentence: str) -> str:
    """Return ``sentence`` without its full stop, unless the stop belongs to an abbreviation."""
    return sentence if _ABBREVIATED.search(sentence) else sentence.removesuffix(".")
