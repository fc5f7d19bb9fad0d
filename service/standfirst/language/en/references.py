"""References between the sentences of an article: whom "he", "the judge" and a shared surname stand for.

A name is put in only where one person or body can be meant. Otherwise a sentence is understood after an earlier one, or
not at all. Full coreference resolution would find more, but no small model of it is sure enough to change an article's
words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from standfirst.language.en.article_names import ArticleNames, without_possessive
from standfirst.language.en.mentions import (
    Mention,
    MentionKind,
    is_name_head,
    name_of,
    open_mentions,
    speaks,
    stands_alone,
    start_with_honorific,
)
from standfirst.language.en.people import is_person_noun, pronoun_gender
from standfirst.language.en.syntax import SUBJECTS, main_subject, quoted_tokens

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

    from standfirst.language.parser import Parses

#: How far back a pronoun reaches, in sentences, where those between continue it.
_REACH = 3
#: The number of sentences of the longest quotation. What is longer has lost its closing mark.
_LONGEST_QUOTATION = 6
#: The number of sentences that are read for the name of a role.
_ROLE_SENTENCES = 3
_INDEFINITE = frozenset("a an another one".split())


@dataclass(frozen=True, slots=True)
class Resolved:
    """A sentence of an article as a reader understands it who has not read the sentences before it.

    ``text`` is the sentence with the names put in that are certain; a text other than the sentence is no quotation.
    ``sources`` are the indices of the other sentences that have these names: they back the text as well. ``needs`` is
    the index of the sentence without which this one is not understood, and which must be shown before it; None if it is
    understood by itself. That sentence may need another one itself.
    """

    text: str
    sources: tuple[int, ...] = ()
    needs: int | None = None


class References:
    """The references between the ``sentences`` of one article, in their order. Not safe to share between threads.

    ``is_personal`` says that the article is written in the first person, so that its reader knows who "I" and "you"
    are. It parses the sentence that is resolved, and of the others the few that may have the name.
    """

    def __init__(self, sentences: Sequence[str], parses: Parses, *, is_personal: bool = False) -> None:
        self._sentences = sentences
        self._parses = parses
        self._is_personal = is_personal
        self.names = ArticleNames(sentences, parses)
        self._spoken = _inside_quotations(sentences)
        self._resolved: dict[int, Resolved | None] = {}

    def resolve(self, index: int) -> Resolved | None:
        """Return the sentence at ``index`` as it is understood without the article.

        It is None where not even an earlier sentence makes clear who or what is meant, or who speaks: the sentence is
        a quotation and nothing else, or stands inside one of several. The first sentence of an article depends on
        nothing. Where there is no parser, every sentence is returned as it is.
        """
        if index not in self._resolved:
            self._resolved[index] = self._resolve(index)
        return self._resolved[index]

    def is_introduced(self, index: int) -> bool:
        """Return whether the subject of the sentence at ``index`` is a surname whose full name stands before it."""
        parsed = self._parses.of(self._sentences[index])
        subject = None if parsed is None else main_subject(parsed)
        if subject is None or not is_name_head(subject):
            return False
        names = self.names.named(subject.text)
        is_full = any(name in self._sentences[index] for name in names)
        first = [use for name in names if (use := self.names.first_use(name)) is not None]
        return not is_full and min(first, default=index) < index

    def _resolve(self, index: int) -> Resolved | None:
        text = self._sentences[index]
        if index in self._spoken:
            return None
        sentence = self._parses.of(text)
        if index == 0 or sentence is None:
            return Resolved(text)
        quoted = quoted_tokens(sentence)
        if all(token.i in quoted or token.is_punct for token in sentence):
            return None
        edits: list[_Edit] = []
        needed: set[int] = set()
        for found in (
            *self._pronouns(sentence, index),
            *self._roles(sentence, index),
            *self._surnames(sentence, index),
        ):
            if found is None:
                return None
            if isinstance(found, int):
                needed.add(found)
            else:
                edits.append(found)
        if needed:
            return Resolved(text, needs=needed.pop()) if len(needed) == 1 else None
        if not edits:
            return Resolved(text)
        for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
            text = text[: edit.start] + edit.text + text[edit.end :]
        sources = {source for edit in edits for source in edit.sources} - {index}
        return Resolved(text[0].upper() + text[1:], tuple(sorted(sources)))

    def _pronouns(self, sentence: Doc, index: int) -> Iterator[_Outcome]:
        """Yield what becomes of each pronoun that stands for something outside ``sentence``."""
        quoted = quoted_tokens(sentence)
        for mention in self._open(sentence):
            name = None
            if mention.token.i not in quoted and not _has_rival_subject(mention.token):
                if mention.kind is MentionKind.PERSON:
                    name = self._person_before(mention, index)
                elif mention.kind is MentionKind.THING and speaks(mention.token):
                    name = self._body_before(index)
            if name is not None:
                yield _Edit.of_pronoun(mention.token, *name)
            else:
                # "The team made the comments in a report" says nothing by itself, even behind the comments.
                is_clear = mention.token.dep_ != "dobj" and self._is_clear(mention, index - 1)
                yield index - 1 if is_clear else None

    def _person_before(self, mention: Mention, index: int) -> tuple[str, tuple[int, ...]] | None:
        """Return the full name of the only person whom a pronoun of the sentence at ``index`` can stand for.

        It is the subject of the sentence before, or of one further up that "he" or "she" continues.
        """
        for before in range(index - 1, max(-1, index - 1 - _REACH), -1):
            sentence = self._parses.of(self._sentences[before])
            if sentence is None:
                return None
            rivals = self._rivals(sentence, mention)
            names = {self.names.identity(name_of(person)) for person in rivals if person.pos_ == "PROPN"}
            if len(names) > 1 or any(person.pos_ == "NOUN" for person in rivals):
                return None
            subject = main_subject(sentence)
            continues = mention.gender in {other.gender for other in self._open(sentence)}
            if names and not continues:
                is_subject = any(person.dep_ in SUBJECTS for person in rivals)
                return self._in_full(names.pop(), before) if is_subject else None
            if names or subject is None or pronoun_gender(subject) != mention.gender:
                return None
        return None

    def _is_clear(self, mention: Mention, before: int) -> bool:
        """Whether the sentence at ``before`` says who is meant: its subject, if that is a name or goes on with the
        same person, or the only person in it.
        """
        sentence = self._parses.of(self._sentences[before])
        if sentence is None or mention.kind is not MentionKind.PERSON:
            return True
        subject = main_subject(sentence)
        rivals = self._rivals(sentence, mention)
        is_named = subject is not None and subject.pos_ == "PROPN" and subject in rivals
        if is_named or (subject is not None and pronoun_gender(subject) == mention.gender):
            return True
        return len(rivals) + (mention.gender in {other.gender for other in self._open(sentence)}) == 1

    def _open(self, sentence: Doc) -> list[Mention]:
        known = {MentionKind.SPEAKER} if self._is_personal else set()
        return [mention for mention in open_mentions(sentence, self.names.gender) if mention.kind not in known]

    def _rivals(self, sentence: Doc, mention: Mention) -> list[Token]:
        """Return the people of ``sentence`` for whom ``mention`` may stand."""
        return [person for person, gender in self.names.people(sentence) if gender in (None, mention.gender)]

    def _body_before(self, index: int) -> tuple[str, tuple[int, ...]] | None:
        """Return the name of the only body in the sentence before, if it is that sentence's subject."""
        sentence = self._parses.of(self._sentences[index - 1])
        subject = None if sentence is None else main_subject(sentence)
        if sentence is None or subject is None:
            return None
        bodies = {without_possessive(e.text) for e in sentence.ents if e.label_ == "ORG"}
        said_of = (subject, *(child for child in subject.children if child.dep_ in {"appos", "compound"}))
        return (bodies.pop(), (index - 1,)) if len(bodies) == 1 and any(t.ent_type_ == "ORG" for t in said_of) else None

    def _roles(self, sentence: Doc, index: int) -> Iterator[_Outcome]:
        """Yield what becomes of a subject such as "The judge", with nothing beside it that says which judge."""
        subject = main_subject(sentence)
        if subject is None or subject.pos_ != "NOUN" or subject.ent_type_ or subject.i in quoted_tokens(sentence):
            return
        if subject.i + 1 == len(sentence):
            return
        if [child.lower_ for child in subject.children if not child.is_punct] != ["the"]:
            return
        names: dict[str, int] = {}
        introduced: int | None = None
        for before, noun in self._earlier(subject, index):
            name = _name_tied_to(noun)
            if name is not None:
                names.setdefault(name.split()[-1], before)
            elif introduced is None and _is_introduced(noun):
                introduced = before
        if len(names) > 1:
            yield None
        elif names and introduced is None:
            [(surname, before)] = names.items()
            full = self._in_full(surname, before)
            if full is not None:
                yield _Edit.of_role(subject, *full)
        elif introduced is not None:
            yield introduced

    def _earlier(self, noun: Token, index: int) -> Iterator[tuple[int, Token]]:
        """Yield the uses of ``noun`` in the first sentences before ``index`` that have it."""
        pattern = re.compile(rf"\b{re.escape(noun.lower_)}\b", re.IGNORECASE)
        for before in [i for i in range(index) if pattern.search(self._sentences[i])][:_ROLE_SENTENCES]:
            sentence = self._parses.of(self._sentences[before]) or ()
            yield from ((before, token) for token in sentence if token.lower_ == noun.lower_)

    def _surnames(self, sentence: Doc, index: int) -> Iterator[_Outcome]:
        """Yield what becomes of each surname that stands alone and that two people of the article have."""
        for token in sentence:
            is_described = token.i > 0 and token.nbor(-1).pos_ == "DET"
            if not is_name_head(token) or not stands_alone(token) or is_described:
                continue
            names = self.names.named(token.text)
            if len(names) < 2 or any(name in sentence.text for name in names):
                continue
            here = self._named_alone(token.text, names, index - 1)
            yield _Edit.of_name(token, here[0], (index - 1,)) if len(here) == 1 else None

    def _named_alone(self, surname: str, names: Sequence[str], index: int) -> list[str]:
        """Return those of ``names`` that the sentence at ``index`` has; none if it has the surname alone, too."""
        sentence = self._sentences[index]
        here = [name for name in names if name in sentence]
        return here if sum(map(sentence.count, here)) == sentence.count(surname) else []

    def _in_full(self, name: str, index: int) -> tuple[str, tuple[int, ...]] | None:
        """Return the full name of the person whom the sentence at ``index`` calls ``name``, and where both stand."""
        full = self.names.full_name(name)
        if full is None:
            return None
        first = self.names.first_use(full)
        return full, (index,) if first is None else (first, index)


@dataclass(frozen=True, slots=True)
class _Edit:
    """The characters from ``start`` to ``end`` of a sentence replaced by ``text``, which ``sources`` have."""

    start: int
    end: int
    text: str
    sources: tuple[int, ...]

    @classmethod
    def of_pronoun(cls, pronoun: Token, name: str, sources: tuple[int, ...]) -> _Edit:
        apostrophe = "’" if "’" in pronoun.doc.text else "'"
        text = f"{name}{apostrophe}s" if pronoun.tag_ == "PRP$" else name
        return cls(pronoun.idx, pronoun.idx + len(pronoun), text, sources)

    @classmethod
    def of_role(cls, noun: Token, name: str, sources: tuple[int, ...]) -> _Edit:
        end, after = noun.idx + len(noun), noun.nbor()
        if after.tag_ == "POS":
            return cls(noun.left_edge.idx, end, name, sources)
        return cls(end, end, f", {name}" if after.is_punct else f", {name},", sources)

    @classmethod
    def of_name(cls, surname: Token, full: str, sources: tuple[int, ...]) -> _Edit:
        return cls(start_with_honorific(surname), surname.idx + len(surname), full, sources)


#: What becomes of a mention: an edit, the index of the sentence that must stand before its own, or None where nothing
#: makes clear who is meant.
_Outcome: TypeAlias = "_Edit | int | None"


def _inside_quotations(sentences: Sequence[str]) -> frozenset[int]:
    """Return the indices of the sentences before which a quotation opens that closes behind them."""
    found: set[int] = set()
    opened: int | None = None
    for index, text in enumerate(sentences):
        marks = [mark for mark in text if mark in '"“”']
        if opened is not None and not marks and index - opened <= _LONGEST_QUOTATION:
            found.add(index)
        elif len(marks) % 2 == 1:
            opened = None if opened is not None or marks[-1] == "”" else index
    return frozenset(found)


def _is_introduced(noun: Token) -> bool:
    """Whether ``noun`` is new to the reader: "a call"."""
    return any(child.lower_ in _INDEFINITE for child in noun.children)


def _has_rival_subject(pronoun: Token) -> bool:
    """Whether a subject before ``pronoun`` may be the one it stands for: "the winner will know that she has won"."""
    return any(token.dep_ in SUBJECTS and token.pos_ != "PRON" for token in pronoun.doc[: pronoun.i])


def _name_tied_to(noun: Token) -> str | None:
    """Return the name that the sentence of ``noun`` gives to it: "actress Mira Vance", "Ann Lee, the mayor"."""
    related = [child for child in noun.children if child.dep_ == "appos"]
    if noun.dep_ in {"compound", "appos", "nmod"}:
        related.append(noun.head)
    if noun.dep_ == "attr":
        related += [child for child in noun.head.children if child.dep_ == "nsubj"]
    if noun.i + 1 < len(noun.doc):
        related.append(noun.nbor())
    wanted = {"PERSON"} if is_person_noun(noun) else {"PERSON", "ORG"}
    names = (e.text for token in related for e in noun.doc.ents if e.start <= token.i < e.end and e.label_ in wanted)
    return next((without_possessive(name) for name in names), None)
