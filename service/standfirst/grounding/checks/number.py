"""The check of numbers."""

from __future__ import annotations

from collections.abc import Iterator

from standfirst.grounding.case import Case, Kind, Problem
from standfirst.language.en.quantities import DURATIONS, Quantity, rounding


class NumberCheck:
    """Finds quantities that the article does not state.

    A number in other words than the article's may follow from it: "twelve months" from "a year", "one in ten" from
    "91 %". So where the claim is worded like no sentence, only an amount in digits that is no duration is made up for
    certain; another one is a doubt.
    """

    code = "number"
    kinds = frozenset({Kind.CLAIM, Kind.TITLE})

    def __call__(self, case: Case) -> Iterator[Problem]:
        """Yield a problem for each such quantity. A number with several readings needs only one that is stated."""
        stated = [quantity for sentence in case.article.sentences for quantity in sentence.quantities]
        years = {date.year for sentence in case.article.sentences for date in sentence.dates}
        claimed = case.claim.quantities
        backed = {
            quantity.text
            for quantity in claimed
            if (quantity.unit is None and quantity.value in years)
            or any(rounding(case.claim.text, quantity).holds(quantity, other) for other in stated)
        }
        for quantity in {quantity.text: quantity for quantity in claimed if quantity.text not in backed}.values():
            is_doubt = case.kind is Kind.CLAIM and case.shortened is None and not _is_precise(quantity)
            yield Problem(self.code, f"the article does not say “{quantity.text}”", quantity.span, is_doubt=is_doubt)


def _is_precise(quantity: Quantity) -> bool:
    return quantity.unit not in DURATIONS and any(letter.isdigit() for letter in quantity.text)
