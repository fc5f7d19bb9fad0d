"""Stories: groups of articles that report the same event.

Near-duplicates are found by their words; stories by the meaning of the articles' openings and by the words that the
articles share. The order of the articles changes their indices and nothing else.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from standfirst.digesting.fingerprint import Fingerprint, near_duplicates
from standfirst.domain.article import Article
from standfirst.language.en.frequency import document_frequencies

#: The number of sentences that, with the title, show what an article is about.
_OPENING_SENTENCES = 3
#: The document frequency of a stem that is in no more than one of a hundred articles.
_RARE = 0.005
#: The weights of meaning and of shared words in the likeness of two articles, and the likeness that makes them one
#: story. Chosen on pairs of BBC articles (``benchmarks/grouping.py``).
_MEANING, _WORDS = 0.6, 0.4
SAME_STORY = 0.6


@dataclass(frozen=True, slots=True)
class Group:
    """The articles of one story, by their indices.

    ``copies`` pairs each near-duplicate with the longest article that it duplicates. ``nearest`` is the likeness to the
    most similar other group, from 0 to 1.
    """

    members: tuple[int, ...]
    copies: tuple[tuple[int, int], ...]
    nearest: float

    @property
    def distinct(self) -> tuple[int, ...]:
        """The members that are no near-duplicate of a longer one."""
        copied = {copy for copy, _ in self.copies}
        return tuple(member for member in self.members if member not in copied)


def opening(article: Article) -> str:
    """Return the title and first sentences of ``article``, whose vectors are compared."""
    sentences = [sentence.text for sentence in article.sentences[:_OPENING_SENTENCES]]
    return " ".join([article.title.rstrip(".") + ".", *sentences] if article.title else sentences)


def likeness(fingerprints: Sequence[Fingerprint], vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return how alike the stories of every two articles are, from 0 to 1.

    *Shape:* unit vectors of the openings ``[articles, dimensions]`` -> ``[articles, articles]``.
    """
    meaning = np.clip((vectors @ vectors.T).astype(np.float64), 0, 1)
    return _MEANING * meaning + _WORDS * _shared_words([one.stems for one in fingerprints])


def _shared_words(stems: Sequence[Counter[str]]) -> NDArray[np.float64]:
    """Return the cosine of every two articles' stems, weighted by (1 + log tf) · idf.

    The weights are those of Manning, Raghavan and Schütze (2008), section 6.4. The document frequencies come from
    other articles: in a digest of five articles, the words of its story are not rare.

    *Shape:* ``[articles] -> [articles, articles]``.
    """
    column = {stem: number for number, stem in enumerate(sorted({stem for one in stems for stem in one}))}
    weights = np.zeros((len(stems), max(1, len(column))), dtype=np.float32)
    frequencies = document_frequencies()
    for row, one in enumerate(stems):
        for stem, count in one.items():
            weights[row, column[stem]] = (1 + math.log(count)) * -math.log(frequencies.get(stem, _RARE))
    weights /= np.maximum(np.linalg.norm(weights, axis=1, keepdims=True), 1e-12)
    cosines: NDArray[np.float64] = (weights @ weights.T).astype(np.float64)
    return cosines


def group_stories(fingerprints: Sequence[Fingerprint], vectors: NDArray[np.float32]) -> list[Group]:
    """Return the groups of articles that report one story, in the order of their first members.

    Average linkage (Sokal and Michener 1958): the two groups whose articles are most alike on average are merged, while
    their likeness is at least ``SAME_STORY``. Near-duplicates are merged from the start.

    *Shape:* ``vectors`` as for ``likeness``.
    """
    # Ordered by content, so that among equally alike groups the order of arrival does not decide.
    order = sorted(range(len(fingerprints)), key=lambda index: (fingerprints[index].key, index))
    ordered = [fingerprints[index] for index in order]
    # Rounded, so that the last bits, which depend on the encoder's batches, do not decide.
    alike = np.round(likeness(ordered, vectors[order]), 4)
    duplicates = _connected(len(ordered), near_duplicates(ordered))
    merged = _merged(duplicates, alike)
    groups = []
    for rows in merged:
        nearest = max((float(alike[np.ix_(rows, other)].mean()) for other in merged if other is not rows), default=0.0)
        copies = []
        for same in (same for same in duplicates if same[0] in rows):
            longest = max(same, key=lambda row: (ordered[row].words, -row))
            copies += [(order[row], order[longest]) for row in same if row != longest]
        members = sorted(order[row] for row in rows)
        groups.append(Group(tuple(members), tuple(sorted(copies)), round(nearest, 4)))
    return sorted(groups, key=lambda group: group.members)


def _connected(count: int, pairs: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Return the connected components of the graph of ``pairs`` over ``count`` rows, by their first rows."""
    parent = list(range(count))

    def root(row: int) -> int:
        while parent[row] != row:
            row = parent[row]
        return row

    for a, b in pairs:
        low, high = sorted((root(a), root(b)))
        parent[high] = low
    components: dict[int, list[int]] = defaultdict(list)
    for row in range(count):
        components[root(row)].append(row)
    return list(components.values())


def _merged(groups: Sequence[Sequence[int]], alike: NDArray[np.float64]) -> list[list[int]]:
    """Merge the two most similar groups until none are alike enough."""
    merged = [list(group) for group in groups]
    between = np.array([[alike[np.ix_(a, b)].mean() for b in merged] for a in merged])
    between = between.reshape(len(merged), len(merged))
    np.fill_diagonal(between, -1)
    while len(merged) > 1:
        low, high = sorted(map(int, np.unravel_index(int(np.argmax(between)), between.shape)))
        if between[low, high] < SAME_STORY:
            break
        sizes = len(merged[low]), len(merged[high])
        average = (sizes[0] * between[low] + sizes[1] * between[high]) / sum(sizes)
        between[low], between[:, low] = average, average
        between[low, low] = -1
        between = np.delete(np.delete(between, high, 0), high, 1)
        merged[low] += merged.pop(high)
    return merged
