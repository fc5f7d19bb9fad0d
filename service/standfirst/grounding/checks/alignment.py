"""The alignment of a claim with the sentence that it was cut from, or that it is worded like, token by token."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from standfirst.language.en.parts import removable_parts

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token


@dataclass(frozen=True, slots=True)
class Alignment:
    """A ``claim``, its ``source``, and which token of the source each token of the claim is.

    ``pairs`` maps indices of the claim's tokens to those of the source's. A token that the source does not have is not
    in it. ``kept`` are the source's indices in it, ``removable`` those of parts that can go and are gone as a whole.
    """

    claim: Doc
    source: Doc
    pairs: dict[int, int]
    kept: frozenset[int]
    removable: frozenset[int]

    @classmethod
    def of(cls, claim: Doc, source: Doc) -> Alignment:
        """Align ``claim`` with ``source`` by words, and by lemmas where the words differ.

        The cost is that of the words of both, multiplied.
        """
        pairs: dict[int, int] = {}
        matcher = SequenceMatcher(None, _words(source), _words(claim), autojunk=False)
        for change, start, end, left, right in matcher.get_opcodes():
            if change == "equal":
                pairs.update(zip(range(left, right), range(start, end), strict=True))
            elif change == "replace":
                lemmas = SequenceMatcher(None, _lemmas(source[start:end]), _lemmas(claim[left:right]), autojunk=False)
                for block in lemmas.get_matching_blocks():
                    pairs.update({left + block.b + k: start + block.a + k for k in range(block.size)})
        kept = frozenset(pairs.values())
        parts = [range(part.start, part.end) for part in removable_parts(source)]
        # A part of which the claim keeps a word was not left out as a part.
        gone = [part for part in parts if not any(index in kept and not source[index].is_punct for index in part)]
        return cls(claim, source, pairs, kept, frozenset(index for part in gone for index in part))

    def take_entities(self) -> bool:
        """Give the claim the source's entities, if it has none yet; return False if the source lacks one of its names.

        A claim of the source's own words has no other entities, and to find them takes as long as to parse it.
        """
        if any(token.pos_ == "PROPN" and token.i not in self.pairs for token in self.claim):
            return False
        if not self.claim.has_annotation("ENT_IOB"):
            from spacy.tokens import Span

            found = []
            for entity in self.source.ents:
                kept = [ours for ours, theirs in self.pairs.items() if entity.start <= theirs < entity.end]
                if kept:
                    found.append(Span(self.claim, min(kept), max(kept) + 1, entity.label))
            self.claim.set_ents(found)
        return True

    @property
    def coverage(self) -> float:
        """The share, 0 to 1, of the claim's words that the source has in the same order."""
        words = [token.i for token in self.claim if not token.is_punct]
        return sum(index in self.pairs for index in words) / len(words) if words else 0.0

    def is_kept(self, token: Token) -> bool:
        """Return whether the claim has this token of the source."""
        return token.i in self.kept

    def origin(self, token: Token) -> Token | None:
        """Return the token of the source that this token of the claim is."""
        index = self.pairs.get(token.i)
        return None if index is None else self.source[index]

    def roots(self) -> list[Token]:
        """Return the main predicates of the claim."""
        return [token for token in self.claim if token.dep_ == "ROOT"]

    def predicate(self) -> Token | None:
        """Return the token of the source that is the claim's main predicate."""
        roots = self.roots()
        return self.origin(roots[0]) if roots else None

    def governors(self) -> Iterator[Token]:
        """Yield the claim's main predicate in the source and the tokens above it, up to the root of the source."""
        token = self.predicate()
        while token is not None:
            yield token
            token = None if token.dep_ == "ROOT" else token.head

    def lost(self) -> Iterator[Token]:
        """Yield the source's words that the claim does not have, but for those of parts that can go."""
        return (t for t in self.source if t.i not in self.kept and t.i not in self.removable and not t.is_punct)


def _words(tokens: Sequence[Token] | Doc) -> list[str]:
    # A sentence's last word may hold its stop: "£2.4m."
    words = (token.lower_.replace("’", "'").rstrip(".") or token.text for token in tokens)
    return ["cent" if word == "%" else word for word in words]


def _lemmas(tokens: Sequence[Token] | Span) -> list[str]:
    return [token.lemma_.lower() for token in tokens]
