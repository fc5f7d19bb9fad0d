"""Opposites: a word of a sentence where the article has the word that means the contrary."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from standfirst.language.words import Word

#: Each line is two sides; every word of one is the contrary of every word of the other.
_SIDES = """
rise rises rose risen rising | fall falls fell fallen falling drop drops dropped
increase increases increased increasing grew growing | decrease decreases decreased decreasing shrank cut
higher | lower
more | fewer less
most | least
highest | lowest
largest biggest | smallest
bigger larger | smaller
best | worst
better | worse
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
enter entered joined join | quit resigned
succeed succeeded success successful | fail failed failure unsuccessful
north northern | south southern
east eastern | west western
man men male | woman women female
boy boys | girl girls
father | mother
son sons | daughter daughters
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
over | under
inside | outside
ahead | behind
strong stronger | weak weaker
hot warm warmer | cold cool cooler
safe safer | dangerous unsafe
rich richer | poor poorer
public | private
legal lawful | illegal unlawful
positive | negative
long longer | short shorter
easy easier | hard harder difficult
"""


def _contraries() -> Mapping[str, frozenset[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for line in _SIDES.strip().splitlines():
        left, right = (side.split() for side in line.split("|"))
        for word in left:
            found[word].update(right)
        for word in right:
            found[word].update(left)
    return {word: frozenset(others) for word, others in found.items()}


_CONTRARIES = _contraries()
#: Words so common that they stand somewhere in every other sentence: beside these the same words must stand.
_COMMON = frozenset("for against with without up down over under before after more less most first last".split())


def contradicted(claim: Sequence[Word], sources: Sequence[Sequence[Word]]) -> str | None:
    """A word of the claim whose contrary the sources have instead, in plain words; None if there is none."""
    there = {word.norm for words in sources for word in words}
    for index, word in enumerate(claim):
        contraries = _CONTRARIES.get(word.norm, frozenset()) & there
        if not contraries or word.norm in there or (word.is_capitalised and index > 0):
            continue
        if word.norm in _COMMON and not _same_place(claim, index, contraries, sources):
            continue
        return f"the article says “{min(contraries)}”, not “{word.text}”"
    return None


def _same_place(
    claim: Sequence[Word], index: int, contraries: frozenset[str], sources: Sequence[Sequence[Word]]
) -> bool:
    """Whether a contrary stands in a source beside a word that the claim has on the same side."""
    before = claim[index - 1].stem if index else None
    after = claim[index + 1].stem if index + 1 < len(claim) else None
    for words in sources:
        for at, word in enumerate(words):
            if word.norm in contraries:
                left = words[at - 1].stem if at else None
                right = words[at + 1].stem if at + 1 < len(words) else None
                if (before is not None and left == before) or (after is not None and right == after):
                    return True
    return False
