"""The check of opposites: a word of the claim whose opposite the article has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from standfirst.grounding.case import Case, Kind, Problem
from standfirst.language.words import Word

#: Each line has two sides. Every word of one side is an opposite of every word of the other.
_SIDES = """
rise rises rose risen rising | fall falls fell fallen falling drop drops dropped
increase increases increased increasing grew growing | decrease decreases decreased decreasing shrank cut
higher | lower
more | fewer less
most | least
highest | lowest
largest biggest | smallest
best | worst
first | last
before | after
early earlier | late later
win wins won winning victory | lose loses lost losing defeat
beat beats | lost
gain gains gained profit profits | loss losses
accept accepts accepted approve approved approves backed | reject rejects rejected refused blocked vetoed
agree agrees agreed | refuse refuses refused disagreed
allow allows allowed permitted | ban bans banned forbade forbidden prohibited
support supports supported | oppose opposes opposed
admit admits admitted confirm confirmed confirms | deny denies denied
begin begins began begun start starts started | end ends ended stop stops stopped finished
open opens opened opening | close closes closed closing shut
arrest arrested jailed detained | release released freed
acquitted cleared innocent | convicted guilty
killed died dies die dead death | survived survives survive alive
buy buys bought | sell sells sold
arrive arrived arrives | leave left leaves departed
succeed succeeded success successful | fail failed failure unsuccessful
north northern | south southern
east eastern | west western
man men male | woman women female
boy boys | girl girls
father | mother
brother brothers | sister sisters
older | younger
old | young
former | current
always | never
with | without
for | against
include includes included including | exclude excludes excluded excluding
up upward | down downward
above | below
inside | outside
ahead | behind
positive | negative
long longer | short shorter
easy easier | hard harder difficult
"""


def _read_opposites() -> Mapping[str, frozenset[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for line in _SIDES.strip().splitlines():
        left, right = (side.split() for side in line.split("|"))
        for word in left:
            found[word].update(right)
        for word in right:
            found[word].update(left)
    return {word: frozenset(others) for word, others in found.items()}


_OPPOSITES = _read_opposites()
#: Words that stand in every other sentence. Theirs and the opposite's neighbours must be the same.
_COMMON = frozenset("for against with without up down before after more less most first last".split())


class OppositeCheck:
    """Finds a word of the claim that the evidence does not have, and whose opposite it has."""

    code = "opposite"
    kinds = frozenset({Kind.CLAIM})

    def __call__(self, case: Case) -> Iterator[Problem]:
        """Yield a problem for the first such word."""
        claim, evidence = case.claim.words, [sentence.words for sentence in case.evidence]
        there = {word.norm for words in evidence for word in words}
        for index, word in enumerate(claim):
            opposites = _OPPOSITES.get(word.norm, frozenset()) & there
            if not opposites or word.norm in there or (word.is_capitalised and index > 0):
                continue
            if word.norm in _COMMON and not _same_place(claim, index, opposites, evidence):
                continue
            instead = min(opposites)
            yield Problem(self.code, f"the article says “{instead}”, not “{word.text}”", word.span, instead)
            return


def _same_place(
    claim: Sequence[Word], index: int, opposites: frozenset[str], evidence: Sequence[Sequence[Word]]
) -> bool:
    """Whether one of ``opposites`` has a neighbour in the evidence that the word has on the same side."""
    before = claim[index - 1].stem if index else None
    after = claim[index + 1].stem if index + 1 < len(claim) else None
    for words in evidence:
        for at, word in enumerate(words):
            if word.norm in opposites:
                left = words[at - 1].stem if at else None
                right = words[at + 1].stem if at + 1 < len(words) else None
                if (before is not None and left == before) or (after is not None and right == after):
                    return True
    return False
