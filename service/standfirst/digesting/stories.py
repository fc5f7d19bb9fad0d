"""Stories: articles that tell the same story are put together.

First near-duplicates, by their words: one agency's report in several papers, one page under two addresses. Then
stories, by what their openings mean (an encoder's vectors) and by the words that they share. Pure; the order in which
the articles come changes nothing but the numbers that they have.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from standfirst.domain.article import Article
from standfirst.language.words import Lexer

#: Sentences of an article that say what its story is, beside its title.
_OPENING = 3
#: Words in a row that are compared, and the share of the shorter article's that a near-duplicate has. Replacing every
#: tenth word leaves three fifths of them; independent reports of one event share less than a tenth.
_SHINGLE = 5
_COPIED = 0.45
#: A shorter article has too few words in a row for their share to mean anything: it must be the same.
_FEWEST_SHINGLES = 20
#: The share of articles that have a word which hardly any has.
_RARE = 0.005
#: What the likeness of two openings weighs, what the words that two articles share weigh, and what both must come to.
#: Chosen on pairs of BBC articles (``benchmarks/grouping.py``).
_MEANING, _WORDS = 0.6, 0.4
SAME_STORY = 0.6


@dataclass(frozen=True, slots=True)
class Group:
    """Articles of one story, by their indices.

    ``copies`` pairs each near-duplicate with the longest of its kind, which has what the others have. ``nearest`` says
    how alike the most alike other group is, 0 to 1 (``likeness``).
    """

    members: tuple[int, ...]
    copies: tuple[tuple[int, int], ...]
    nearest: float

    @property
    def distinct(self) -> tuple[int, ...]:
        """The members that are no near-duplicate of a longer one."""
        copied = {copy for copy, _ in self.copies}
        return tuple(member for member in self.members if member not in copied)


@dataclass(frozen=True, slots=True)
class Telling:
    """What of an article says which story it tells: its runs of words, and how often it has which stem or number.

    ``key`` is a hash of the article, ``length`` its words.
    """

    shingles: frozenset[int]
    stems: Counter[str]
    key: str
    length: int


def opening(article: Article) -> str:
    """How the article opens, title and first sentences: what is encoded to compare it with others."""
    said = [sentence.text for sentence in article.sentences[:_OPENING]]
    return " ".join([article.title.rstrip(".") + ".", *said] if article.title else said)


def telling(article: Article) -> Telling:
    """What is compared of ``article`` beside the meaning of its opening."""
    lexer = Lexer()
    words = [word for sentence in article.sentences for word in lexer.words(sentence.text)]
    norms = [word.norm for word in words]
    runs = zip(*(norms[offset:] for offset in range(_SHINGLE)), strict=False)
    # Of eight bytes, and the same in every process, which Python's own hash of a string is not.
    shingles = frozenset(
        int.from_bytes(hashlib.blake2b(" ".join(run).encode(), digest_size=8).digest()) for run in runs
    )
    said = [*lexer.words(article.title or ""), *words]
    stems = Counter(word.stem for word in said if word.is_content or word.text[0].isdigit())
    key = hashlib.sha256(f"{article.title}\0{article.text}".encode()).hexdigest()
    return Telling(shingles, stems, key, len(words))


def near_duplicates(tellings: Sequence[Telling]) -> list[tuple[int, int]]:
    """The pairs of articles of which the shorter is, for the most part, in the longer word for word."""
    keys: dict[str, int] = {}
    pairs = [
        (first, index) for index, one in enumerate(tellings) if (first := keys.setdefault(one.key, index)) != index
    ]
    where: dict[int, list[int]] = defaultdict(list)
    for index in keys.values():
        for shingle in tellings[index].shingles:
            where[shingle].append(index)
    shared: Counter[tuple[int, int]] = Counter()
    for holders in where.values():
        shared.update(combinations(holders, 2))
    for (a, b), number in shared.items():
        shorter = min(len(tellings[a].shingles), len(tellings[b].shingles))
        if number >= _COPIED * shorter and (shorter >= _FEWEST_SHINGLES or number == shorter):
            pairs.append((a, b))
    return sorted(pairs)


def likeness(tellings: Sequence[Telling], vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    """How alike the stories of every two articles are, 0 to 1.

    *Shape:* unit vectors of the openings ``[articles, dimensions]`` -> ``[articles, articles]``.
    """
    meaning = np.clip((vectors @ vectors.T).astype(np.float64), 0, 1)
    return _MEANING * meaning + _WORDS * shared_words([one.stems for one in tellings])


def shared_words(stems: Sequence[Counter[str]]) -> NDArray[np.float64]:
    """The cosine of every two articles' words, weighed by how often one has them and how few articles have them.

    (1 + log tf) · idf, as in Manning, Raghavan and Schütze (2008), section 6.4. How few have them is known from other
    articles (``training/frequency.py``): in a digest of five, the words of its story are not rare.
    """
    column = {stem: number for number, stem in enumerate(sorted({stem for one in stems for stem in one}))}
    weights = np.zeros((len(stems), max(1, len(column))), dtype=np.float32)
    known = _frequencies()
    for row, one in enumerate(stems):
        for stem, times in one.items():
            weights[row, column[stem]] = (1 + math.log(times)) * -math.log(known.get(stem, _RARE))
    weights /= np.maximum(np.linalg.norm(weights, axis=1, keepdims=True), 1e-12)
    shared: NDArray[np.float64] = (weights @ weights.T).astype(np.float64)
    return shared


@cache
def _frequencies() -> dict[str, float]:
    """In which share of articles each frequent stem stands."""
    lines = files(__package__).joinpath("frequent.txt").read_text(encoding="utf-8").splitlines()
    return {stem: int(thousandths) / 1000 for stem, thousandths in map(str.split, lines)}


def grouped(tellings: Sequence[Telling], vectors: NDArray[np.float32]) -> list[Group]:
    """The groups of articles that tell one story, in the order of their first members.

    Average linkage: two groups are one while their articles are, on average, alike enough, the most alike groups first
    (Sokal and Michener 1958). Near-duplicates are one from the start.
    """
    # By what they say, not by when they came: of groups that are equally alike the first two are joined.
    order = sorted(range(len(tellings)), key=lambda index: (tellings[index].key, index))
    ordered = [tellings[index] for index in order]
    # Rounded, so that the last bits, which depend on what a batch holds, decide nothing.
    alike = np.round(likeness(ordered, vectors[order]), 4)
    copies = _joined(len(ordered), near_duplicates(ordered))
    groups = _linked(copies, alike)
    found = []
    for group in groups:
        nearest = max(
            (float(alike[np.ix_(group, other)].mean()) for other in groups if other is not group), default=0.0
        )
        pairs = []
        for alike_rows in (copy for copy in copies if copy[0] in group):
            longest = max(alike_rows, key=lambda row: (ordered[row].length, -row))
            pairs += [(order[row], order[longest]) for row in alike_rows if row != longest]
        members = sorted(order[row] for row in group)
        found.append(Group(tuple(members), tuple(sorted(pairs)), round(nearest, 4)))
    return sorted(found, key=lambda one: one.members)


def _joined(count: int, pairs: Sequence[tuple[int, int]]) -> list[list[int]]:
    """The sets of rows that ``pairs`` join, in the order of their first rows."""
    first = list(range(count))

    def root(row: int) -> int:
        while first[row] != row:
            row = first[row]
        return row

    for a, b in pairs:
        low, high = sorted((root(a), root(b)))
        first[high] = low
    sets: dict[int, list[int]] = defaultdict(list)
    for row in range(count):
        sets[root(row)].append(row)
    return list(sets.values())


def _linked(groups: Sequence[Sequence[int]], alike: NDArray[np.float64]) -> list[list[int]]:
    """``groups`` joined for as long as two of them are alike enough on average."""
    own = [list(group) for group in groups]
    between = np.array([[alike[np.ix_(a, b)].mean() for b in own] for a in own]).reshape(len(own), len(own))
    np.fill_diagonal(between, -1)
    while len(own) > 1:
        low, high = sorted(map(int, np.unravel_index(int(np.argmax(between)), between.shape)))
        if between[low, high] < SAME_STORY:
            break
        sizes = len(own[low]), len(own[high])
        joined = (sizes[0] * between[low] + sizes[1] * between[high]) / sum(sizes)
        between[low], between[:, low] = joined, joined
        between[low, low] = -1
        between = np.delete(np.delete(between, high, 0), high, 1)
        own[low] += own.pop(high)
    return own
