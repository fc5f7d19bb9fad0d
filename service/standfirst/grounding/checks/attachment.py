"""The check of attachment: a claim must say of each thing what its sentence says of it.

"The mayor's brother was arrested" is not "the mayor was arrested", and "took the money over six years, the court heard
on Monday" is not "took the money on Monday": the word that held the two together is gone.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from standfirst.grounding.case import Case, Kind, Problem
from standfirst.language.en.syntax import PARTITIVES, SUBJECTS, TIMES

if TYPE_CHECKING:
    from spacy.tokens import Token

    from standfirst.grounding.checks.alignment import Alignment

#: Relations of function words. They move with their heads.
_FUNCTIONAL = frozenset("det cc mark aux auxpass case punct neg predet preconj".split())
_BEFORE_TIME = frozenset({"on", "in"})


class AttachmentCheck:
    """Finds claims that attach a word to another one than their sentence does."""

    code = "attachment"
    kinds = frozenset({Kind.CLAIM, Kind.DRAFT, Kind.HEADLINE})

    def __call__(self, case: Case) -> Iterator[Problem]:
        """Yield a problem for the first word that the article attaches to a word that the claim has lost."""
        if case.alignment is None:
            return
        for token in case.alignment.claim:
            word, head = case.alignment.origin(token), case.alignment.origin(token.head)
            if word is None or head is None or token.dep_ in _FUNCTIONAL or word.is_punct:
                continue
            if not _is_linked(case.alignment, word, head):
                message = f"in the article “{word.text}” belongs to “{word.head.text}”, not to “{head.text}”"
                yield Problem(self.code, message, is_doubt=case.kind is Kind.CLAIM)
                return


def _is_linked(alignment: Alignment, word: Token, head: Token) -> bool:
    """Whether the source links ``word`` with ``head``, directly or across words that may go from between them."""
    # Where the word's own head is kept, nothing is lost: only the parser reads the two sentences differently.
    if word.i == head.i or alignment.is_kept(word.head) or head.head.i == word.i:
        return True
    if word.head.i in alignment.removable:  # a part that can go governs nothing outside it
        return True
    if (
        head.i in {other.i for other in word.conjuncts}
        or _is_shared_subject(word, head)
        or _is_shortened_subject(word, head)
    ):
        return True
    path = [word]
    while path[-1].dep_ != "ROOT" and path[-1].i != head.i:
        path.append(path[-1].head)
    if path[-1].i != head.i:
        return False
    return all(_may_go(alignment, below, token) for below, token in pairwise(path[:-1]) if not alignment.is_kept(token))


def _is_shared_subject(word: Token, head: Token) -> bool:
    """Whether ``word`` is the subject of a verb, and ``head`` a further verb of it: "rose and then fell"."""
    if word.dep_ not in SUBJECTS:
        return False
    is_joined = head.i in {other.i for other in word.head.conjuncts}
    # "Lee celebrates after scoring"
    is_same = head.dep_ in {"xcomp", "conj", "advcl", "acl", "relcl", "ccomp"} or (
        head.dep_ == "pcomp" and head.head.lower_ in {"after", "since"} and head.head.head.i == word.head.i
    )
    return is_joined or (is_same and word.head.i in {t.i for t in head.ancestors})


def _is_shortened_subject(verb: Token, subject: Token) -> bool:
    """Whether only what belongs to ``subject`` stands before ``verb``: "an inquest (into four deaths) heard"."""
    between = verb.doc[subject.i + 1 : verb.i]
    belongs = {t.i for t in subject.subtree}
    return verb.pos_ == "VERB" and subject.pos_ in {"NOUN", "PROPN"} and all(t.i in belongs for t in between)


def _may_go(alignment: Alignment, below: Token, token: Token) -> bool:
    """Whether ``token`` may go from between ``below`` and what is above: "a number of", "Leeds and" York."""
    is_of = token.lower_ == "of" and token.head.lemma_.lower() in PARTITIVES
    is_partitive = token.lemma_.lower() in PARTITIVES and below.lower_ == "of"
    is_people = below.dep_ == "nummod" and token.lower_ == "people"  # "two people" are "two"
    joins = any(child.dep_ == "conj" and alignment.is_kept(child) for child in token.children)
    # "Raise wages and cut jobs" is not "raise jobs".
    is_joined = token.dep_ == "conj" and (token.pos_ not in {"VERB", "AUX"} or below.dep_ in SUBJECTS)
    # "Convicted Wednesday of fraud" is parsed as "Wednesday of fraud", and "in total last year" as "in last year".
    is_time = token.ent_type_ in TIMES and token.dep_ == "npadvmod"
    is_time |= token.lower_ in _BEFORE_TIME and below.ent_type_ in TIMES
    is_empty = is_time or token.dep_ in {"compound", "aux", "auxpass"}
    return is_of or is_partitive or is_people or joins or is_joined or is_empty
