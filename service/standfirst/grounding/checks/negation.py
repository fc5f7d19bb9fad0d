"""Negation: which words of a sentence stand under a "not", and whether that is so in the article too."""

from __future__ import annotations

from collections.abc import Sequence

from standfirst.language.words import Word

_PLAIN = frozenset("no not never none nobody nothing neither nor without cannot hardly".split())
_VERBS = frozenset(
    """refuse refused refuses refusing deny denied denies denying fail failed fails failing reject rejected rejects
    rejecting unable unlikely halt halted ban banned""".split()
)
#: How many words that say something a negation reaches to its right: "not sending *troops* to *Ukraine*".
_REACH = 3


def is_negator(word: Word) -> bool:
    """Whether the word negates what follows: "not", "isn't", "refused"."""
    return word.norm in _PLAIN or word.norm in _VERBS or word.norm.endswith("n't")


def negated(words: Sequence[Word]) -> frozenset[str]:
    """The stems that stand under a negation: the words that say something, up to three after the negator."""
    stems: set[str] = set()
    for index, word in enumerate(words):
        if is_negator(word):
            following = (w.stem for w in words[index + 1 :] if w.is_content and not is_negator(w))
            stems.update(stem for stem, _ in zip(following, range(_REACH), strict=False))
    return frozenset(stems)


def turned(claim: Sequence[Word], sources: Sequence[Sequence[Word]]) -> str | None:
    """What the claim negates and its sources do not, or the other way about, in plain words; None if nothing."""
    claim_stems = {word.stem for word in claim if word.is_content}
    denied_here = negated(claim)
    denied_in_each = [negated(words) for words in sources]
    denied_there = frozenset[str]().union(*denied_in_each)
    source_stems = {word.stem for words in sources for word in words if word.is_content}
    said = {word.norm for words in sources for word in words}
    # "Denied" may deny another thing in other words; "not" is in every other sentence.
    ours = next((w.text for w in claim if is_negator(w) and not (w.norm in _VERBS and w.norm in said)), None)
    denies = any(is_negator(word) for word in claim)
    theirs = next((word.text for words in sources for word in words if is_negator(word)), None)
    if ours and not theirs:
        return f"the article does not say “{ours}” here"
    first_denied = {
        next((w.stem for w in words[i + 1 :] if w.is_content), None)
        for words in sources
        for i, word in enumerate(words)
        if is_negator(word)
    }
    stated = {
        stem
        for words, denied in zip(sources, denied_in_each, strict=True)
        for stem in {word.stem for word in words} - denied
    }
    lost = {stem for stem in first_denied if stem in claim_stems} - denied_here - stated
    if lost and not denies:
        return f"the article says “{theirs}” here"
    gained = (denied_here & source_stems) - denied_there
    if ours and gained and not denied_here & denied_there:
        return f"the article does not say “{ours}” here"
    return None
