"""Generation: which sentences become candidates."""

from __future__ import annotations

import numpy as np

from standfirst.condensing.generation import Generator
from standfirst.condensing.information import Information
from standfirst.condensing.source_sentence import source_sentences_of
from standfirst.domain.briefing import Options
from standfirst.reading.text import read_text
from tests.embedded import embedded_grounding

NAMES = "Ann Ben Carl Dora Emil Fay Gus Hal Ida Jo Kay Leo Mia Ned Ola".split()
ARTICLE = read_text(" ".join(f"The baker {name} Reeve sold {9 + i} loaves on Monday." for i, name in enumerate(NAMES)))


def sources_of_candidates(scores: list[float], options: Options) -> set[int]:
    sources = source_sentences_of(ARTICLE)
    information = Information(np.eye(len(sources), dtype=np.float32), np.array(scores), {})
    generator = Generator(ARTICLE, sources, embedded_grounding().index(ARTICLE), information)
    return {index for candidate in generator.candidates(options) for index in candidate.sources}


def test_the_sentences_of_the_highest_scores_and_the_lead_are_candidates() -> None:
    scores = [float(index) for index in range(len(NAMES))]
    assert sources_of_candidates(scores, Options(points=1)) == {0, *range(9, len(NAMES))}
