"""The salience of words: how likely an article's editor takes each of its stems into a summary.

A logistic regression over counts and positions; ``training/word_salience.py`` fits the weights. Words as the units of
what a summary says: Gillick and Favre 2009; their learned importance: Hong and Nenkova 2014.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence, Set
from typing import Final

import numpy as np
from numpy.typing import NDArray

from standfirst.language.en.frequency import document_frequencies
from standfirst.language.words import Word

Floats = NDArray[np.float64]

#: The number of sentences that count as the opening of an article.
_OPENING = 3
#: The share of articles that contain a stem that is not in ``document_frequencies``.
_RARE = 0.005

#: The power of a word's probability that is its salience: many words of little weight do not add up to the news.
_SHARPNESS = 1.5

#: From each feature to its weight.
WEIGHTS: Final = {
    "bias": -0.275,
    "log of its count": 0.871,
    "log of the number of its sentences": 0.435,
    "share of the sentences": 0.403,
    "log of its first sentence": -0.731,
    "in the first sentence": -0.560,
    "in the opening": -0.384,
    "share of the opening": 0.618,
    "mean earliness of its sentences": -0.476,
    "share capitalised": 0.322,
    "number": 0.497,
    "letters": -0.294,
    "log of its frequency in news": -0.070,
    "highest score of its sentences": -0.059,
    "mean score of its sentences": 0.333,
    "share of the scores": 0.502,
    "log of the number of sentences": -0.342,
    "in the title": 0.272,
}


def word_salience(
    sentences: Sequence[Sequence[Word]], scores: Floats, title: Set[str] = frozenset()
) -> dict[str, float]:
    """Return the salience, from 0 to 1, of the stem of each content word and number of an article.

    ``sentences`` are its words, sentence by sentence; ``scores`` are the standardized scores of the sentences, and
    ``title`` the stems of the article's title.
    """
    stems, features = stem_features(sentences, scores, title)
    logits = features @ np.array(list(WEIGHTS.values()))
    salience = (1 / (1 + np.exp(-logits))) ** _SHARPNESS
    return dict(zip(stems, salience.tolist(), strict=True))


def stem_features(
    sentences: Sequence[Sequence[Word]], scores: Floats, title: Set[str] = frozenset()
) -> tuple[list[str], Floats]:
    """Return the stems of an article, and the features of each: an array ``[stems, features]``.

    The features are those of ``WEIGHTS``, in that order.
    """
    found: defaultdict[str, list[tuple[int, Word]]] = defaultdict(list)
    for index, words in enumerate(sentences):
        for word in words:
            if word.is_content or word.is_number:
                found[word.stem].append((index, word))
    frequencies = document_frequencies()
    exponentials = np.exp(scores - scores.max(initial=0))
    shares = exponentials / max(exponentials.sum(), 1e-9)
    count = len(sentences)
    rows = []
    for stem, places in found.items():
        indices = np.unique([index for index, _ in places])
        rows.append(
            [
                1,
                np.log(len(places)),
                np.log(len(indices)),
                len(indices) / count,
                np.log1p(indices[0]),
                indices[0] == 0,
                indices[0] < _OPENING,
                (indices < _OPENING).sum() / _OPENING,
                (1 / np.sqrt(indices + 1)).mean(),
                sum(word.is_capitalised for _, word in places) / len(places),
                places[0][1].is_number,
                min(len(stem), 10) / 10,
                np.log(frequencies.get(stem, _RARE)),
                scores[indices].max(),
                scores[indices].mean(),
                shares[indices].sum(),
                np.log(count),
                stem in title,
            ]
        )
    return list(found), np.array(rows, dtype=np.float64).reshape(len(rows), len(WEIGHTS))
