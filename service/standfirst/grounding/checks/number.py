"""The check of numbers."""

from __future__ import annotations

from collections.abc import Iterator

from standfirst.grounding.case import Case, Kind, Problem


class NumberCheck:
    """Finds quantities that the evidence does not state."""

    code = "number"
    kinds = frozenset({Kind.CLAIM, Kind.TITLE})

    def __call__(self, case: Case) -> Iterator[Problem]:
        """Yield a problem for each such quantity. A number with several readings needs only one that is stated."""
        stated = [quantity for sentence in case.evidence for quantity in sentence.quantities]
        claimed = case.claim.quantities
        backed = {quantity.text for quantity in claimed if any(quantity.same_as(other) for other in stated)}
        for quantity in {quantity.text: quantity for quantity in claimed if quantity.text not in backed}.values():
            yield Problem(self.code, f"number {quantity.text} is not in {case.evidence_name}", quantity.span)
