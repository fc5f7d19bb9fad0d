"""Who speaks in a paragraph: the story, its publisher, or the caption of a picture.

A linear model over the words of one paragraph, each alone, with its neighbour, and with whether the paragraph speaks of
"you" or "we". No word decides: "cookies" is of the publisher in "we and our partners use cookies", and of the story in
"the firm was fined for its cookies". ``training/paragraphs.py`` trains it; it knows English.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

from standfirst_models.catalog import PARAGRAPH_WEIGHTS

Floats = NDArray[np.float32]

#: The number of buckets that words are hashed into, and of the features of a paragraph as a whole.
BUCKETS = 4096
#: Longer paragraphs, in words and in characters, are judged by their beginning.
_MAX_WORDS, _MAX_LENGTH = 120, 2000

#: Words that share this many first letters count as forms of one word.
_STEM_LETTERS = 6

_TOKEN = re.compile(r"[^\s@]{1,64}@\S+|https?://\S+|\d[\d.,]*|[^\W\d_]+(?:['’][^\W\d_]+)*|[^\w\s]")
_YOU = frozenset("you your yours yourself you'll you're you've you'd".split())
_WE = frozenset("we our ours us we'll we're we've ourselves".split())
_ADDRESS = re.compile(r"\b(?:you|your|we|our|us|©|copyright)\b|@|©", re.IGNORECASE)
_REPORTING = frozenset("said says told asked was were had has".split())
_PERSONS = frozenset("he she they his her their him them".split())
#: Verbs in which the publisher speaks of its authors: "Ann Lee covers schools".
_PRESENT = frozenset("is are covers writes reports works edits teaches lives joined".split())
#: A publisher's words for what the reader has before their eyes.
_SELF = re.compile(
    r"\b(?:this|the original|(?:earlier|previous) versions? of (?:this|the|our)) (?:\w+ )?"
    r"(?:article|story|report|post|piece|page|site|website|newsletter|interview|column|content|newspaper)\b",
    re.IGNORECASE,
)
_OPENS_SENTENCE = frozenset('.!?:“"')


@dataclass(frozen=True, slots=True)
class ParagraphClassifier:
    """The model. *Shape:* ``words`` ``[BUCKETS, 2]``, ``whole`` ``[features, 2]``, ``bias`` ``[2]``."""

    words: Floats
    whole: Floats
    bias: Floats

    def probabilities(self, paragraph: str) -> tuple[float, float]:
        """Return how likely ``paragraph`` is the publisher's, and how likely a caption, each 0 to 1."""
        buckets, whole = paragraph_features(paragraph)
        scores = self.words[buckets].sum(axis=0) / np.sqrt(max(1, len(buckets))) + whole @ self.whole + self.bias
        exponents = np.exp(np.append(scores, 0.0) - max(float(scores.max()), 0.0))
        publisher, caption, _ = exponents / exponents.sum()
        return float(publisher), float(caption)


@cache
def paragraph_classifier() -> ParagraphClassifier:
    """Return the classifier with the weights of the package."""
    weights = {name: array.astype(np.float32) for name, array in load_file(PARAGRAPH_WEIGHTS).items()}
    return ParagraphClassifier(**weights)


def speaks_to_reader(paragraph: str) -> bool:
    """Whether ``paragraph`` speaks of "you", of "we" or of itself. A long one that does not is not the publisher's."""
    return _ADDRESS.search(paragraph) is not None or _SELF.search(paragraph) is not None


def paragraph_features(paragraph: str) -> tuple[list[int], Floats]:
    """Return the buckets of the words of ``paragraph``, and its features as a whole.

    The features are: its length; how common names, numbers, participles, reporting verbs and third persons are; and
    whether it has an address, a quotation, a question, and an end.
    """
    tokens = list(_tokens(" ".join(paragraph.split()[:_MAX_WORDS])[:_MAX_LENGTH]))
    address = [name for name, pronouns in (("you", _YOU), ("we", _WE)) if not pronouns.isdisjoint(tokens)]
    if _SELF.search(paragraph):
        address.append("self")
    if tokens[:1] == ["<name>"] and not _PRESENT.isdisjoint(tokens[:5]):
        address.append("biography")
    keys = {f"{first} {second}" for first, second in zip(["^", *tokens], [*tokens, "$"], strict=True)}
    for token in tokens:
        if token[0].isalpha() or token[0] in "<©":
            stem = token[:_STEM_LETTERS]
            keys.update([token, f"{stem}~", *(f"{stem}|{each}" for each in address)])
    count = max(1, len(tokens))
    whole = [
        np.log1p(count) / 4,
        3 * tokens.count("<name>") / count,
        5 * tokens.count("<number>") / count,
        8 * sum(token.endswith("ed") for token in tokens) / count,
        8 * sum(token in _REPORTING for token in tokens) / count,
        8 * sum(token in _PERSONS for token in tokens) / count,
        "<address>" in tokens,
        any(mark in paragraph for mark in '“"'),
        "?" in tokens,
        paragraph.rstrip(" \"”’')").endswith((".", "!", "?", "…")),
        count < 12,
    ]
    return sorted(set(map(_bucket, keys))), np.array(whole, dtype=np.float32)


@lru_cache(maxsize=16_384)
def _bucket(key: str) -> int:
    return zlib.crc32(key.encode()) % BUCKETS


def _tokens(text: str) -> Iterator[str]:
    """Yield the words and marks of ``text``: names, numbers and addresses as such, the others in lower case."""
    # Two capitals at the start are of a name: "Ann Lee", not "The council".
    opens = not all(word[:1].isupper() for word in [*text.split(maxsplit=2), "", ""][:2])
    for match in _TOKEN.finditer(text):
        token = match.group()
        if len(token) > 2 and ("@" in token or token.startswith("http")):
            yield "<address>"
        elif token[0].isdigit():
            yield "<number>"
        elif token[0].isupper() and not opens and not (token.isupper() and len(token) > 3):
            yield "<name>"
        else:
            yield token.casefold().replace("’", "'")
        opens = token in _OPENS_SENTENCE
