"""The parts of a sentence that can be left out without changing what the rest says.

An allow-list over spaCy's dependency tree: what is not known to be removable stays. The parser errs, so a part counts
only where several signs agree: the relation, the tags, the punctuation on both sides, and no finite verb inside unless
a relative pronoun opens it. Source: sentence compression by pruning a dependency tree (Filippova & Strube 2008).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum

from spacy.tokens import Doc, Span, Token

from standfirst.language.en.syntax import clause_verbs, is_negated


class PartKind(IntEnum):
    """The kinds of removable parts, in the order in which they are left out."""

    PARENTHESIS = 0
    AGE = 1
    APPOSITION = 2
    RELATIVE = 3
    PARTICIPLE = 4
    CLAUSE = 5
    OPENING = 6
    CIRCUMSTANCE = 7
    ADJUNCT = 8


@dataclass(frozen=True, slots=True)
class Part:
    """The tokens from ``start`` to ``end`` (exclusive) of a sentence, with the punctuation that goes with them."""

    kind: PartKind
    start: int
    end: int


_COMMAS = frozenset({",", "–", "—", "-", "--"})
_STOPS = frozenset({".", "!", "?"})
_FINITE = frozenset({"VBD", "VBP", "VBZ", "MD"})
_RELATIVES = frozenset("who which whose where whom when".split())
#: A part with one of these takes back, limits or hedges what stands beside it.
_TURNS = frozenset(
    """not n't no never nor neither none nothing nobody without but yet however although though despite nevertheless
    instead except unless until if only later subsequently still then allegedly reportedly apparently possibly
    perhaps probably likely pending barring providing provided assuming depending according""".split()
)
_QUOTES = frozenset({'"', "“", "”", ":", ";", "''", "``"})
#: The entities that an adjunct of place or time names.
_SETTINGS = frozenset({"GPE", "LOC", "FAC", "DATE", "TIME"})
_SETTING_PREPOSITIONS = frozenset("in at on during near outside inside".split())
_AFTER_SETTING = _SETTING_PREPOSITIONS | frozenset("and after to by with".split())
#: "The lowest level in three years": something is compared within the place or time.
_COMPARING_TAGS = frozenset({"JJR", "JJS", "RBR", "RBS"})
_COMPARING_WORDS = frozenset("first second third last only most least every each all".split())
#: A sentence goes on with one of these after the second comma of a part. A noun there is the next item of a list.
_CONTINUATIONS = frozenset({"VERB", "AUX", "ADV", "ADP", "CCONJ", "SCONJ", "PART"})
#: Clauses with one of these say when or why.
_CIRCUMSTANCES = frozenset("after as because before when".split())
#: Phrases that open with one of these say under what or against what the rest is so.
_UNREMOVABLE_OPENERS = frozenset("according unlike like despite except if for to".split())
_COMPLEMENTS = frozenset("dobj auxpass ccomp xcomp oprd attr acomp prt".split())
_SUBJECTS = frozenset({"nsubj", "nsubjpass"})

#: The first and the last token of a part, exclusive.
_Bounds = tuple[int, int]


def removable_parts(sentence: Doc) -> tuple[Part, ...]:
    """Return the parts of ``sentence`` that can be left out, one by one or together, in the order of the text."""
    found = []
    for token in sentence:
        for kind, find in _FINDERS.items():
            bounds = find(sentence, token)
            if bounds is not None:
                found.append(Part(kind, *bounds))
                break
    return tuple(found)


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
    is_fronted = any(t.dep_ in _SUBJECTS and t.head.dep_ == "ROOT" and t.i >= after.i for t in after.sent)
    had_comma = after.nbor(-1).text == ","
    return ", " if had_comma and (is_fronted or after.pos_ in {"ADP", "SCONJ"} or after.tag_ == "VBG") else " "


def _parenthesis(doc: Doc, token: Token) -> _Bounds | None:
    if token.text != "(":
        return None
    close = next((other.i for other in doc[token.i + 1 :] if other.text in "()"), None)
    if close is None or doc[close].text == "(" or not _is_plain(doc[token.i + 1 : close]):
        return None
    return token.i, close + 1


def _age(doc: Doc, token: Token) -> _Bounds | None:
    if not (token.text.isdigit() and len(token.text) <= 2 and 2 <= token.i < len(doc) - 2):
        return None
    is_enclosed = doc[token.i - 1].text == doc[token.i + 1].text == ","
    if not is_enclosed or doc[token.i - 2].pos_ != "PROPN" or not _continues(doc, token.i + 2):
        return None
    return token.i - 1, token.i + 2


def _apposition(doc: Doc, token: Token) -> _Bounds | None:
    if token.dep_ != "appos" or token.pos_ not in {"NOUN", "PROPN"} or token.conjuncts or token.head.conjuncts:
        return None
    # "His challenger, John Lee": the name says who is meant. "John Lee, his challenger" does without the role.
    if token.pos_ == "PROPN" and token.head.pos_ != "PROPN":
        return None
    if not {token.ent_type_, token.head.ent_type_}.isdisjoint({"GPE", "DATE"}):
        return None  # "in Leeds, England", "on Tuesday, 3 May"
    if any(t.lemma_.lower() in clause_verbs() and t.dep_ == "acl" for t in token.children):
        return None  # "…, a report by the council concluded": the parser takes a speaker for an apposition
    if any(t.dep_ == "cc" for t in token.subtree) and any(t.text == "," for t in token.subtree):
        return None  # the rest of a list
    bounds = _enclosed(doc, token)
    return bounds if bounds is not None and doc[bounds[0] - 1].i in {t.i for t in token.head.subtree} else None


def _relative(doc: Doc, token: Token) -> _Bounds | None:
    if token.dep_ != "relcl" or token.head.pos_ not in {"NOUN", "PROPN"} or token.head.conjuncts:
        return None
    opens = doc[token.left_edge.i].lower_ in _RELATIVES
    return _enclosed(doc, token, is_relative=True) if opens else None


def _participle(doc: Doc, token: Token) -> _Bounds | None:
    if token.dep_ not in {"advcl", "acl"} or token.tag_ not in {"VBG", "VBN"} or token.left_edge.i != token.i:
        return None
    if any(child.dep_ in {"mark", "aux", "auxpass", "neg", *_SUBJECTS} for child in token.children):
        return None
    bounds = _enclosed(doc, token)
    # "Who are, in fact, looking for jobs": the participle goes with the auxiliary.
    return bounds if bounds is not None and token.head.pos_ != "AUX" else None


def _clause(doc: Doc, token: Token) -> _Bounds | None:
    """Find the last main clause: one with a subject of its own that names nothing that the clause before it names."""
    if token.dep_ != "conj" or token.head.dep_ != "ROOT" or doc[-1].text not in _STOPS:
        return None
    subjects = [child for child in token.children if child.dep_ in _SUBJECTS]
    joints = [child for child in token.head.children if child.dep_ == "cc" and child.i < token.i]
    if not subjects or not joints or joints[-1].lower_ != "and" or doc[joints[-1].i - 1].text != ",":
        return None
    start, end = joints[-1].i - 1, len(doc) - 1
    if token.right_edge.i + 1 < end or not _is_plain(doc[start + 2 : end], is_relative=True):
        return None
    named = {t.lemma_.lower() for t in doc[:start] if t.pos_ in {"NOUN", "PROPN"}}
    refers = any(t.pos_ == "PRON" or t.lemma_.lower() in named for t in doc[start + 2 : end])
    return None if refers else (start, end)


def _adjunct(doc: Doc, token: Token) -> _Bounds | None:
    verb = token.head
    if token.dep_ != "prep" or token.lower_ not in _SETTING_PREPOSITIONS or verb.pos_ != "VERB" or token.i < verb.i:
        return None
    objects = [child for child in token.children if child.dep_ == "pobj"]
    if len(objects) != 1 or objects[0].ent_type_ not in _SETTINGS or objects[0].conjuncts:
        return None
    start, end = token.left_edge.i, token.right_edge.i + 1
    if end >= len(doc) or not _is_plain(doc[start:end]) or any(t.text in _COMMAS for t in doc[start:end]):
        return None
    if not any(child.dep_ in _COMPLEMENTS and child.i < start for child in verb.children):
        return None  # "lies in Leeds" says nothing without the place
    if any(t.tag_ in _COMPARING_TAGS or t.lower_ in _COMPARING_WORDS for t in doc[verb.left_edge.i : start]):
        return None
    if doc[start - 1].pos_ in {"ADV", "ADP", "CCONJ", "SCONJ"}:
        return None  # "later on Friday", "as well as in Italy"
    if doc[start - 1].text in _COMMAS:
        return (start - 1, end + 1) if doc[end].text == doc[start - 1].text and _continues(doc, end + 1) else None
    # "On the last Saturday before Christmas": what follows belongs to it, whatever the parser says.
    is_whole = doc[end].text in _STOPS or doc[end].text == "," or doc[end].lower_ in _AFTER_SETTING
    return (start, end) if is_whole else None


def _opening(doc: Doc, token: Token) -> _Bounds | None:
    """Find a phrase or participle before the subject: "On Wednesday, …", "After three days in Iowa, …"."""
    if token.dep_ not in {"prep", "advcl", "npadvmod"} or token.left_edge.i != 0 or token.head.dep_ != "ROOT":
        return None
    end = token.right_edge.i + 1
    if end >= len(doc) - 1 or doc[end].text != "," or doc[0].lower_ in _UNREMOVABLE_OPENERS:
        return None
    subjects = [child for child in token.head.children if child.dep_ in _SUBJECTS]
    is_next = any(subject.left_edge.i == end + 1 for subject in subjects)
    return (0, end + 1) if is_next and _is_plain(doc[:end]) else None


def _circumstance(doc: Doc, token: Token) -> _Bounds | None:
    """Find a clause at the end that says when or why: what stands before it is as true without it."""
    openers = {child.lower_ for child in token.children if child.dep_ in {"mark", "advmod"} and child.i < token.i}
    if token.dep_ != "advcl" or token.head.dep_ != "ROOT" or token.head.i > token.i or not openers & _CIRCUMSTANCES:
        return None
    start, end = token.left_edge.i, token.right_edge.i + 1
    if end != len(doc) - 1 or doc[end].text not in _STOPS or not _is_plain(doc[start:end], is_relative=True):
        return None
    if any(t.tag_ in _COMPARING_TAGS for t in doc[:start]) or is_negated(token.head):
        return None  # "did not resign because of that": what is denied may be the reason
    return (start - 1 if doc[start - 1].text in _COMMAS else start), end


_FINDERS: dict[PartKind, Callable[[Doc, Token], _Bounds | None]] = {
    PartKind.PARENTHESIS: _parenthesis,
    PartKind.AGE: _age,
    PartKind.APPOSITION: _apposition,
    PartKind.RELATIVE: _relative,
    PartKind.PARTICIPLE: _participle,
    PartKind.CLAUSE: _clause,
    PartKind.OPENING: _opening,
    PartKind.CIRCUMSTANCE: _circumstance,
    PartKind.ADJUNCT: _adjunct,
}


def _enclosed(doc: Doc, token: Token, *, is_relative: bool = False) -> _Bounds | None:
    """Return the bounds of the subtree of ``token`` with its commas; None unless punctuation stands on both sides.

    The end of the sentence stands for the second comma.
    """
    start, end = token.left_edge.i, token.right_edge.i + 1
    while end > start and doc[end - 1].text in _COMMAS:
        end -= 1
    if start < 2 or doc[start - 1].text not in _COMMAS or end >= len(doc):
        return None
    if token.head.i >= start or not _is_plain(doc[start:end], is_relative=is_relative):
        return None
    if doc[end].text == doc[start - 1].text and _continues(doc, end + 1):
        return start - 1, end + 1
    return (start - 1, end) if doc[end].text in _STOPS and end == len(doc) - 1 else None


def _continues(doc: Doc, index: int) -> bool:
    return index < len(doc) and doc[index].pos_ in _CONTINUATIONS


def _is_plain(span: Span, *, is_relative: bool = False) -> bool:
    """Return whether ``span`` takes nothing back, quotes nothing, and has no finite verb but a relative clause's."""
    if any(t.lower_ in _TURNS or t.dep_ == "neg" or t.text in _QUOTES for t in span):
        return False
    return is_relative or not any(t.tag_ in _FINITE and not _is_in_relative(t, span) for t in span)


def _is_in_relative(token: Token, span: Span) -> bool:
    inside = (t for t in (token, *token.ancestors) if span.start <= t.i < span.end)
    return any(t.dep_ == "relcl" for t in inside)
