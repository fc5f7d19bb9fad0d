"""The headlines that a sentence gives: its main clause in fewer and fewer words, in the way of headlines.

The clause keeps its subject, its verb and what the verb needs. Phrases that only add a circumstance go, then what
describes a noun; articles go always. Grounding judges whether the rest still says what the sentence says.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from typing import TYPE_CHECKING

from standfirst.language.en.sentence_form import is_balanced
from standfirst.language.en.syntax import COMPLEMENTS, SUBJECTS, has_subject, is_finite

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

#: The fewest words of a headline.
_MIN_WORDS = 4
_JOINTS = frozenset({",", "–", "—", "-", "--"})
_ARTICLES = frozenset({"a", "an", "the"})
#: A clause that begins with one of these limits what it belongs to, and stays.
_LIMITS = frozenset("if unless except without until but not only despite although though while whereas".split())
#: What belongs to a noun and can go: relative clauses, appositions, participles, what stands in brackets.
_NOUN_ASIDES = frozenset({"relcl", "appos", "acl", "parataxis"})
_AUXILIARIES = frozenset({"aux", "auxpass"})
#: What belongs to a verb and can go.
_ADVERBIALS = frozenset({"npadvmod", "advmod", "advcl"})


def headline_forms(sentence: Doc) -> tuple[str, ...]:
    """Return the headlines that ``sentence`` gives, the longest first; none if it has no main clause."""
    root = next((token for token in sentence if token.dep_ == "ROOT" and is_finite(token) and has_subject(token)), None)
    if root is None or any(token.text in "[];:?" for token in sentence):
        return ()
    gone = _bracketed(sentence)
    forms = {_text(sentence, gone): None} if _has_subjects(sentence, root, gone) else {}
    for step in (_adverbials(root), _noun_asides(sentence), _phrases(root), _phrases_of_nouns(sentence)):
        for part in step:
            tokens = {token.i for token in part.subtree}
            if not any(sentence[i].lower_ in _LIMITS or sentence[i].dep_ == "neg" for i in tokens):
                gone |= tokens
                if _has_subjects(sentence, root, gone):
                    forms[_text(sentence, gone)] = None
    return tuple(form for form in forms if len(form.split()) >= _MIN_WORDS and is_balanced(form))


def _has_subjects(sentence: Doc, root: Token, gone: Set[int]) -> bool:
    """Return whether each finite verb that is left has a subject: where one has none, the parser has erred."""
    verbs = (t for t in sentence if t.i not in gone and t != root and t.dep_ not in _AUXILIARIES and is_finite(t))
    return all(
        any(c.dep_ in SUBJECTS and c.i not in gone for c in verb.children)
        or (verb.dep_ == "conj" and any(c.dep_ == "cc" and c.i not in gone for c in verb.head.children))
        for verb in verbs
    )


def _adverbials(root: Token) -> Iterator[Token]:
    """Yield what says when, why or how: clauses, adverbs, names of days, and the second of two clauses with "and"."""
    has_and = any(child.dep_ == "cc" and child.lower_ == "and" for child in root.children)
    for child in reversed(list(root.children)):
        is_fronted = child.dep_ == "prep" and child.i < root.i
        if child.dep_ in _ADVERBIALS or is_fronted or (child.dep_ == "conj" and has_and):
            yield child


def _noun_asides(sentence: Doc) -> Iterator[Token]:
    """Yield what describes a noun behind it. A name behind a name may be the next of a list, and stays."""
    for token in sentence:
        is_listed = token.dep_ == "appos" and token.pos_ == token.head.pos_ == "PROPN"
        if token.dep_ in _NOUN_ASIDES and token.i > token.head.i and not is_listed:
            yield token


def _phrases(root: Token) -> Iterator[Token]:
    """Yield the prepositional phrases behind the verb, the last first; the first stays where the verb needs it."""
    phrases = [child for child in root.children if child.dep_ == "prep" and child.i > root.i]
    needs = not any(child.dep_ in COMPLEMENTS | {"agent"} for child in root.children)
    return reversed(phrases[1:] if needs else phrases)


def _phrases_of_nouns(sentence: Doc) -> Iterator[Token]:
    """Yield the phrases that describe a noun, but for those with "of", the last first."""
    return (
        token
        for token in reversed(sentence)
        if token.dep_ == "prep" and token.head.pos_ in {"NOUN", "PROPN"} and token.lower_ != "of"
    )


def _bracketed(sentence: Doc) -> set[int]:
    """Return the indices of what stands in brackets, and of the brackets."""
    found, depth = set(), 0
    for token in sentence:
        depth += token.text == "("
        if depth > 0:
            found.add(token.i)
        depth -= token.text == ")"
    return found


def _text(sentence: Doc, gone: Set[int]) -> str:
    """Return the words of ``sentence`` that are not ``gone``, without articles and without commas beside a gap."""
    articles = {token.i for token in sentence if token.lower_ in _ARTICLES and token.dep_ == "det"}
    left = [token for token in sentence if token.i not in gone | articles]
    text = ""
    for token in left:
        is_beside_gap = token.i - 1 in gone or token.i + 1 in gone
        is_stray = token.is_punct and token.text in _JOINTS and is_beside_gap
        is_open = token.dep_ == "cc" and not any(other.dep_ == "conj" and other.i > token.i for other in left)
        if not is_stray and not is_open:
            text += token.text_with_ws
        if token.i + 1 in gone or is_open:
            text += " "
    text = " ".join(text.split()).replace(" ,", ",").rstrip(" ,.–—-")
    return text[:1].upper() + text[1:]
