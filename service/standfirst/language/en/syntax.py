"""What several modules ask of a dependency tree: spaCy's labels for English, grouped, and a few questions."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

SUBJECTS = frozenset("nsubj nsubjpass expl csubj".split())
#: Tags of finite verbs.
FINITE = frozenset({"VBD", "VBP", "VBZ", "MD"})
#: Tags of finite verbs of the present tense, without those of modal verbs.
PRESENT = frozenset({"VBZ", "VBP"})
#: Tags of comparatives and superlatives.
COMPARED = frozenset({"JJR", "JJS", "RBR", "RBS"})
#: Tags of the words that open relative clauses: "which", "who", "whose", "where".
RELATIVES = frozenset({"WDT", "WP", "WP$", "WRB"})
#: Without these a verb does not say what it says.
COMPLEMENTS = frozenset("ccomp xcomp dobj attr acomp oprd prt dative".split())
#: Nouns that stand for the noun behind their "of": a number of people are people, the city of Rome is Rome.
PARTITIVES = frozenset(
    """hundred thousand million billion dozen score lot plenty couple number range variety group team pair series
    crowd total city town village county state island region""".split()
)
#: "Was called for Monday, then put off"; "needs three quarters and therefore falls through".
_SEQUELS = frozenset("then later finally subsequently eventually therefore thus hence so consequently".split())
_DOUBLE_MARKS = frozenset({'"', "“", "”", "``", "''"})
_OPENING_MARKS, _EITHER_MARKS = frozenset("“ `` ‘ `".split()), frozenset({'"', "'"})
#: Entities that are a who or a where.
NAMED = frozenset("PERSON ORG GPE LOC FAC NORP".split())
#: Entities that say when, and those that say when or where.
TIMES = frozenset({"DATE", "TIME"})
SETTINGS = TIMES | {"GPE", "LOC", "FAC", "EVENT"}


@cache
def clause_verbs() -> frozenset[str]:
    """Return the lemmas of verbs that news often uses with a clause, such as "say" (``training/verbs.py``)."""
    return frozenset(files(__package__).joinpath("clause_verbs.txt").read_text(encoding="utf-8").split())


@cache
def seldom_bare() -> frozenset[str]:
    """Return the lemmas of verbs that news seldom uses without an object or a phrase (``training/verbs.py``)."""
    return frozenset(files(__package__).joinpath("seldom_bare.txt").read_text(encoding="utf-8").split())


def has_subject(verb: Token) -> bool:
    """Return whether ``verb`` has a subject of its own. The parser attaches some subjects to the auxiliary."""
    return any(child.dep_ in SUBJECTS for part in (verb, *_auxiliaries(verb)) for child in part.children)


def _auxiliaries(verb: Token) -> Iterator[Token]:
    """Yield the auxiliaries of ``verb``, and theirs: the parser hangs "will" on "be" in "will be closed"."""
    for child in verb.children:
        if child.dep_ in {"aux", "auxpass"}:
            yield child
            yield from _auxiliaries(child)


def main_verb(sentence: Doc) -> Token:
    """Return the main verb of ``sentence``, or what the parser takes for one."""
    return next(token for token in sentence if token.dep_ == "ROOT")


def main_subject(sentence: Doc) -> Token | None:
    """Return the head of the main clause's subject."""
    return next((t for t in sentence if t.dep_ in SUBJECTS and t.head.dep_ == "ROOT"), None)


def subject_of(verb: Token) -> Token | None:
    """Return the subject of ``verb``, None if it has none of its own."""
    return next((child for child in verb.children if child.dep_ in SUBJECTS), None)


def has_pronoun_subject(verb: Token) -> bool:
    """Return whether the subject of ``verb`` is a pronoun."""
    return any(child.dep_ in SUBJECTS and child.pos_ == "PRON" for child in verb.children)


def is_finite(verb: Token) -> bool:
    """Return whether ``verb`` or one of its auxiliaries is finite. The "m" of "£31m" is no verb."""
    is_unit = verb.i > 0 and verb.nbor(-1).like_num and not verb.nbor(-1).whitespace_
    return not is_unit and any(part.tag_ in FINITE for part in (verb, *_auxiliaries(verb)))


def is_clause(sentence: Doc) -> bool:
    """Return whether ``sentence`` has a finite verb with a subject that no conjunction or relative pronoun opens.

    It need not be the root: of "the rapper Jax Monroe pleaded guilty" the parser makes a relative clause. "Because it
    rained." is none.
    """
    if sentence[0].dep_ == "mark" and sentence[0].head.dep_ == "ROOT":
        return False
    verbs = (token for token in sentence if token.pos_ in {"VERB", "AUX"})
    return any(is_finite(verb) and has_subject(verb) and not _is_opened(verb) for verb in verbs)


def _is_opened(verb: Token) -> bool:
    below = [*verb.children, *(t for child in verb.children if child.dep_ == "prep" for t in child.children)]
    return any(t.dep_ == "mark" or t.tag_ in RELATIVES for t in below)


def is_negated(verb: Token) -> bool:
    """Return whether ``verb`` is negated."""
    return any(child.dep_ == "neg" for child in verb.children)


def is_sequel(verb: Token) -> bool:
    """Return whether ``verb`` says what happened next or in consequence: "then put off", "only to admit"."""
    openers = [verb, *(child for child in verb.children if child.dep_ == "mark")]  # "only for him to admit"
    before = (child for opener in openers for child in opener.children if child.i < verb.i)
    adverbs = {child.lower_ for child in before if child.dep_ == "advmod"}
    return bool(adverbs & _SEQUELS) or ("only" in adverbs and verb.tag_ == "VB")


def refers_back(verb: Token) -> bool:
    """Return whether ``verb``, which is joined to another verb, says what became of what that one says.

    The first says what somebody said, planned or suffered; the subject or object of ``verb`` stands for it: "announced
    that it would close and withdrew the plan", "was found guilty, and the verdict was overturned".
    """
    first = verb.head
    # The parser may join "withdrew" to "close" instead of "announced".
    is_open = first.dep_ == "ccomp" or any(child.dep_ in {"ccomp", "xcomp", "nsubjpass"} for child in first.children)
    return is_open and any(c.dep_ in {*SUBJECTS, "dobj"} and _stands_for_clause(c) for c in verb.children)


def _stands_for_clause(token: Token) -> bool:
    """Whether ``token`` is "it", or a noun with "the" alone that its sentence has not said before."""
    if token.pos_ == "PRON":
        return token.lower_ in {"it", "this", "that"}
    is_new = all(other.lemma_ != token.lemma_ for other in token.doc[: token.left_edge.i])
    return token.pos_ == "NOUN" and is_new and [child.lower_ for child in token.children] == ["the"]


def introduces(verb: Token) -> bool:
    """Return whether ``verb`` governs a clause, as "said" does."""
    return any(child.dep_ == "ccomp" for child in verb.children)


def clause_openers(clause: Token) -> frozenset[str]:
    """Return the words, in lower case, that join ``clause`` to what governs it: "if", "although", "when"."""
    return frozenset(c.lower_ for c in clause.children if c.dep_ in {"mark", "advmod"} and c.i < clause.i)


def phrase(token: Token) -> str:
    """Return the text of the subtree of ``token``, without punctuation around it."""
    return token.doc[token.left_edge.i : token.right_edge.i + 1].text.strip(" ,;:–—-.")


def quoted_tokens(sentence: Doc, *, single: bool = False) -> frozenset[int]:
    """Return the indices of the tokens in double quotation marks; if ``single``, also of those in single ones."""
    inside, found = False, set()
    for token in sentence:
        if token.is_quote and token.tag_ != "POS" if single else token.text in _DOUBLE_MARKS:
            inside = token.text in _OPENING_MARKS or (token.text in _EITHER_MARKS and not inside)
        elif inside:
            found.add(token.i)
    return frozenset(found)
