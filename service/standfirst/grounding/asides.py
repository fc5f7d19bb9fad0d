"""Asides: parts of a sentence that only say more of what it names, and without which it is as true.

"The bridge, which was built in 1911, is closed" backs "The bridge is closed", but to a small verifier the two look less
alike than they are; it is given the sentence without the asides of which the claim says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_ASIDE = re.compile(
    r" \([^()]{1,100}\)"
    r"|, (?:who|which|whose|where) [^,;:()“”\"]{4,140},(?= [a-z])"
    r"|, (?:aged )?\d{1,2},(?= [a-z])"
    r"|, (?:pictured|(?:above |below |far )?(?:left|right|centre|center))(?: [^,]{1,30})?,(?= [a-z])"
)


def without_asides(text: str, is_claimed: Callable[[str], bool]) -> str:
    """``text`` without each aside of which nothing ``is_claimed``, which is asked with its words."""
    return _ASIDE.sub(lambda aside: aside.group() if is_claimed(aside.group()) else "", text)
