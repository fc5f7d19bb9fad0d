"""The registry of checks: which there are for a language, and the one loop that runs them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from standfirst.grounding.case import Case, Check, Problem
from standfirst.grounding.checks.attachment import AttachmentCheck
from standfirst.grounding.checks.attribution import AttributionCheck
from standfirst.grounding.checks.condition import ConditionCheck
from standfirst.grounding.checks.context import ContextCheck
from standfirst.grounding.checks.contrast import ContrastCheck
from standfirst.grounding.checks.date import DateCheck
from standfirst.grounding.checks.enumeration import EnumerationCheck
from standfirst.grounding.checks.fragment import FragmentCheck
from standfirst.grounding.checks.hedge import HedgeCheck
from standfirst.grounding.checks.modality import ModalityCheck
from standfirst.grounding.checks.name import NameCheck
from standfirst.grounding.checks.negation import NegationCheck
from standfirst.grounding.checks.number import NumberCheck
from standfirst.grounding.checks.omission import OmissionCheck
from standfirst.grounding.checks.opposite import OppositeCheck
from standfirst.grounding.checks.quantifier import QuantifierCheck
from standfirst.grounding.checks.quotation import QuotationCheck
from standfirst.grounding.checks.role import RoleCheck
from standfirst.grounding.checks.substitution import SubstitutionCheck


class UnknownCheck(ValueError):
    """A code that no check has; the message names those that there are."""


@dataclass(frozen=True, slots=True)
class CheckRegistry:
    """The checks of a language, in the order in which they run, and the codes of those that are off."""

    checks: tuple[Check, ...]
    off: frozenset[str] = frozenset()

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of all checks, on or off."""
        return tuple(check.code for check in self.checks)

    def without(self, codes: Iterable[str]) -> CheckRegistry:
        """Return a registry in which the checks of ``codes`` are off as well. Raises ``UnknownCheck``."""
        wanted = frozenset(codes)
        if unknown := sorted(wanted.difference(self.codes)):
            raise UnknownCheck(f"No check has the code {', '.join(unknown)}. The codes are {', '.join(self.codes)}.")
        return replace(self, off=self.off | wanted)

    def problems(self, case: Case) -> tuple[Problem, ...]:
        """Return what the checks for the case's kind find, overlapping problems merged."""
        running = (check for check in self.checks if case.kind in check.kinds and check.code not in self.off)
        return merge([problem for check in running for problem in check(case)])


def merge(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return ``problems`` with those merged that overlap one that says what the article has instead.

    The merged problem has the code of the first of them, and the message that says what the article has.
    """
    merged: list[Problem] = []
    for problem in problems:
        overlapped = [other for other in merged if problem.overlaps(other) and (problem.instead or other.instead)]
        if not overlapped:
            merged.append(problem)
        elif problem.instead and not any(other.instead for other in overlapped):
            merged[merged.index(overlapped[0])] = replace(problem, code=overlapped[0].code)
            merged = [other for other in merged if other not in overlapped]
    return tuple(merged)


ENGLISH = CheckRegistry(
    (
        NumberCheck(),
        DateCheck(),
        NameCheck(),
        QuotationCheck(),
        NegationCheck(),
        HedgeCheck(),
        OppositeCheck(),
        SubstitutionCheck(),
        AttributionCheck(),
        ConditionCheck(),
        ContrastCheck(),
        ModalityCheck(),
        QuantifierCheck(),
        EnumerationCheck(),
        AttachmentCheck(),
        RoleCheck(),
        ContextCheck(),
        OmissionCheck(),
        FragmentCheck(),
    )
)
