"""The check of omissions: words between kept words that grammar or meaning needs.

"Won a seat" is not "won seat", "which built the bridge, sold its shares" is no sentence without its "which", "has
assured the council that the bridge is safe" breaks off before "that", and "met" is not the news of "met to impose
sanctions".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from standfirst.grounding.case import Case, Kind, Problem
from standfirst.language.en.quantities import DURATIONS, is_unit
from standfirst.language.en.syntax import COMPLEMENTS, PARTITIVES, clause_openers, is_sequel, phrase, seldom_bare

if TYPE_CHECKING:
    from spacy.tokens import Token

    from standfirst.grounding.checks.alignment import Alignment

#: Small words on which others stand. ("On Friday" may be "Friday", "all of the" is "all the", "said that" is "said".)
_SMALL = frozenset("a an the to in at for by with from is are was were".split())
#: What follows one of these behind an amount is what the amount is measured from.
_DISTANCES = frozenset("over above below under behind short off".split())
#: With one of these a verb does without a phrase: "clashed with the mayor" is not "clashed".
_OTHERS = COMPLEMENTS | {"nsubjpass", "auxpass"}


class OmissionCheck:
    """Finds drafts that leave out a small word alone, the opener of a clause that stays, or what a verb must have.

    A headline does without small words.
    """

    code = "omission"
    kinds = frozenset({Kind.DRAFT, Kind.HEADLINE})

    def __call__(self, case: Case) -> Iterator[Problem]:
        """Yield a problem for the first such word."""
        if case.alignment is None:
            return
        for token in case.alignment.lost():
            is_small = case.kind is Kind.DRAFT and _is_small(case.alignment, token)
            if is_small or _is_opener(case.alignment, token) or _is_measured(case.alignment, token):
                yield Problem(self.code, f"it leaves out “{token.text}”, which it needs")
                return
            is_headline = case.kind is Kind.HEADLINE
            needs = (*_NEEDED, *((_is_about, _is_news) if is_headline else (_is_end,)))
            if any(is_needed(case.alignment, token) for is_needed in needs):
                yield Problem(self.code, f"it leaves out “{phrase(token)}”, which it needs")
                return


def _is_small(alignment: Alignment, token: Token) -> bool:
    if token.lower_ not in _SMALL or token.i == 0 or token.i + 1 >= len(token.doc):
        return False
    before, after = token.nbor(-1), token.nbor()
    # An article can go before a name and before a plural: "the Toronto Raptors", "the pictures".
    is_free = not after.text[0].islower() or (token.dep_ == "det" and token.head.tag_ == "NNS")
    return alignment.is_kept(before) and alignment.is_kept(after) and not is_free


def _is_opener(alignment: Alignment, token: Token) -> bool:
    """Whether the token opens a clause whose verb is kept beside another finite clause's."""
    if token.tag_ not in {"WDT", "WP", "WRB", "WP$"} and token.dep_ != "mark":
        return False
    verb = token.head
    is_bare = token.lower_ not in {"that", "to"} and alignment.is_kept(verb) and verb.dep_ in {"relcl", "advcl"}
    return is_bare and any(alignment.is_kept(t) for t in verb.ancestors if t.pos_ in {"VERB", "AUX"})


def _is_measured(alignment: Alignment, token: Token) -> bool:
    """Whether the token opens the clause from which a time is counted: "hours after they are shown"."""
    before = token.nbor(-1) if token.i else token
    return token.dep_ == "mark" and before.lemma_ in DURATIONS and alignment.is_kept(before)


def _is_content(alignment: Alignment, token: Token) -> bool:
    """Whether the token opens what a noun is about: "claims that it hid the risks", "a decision to close"."""
    is_clause = token.dep_ == "acl" and (token.tag_ == "VB" or "that" in clause_openers(token))
    return is_clause and alignment.is_kept(token.head) and not any(alignment.is_kept(t) for t in token.subtree)


def _is_phrase(alignment: Alignment, token: Token) -> bool:
    """Whether the token opens what a noun is of, or a phrase with a pronoun: "footballer of the year", "with him".

    Or what a verb needs: "clashed with the mayor", "accused him of fraud", "took it for granted".
    """
    if token.dep_ != "prep" or not alignment.is_kept(token.head) or any(alignment.is_kept(t) for t in token.subtree):
        return False
    if not any(True for _ in token.children) and token.head.dep_ == "relcl":
        return True  # "the men who were stolen from"
    if token.lower_ == "to" and any(_opens_range(alignment, t, token) for t in (*token.head.subtree, *token.ancestors)):
        return True  # "everything from chips to screens", whatever the parser gives the two to
    if token.lower_ == "of" and token.head.pos_ == "NOUN":
        return token.head.i + 1 == token.i and token.head.lemma_.lower() not in PARTITIVES
    if _measures(alignment, token):
        return True
    if any(child.lower_ == "such" for child in token.children):
        return [child.i for child in token.head.children] == [token.i]  # "countries such as Chad"
    if any(child.dep_ == "pcomp" and child.tag_ == "VBN" for child in token.children):
        return True  # the parser gives "for granted" to the object
    if token.head.pos_ != "VERB" or token.i < token.head.i:
        return False
    has_other = any(child.dep_ in _OTHERS for child in token.head.children)
    objects = [child for child in token.children if child.dep_ == "pobj"]
    is_close = token.lower_ in {"with", "to", "against", "into"} or any(map(_is_bare, objects))
    ends_in_pronoun = any(t.pos_ == "PRON" and t.i == t.right_edge.i for t in objects)
    is_close |= _would_be_bare(alignment, token.head)
    return (is_close and not has_other) or token.lower_ == "of" or ends_in_pronoun


def _would_be_bare(alignment: Alignment, verb: Token) -> bool:
    """Whether of what ``verb`` seldom does without nothing is kept: "the court found for the industry"."""
    behind = [child for child in verb.children if child.i > verb.i and child.dep_ in {*COMPLEMENTS, "prep"}]
    # The object of "the seat that she won" stands before it.
    is_open = verb.dep_ in {"relcl", "acl"} or verb.lemma_.lower() not in seldom_bare()
    return not is_open and not any(alignment.is_kept(t) for child in behind for t in child.subtree)


def _measures(alignment: Alignment, token: Token) -> bool:
    """Whether the token opens what a kept amount is measured from: "a dollar over the minimum wage".

    The parser often gives it to the verb. "Over the weekend" is a time.
    """
    if token.lower_ not in _DISTANCES or token.i == 0:
        return False
    is_time = any(child.ent_type_ in {"DATE", "TIME"} for child in token.children)
    return is_unit(token.nbor(-1).text) and alignment.is_kept(token.nbor(-1)) and not is_time


def _opens_range(alignment: Alignment, token: Token, end: Token) -> bool:
    """Whether ``token`` is a kept "from" before ``end``."""
    return token.lower_ == "from" and token.dep_ == "prep" and token.i < end.i and alignment.is_kept(token)


def _is_bare(noun: Token) -> bool:
    """Whether the noun makes one preposition of two: "in favour of", "on behalf of"."""
    following = [child for child in noun.children if child.i == noun.i + 1]
    return noun.i == noun.left_edge.i and any(t.dep_ == "prep" and t.lower_ == "of" for t in following)


def _is_about(alignment: Alignment, token: Token) -> bool:
    """Whether the token opens what a headline is about: "announced settlements on Tuesday with three makers"."""
    is_lost = not any(alignment.is_kept(t) for t in token.subtree)
    is_behind = token.head.pos_ == "VERB" and token.i > token.head.i and alignment.is_kept(token.head)
    return token.dep_ == "prep" and token.lower_ in {"with", "against"} and is_behind and is_lost


def _is_rate(alignment: Alignment, token: Token) -> bool:
    """Whether the token says in which time so many are counted: "some 41,000 vehicles used the bridge each day"."""
    is_each = token.dep_ == "npadvmod" and any(child.lower_ in {"each", "every"} for child in token.children)
    is_counted = any(t.like_num and alignment.is_kept(t) for t in token.head.subtree)
    return is_each and is_counted and alignment.is_kept(token.head) and not alignment.is_kept(token)


def _is_outcome(alignment: Alignment, token: Token) -> bool:
    """Whether the token opens what came last: "was held for a day before being freed"."""
    is_deed = token.lower_ == "before" and any(child.dep_ == "pcomp" for child in token.children)
    is_behind = token.i > token.head.i and alignment.is_kept(token.head)
    return is_deed and is_behind and not any(alignment.is_kept(t) for t in token.subtree)


def _is_news(alignment: Alignment, token: Token) -> bool:
    """Whether the token is the news, and the claim says what went before it: "when she woke, there was a bear"."""
    predicate = alignment.predicate()
    if predicate is None or predicate.dep_ != "advcl" or predicate.head != token:
        return False
    return token.dep_ == "ROOT" and predicate.i < token.i


def _is_end(alignment: Alignment, token: Token) -> bool:
    """Whether the token opens the end to which something is done, which is often the news: "met to impose sanctions".

    What happened next, "only to admit", is no end.
    """
    is_infinitive = token.tag_ == "VB" and any(child.tag_ == "TO" for child in token.children)
    is_behind = token.dep_ == "advcl" and token.i > token.head.i and alignment.is_kept(token.head)
    is_end = is_infinitive and is_behind and not is_sequel(token)
    return is_end and not any(alignment.is_kept(t) for t in token.subtree)


def _is_complement(alignment: Alignment, token: Token) -> bool:
    verb = token.head
    if token.dep_ not in COMPLEMENTS or token.i < verb.i or verb.pos_ not in {"VERB", "AUX"}:
        return False
    if not alignment.is_kept(verb) or any(alignment.is_kept(t) for t in token.subtree):
        return False
    is_said = token.dep_ == "ccomp" and "that" in clause_openers(token)
    if not is_said and token.doc[token.left_edge.i - 1].text in {",", "–", "—", "-"}:
        return False  # "…, its first concert abroad": the parser takes an addition for an object
    kept = next(t for t in alignment.claim if alignment.pairs.get(t.i) == verb.i)
    return not any(child.dep_ == token.dep_ for child in kept.children)


_NEEDED = (_is_complement, _is_content, _is_phrase, _is_rate, _is_outcome)
