"""The headlines that a sentence gives: its main clause in fewer words, in the way of headlines.

The clause keeps its subject, its verb and what the verb needs. Each phrase that adds a circumstance, describes a noun
or stands before a name may go or stay. Articles go, "has closed" is "closes", and people have their surnames.
Grounding judges whether the sentence in full, with its articles, tenses and names, still says what its source says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from standfirst.language.en.headline_parts import headline_parts, vetted_parts
from standfirst.language.en.headline_words import ShortName, headline_words, statement_verbs
from standfirst.language.en.sentence_form import is_balanced
from standfirst.language.en.spans import COMMAS, statement_ends
from standfirst.language.en.syntax import (
    COMPLEMENTS,
    SUBJECTS,
    clause_verbs,
    has_pronoun_subject,
    has_subject,
    introduces,
    is_finite,
    subject_of,
)

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

#: The fewest words of a headline.
_MIN_WORDS = 4
#: The most parts of which each may go or stay; of more, those that say least for their words go for good.
_FREE_PARTS = 7
_AUXILIARIES = frozenset({"aux", "auxpass"})


@dataclass(frozen=True, slots=True)
class HeadlineForm:
    """A headline, and the sentence that says the same in full: with its articles and tenses."""

    text: str
    plain: str


def headline_forms(
    sentence: Doc, worth: Callable[[str], float], short_name: ShortName = lambda _: None
) -> tuple[HeadlineForm, ...]:
    """Return the headlines that ``sentence`` gives; none if it has no main clause, or if that says "he" or "it".

    ``worth`` is how much a word says of what matters. ``short_name`` returns the surname of a person who may be called
    by it.
    """
    root = next((token for token in sentence if token.dep_ == "ROOT" and is_finite(token) and has_subject(token)), None)
    brackets = _bracketed(sentence)
    if (
        root is None
        or (has_pronoun_subject(root) and not _is_impersonal(root))
        or _is_misread(root)
        or any(token.text in "[];:?." for token in sentence[:-1] if token.i not in brackets)
    ):
        return ()
    speakers = [child for child in root.children if child.dep_ in SUBJECTS and statement_verbs(root)[1:]]
    ends = statement_ends(sentence) | {speaker.left_edge.i - 1 for speaker in speakers}
    left = [token for token in sentence if token.i not in brackets]
    is_understood = _has_subjects(sentence, root, frozenset())
    parts = headline_parts(sentence, root, ends) if is_understood else vetted_parts(sentence)
    forms: dict[str, HeadlineForm] = {}
    for choice in _choices(sentence, parts, worth):
        gone = choice | brackets
        is_whole = _names_its_subject(root, gone) and _keeps_several(sentence, gone) and not _says_nothing(root, gone)
        if is_whole and (not is_understood or _has_subjects(sentence, root, gone)):
            words = headline_words(sentence, root, gone, short_name)
            text, plain = _text(left, gone, words, ends), _text(left, gone, {}, ends) + "."
            if not _is_torn(root, plain):
                forms.setdefault(text, HeadlineForm(text, plain))
    return tuple(f for f in forms.values() if len(f.text.split()) >= _MIN_WORDS and is_balanced(f.text))


def _is_impersonal(root: Token) -> bool:
    """Return whether nobody is named who says so: "…, it has been announced"."""
    return introduces(root) and any(child.dep_ == "nsubjpass" and child.lower_ == "it" for child in root.children)


def _choices(sentence: Doc, parts: Set[frozenset[int]], worth: Callable[[str], float]) -> list[frozenset[int]]:
    """Return the sets of indices that may be gone together, each the union of some of ``parts``."""
    values = [worth(token.text) for token in sentence]
    ordered = sorted(parts, key=lambda part: (sum(values[i] for i in part) / len(part), sorted(part)))
    free = max(0, len(ordered) - _FREE_PARTS)
    choices = {frozenset(chain.from_iterable(ordered[:free])): None}
    for part in ordered[free:]:
        choices |= {gone | part: None for gone in choices}
    return [*choices]


def _has_subjects(sentence: Doc, root: Token, gone: Set[int]) -> bool:
    """Return whether each finite verb that is left has a subject: where one has none, the parser has erred."""
    verbs = (t for t in sentence if t.i not in gone and t.dep_ not in _AUXILIARIES and is_finite(t))
    return all(
        any(c.dep_ in SUBJECTS and c.i not in gone for c in verb.children)
        or (verb.dep_ == "conj" and any(c.dep_ == "cc" and c.i not in gone for c in verb.head.children))
        or (verb == root and not any(c.dep_ in SUBJECTS for c in verb.children))
        for verb in verbs
    )


def _is_misread(root: Token) -> bool:
    """Return whether the main verb stands behind a clause that it cannot say: the parser has erred."""
    has_clause = any(child.dep_ == "ccomp" and child.i < root.i for child in root.children)
    has_object = any(child.dep_ == "dobj" for child in root.children)
    return has_clause and has_object and root.lemma_.lower() not in clause_verbs()


def _says_nothing(root: Token, gone: Set[int]) -> bool:
    """Return whether of "it costs too much, the union says" the union alone is left: the parser saw no clause."""
    subject = subject_of(root)
    is_speech = root.lemma_.lower() in clause_verbs() and not any(c.dep_ in COMPLEMENTS for c in root.children)
    before = [t.i for t in root.doc[: subject.left_edge.i] if not t.is_punct] if is_speech and subject else []
    return bool(before) and all(index in gone for index in before)


def _is_torn(root: Token, plain: str) -> bool:
    """Return whether one comma alone stands between the subject and the verb: "Jo Lee, 41 paints"."""
    subject = subject_of(root) or root
    before, verb, _ = plain.rpartition(f" {root.text}")
    return bool(verb) and subject.i < root.i and before.rpartition(subject.text)[2].count(",") == 1


def _names_its_subject(root: Token, gone: Set[int]) -> bool:
    """Return whether each subject that has a name in the sentence has one in the headline: whose shares rise?"""
    subjects = (c for verb in statement_verbs(root) for c in verb.children if c.dep_ in SUBJECTS)
    names = ([t.i for t in subject.subtree if t.pos_ == "PROPN" and _is_of(t, subject)] for subject in subjects)
    return all(not own or any(i not in gone for i in own) for own in names)


def _keeps_several(sentence: Doc, gone: Set[int]) -> bool:
    """Return whether those are named for whom a "they" stands: "a man with headaches found (what) they were"."""
    for token in sentence:
        if token.i not in gone and token.lower_ in {"they", "them"}:
            several = [t.i for t in sentence[: token.i] if t.tag_ in {"NNS", "NNPS"} or t.dep_ == "conj"]
            if several and all(i in gone for i in several):
                return False
    return True


def _is_of(name: Token, subject: Token) -> bool:
    """Return whether ``name`` names ``subject``: not where a clause about it has the name."""
    between = (t for t in (name, *name.ancestors) if subject.is_ancestor(t))
    return not any(t.dep_ in {"relcl", "acl"} for t in between)


def _bracketed(sentence: Doc) -> set[int]:
    """Return the indices of what stands in brackets, and of the brackets."""
    found, depth = set(), 0
    for token in sentence:
        depth += token.text == "("
        if depth > 0:
            found.add(token.i)
        depth -= token.text == ")"
    return found


def _text(tokens: Sequence[Token], gone: Set[int], words: Mapping[int, str], ends: Set[int]) -> str:
    """Return the words of ``tokens`` that are not ``gone``, or ``words`` for them, with their commas put right.

    A comma at one of ``ends`` stays: what follows says who says so.
    """
    text = ""
    is_open = False  # whether a comma was left out before a gap, which may have a second one behind it
    for before, token, after in zip([None, *tokens], tokens, [*tokens[1:], None], strict=False):
        if token.i in gone:
            continue
        is_before, is_behind = after is not None and after.i in gone, before is not None and before.i in gone
        is_at_gap = is_before or (is_behind and (is_open or not text))
        if is_at_gap and token.is_punct and token.text in COMMAS and token.i not in ends:
            # "In Boise, Idaho, on Friday, killing the pilot": a comma stays before a participle.
            is_joint = is_behind and not is_before and after is not None and after.tag_ == "VBG"
            is_open, text = is_before, text.rstrip() + (", " if is_joint else " ")
            continue
        is_open &= token.is_punct
        word = words.get(token.i, token.text)
        text += word + token.whitespace_ if word else ""
        if is_before or (after is not None and after.i > token.i + 1):
            text += " "
    text = re.sub(r"\s+([,.])", r"\1", " ".join(text.split())).strip(" ,.–—-")
    return text[:1].upper() + text[1:]
