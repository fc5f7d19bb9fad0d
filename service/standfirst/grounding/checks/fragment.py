"""The check of fragments: a draft must be a whole sentence, with a subject, a finite verb and its end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from standfirst.grounding.case import Case, Kind, Problem
from standfirst.language.en.sentence_form import SentenceForm, sentence_form
from standfirst.language.en.syntax import clause_openers, has_subject, is_clause, is_finite

if TYPE_CHECKING:
    from spacy.tokens import Token

    from standfirst.grounding.checks.alignment import Alignment

#: No sentence ends with one of these, but where its source does.
_OPEN = frozenset({"ADP", "DET", "CCONJ", "SCONJ", "AUX", "PART"})
_OPENERS = frozenset("as when where while if because although though since after before until once".split())


class FragmentCheck:
    """Finds drafts that are not whole sentences, and headlines that break off."""

    code = "fragment"
    kinds = frozenset({Kind.DRAFT, Kind.HEADLINE})

    def __call__(self, case: Case) -> Iterator[Problem]:
        """Yield a problem if the draft is a fragment. A headline needs no full stop."""
        is_fragment = case.kind is Kind.DRAFT and sentence_form(case.claim.text) is SentenceForm.FRAGMENT
        if is_fragment or (case.alignment is not None and not _is_whole(case.alignment)):
            yield Problem(self.code, "it is not a whole sentence")


def _is_whole(alignment: Alignment) -> bool:
    words = [token for token in alignment.claim if not token.is_punct]
    roots = alignment.roots()
    if not words or not roots:
        return False
    root, last = roots[0], words[-1]
    if not (_is_predicate(root) or _is_misread(alignment, root)):
        return False
    if clause_openers(root) & _OPENERS and words[0].dep_ != "prep":
        return False
    if any(token.text in {",", ";", ":", "–", "—"} for token in alignment.claim[last.i + 1 :]):
        return False
    origin = alignment.origin(last)
    goes_on = origin is not None and origin.i + 1 < len(alignment.source) and not origin.nbor().is_punct
    return not (goes_on and last.pos_ in _OPEN and last.dep_ != "prt")


def _is_predicate(verb: Token) -> bool:
    return is_finite(verb) and has_subject(verb)


def _is_misread(alignment: Alignment, root: Token) -> bool:
    """Whether the parser takes ``root`` for the root of the whole source, too, and the claim has a clause below it."""
    origin = alignment.origin(root)
    return origin is not None and origin.dep_ == "ROOT" and not _is_predicate(origin) and is_clause(alignment.claim)
