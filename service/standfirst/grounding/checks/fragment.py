"""The check of fragments: a draft must be a whole sentence, with its end and its main verb.

A small writer sometimes stops too early: "The father of a man who was arrested." Verbs are recognised by lists and
endings. Where this errs, the article is quoted instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from standfirst.grounding.case import Case, Kind, Problem
from standfirst.language.en.lexicon import AUXILIARIES
from standfirst.language.en.sentence_form import SentenceForm, sentence_form

_WORD = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)*")
_PASTS = frozenset(
    """said told went won lost took made came got gave found left led held met put set cut hit ran began became fell
    rose grew knew saw sold sent spent spoke stood thought wrote bought brought built broke caught chose cost drew
    drove fed felt fought fled flew forgot gained hung heard hid kept laid lay lent let meant paid quit read rode sang
    sank sat shook shot showed shut slept slid spread stole struck swam swept swore threw taught tore understood woke
    wore beat bit blew dealt dug overtook overcame underwent withdrew arose""".split()
)
_SUBORDINATE = frozenset("as when while because although though since if after before until once unless".split())
_PRONOUNS = frozenset("he she it they we you i".split())
_JOINING = frozenset("and or but then".split())
_RELATIVE = frozenset("who which that".split())
#: Words behind which a noun comes.
_BEFORE_NOUNS = frozenset(
    """the a an of in on at to for with by from and or as into over under his her their its our my your this that
    these those some many most more all both several few no every other""".split()
)
#: Participles. A sentence that opens with one, or with a word in "-ed" or "-ing", has its main clause later.
_PARTICIPLES = frozenset("taken seen known born held built found made given written shown driven worn".split())
#: Endings in "s" of words that are no verbs.
_NO_VERB = ("ss", "'s", "us", "is", "thanks")
#: Words in which no sentence ends.
_OPEN = frozenset(
    """a an the of to at for with from and or but that who which as until than his her its their is are was were be
    been has have had will would shortly just nearly mr mrs ms dr st""".split()
)
#: Verbs that an auxiliary before them needs: "will from 8 November be".
_BEING = frozenset("be been".split())
#: Verbs with two objects: "has assured the council" breaks off before "that the bridge is safe".
_TELLING = frozenset("tell tells told assure assures assured warn warns warned inform informed remind reminded".split())
#: The number of words at the draft's end that are looked for in its source.
_END = 3


class FragmentCheck:
    """Finds drafts that are not whole sentences, and headlines without their end or their verb."""

    code = "fragment"
    kinds = frozenset({Kind.DRAFT, Kind.HEADLINE})

    def __call__(self, case: Case) -> Iterator[Problem]:
        """Yield a problem if the draft is a fragment. A headline needs no full stop."""
        draft = case.claim.text
        is_fragment = case.kind is Kind.DRAFT and sentence_form(draft) is SentenceForm.FRAGMENT
        if is_fragment or (case.shortened is not None and not _is_whole(draft, case.shortened.text)):
            yield Problem(self.code, "it is not a whole sentence")


def _is_whole(draft: str, source: str) -> bool:
    """Whether ``draft``, which shortens ``source``, has its end and its main verb, as far as can be told."""
    words = _words(draft)
    if not words or words[-1] in _OPEN or draft.rstrip(".!?\"”’' ").endswith((",", ";", ":", "-", "–")):
        return False
    verbs = [index for index in range(1, len(words)) if _is_verb(words, index) and words[index - 1] not in _JOINING]
    if not verbs and not any(_is_present(words, index) for index in range(1, len(words))):
        return False
    if "," not in draft and ":" not in draft and _only_opens(words):
        return False
    # "A couple who fell victim to thieves as they returned": each such clause has a verb, and one more is needed.
    taken = sum(words[index - 1] in _RELATIVE for index in verbs)
    taken += sum(a in _SUBORDINATE and b in _PRONOUNS for a, b in pairwise(words)) if taken else 0
    return (not taken or len(verbs) > taken) and not _goes_on(words, source)


def _words(text: str) -> list[str]:
    return [match.group().casefold().replace("’", "'") for match in _WORD.finditer(text)]


def _is_finite(words: list[str], index: int) -> bool:
    word, before = words[index], words[index - 1] if index else ""
    return word in AUXILIARIES or word.endswith("n't") or (word in _PASTS and before not in _BEFORE_NOUNS)


def _is_verb(words: list[str], index: int) -> bool:
    past = words[index].endswith("ed") and len(words[index]) > len("need")
    # "Was displayed" is one verb, and so is "has been badly displayed".
    return _is_finite(words, index) or (past and not AUXILIARIES.intersection(words[max(0, index - 2) : index]))


def _is_present(words: list[str], index: int) -> bool:
    """Whether the word may be a verb such as "follows", by its ending and the word before it."""
    return _ends_in_s(words[index]) and words[index - 1] not in _BEFORE_NOUNS


def _ends_in_s(word: str) -> bool:
    return word.endswith("s") and not word.endswith(_NO_VERB) and len(word) > len("was")


def _only_opens(words: list[str]) -> bool:
    """Whether the words only open a sentence: "Believed to be from the first century."."""
    finite = any(_is_finite(words, index) for index in range(len(words)))
    participle = words[0] in _PARTICIPLES or words[0].endswith(("ing", "ed"))
    return words[0] in _SUBORDINATE or (participle and not finite)


def _goes_on(words: list[str], source: str) -> bool:
    """Whether the source goes on with a verb right after the words that the draft ends with."""
    end = r"\W+".join(map(re.escape, words[-_END:])).replace("'", "['’]")
    after = re.search(rf"(?i:\b{end}) (?:[-–] )?([a-z]+)", source)
    if after is None:
        return False
    if after[1] == "that" and _TELLING.intersection(words):
        return True
    # "A pump supplied by Bosch", "telecoms companies": where the draft has a verb, these words may be none.
    looks_so = _is_verb([after[1]], 0) or _ends_in_s(after[1])
    return after[1] in _BEING or _is_finite([after[1]], 0) or (looks_so and not AUXILIARIES.intersection(words))
