"""The check of context: a draft must be understood by itself, and must name whom its sentence names."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile
from typing import TYPE_CHECKING

from standfirst.grounding.case import Case, Kind, Problem
from standfirst.language.en.mentions import open_mentions
from standfirst.language.en.syntax import FINITE

if TYPE_CHECKING:
    from spacy.tokens import Token

    from standfirst.grounding.checks.alignment import Alignment


class ContextCheck:
    """Finds drafts that refer to something said before them, and headlines that have lost what they refer to."""

    code = "context"
    kinds = frozenset({Kind.DRAFT, Kind.HEADLINE})

    def __call__(self, case: Case) -> Iterator[Problem]:
        """Yield a problem if the draft refers to what its sentence does not refer to, or drops a name for a role."""
        if case.alignment is None:
            return
        if any(_has_lost_antecedent(case.alignment, t) for t in case.alignment.source):
            yield Problem(self.code, "it has lost what it refers to")
        if case.kind is Kind.DRAFT:
            if _refers_outside(case.alignment) or _is_same_as_lost(case.alignment):
                yield Problem(self.code, "it needs what was said before it to be understood")
            name = next((t for t in case.alignment.source if _is_dropped_name(case.alignment, t)), None)
            if name is not None:
                yield Problem(self.code, f"the article names “{name.text}” here")


def _has_lost_antecedent(alignment: Alignment, token: Token) -> bool:
    """Whether ``token`` is kept and what it stands for is not: the day of "by then", the deal of "threw it out"."""
    before = token.doc[: token.i]
    if not alignment.is_kept(token):
        return False
    if token.lower_ == "then" and token.i > 0 and token.nbor(-1).pos_ == "ADP":
        days = [t for t in before if t.ent_type_ == "DATE" and t.ent_iob_ == "B"]
        return bool(days) and not alignment.is_kept(days[-1])
    if token.lower_ != "it" or token.dep_ != "dobj":
        return False
    things = [
        t for t in before if t.tag_ == "NN" and t.ent_type_ not in {"DATE", "TIME"} and t.dep_ in {"dobj", "pobj"}
    ]
    return bool(things) and not alignment.is_kept(things[-1])


def _refers_outside(alignment: Alignment) -> bool:
    """Whether the claim refers to something outside it, with a word that its sentence explains or does not have."""
    outside = {mention.token.i for mention in open_mentions(alignment.source)}
    return any(alignment.pairs.get(mention.token.i) not in outside for mention in open_mentions(alignment.claim))


def _is_same_as_lost(alignment: Alignment) -> bool:
    """Whether the claim has "the same", and has lost what says the same as what: "as" behind, or the clause before."""
    same = next((t for t in alignment.source if t.lower_ == "same" and alignment.is_kept(t)), None)
    if same is None:
        return False
    compared = next((t for t in same.doc[same.i :] if t.lower_ in {"as", "that"}), None)
    if compared is not None:
        return not alignment.is_kept(compared)
    return any(t.tag_ in FINITE and not alignment.is_kept(t) for t in alignment.source[: same.i])


def _is_dropped_name(alignment: Alignment, token: Token) -> bool:
    """Whether a person's name is left out beside the role that is kept: "the actress" for "the actress Mira Vance"."""
    if token.ent_type_ != "PERSON" or alignment.is_kept(token) or token.i == 0 or token.nbor(-1).ent_type_ == "PERSON":
        return False
    before = token.nbor(-1)
    if before.pos_ == "NOUN":  # "the actress Mira Vance"
        return alignment.is_kept(before) and not _has_kept_name(alignment, token)
    if before.text != "," or token.i < 2:
        return False
    role = token.nbor(-2)  # "the mayor of Felden, Ruth Penn,"
    while role.dep_ in {"pobj", "prep", "compound"} and role.pos_ != "NOUN":
        role = role.head
    is_role = role.pos_ == "NOUN" and role.ent_type_ == "" and alignment.is_kept(role) and token.dep_ != "conj"
    return is_role and _is_apart(token) and not _has_kept_name(alignment, token)


def _is_apart(name: Token) -> bool:
    """Whether a comma or the sentence's end follows the name."""
    end = next((t for t in name.doc[name.i :] if t.ent_type_ != "PERSON"), None)
    return end is not None and end.is_punct


def _has_kept_name(alignment: Alignment, first: Token) -> bool:
    """Whether a word of the name that begins with ``first`` is kept."""
    return any(alignment.is_kept(t) for t in takewhile(lambda t: t.ent_type_ == "PERSON", first.doc[first.i :]))
