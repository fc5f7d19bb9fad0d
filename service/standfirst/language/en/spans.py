"""What the finders of removable parts have in common: the bounds of a part, and what may stand inside and around it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeAlias

from standfirst.language.en.syntax import COMPARED, FINITE, clause_openers, clause_verbs, is_negated, subject_of

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

#: The first token of a part and the one behind it.
Bounds = tuple[int, int]
#: Returns the bounds of the part that a token heads, if it heads a part of the finder's kind. The set has the indices
#: at which the statement may end.
Finder: TypeAlias = "Callable[[Doc, Token, frozenset[int]], Bounds | None]"

#: Punctuation that goes with a part beside it.
COMMAS = frozenset({",", "–", "—", "-", "--"})
STOPS = frozenset({".", "!", "?"})
#: A part with one of these takes back, limits or hedges what stands beside it.
_TURNS = frozenset(
    """not n't no never nor neither none nothing nobody without but yet however although though albeit despite
    nevertheless instead except unless until if only later subsequently still then allegedly reportedly apparently
    possibly perhaps probably likely pending barring providing provided assuming depending according
    exception""".split()
)
_IF = frozenset("if unless whether until".split())
_QUOTES = frozenset({'"', "“", "”", ":", ";", "''", "``"})
#: "The lowest level in three years": something is compared, or counted, within what follows.
_COMPARING = frozenset(
    """first second third last only most least every each all any no few than compared versus unlike
    """.split()
)


def is_plain(span: Span, *, may_be_finite: bool = False) -> bool:
    """Return whether ``span`` takes nothing back, quotes nothing, and has no finite verb but a relative clause's."""
    if any(t.lower_ in _TURNS or t.dep_ == "neg" or t.text in _QUOTES for t in span):
        return False
    return may_be_finite or not any(t.tag_ in FINITE and not _is_in_relative(t, span) for t in span)


def is_comma(token: Token) -> bool:
    """Return whether ``token`` is a comma, or a dash that is no hyphen."""
    return token.text == "," or (token.text in COMMAS and token.i > 0 and bool(token.nbor(-1).whitespace_))


def is_compared(tokens: Span) -> bool:
    """Return whether ``tokens`` compare or count something, within what may follow them."""
    return any(t.tag_ in COMPARED or t.lower_ in _COMPARING for t in tokens)


def statement_ends(sentence: Doc) -> frozenset[int]:
    """Return the indices at which the statement ends: at the full stop, and at the comma before ", police said"."""
    last = [token.i for token in sentence[-1:] if token.text in STOPS]
    return frozenset([*last, *_speeches(sentence)])


def end_of(token: Token) -> int:
    """Return the index behind the subtree of ``token``, without the comma or stop that the parser puts into it."""
    end = token.right_edge.i + 1
    while end > token.i + 1 and token.doc[end - 1].text in COMMAS | STOPS:
        end -= 1
    return end


def is_upward(verb: Token) -> bool:
    """Return whether what ``verb`` says stays true where something more is said of it: it is not denied, and no if."""
    above = (verb, *verb.ancestors)
    return not any(is_negated(t) or clause_openers(t) & _IF for t in above if t.pos_ in {"VERB", "AUX"})


def main_verbs(sentence: Doc) -> frozenset[int]:
    """Return the indices of the main verb, and of the verb of what somebody says by it."""
    found = {token.i for token in sentence if token.dep_ == "ROOT"}
    said = {child.i for i in found for child in sentence[i].children if child.dep_ == "ccomp"}
    return frozenset(found | {i for i in said if sentence[i].head.lemma_.lower() in clause_verbs()})


def _speeches(sentence: Doc) -> Iterator[int]:
    """Yield the index of the comma before each speaker behind the statement."""
    for token in sentence:
        if token.i < 2 or token.nbor(-1).text != ",":
            continue
        if token.lower_ == "according" and token.dep_ == "prep":
            yield token.i - 1
        # "…, an aid group said on Thursday", "…, said Jo Lee"
        verb = next((t for t in sentence[token.i :] if t.tag_ in {"VBD", "VBZ"}), None)
        if verb is None or verb.dep_ != "ROOT" or verb.lemma_.lower() not in clause_verbs():
            continue
        has_said = any(child.dep_ == "ccomp" and child.i < token.i for child in verb.children)
        subject = subject_of(verb)
        if has_said and subject is not None and token.i == min(verb.i, subject.left_edge.i):
            yield token.i - 1


def _is_in_relative(token: Token, span: Span) -> bool:
    inside = (t for t in (token, *token.ancestors) if span.start <= t.i < span.end)
    return any(t.dep_ == "relcl" for t in inside)
