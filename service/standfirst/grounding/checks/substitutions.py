"""Substitutions: a name or a number of a sentence that stands where its source has another one.

A sentence that goes along with one sentence of the article nearly word for word, and in one place has "Leeds" for its
"Bradford", is false even if Leeds is named elsewhere in the article.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from standfirst.grounding.checks.names import is_kin
from standfirst.language.words import STOP_WORDS, Word

#: The share of the claim's words that must stand in the source in the same order for it to be told after it.
_RETOLD = 0.7
_HONORIFICS = frozenset({"mr", "mrs", "ms", "miss", "dr", "sir", "lady", "lord"})


def substituted(claim: Sequence[Word], sources: Sequence[Sequence[Word]]) -> str | None:
    """A name or number of the claim, and the other one that its source has in that place; None if there is none."""
    stems = [word.stem for word in claim]
    for words in sources:
        there = [word.stem for word in words]
        matcher = SequenceMatcher(None, there, stems, autojunk=False)
        if sum(block.size for block in matcher.get_matching_blocks()) < _RETOLD * len(stems):
            continue
        for what, i, i_end, j, j_end in matcher.get_opcodes():
            if what != "replace":
                continue
            theirs, ours = words[i:i_end], claim[j:j_end]
            if _differ(theirs, ours, words):
                said, stands = (" ".join(word.text for word in part) for part in (theirs, ours))
                return f"the article says “{said}”, not “{stands}”"
    return None


def _differ(theirs: Sequence[Word], ours: Sequence[Word], source: Sequence[Word]) -> bool:
    """Whether both are runs of names, or both are numbers, that have nothing in common."""
    if all(word.text[0].isdigit() for word in (*theirs, *ours)):
        return len(theirs) == len(ours) and [word.norm for word in theirs] != [word.norm for word in ours]
    if not all(_is_name(word) for word in (*theirs, *ours)):
        return False
    norms = {word.norm for word in source}
    if "".join(word.norm[0] for word in theirs).startswith(ours[0].norm) or theirs[0].norm in _HONORIFICS:
        return False  # "JFK" of "John F Kennedy", "Mehmet" of "Dr"
    return not any(word.norm in norms or any(is_kin(word.norm, other.norm) for other in theirs) for word in ours)


def _is_name(word: Word) -> bool:
    return word.is_capitalised and word.norm not in STOP_WORDS
