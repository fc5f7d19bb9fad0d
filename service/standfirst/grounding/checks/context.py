"""The check of context: a draft must be understood without the sentences around it."""

from __future__ import annotations

from collections.abc import Iterator

from standfirst.grounding.case import Case, Kind, Problem
from standfirst.language.en.sentence_form import SentenceForm, sentence_form


class ContextCheck:
    """Finds drafts that refer to something said before them."""

    code = "context"
    kinds = frozenset({Kind.DRAFT})

    def __call__(self, case: Case) -> Iterator[Problem]:
        """Yield a problem if the draft is context-dependent."""
        if sentence_form(case.claim.text) is SentenceForm.CONTEXT_DEPENDENT:
            yield Problem(self.code, "it needs what was said before it to be understood")
