"""The fingerprint of an article: the words that decide which other articles it resembles."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from standfirst.domain.article import Article
from standfirst.language.words import Lexer

#: The number of words in a shingle.
_SHINGLE_WORDS = 5
#: The share of the shorter article's shingles that makes two articles near-duplicates. Replacing every tenth word keeps
#: three fifths of them; independent reports of one event share less than a tenth.
_COPIED = 0.45
#: An article of fewer shingles is a near-duplicate only if all of them are shared.
_MIN_SHINGLES = 20


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What is compared of an article.

    ``shingles`` are hashes of its runs of words; ``stems`` counts its stems and numbers; ``key`` is a hash of title and
    text; ``words`` is its number of words.
    """

    shingles: frozenset[int]
    stems: Counter[str]
    key: str
    words: int


def fingerprint(article: Article) -> Fingerprint:
    """Return the fingerprint of ``article``. It is the same in every process."""
    lexer = Lexer()
    words = [word for sentence in article.sentences for word in lexer.words(sentence.text)]
    norms = [word.norm for word in words]
    runs = zip(*(norms[offset:] for offset in range(_SHINGLE_WORDS)), strict=False)
    # Python's own hash of a string differs between processes.
    shingles = frozenset(
        int.from_bytes(hashlib.blake2b(" ".join(run).encode(), digest_size=8).digest()) for run in runs
    )
    with_title = [*lexer.words(article.title or ""), *words]
    stems = Counter(word.stem for word in with_title if word.is_content or word.is_number)
    key = hashlib.sha256(f"{article.title}\0{article.text}".encode()).hexdigest()
    return Fingerprint(shingles, stems, key, len(words))


def near_duplicates(fingerprints: Sequence[Fingerprint]) -> list[tuple[int, int]]:
    """Return the pairs of indices whose shorter article is mostly contained word for word in the longer one.

    An article that occurs several times is paired with its first occurrence alone.
    """
    first_of: dict[str, int] = {}
    pairs = [
        (first, index)
        for index, one in enumerate(fingerprints)
        if (first := first_of.setdefault(one.key, index)) != index
    ]
    holders: dict[int, list[int]] = defaultdict(list)
    for index in first_of.values():
        for shingle in fingerprints[index].shingles:
            holders[shingle].append(index)
    shared: Counter[tuple[int, int]] = Counter()
    for indices in holders.values():
        shared.update(combinations(indices, 2))
    for (a, b), count in shared.items():
        shorter = min(len(fingerprints[a].shingles), len(fingerprints[b].shingles))
        if count >= _COPIED * shorter and (shorter >= _MIN_SHINGLES or count == shorter):
            pairs.append((a, b))
    return sorted(pairs)
