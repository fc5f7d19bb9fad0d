"""The check of quotations."""

from __future__ import annotations

from collections.abc import Iterator

from standfirst.grounding.case import Case, Kind, Problem
from standfirst.language.punctuation import is_quoted_from, quotations


class QuotationCheck:
    """Finds quotations that the article does not have word for word."""

    code = "quotation"
    kinds = frozenset({Kind.CLAIM})

    def __call__(self, case: Case) -> Iterator[Problem]:
        """Yield a problem for each such quotation."""
        for start, quotation in quotations(case.claim.text):
            if not is_quoted_from(quotation, case.article.folded):
                message = f"“{quotation.strip(' ,.;')}” is not what the article says"
                yield Problem(self.code, message, (start, start + len(quotation)))
