"""The parts of a sentence that can be left out without changing what the rest says.

An allow-list over spaCy's dependency tree: what is not known to be removable stays. The parser errs, so a part counts
only where several signs agree: the relation, the tags, the punctuation around it, and the words inside it. Source:
sentence compression by pruning a dependency tree (Filippova & Strube 2008).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from standfirst.language.en.adjuncts import ADJUNCTS
from standfirst.language.en.asides import ASIDES
from standfirst.language.en.spans import statement_ends
from standfirst.language.en.syntax import SUBJECTS, quoted_tokens

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token


class PartKind(IntEnum):
    """The kinds of removable parts, in the order in which they are left out."""

    PARENTHESIS = 0
    AGE = 1
    APPOSITION = 2
    REMARK = 3
    RELATIVE = 4
    PARTICIPLE = 5
    CLAUSE = 6
    OPENING = 7
    CIRCUMSTANCE = 8
    ADJUNCT = 9
    PREDICATE = 10
    MODIFIER = 11


@dataclass(frozen=True, slots=True)
class Part:
    """The tokens from ``start`` to ``end`` (exclusive) of a sentence, with the punctuation that goes with them."""

    kind: PartKind
    start: int
    end: int


def removable_parts(sentence: Doc) -> tuple[Part, ...]:
    """Return the parts of ``sentence`` that can be left out, one by one or together, in the order of the text."""
    ends = statement_ends(sentence)
    quoted = quoted_tokens(sentence)
    tokens = [token for token in sentence if token.i not in quoted]  # a quotation stays as it is
    found: dict[int, Part] = {}
    while True:
        new = {t.i: part for t in tokens if t.i not in found and (part := _part(sentence, t, ends)) is not None}
        if not new:
            return tuple(found[index] for index in sorted(found))
        found |= new
        # Where the last part can go, the one before it is the last.
        ends |= {part.start for part in new.values() if part.end in ends}


def _part(sentence: Doc, token: Token, ends: frozenset[int]) -> Part | None:
    """Return the part that ``token`` heads, of the first kind that there is."""
    for name, find in (*ASIDES.items(), *ADJUNCTS.items()):
        bounds = find(sentence, token, ends)
        if bounds is not None:
            return Part(PartKind[name], *bounds)
    return None


def without(sentence: Doc, parts: Iterable[Part]) -> str:
    """Return the text of ``sentence`` without ``parts``, with its spaces, commas and capital letter put right."""
    gone = {index for part in parts for index in range(part.start, part.end)}
    text = ""
    for token in sentence:
        if token.i in gone:
            continue
        if token.i - 1 in gone:
            text = text.rstrip() + (_joint(token) if text.strip() else "")
        text += token.text_with_ws
    text = text.strip()
    return text[:1].upper() + text[1:]


def _joint(after: Token) -> str:
    """Return what stands before the token that follows a gap: nothing, a space, or a comma that is still needed."""
    if after.is_punct and after.text not in {"(", "–", "—", "-", "--"}:
        return ""
    # "Under his lead at the firm, plans were made", "sales fell, according to a report".
    is_fronted = any(t.dep_ in SUBJECTS and t.head.dep_ == "ROOT" and t.left_edge.i == after.i for t in after.sent)
    goes_on = is_fronted or after.pos_ == "SCONJ" or after.tag_ == "VBG" or after.lower_ == "according"
    # "Ann Lee, 41, who lives in Leeds, paints": the comma that closes one aside opens the next.
    verb = next((t.i for t in after.sent if t.dep_ == "ROOT"), after.i)
    goes_on |= after.pos_ in {"ADP", "PRON"} and any(t.text == "," for t in after.doc[after.i : verb])
    return ", " if after.nbor(-1).text == "," and goes_on else " "
