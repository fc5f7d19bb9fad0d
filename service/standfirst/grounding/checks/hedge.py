"""The check of hedges: what the article calls possible, alleged, planned or expected, a claim may not call a fact."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from standfirst.grounding.case import Case, Kind, Problem
from standfirst.language.en.analysis import Analysis
from standfirst.language.en.lexicon import numerals
from standfirst.language.words import Word

if TYPE_CHECKING:
    from standfirst.grounding.checks.alignment import Alignment

#: Hedges that stand before what they hedge: "may close", "alleged thief", "reportedly left".
_BEFORE = frozenset(
    """may might could allegedly alleged reportedly reported apparently apparent possibly possible probably
    probable perhaps potentially potential suspected presumably presumed purported supposedly proposed likely
    maybe unconfirmed""".split()
)
#: Hedges that are followed by "to", "of" or "with": "is expected to close", "accused of theft".
_JOINED = frozenset(
    """expected likely due set plan plans planned planning hope hopes hoped hoping want wants wanted intend intends
    intended aim aims aimed seek seeks seeking try tries tried trying attempted appear appears appeared seem seems
    seemed believed thought said understood rumoured poised urged asked threatened threatens considering proposed
    proposes accused suspected charged""".split()
)
_JOINTS = frozenset({"to", "of", "with"})
#: Hedges with "have" behind them: "would have won" is "did not win".
_UNREAL = frozenset({"would", "should"})
#: Words that hedge what follows them in a claim, even if they hedge something else in the article.
_CUES = (
    _BEFORE
    | _JOINED
    | frozenset(
        """can would should if whether unless suggest suggests suggested claim claims claimed allege alleges allegation
    allegations believe believes accusation suspicion plan proposal chance risk fear fears feared hint hints consider
    considers considered bid call calls called demand demands demanded offer offers offered vow vows vowed pledge
    pledges pledged warn warns warned possibility""".split()
    )
)
#: Words before a number that is not exact: "more than ten", "about ten".
_NEARLY = frozenset("than almost nearly about around roughly approximately least most average".split())
_NUMBERS = frozenset([*numerals(1, 10), "half"])
#: A hedge does not reach across these: "as soon as possible, but …".
_BREAK = frozenset(',;:()“”"')
_CERTAIN = frozenset({"exactly", "precisely", "definitely", "certainly", "undoubtedly"})


class HedgeCheck:
    """Finds claims that state as a fact, or as exact, what the sentence that they are worded like hedges.

    "Three men" for "at least three men" is a doubt: most readers call it the same.
    """

    code = "hedge"
    kinds = frozenset({Kind.CLAIM})

    def __call__(self, case: Case) -> Iterator[Problem]:
        """Yield a problem for the first hedge that the claim leaves out."""
        if case.shortened is None:
            return
        claim, sentence = case.claim.words, case.shortened
        certain = {word.norm for word in claim} & _CERTAIN - {word.norm for word in sentence.words}
        hedge = _lost_hedge(claim, sentence) or (case.alignment and _lost_adverb(case.alignment))
        if certain:
            yield Problem(self.code, f"the article does not say “{min(certain)}”")
        elif hedge is not None:
            yield Problem(self.code, f"the article says “{hedge}” here")
        elif (rough := _lost_approximation(claim, sentence.words)) is not None:
            yield Problem(self.code, f"the article says “{rough}” here", is_doubt=True)


def _lost_hedge(claim: Sequence[Word], sentence: Analysis) -> str | None:
    """Return the hedge of a word that the claim states as a fact, or None."""
    # What stands before the claim's first hedge is stated as a fact.
    first = next((index for index, word in enumerate(claim) if word.norm in _CUES), len(claim))
    stems = {word.stem for word in claim[:first] if word.is_content}
    hedges = [(word, _hedge_of(sentence, index)) for index, word in enumerate(sentence.words)]
    stated = {word.stem for word, hedge in hedges if hedge is None}
    found = (hedge for word, hedge in hedges if hedge and word.is_content and word.stem in stems - stated)
    return next(found, None)


def _lost_adverb(alignment: Alignment) -> str | None:
    """Return the adverb that hedges a verb in the sentence and not in the claim, which has no such adverb, or None."""
    if any(token.lower_ in _BEFORE for token in alignment.claim):
        return None
    adverbs = (token for token in alignment.lost() if token.dep_ == "advmod" and token.lower_ in _BEFORE)
    return next((token.text for token in adverbs if alignment.is_kept(token.head)), None)


def _lost_approximation(claim: Sequence[Word], sentence: Sequence[Word]) -> str | None:
    """Return the words of the sentence by which a number is not exact that the claim gives as exact, or None."""
    exact = {sentence[index].norm for index in range(len(sentence)) if _is_exact(sentence, index)}
    for index, word in enumerate(claim):
        if _is_exact(claim, index) and word.norm not in exact:
            for before, number in pairwise(sentence):
                if number.norm == word.norm and before.norm in _NEARLY:
                    return f"{before.text} {number.text}"
    return None


def _is_exact(words: Sequence[Word], index: int) -> bool:
    """Whether the word is a number, and the word before it does not say that it is only near."""
    word = words[index]
    is_number = word.is_number or word.norm in _NUMBERS
    return is_number and (index == 0 or words[index - 1].norm not in _NEARLY)


def _hedge_of(sentence: Analysis, index: int) -> str | None:
    """Return the hedge before the word at ``index``, with only function words between them, or None."""
    words = sentence.words
    for at in range(index - 1, max(-1, index - 5), -1):
        before, after = words[at], words[at + 1]
        if not _BREAK.isdisjoint(sentence.text[before.end : after.start]):
            return None
        if before.norm in _BEFORE and not before.is_capitalised:
            return before.text
        if before.norm in _UNREAL and after.norm == "have":
            return f"{before.text} have"
        if before.norm in _JOINTS and at > 0 and words[at - 1].norm in _JOINED:
            return f"{words[at - 1].text} {before.text}"
        if before.is_content:
            return None
    return None
