"""The check of opposites: a word of the claim whose opposite the article has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from standfirst.grounding.case import Case, Kind, Problem, Quoted
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
    """Finds a word of the claim that the sentence which it is worded like does not have, and whose opposite it has."""

    code = "opposite"
    kinds = frozenset({Kind.CLAIM})

    def __call__(self, case: Case) -> Iterator[Problem]:
        """Yield a problem for the first such word."""
        if case.shortened is None:
            return
        claim, sentence = case.claim.words, case.shortened.words
        there = {word.norm for word in sentence}
        for index, word in enumerate(claim):
            opposites = _OPPOSITES.get(word.norm, frozenset()) & there
            if not opposites or word.norm in there or (word.is_capitalised and index > 0):
                continue
            instead = next((other for at, other in enumerate(sentence) if _fits(claim, index, sentence, at)), None)
            if instead is not None:
                message = f"the article says “{instead.text}”, not “{word.text}”"
                yield Problem(self.code, message, word.span, Quoted(case.shortened, instead.span))
                return


def _fits(claim: Sequence[Word], index: int, sentence: Sequence[Word], at: int) -> bool:
    """Whether the sentence's word ``at`` is an opposite of the claim's word ``index``.

    The neighbours of a common word must be the same on one side.
    """
    if sentence[at].norm not in _OPPOSITES[claim[index].norm]:
        return False
    if claim[index].norm not in _COMMON:
        return True
    is_before = index > 0 and at > 0 and claim[index - 1].stem == sentence[at - 1].stem
    is_after = index + 1 < len(claim) and at + 1 < len(sentence) and claim[index + 1].stem == sentence[at + 1].stem
    return is_before or is_after
