"""The check of fragments: a draft must be a whole sentence, with a subject, a finite verb and its end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from standfirst.grounding.case import Case, Kind, Problem
from standfirst.language.en.sentence_form import SentenceForm, sentence_form
from standfirst.language.en.syntax import clause_openers, has_subject, is_finite

if TYPE_CHECKING:
    from standfirst.grounding.checks.alignment import Alignment

#: No sentence ends with one of these, but where its source does.
_OPEN = frozenset({"ADP", "DET", "CCONJ", "SCONJ", "AUX", "PART"})
_OPENERS = frozenset("as when while if because although though since after before until once".split())


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
    if not (is_finite(root) and has_subject(root)) or (clause_openers(root) & _OPENERS and words[0].dep_ != "prep"):
        return False
    if any(token.text in {",", ";", ":", "–", "—"} for token in alignment.claim[last.i + 1 :]):
        return False
    origin = alignment.origin(last)
    goes_on = origin is not None and origin.i + 1 < len(alignment.source) and not origin.nbor().is_punct
    return not (goes_on and last.pos_ in _OPEN and last.dep_ != "prt")
