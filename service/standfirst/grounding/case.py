"""What a check sees and what it reports."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What a sentence is held against the article as.

    A draft and a headline are first held against the article as claims, and then as what they are.
    """

    CLAIM = "claim"
    """Anyone's sentence: the article must back what it says."""
    DRAFT = "draft"
    """A sentence that shortens a sentence of the article and is shown in its stead."""
    HEADLINE = "headline"
    """A headline that was drafted from sentences of the article."""
    TITLE = "title"
    """The publisher's own title: its wording is free, its numbers, dates and names must be in the article."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a sentence may not be shown: the code of the check that says so, and a message in plain words."""

    code: str
    message: str
