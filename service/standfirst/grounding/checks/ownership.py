"""The check of ownership: a draft may not say of one what its sentence says of what is part of it, or belongs to it.

"The mayor's brother was arrested" is not "The mayor was arrested".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from standfirst.grounding.case import Case, Kind, Problem
from standfirst.grounding.checks.alignment import Alignment
from standfirst.grounding.checks.omission import CLAUSE_END
from standfirst.language.en.lexicon import ARTICLES, BE, FUTURE, HAVE

_POSSESSIVE = re.compile(r"['’]s?$")
_PREPOSITIONS = frozenset("of in at for from with by on about against".split())
#: A number of people are people, and the city of Rome is Rome. The head of a firm is not the firm.
_SAME = frozenset(
    """hundreds thousands millions billions dozens scores tens lots plenty couple number range variety crowd city town
    village county state island region""".split()
)
#: A run of words with a verb is a clause. It can go from before the subject.
_VERB = re.compile(rf"\b(?:{'|'.join([*BE, *HAVE, *FUTURE])}|said|says|\w+ed)\b", re.IGNORECASE)


class OwnershipCheck:
    """Finds drafts that give the deed of one to another."""

    code = "ownership"
    kinds = frozenset({Kind.DRAFT, Kind.HEADLINE})

    def __call__(self, case: Case) -> Iterator[Problem]:
        """Yield a problem if the draft leaves out whose deed it is."""
        if case.shortened is not None and _has_other_owner(case.claim.text, case.shortened.text):
            yield Problem(self.code, "it leaves out whose deed it is")


def _has_other_owner(draft: str, source: str) -> bool:
    aligned = Alignment.of(draft, source)
    folded = [word.group().casefold() for word in aligned.source]
    first = next((index for index in aligned.kept() if folded[index] not in ARTICLES), None)
    if first is None:
        return False
    return _is_part(aligned.source[:first], source[: aligned.source[first].start()]) or any(
        change == "replace" and _is_owner(folded[start:end], aligned.draft[left:right])
        for change, start, end, left, right in aligned.matcher.get_opcodes()
    )


def _is_owner(left_out: Sequence[str], instead: Sequence[str]) -> bool:
    """Whether "X's Y" has become "X"."""
    named = [word for word in left_out if word not in ARTICLES]
    possessive = _POSSESSIVE.search(named[0]) if len(named) > 1 else None
    return possessive is not None and instead[-1] == named[0][: possessive.start()]


def _is_part(opening: Sequence[re.Match[str]], text: str) -> bool:
    """Whether ``opening``, left out before the first word that is kept, is "the Y of", or "Y in", that word."""
    folded = [word.group().casefold() for word in opening]
    last = max((index for index, word in enumerate(folded) if word in _PREPOSITIONS), default=0)
    if last == 0 or folded[last - 1] in _SAME or CLAUSE_END.search(text, opening[last].end()):
        return False
    # "Announced by Mayor Lee": nothing but a name or an article between. "Police in Leeds closed the" is a clause.
    is_beside = all(word.group()[0].isupper() or word.group() in ARTICLES for word in opening[last + 1 :])
    return is_beside or not _VERB.search(text)
