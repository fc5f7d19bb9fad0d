"""The words that stand otherwise in a headline than in its sentence: no articles, other tenses, short names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from typing import TYPE_CHECKING

from standfirst.language.en.people import is_honorific
from standfirst.language.en.syntax import (
    FINITE,
    PRESENT,
    SUBJECTS,
    clause_verbs,
    has_pronoun_subject,
    quoted_tokens,
    subject_of,
)

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

#: Returns how a person is called by whose full name readers know who is meant: by the surname, or None.
ShortName = Callable[[str], str | None]

_ARTICLES = frozenset({"a", "an", "the"})
#: "A few" are some, "few" are not many.
_COUNTING = frozenset({"few", "little", "lot"})
_PASSIVES = frozenset("been is are was were".split())
_OBJECTS = frozenset("dobj attr oprd dative ccomp acomp".split())
#: With one of these a verb joined to another one is in no common tense with it.
_OWN = SUBJECTS | {"aux", "auxpass"}
#: Of these the participle of the passive looks like the active: "(was) asked to leave".
_ACTIVE = frozenset("ask beg promise want need prefer".split())


def headline_words(sentence: Doc, root: Token, gone: Set[int], short_name: ShortName) -> dict[int, str]:
    """Return what stands in a headline for words of ``sentence`` that are not ``gone``: by index, "" for nothing.

    ``root`` is the main verb. Quotations stay as they are.
    """
    quoted = quoted_tokens(sentence, single=True)
    words = {t.i: "" for t in sentence[:-1] if t.lower_ in _ARTICLES and not _is_counting(t)}
    words |= {t.i: "" for t in sentence[:-1] if t.tag_ == "PRP$" and t.dep_ == "poss" and t.nbor().lower_ != "own"}
    words |= dict.fromkeys(_first_names(sentence, short_name), "")
    for verb in statement_verbs(root):
        words |= _reworded(verb, gone) | _without_that(verb, gone)
    return {index: word for index, word in words.items() if index not in quoted}


def statement_verbs(root: Token) -> list[Token]:
    """Return the main verb, and the verb of what it says behind the statement: ", police said"."""
    return [root, *(child for child in root.children if child.dep_ == "ccomp" and child.i < root.i)]


def _is_counting(article: Token) -> bool:
    """Return whether ``article`` counts: "a few", "£9,000 a year", "£90-a-year"."""
    return not article.whitespace_ or article.nbor().lower_ in _COUNTING or article.head.dep_ == "npadvmod"


def _first_names(sentence: Doc, short_name: ShortName) -> Iterator[int]:
    """Yield the indices of the words before the surnames of people who are called by these."""
    people = [[t for t in e if t.tag_ != "POS"] for e in sentence.ents if e.label_ == "PERSON"]
    full = {words[-1]: words for words in people if words[1:] and all(t.pos_ == "PROPN" for t in words)}
    short = {t for t, words in full.items() if short_name(" ".join(word.text for word in words)) == t.text}
    for surname, words in full.items():
        if {surname, *surname.conjuncts} & full.keys() <= short:  # "Jo Lee and Orme" names the two in two ways
            before = words[0].i - 1
            yield from ([before] if before >= 0 and is_honorific(sentence[before].text) else [])
            yield from (token.i for token in words[:-1])


def _reworded(verb: Token, gone: Set[int]) -> dict[int, str]:
    """Return the words for the auxiliaries and forms of ``verb``: "closes" for "has closed", "to close" for "will".

    Nothing stands for the auxiliary of a passive where no object could follow ("two men held" for "two men were
    held"), for that of what is going on ("firm suing rival"), and for "is" before what somebody is.
    """
    below = [child for child in verb.children if child.i not in gone]
    have = next((c for c in below if c.dep_ == "aux" and c.lower_ in {"has", "have"}), None)
    will = next((c for c in below if c.dep_ == "aux" and c.text == "will"), None)
    going = next((c for c in below if c.dep_ == "aux" and c.lower_ in {"is", "are"}), None)
    passive = next((c for c in below if c.dep_ == "auxpass" and c.lower_ in _PASSIVES), None)
    is_turned = any((c.dep_ in {"neg", "advmod"} and c.i < verb.i) or c.lower_ == "since" for c in below)
    # "Must have played" is not "must play", and "had been held" is past.
    is_turned |= any((c.tag_ == "MD" and c != will) or (c.dep_ == "aux" and c.lower_ == "had") for c in below)
    if is_turned or has_pronoun_subject(verb):
        return {}
    if will is not None:
        return {will.i: "to"}
    if verb.lower_ in {"is", "are"} and (verb.nbor().lower_ == "to" or _is_copula(verb, below)):
        return {verb.i: ""}
    if passive is not None:
        has_object = any(c.dep_ in _OBJECTS and c.i > verb.i for c in below)
        has_object |= verb.lemma_ in _ACTIVE and any(c.dep_ == "xcomp" for c in below)
        is_one = (have or passive).lower_ in {"has", "is", "was"}
        words = {have.i: ""} if have is not None else {}
        if not has_object:  # "has been recalled and been named" is "recalled and named"
            joined = [c for c in verb.conjuncts if not any(t.dep_ in SUBJECTS for t in c.children)]
            words |= {t.i: "" for c in joined for t in c.children if t.dep_ == "auxpass" and t.lower_ == "been"}
        return words | {passive.i: "" if not has_object else "is" if is_one else "are"}
    if going is not None and verb.tag_ == "VBG" and verb.lemma_ != "be" and not _has_verb_before(going):
        return {going.i: ""}
    if have is None or verb.lemma_ in {"be", "have"}:
        return {}
    words = {c.i: "" for c in below if c.dep_ == "aux" and c.lower_ == "been"}  # "have been hearing"
    joined = [c for c in verb.conjuncts if c.tag_ in {"VBN", "VBD"} and not {t.dep_ for t in c.children} & _OWN]
    forms = {v.i: _present(v.lemma_) if have.lower_ == "has" else v.lemma_ for v in (verb, *joined)}
    return words | {have.i: ""} | forms


def _is_copula(verb: Token, below: list[Token]) -> bool:
    """Return whether a headline does without the "is" of "the club is uncertain", "talks are under way"."""
    subject, after = subject_of(verb), verb.nbor()
    behind = next((child for child in below if child.i > verb.i), None)
    is_said = behind is not None and (behind.dep_ == "prep" or (behind.dep_ == "acomp" and behind.pos_ == "ADJ"))
    is_next = is_said and behind is not None and behind.left_edge.i == after.i
    return verb.tag_ in PRESENT and is_next and subject is not None and not _has_verb_before(verb)


def _has_verb_before(verb: Token) -> bool:
    """Return whether the subject of ``verb`` is not there, or holds a verb: "teenagers who smoke (are) likely"."""
    subject = subject_of(verb if verb.dep_ != "aux" else verb.head)
    return subject is None or subject.dep_ != "nsubj" or any(t.tag_ in FINITE for t in subject.subtree)


def _without_that(verb: Token, gone: Set[int]) -> dict[int, str]:
    """Return the "that" right behind ``verb`` of which a headline does without: "says (that) the bridge is safe"."""
    for clause in verb.children:
        marks = [child for child in clause.children if child.dep_ == "mark" and child.lower_ == "that"]
        is_next = bool(marks) and marks[0].i == verb.i + 1 and marks[0].i not in gone
        has_more = any(t.dep_ == "conj" and t.head == clause for t in clause.children)
        if clause.dep_ == "ccomp" and is_next and not has_more and verb.lemma_.lower() in clause_verbs():
            subjects = [child.left_edge.i for child in clause.children if child.dep_ in SUBJECTS]
            return {marks[0].i: ""} if marks[0].i + 1 in subjects else {}
    return {}


def _present(lemma: str) -> str:
    """Return the third person singular of the verb ``lemma``."""
    if lemma.endswith(("s", "x", "z", "ch", "sh", "o")):
        return lemma + "es"
    return lemma[:-1] + "ies" if lemma.endswith("y") and lemma[-2:-1] not in set("aeiou") else lemma + "s"
