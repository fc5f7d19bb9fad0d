"""Finders of adjuncts: phrases and clauses that say when, where, why and what else, of a verb or a noun.

What is positive stays true without them: "a court in Leeds has freed two men" says that a court has freed two men. What
is denied, counted or compared does not, and keeps them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from standfirst.language.en.lexicon import NEGATIVE_VERBS
from standfirst.language.en.spans import Bounds, Finder, end_of, is_comma, is_compared, is_plain, is_upward, main_verbs
from standfirst.language.en.syntax import (
    FINITE,
    SETTINGS,
    SUBJECTS,
    TIMES,
    clause_openers,
    clause_verbs,
    has_subject,
    is_finite,
    is_sequel,
    refers_back,
)

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_PERIODS = frozenset("week month quarter season year decade".split())
_SETTING_PREPOSITIONS = frozenset("in at on during near outside inside".split())
#: Prepositions whose phrases say when or under which circumstances, whatever they name.
_CIRCUMSTANTIAL = frozenset("after before during since following amid amidst ahead alongside throughout".split())
_AFTER_SETTING = _SETTING_PREPOSITIONS | frozenset("after and to by with as when where before since for".split())
#: Verbs whose object does not stand alone: "saw its shares squeezed", "is a firm that …".
_PERCEIVING = frozenset("be see have get find leave keep want need hear watch show make order".split())
#: Clauses with one of these say when or why.
_CIRCUMSTANCES = frozenset("after as because before when while since".split())
_COMPLEMENTS = frozenset("dobj auxpass ccomp xcomp oprd attr acomp prt".split())
_OPEN = frozenset({"ADV", "ADP", "CCONJ", "SCONJ"})
_CONTRASTING = frozenset("nevertheless nonetheless however still instead also too anyway".split())


def _clause(doc: Doc, token: Token, ends: frozenset[int]) -> Bounds | None:
    """Find the last main clause: one with a subject of its own that names nothing that the clause before it names."""
    if token.dep_ != "conj" or token.head.i not in main_verbs(doc):
        return None
    subjects = [child for child in token.children if child.dep_ in SUBJECTS]
    joints = [child for child in token.head.children if child.dep_ == "cc" and child.i < token.i]
    if not subjects or not joints or joints[-1].lower_ != "and" or doc[joints[-1].i - 1].text != ",":
        return None
    start, end = joints[-1].i - 1, end_of(token)
    if end not in ends or not is_plain(doc[start + 2 : end], may_be_finite=True):
        return None
    named = {t.lemma_.lower() for t in doc[:start] if t.pos_ in {"NOUN", "PROPN"}}
    refers = any(t.pos_ == "PRON" or t.lemma_.lower() in named for t in doc[start + 2 : end])
    return None if refers or refers_back(token) else (start, end)


def _opening(doc: Doc, token: Token, _: frozenset[int]) -> Bounds | None:
    """Find a phrase of time or place, or a participle, before the subject: "On Wednesday, …", "Speaking in Iowa, …".

    Of what has happened or was said, other phrases are settings as well: "In a statement, the firm said". A date may
    have no comma: "In May the firm said".
    """
    if token.left_edge.i != 0 or token.head.dep_ != "ROOT":
        return None
    is_place = token.lower_ in _SETTING_PREPOSITIONS and any(t.ent_type_ in SETTINGS for t in token.subtree)
    is_setting = token.dep_ == "prep" and (token.lower_ in _CIRCUMSTANTIAL | {"as"} or is_place or _is_scene(token))
    is_time = token.dep_ in {"npadvmod", "advmod"} and token.ent_type_ in TIMES
    is_participle = token.dep_ == "advcl" and token.tag_ in {"VBG", "VBN"} and token.i == 0
    end = end_of(token)
    if not (is_setting or is_time or is_participle) or end >= len(doc) - 1:
        return None
    phrase = doc[:end]
    is_date = token.dep_ == "prep" and all(t.ent_type_ == "DATE" for t in phrase[1:])
    if doc[end].text == ",":
        end += 1
    elif not is_date:
        return None
    subjects = [child for child in token.head.children if child.dep_ in SUBJECTS]
    is_next = any(subject.left_edge.i == end for subject in subjects)
    # "In 2001" or "last season, the mayor won 52% of the votes" tells of long ago.
    turns = any(t.lower_ in _CONTRASTING for t in doc[end:]) or any(
        t.shape_ == "dddd" or t.lemma_.lower() in _PERIODS - {"week"} for t in phrase
    )
    return (0, end) if is_next and not turns and is_plain(phrase) else None


def _is_scene(preposition: Token) -> bool:
    """Whether the phrase says where, or in what, something was said or done: "in a statement", "at a meeting"."""
    nouns = [child for child in preposition.children if child.dep_ == "pobj"]
    is_one = len(nouns) == 1 and nouns[0].tag_ == "NN" and any(_determines(t) for t in nouns[0].children)
    verb = preposition.head
    is_fact = verb.tag_ == "VBD" or (verb.tag_ == "VBZ" and verb.lemma_.lower() in clause_verbs())
    subjects = [t for child in verb.children if child.dep_ in SUBJECTS for t in child.subtree]
    # "In the survey, 14% said so": the share is that of the survey. "At the meeting, nobody spoke" is about the meeting
    is_counted = any(t.ent_type_ in {"PERCENT", "CARDINAL"} or (t.pos_, t.tag_) == ("PRON", "NN") for t in subjects)
    is_true_alone = is_upward(verb) and not is_counted and not is_compared(verb.doc[preposition.right_edge.i + 1 :])
    return preposition.lower_ in _SETTING_PREPOSITIONS and is_one and is_fact and is_true_alone


def _determines(token: Token) -> bool:
    return token.dep_ == "poss" or token.lower_ in {"a", "an", "the"}


def _circumstance(doc: Doc, token: Token, ends: frozenset[int]) -> Bounds | None:
    """Find a clause at the end that says when or why: what stands before it is as true without it.

    What is done to an end, with "to", is often the news: "has bid £800m to buy two firms".
    """
    verb, start, end = token.head, token.left_edge.i, end_of(token)
    if token.dep_ != "advcl" or verb.pos_ not in {"VERB", "AUX"} or verb.i > token.i:
        return None
    openers = clause_openers(token) | {doc[start].lower_}
    is_speech = "as" in openers and token.lemma_.lower() in clause_verbs()  # "as Jo Lee says"
    # "Was crossing the road when a car hit her": the news is in the clause.
    is_news = "when" in openers and (verb.lemma_ == "be" or any(child.lemma_ == "be" for child in verb.children))
    # "Nobody knew when it was put up" is about the time.
    has_object = any(child.dep_ in {"dobj", "ccomp", "xcomp"} for child in verb.children)
    is_news |= "when" in openers and verb.lemma_.lower() in clause_verbs() and not has_object
    # "Insisted that he left because he was ill" is about the reason.
    is_news |= "because" in openers and verb.dep_ == "ccomp"
    # "Comes days after the fire" says nothing without it, and "as loud as a jet" compares.
    is_needed = (
        verb.lemma_ == "come" and not any(c.dep_ == "prep" and c.i < start for c in verb.children)
    ) or not has_subject(token)
    if is_speech or is_news or is_needed or not openers & _CIRCUMSTANCES:
        return None
    return _last(doc, start, end, verb, ends) if is_plain(doc[start:end], may_be_finite=True) else None


def _adjunct(doc: Doc, token: Token, ends: frozenset[int]) -> Bounds | None:
    """Find a phrase that says when, where or under which circumstances: "on Friday", "amid fears of a strike"."""
    verb = token.head
    is_time = token.dep_ == "npadvmod" and all(t.ent_type_ in TIMES for t in token.subtree)
    if not (token.dep_ == "prep" or is_time) or verb.pos_ != "VERB" or token.i < verb.i:
        return None
    start, end = token.left_edge.i, end_of(token)
    complements = {child.dep_ for child in verb.children if child.dep_ in _COMPLEMENTS and child.i < start}
    others = any(child.dep_ in {"prep", "agent", "xcomp"} and child.i != token.i for child in verb.children)
    if not complements or (complements == {"auxpass"} and not others):
        return None  # "lies in Leeds" and "was founded in 1921" say nothing without the place and the time
    objects = [child for child in token.children if child.dep_ == "pobj"]
    if token.lower_ == "after" and any(t.ent_type_ == "PERSON" for t in objects):
        return None  # "named a park after her"
    if is_time and any(t.lower_ in {"a", "an", "each", "every"} for t in token.children):
        return None  # "some 41,000 use the bridge each day"
    if token.lower_ == "since" and any(t.dep_ == "aux" and t.lemma_ == "have" for t in verb.children):
        return None  # "has run the firm since 2006" says how long
    if token.lower_ == "before" and any(child.dep_ == "pcomp" for child in token.children):
        return None  # "survived a match point before beating Okada": what came last is the news
    if token.lower_ == "with" and is_comma(doc[start - 1]):  # "…, with two more to be built by May"
        return _last(doc, start, end, verb, ends) if is_plain(doc[start:end]) else None
    if token.lower_ in _CIRCUMSTANTIAL and token.dep_ == "prep":
        return _last(doc, start, end, verb, ends) if is_plain(doc[start:end], may_be_finite=True) else None
    if token.lower_ == "for" and any(c.dep_ == "pcomp" or (c in objects and _has_owner(c)) for c in token.children):
        return _last(doc, start, end, verb, ends) if is_plain(doc[start:end]) else None  # "for their role in the raid"
    is_setting = len(objects) == 1 and objects[0].ent_type_ in SETTINGS and not objects[0].conjuncts
    if not is_time and not (token.lower_ in _SETTING_PREPOSITIONS and is_setting):
        return None
    if end >= len(doc) or not is_plain(doc[start:end]) or any(map(is_comma, doc[start:end])):
        return None
    before = doc[verb.left_edge.i : start]
    if is_compared(before) or doc[start - 1].pos_ in {*_OPEN, "NUM", "PRON"} or doc[start - 1].ent_type_ in TIMES:
        return None  # "the lowest level in three years", "later on Friday", "800 in 2012", "in January last year"
    sums = {t.ent_type_ for t in before}
    is_limit = any(t.like_num for t in doc[verb.i : start]) or _denies(verb) or _denies(verb.head)
    if is_limit and any(t.lemma_.lower() in _PERIODS for t in doc[start:end]):
        return None  # "sold 300 cars last year", "ruled out a return this year"
    if "PERCENT" in sums or ("MONEY" in sums and any(t.tag_ == "NNS" for t in doc[start:end])) or verb.lemma_ == "bear":
        return None  # "rose 4% in a year", "took £9m in three days", "was born in Leeds"
    if is_comma(doc[start - 1]):
        goes_on = end + 1 < len(doc) and doc[end + 1].pos_ in {"VERB", "AUX", "PART", *_OPEN}
        return (start - 1, end + 1) if doc[end].text == doc[start - 1].text and goes_on else None
    # "On the last Saturday before Christmas": what follows belongs to it, whatever the parser says.
    is_whole = doc[end].is_punct or doc[end].lower_ in _AFTER_SETTING or end in ends
    is_whole = is_whole and not any(t.lower_ == "same" for t in doc[start:end])  # "on the same day as"
    return (start, end) if is_whole else None


def _denies(verb: Token) -> bool:
    is_ruled_out = verb.lemma_ == "rule" and any(child.dep_ == "prt" for child in verb.children)
    return is_ruled_out or verb.lower_ in NEGATIVE_VERBS


def _has_owner(noun: Token) -> bool:
    return any(child.dep_ == "poss" for child in noun.children)


def _predicate(doc: Doc, token: Token, ends: frozenset[int]) -> Bounds | None:
    """Find the last of two things that somebody does: "… closed the bridge and opened a tunnel"."""
    if token.dep_ != "conj" or token.pos_ != "VERB" or refers_back(token) or is_sequel(token):
        return None
    joints = [child for child in token.head.children if child.dep_ == "cc" and token.head.i < child.i < token.i]
    # "Wants to cut costs and has set up a review": a finite verb is joined to a finite verb, whatever the parser says.
    above = (token.head, *token.head.ancestors)
    first = next((t for t in above if is_finite(t)), token.head) if is_finite(token) else token.head
    if first.i not in main_verbs(doc):
        return None
    own = {child.dep_ for child in token.children} & {*SUBJECTS, "auxpass", "neg"}
    if not joints or joints[-1].lower_ != "and" or own or any(c.dep_ in {"auxpass", "neg"} for c in first.children):
        return None
    # "Has said and has built", "said and built": "will say and built" is misread.
    if token.tag_ != first.tag_ and not (is_finite(token) and is_finite(first)):
        return None
    start, end = joints[-1].i, end_of(token)
    needed = _COMPLEMENTS | {"prep"} if first.pos_ == "AUX" else _COMPLEMENTS
    if not any(child.dep_ in needed and child.i < start for child in first.children):
        return None  # "went and bought a ship"
    return _last(doc, start, end, first, ends) if is_plain(doc[start:end], may_be_finite=True) else None


def _modifier(doc: Doc, token: Token, ends: frozenset[int]) -> Bounds | None:
    """Find what says more of a noun: "a report [published in May]", "Jo Lee [of the Felden Rovers]".

    A relative clause without a comma is often the news: "three makers that had agreed on prices".
    """
    noun, start, end = token.head, token.left_edge.i, end_of(token)
    if noun.i + 1 != start or not is_plain(doc[start:end], may_be_finite=True):
        return None
    is_object = noun.dep_ in {"dobj", "pobj", "attr"}
    is_phrase = token.dep_ == "prep" and token.lower_ in {"of", "from", "at"}
    if noun.ent_type_ == "PERSON" and is_phrase and end < len(doc):
        is_subject = noun.dep_ in SUBJECTS and doc[end].pos_ in {"VERB", "AUX"}
        return (start, end) if is_subject or (is_object and end in ends) else None
    governor = next((t for t in noun.ancestors if t.pos_ in {"VERB", "AUX"}), None)
    if noun.pos_ != "NOUN" or noun.ent_type_ or not is_object or governor is None:
        return None
    determiners = {child.lower_ for child in noun.children if child.dep_ == "det"}
    has_article = bool(determiners & {"a", "an"})
    needs_more = governor.lemma_.lower() in clause_verbs() | _PERCEIVING
    is_participle = token.dep_ == "acl" and token.tag_ == "VBN" and start == token.i
    # "Published a report noting failures"; "the risk of players returning injured" and "assault causing harm" are one.
    is_participle |= token.dep_ == "acl" and token.tag_ == "VBG" and noun.dep_ == "dobj" and has_article
    is_place = token.lower_ in _SETTING_PREPOSITIONS | {"from"} and any(
        child.dep_ == "pobj" and child.ent_type_ in SETTINGS for child in token.children
    )
    is_list = token.lower_ == "including" and noun.tag_ == "NNS"
    if needs_more or not (is_participle or (token.dep_ == "prep" and (is_place or is_list))):
        return None
    # "The man who lives there" is not "the man"; "the new ferry that …" is "the new ferry".
    is_known = any(child.dep_ in {"compound", "amod", "poss"} for child in noun.children)
    if not (determiners <= {"a", "an"} or (is_known and determiners == {"the"})):
        return None
    return _last(doc, start, end, governor, ends)


ADJUNCTS: Mapping[str, Finder] = {
    "CLAUSE": _clause,
    "OPENING": _opening,
    "CIRCUMSTANCE": _circumstance,
    "ADJUNCT": _adjunct,
    "PREDICATE": _predicate,
    "MODIFIER": _modifier,
}


def _last(doc: Doc, start: int, end: int, verb: Token, ends: frozenset[int]) -> Bounds | None:
    """Return the bounds of a part of ``verb`` at the end of the statement, with the comma before it.

    It is None where the part does not end there, and where no comma parts it from what is denied, counted or compared:
    "did not resign because of that" may deny the reason alone.
    """
    before = doc[start - 1]
    is_measured = before.ent_type_ in TIMES and before.pos_ == "NOUN" and doc[start].lower_ in {"before", "after"}
    # "Has won three titles since she returned" counts those alone.
    is_measured |= doc[start].lower_ == "since" and any(t.like_num for t in doc[:start])
    if end not in ends or before.pos_ in _OPEN or is_measured or not any(t.tag_ in FINITE for t in doc[:start]):
        return None  # "nine days before he left"
    if is_comma(doc[start - 1]):
        return start - 1, end
    return None if not is_upward(verb) or is_compared(doc[:start]) else (start, end)
