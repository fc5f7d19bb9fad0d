"""The document frequencies of English stems."""

from __future__ import annotations

from standfirst.language.en.frequency import document_frequencies
from standfirst.language.words import Lexer


def test_frequent_stems_have_higher_frequencies_than_rare_ones() -> None:
    frequencies = document_frequencies()
    police, whale = (word.stem for word in Lexer().words("police whales"))
    assert frequencies[police] > frequencies.get(whale, 0.0)
    assert all(0 < frequency <= 1 for frequency in frequencies.values())
