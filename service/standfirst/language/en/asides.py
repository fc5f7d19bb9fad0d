"""Finders of asides: parts that stand between commas, dashes or brackets and say more of what is named before them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from standfirst.language.en.spans import Bounds, Finder, end_of, is_comma, is_compared, is_plain
from standfirst.language.en.syntax import FINITE, SUBJECTS, clause_verbs, subject_of

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_DASHES = frozenset({"–", "—", "-", "--"})
_RELATIVES = frozenset("who which whose where whom when".split())
#: A sentence goes on with one of these after the second comma of a part. A noun there is the next item of a list.
_CONTINUATIONS = frozenset({"VERB", "AUX", "ADV", "ADP", "CCONJ", "SCONJ", "PART"})


def _parenthesis(doc: Doc, token: Token, _: frozenset[int]) -> Bounds | None:
    if token.text in _DASHES:
        return _dashed(doc, token)
    if token.text != "(":
        return None
    close = next((other.i for other in doc[token.i + 1 :] if other.text in "()"), None)
    if close is None or doc[close].text == "(" or not is_plain(doc[token.i + 1 : close]):
        return None
    if token.i and doc[token.i - 1].is_digit and not any(t.is_alpha for t in doc[token.i : close]):
        return None  # "7-6 (7-4)"
    # "Jakarta (CNN) An Indonesian court": the place and the agency stand before the sentence.
    follows = close + 1 < len(doc) and doc[close + 1].text[0].isupper()
    is_dateline = follows and 0 < token.i <= 4 and all(t.pos_ in {"PROPN", "PUNCT"} for t in doc[: token.i])
    return (0 if is_dateline else token.i), close + 1


def _dashed(doc: Doc, dash: Token) -> Bounds | None:
    """Find what stands between the only two dashes of a sentence: "the ships - two tankers and a ferry - collided"."""
    dashes = [t.i for t in doc if t.text in _DASHES and is_comma(t)]
    if len(dashes) != 2 or dash.i != dashes[0] or not dash.i > 0 or dashes[1] + 1 == len(doc):
        return None
    if _closes(doc, dash.i):  # the second dash is the second comma of a relative clause as well
        return None
    inside = doc[dash.i + 1 : dashes[1]]
    is_speaker = any(t.tag_ in FINITE and t.lemma_.lower() in clause_verbs() for t in inside)
    return (dash.i, dashes[1] + 1) if is_plain(inside, may_be_finite=not is_speaker) else None


def _age(doc: Doc, token: Token, _: frozenset[int]) -> Bounds | None:
    if not (token.text.isdigit() and len(token.text) <= 2 and 2 <= token.i < len(doc) - 2):
        return None
    is_enclosed = doc[token.i - 1].text == doc[token.i + 1].text == ","
    goes_on = _continues(doc, token.i + 2) or doc[token.i + 2].lower_ in _RELATIVES
    if not is_enclosed or doc[token.i - 2].pos_ != "PROPN" or not goes_on:
        return None
    return token.i - 1, token.i + 2


def _apposition(doc: Doc, token: Token, ends: frozenset[int]) -> Bounds | None:
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
    bounds = _enclosed(doc, token, ends)
    return bounds if bounds is not None and doc[bounds[0] - 1].i in {t.i for t in token.head.subtree} else None


def _relative(doc: Doc, token: Token, ends: frozenset[int]) -> Bounds | None:
    if token.dep_ != "relcl" or token.head.pos_ not in {"NOUN", "PROPN"} or token.head.conjuncts:
        return None
    opens = doc[token.left_edge.i].lower_ in _RELATIVES and not (is_comment(token) or is_latest(token))
    return _enclosed(doc, token, ends, may_be_finite=True) if opens else None


def is_latest(verb: Token) -> bool:
    """Return whether the relative clause of ``verb`` tells the news: "Lee, who has died aged 88, was the first to"."""
    main = verb.head.head
    is_subject = verb.head.dep_ in SUBJECTS and main.lemma_ == "be" and main.tag_ == "VBD"
    has = any(child.dep_ == "aux" and child.lower_ in {"has", "have"} for child in verb.children)
    return verb.dep_ == "relcl" and is_subject and has


def is_comment(verb: Token) -> bool:
    """Return whether the relative clause of ``verb`` says what others make of a statement, or what became of a thing.

    "Which experts dispute" and "which was overturned" take something back; "which is based in Turin" does not.
    """
    relative = next((child for child in verb.children if child.tag_ in {"WDT", "WP"}), None)
    if relative is None or relative.lower_ != "which":
        return False
    if relative.dep_ == "dobj":
        subject = subject_of(verb)
        return subject is None or subject.pos_ != "PRON" or verb.tag_ != "VBD"
    noun = verb.head
    return relative.dep_ == "nsubjpass" and not noun.ent_type_ and noun.dep_ in {"dobj", "pobj", "attr"}


def _participle(doc: Doc, token: Token, ends: frozenset[int]) -> Bounds | None:
    if token.dep_ not in {"advcl", "acl"} or token.tag_ not in {"VBG", "VBN"} or token.left_edge.i != token.i:
        return None
    if any(child.dep_ in {"mark", "aux", "auxpass", "neg", *SUBJECTS} for child in token.children):
        return None
    if token.tag_ == "VBN" and any(child.dep_ == "auxpass" for child in token.head.children):
        return None  # "was sentenced to a year, suspended for two"
    bounds = _enclosed(doc, token, ends, may_be_finite=token.tag_ == "VBG")
    # "Lopez, ranked 106, dominated": no comma parts a verb from its subject, so the parser has misread the two.
    is_misread = token.head.i > 1 and is_comma(token.head.nbor(-1)) and token.head.nbor(-2).dep_ in SUBJECTS
    is_second = token.tag_ == token.head.tag_ == "VBN" and token.head.dep_ in {"advcl", "acl"}
    if bounds is None or is_misread or is_second or doc[bounds[1]].tag_ in {"VBN", "VBG"}:  # one of several
        return None
    # "Who are, in fact, looking for jobs": the participle goes with the auxiliary.
    return bounds if token.head.pos_ != "AUX" else None


def _remark(doc: Doc, token: Token, ends: frozenset[int]) -> Bounds | None:
    """Find what else a subject's name has behind it: "Hexley, 40km north of Felden, was flooded"."""
    if token.dep_ not in {"advmod", "npadvmod", "amod", "nmod", "prep"} or token.head.dep_ not in SUBJECTS:
        return None
    has_people = any(t.ent_type_ == "PERSON" or t.dep_ == "conj" for t in token.subtree)  # "Lee, along with Bell,"
    if token.head.pos_ != "PROPN" or token.head.conjuncts or has_people:
        return None
    return _enclosed(doc, token, ends)


ASIDES: Mapping[str, Finder] = {
    "PARENTHESIS": _parenthesis,
    "AGE": _age,
    "APPOSITION": _apposition,
    "REMARK": _remark,
    "RELATIVE": _relative,
    "PARTICIPLE": _participle,
}


def _enclosed(doc: Doc, token: Token, ends: frozenset[int], *, may_be_finite: bool = False) -> Bounds | None:
    """Return the bounds of the subtree of ``token`` with its commas; None unless punctuation stands on both sides.

    The end of the statement stands for the second comma.
    """
    start, end = token.left_edge.i, end_of(token)
    if start < 2 or not is_comma(doc[start - 1]) or end >= len(doc):
        return None
    if token.head.i >= start or not is_plain(doc[start:end], may_be_finite=may_be_finite):
        return None
    if end in ends:  # behind an inner comma the sentence may go on: "sent shares in SSL, which makes shoes, up 6%"
        return None if may_be_finite and any(t.text == "," for t in doc[start:end]) else (start - 1, end)
    if doc[end].text != doc[start - 1].text or not _continues(doc, end + 1):
        return None
    return (start if _closes(doc, start - 1) else start - 1), end + 1


def _closes(doc: Doc, comma: int) -> bool:
    """Whether the comma closes another aside of the subject: "Ann Lee, 31, who lives in Leeds, paints"."""
    subject = next((t for t in doc if t.dep_ in SUBJECTS and t.left_edge.i < comma <= t.right_edge.i + 1), None)
    first = comma if subject is None else subject.i
    return sum(t.text == "," for t in doc[first:comma]) % 2 == 1


def _continues(doc: Doc, index: int) -> bool:
    """Whether the sentence goes on at ``index``, and not with what the words before it are compared with."""
    return index < len(doc) and doc[index].pos_ in _CONTINUATIONS and not is_compared(doc[index : index + 1])
