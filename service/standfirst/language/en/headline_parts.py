"""The parts of a sentence that a headline of it may do without: circumstances, descriptions, words before a name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from standfirst.language.en.asides import is_latest
from standfirst.language.en.parts import PartKind, removable_parts
from standfirst.language.en.spans import COMMAS, is_upward
from standfirst.language.en.syntax import COMPARED, COMPLEMENTS, SETTINGS, SUBJECTS, TIMES, clause_verbs, introduces

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

#: A part that begins with one of these limits what it belongs to, and stays.
_LIMITS = frozenset("if unless except without until but not only although though while whereas".split())
#: What follows one of these says when or why.
_CIRCUMSTANCES = frozenset("after amid as because before following when".split())
#: Phrases with these say of what, with whom or against whom something is, and stay: "announced settlements with".
_NEEDED = frozenset("of with against about to as into".split())
#: "Faith in Jo Lee", "a stake in Orme": these are what the noun is about.
_BODIES = frozenset({"PERSON", "ORG", "NORP", "PRODUCT", "WORK_OF_ART"})
#: What belongs to a noun and may go: relative clauses, appositions, participles.
_NOUN_ASIDES = frozenset({"relcl", "appos", "acl", "parataxis"})
#: What belongs to a verb and can go.
_ADVERBIALS = frozenset({"npadvmod", "advmod", "advcl"})
_AMOUNTS = frozenset({"PERCENT", "MONEY", "QUANTITY", "CARDINAL"})
#: Removable parts that are no parts of a verb.
_ASIDES = frozenset({*(kind for kind in PartKind if kind <= PartKind.PARTICIPLE), PartKind.OPENING, PartKind.MODIFIER})
_UNIVERSAL = frozenset({"each", "every"})
_OBJECTS = COMPLEMENTS - {"acomp", "prt"} | {"agent"}
_NOMINAL = frozenset({"NOUN", "PROPN", "ADJ"})


def headline_parts(sentence: Doc, root: Token, ends: Set[int]) -> set[frozenset[int]]:
    """Return the indices of each part that may go. ``ends`` are those at which a statement of ``root`` ends."""
    finders = (_adverbials, _noun_asides, _of_speakers, _phrases, _phrases_of_nouns)
    heads = chain(*(find(sentence) for find in finders))
    phrases = (_subtree(head) for head in heads if head.text not in COMMAS)  # the hyphen of "co-starred" may be one
    whole = filter(partial(_is_whole, sentence), chain(phrases, _circumstances(sentence, root, ends)))
    parts = {*whole, *_descriptions(sentence, ends)}
    return vetted_parts(sentence, _ASIDES) | {
        part
        for part in parts
        if not any(_limits(sentence[i]) for i in sorted(part)[:2])
        # An "after" alone is that of a clause which the parser has not seen.
        and not (len(part) == 1 and all(sentence[i].pos_ in {"ADP", "SCONJ"} for i in part))
    }


def vetted_parts(sentence: Doc, kinds: Set[PartKind] = frozenset(PartKind)) -> set[frozenset[int]]:
    """Return the indices of each part of ``kinds`` without which the rest is true, however ``sentence`` is parsed."""
    parts = (part for part in removable_parts(sentence) if part.kind in kinds)
    return {_without_joints(sentence, range(part.start, part.end)) for part in parts}


def _subtree(head: Token) -> frozenset[int]:
    """Return the indices of what belongs to ``head``, and of the "and" that joins it, without a comma at its end."""
    indices = _without_joints(head.doc, [token.i for token in head.subtree])
    joint = head.left_edge.i - 1
    is_joined = head.dep_ == "conj" and head.doc[joint].dep_ == "cc"
    return indices | {joint} if is_joined else indices


def _without_joints(sentence: Doc, indices: Sequence[int]) -> frozenset[int]:
    """Return ``indices`` without the commas and dashes at their ends."""
    start, end = 0, len(indices)
    while start < end and sentence[indices[start]].text in COMMAS:
        start += 1
    while end > start and sentence[indices[end - 1]].text in COMMAS:
        end -= 1
    return frozenset(indices[start:end])


def _limits(opener: Token) -> bool:
    """Return whether ``opener`` limits what it follows. A "while" behind no comma says when."""
    is_time = opener.lower_ == "while" and opener.i > 0 and not opener.nbor(-1).is_punct
    return opener.lower_ in _LIMITS and not is_time


def _is_whole(sentence: Doc, part: Set[int]) -> bool:
    """Return whether nothing is left in front of ``part`` or behind it that needs it."""
    first, last = sentence[min(part)], sentence[max(part)]
    before = sentence[first.i - 1] if first.i > 0 else None
    after = sentence[last.i + 1] if last.i + 1 < len(sentence) else None
    if before is not None and first.lower_ in _CIRCUMSTANCES:
        is_time = before.pos_ == "NOUN" and before.ent_type_ in TIMES
        if is_time or any(child.lower_ in {"as", "so"} for child in before.children):
            return False  # "showing the seconds before", "a day after the strike", "so long as"
    if after is not None and after.is_quote and (before is None or before.is_quote):
        return False
    # A hyphen, or a name that the parser has not seen to belong to the noun in front of it.
    is_joined = after is not None and after.pos_ == "PROPN" and last.pos_ in _NOMINAL
    return after is None or not (is_joined or (after.text == "-" and not last.whitespace_))


def _adverbials(sentence: Doc) -> Iterator[Token]:
    """Yield what says when, why or how: clauses, adverbs, names of days, and the second of two verbs with "and"."""
    for token in sentence:
        verb = token.head
        if verb.pos_ not in {"VERB", "AUX"} or token == verb:
            continue
        if _is_needed(token, verb) or _is_speaker(token):
            continue
        has_and = any(child.dep_ == "cc" and child.lower_ == "and" for child in verb.children)
        is_fronted = token.dep_ == "prep" and token.i < verb.i
        if token.dep_ in _ADVERBIALS or is_fronted or (token.dep_ == "conj" and has_and):
            yield token


def _is_needed(token: Token, verb: Token) -> bool:
    """Return whether ``verb`` does not say what it says without an adverb, an amount or a purpose."""
    if token.dep_ == "advcl" and token.tag_ == "VB":
        return True  # "agrees to pay $28m to settle claims"
    if verb.dep_ == "acl" and verb.tag_ == "VBN" and [child.i for child in verb.children] == [token.i]:
        return True  # "say in a lawsuit filed Monday"
    if token.dep_ == "npadvmod":
        if token.pos_ == "PROPN" and token.ent_type_ not in TIMES:
            return True  # "help unearth the next Jo Lee"
        return any(t.ent_type_ in _AMOUNTS or t.lower_ in _UNIVERSAL or t.tag_ in COMPARED for t in token.subtree)
    is_verbs_own = verb.lemma_ == "be" or (token.i == verb.i + 1 and not token.lower_.endswith("ly"))
    is_comparing = any(t.tag_ in COMPARED for t in token.subtree)
    return token.dep_ == "advmod" and (is_verbs_own or is_comparing or token.tag_ == "WRB")  # "is up", "learns how to"


def _noun_asides(sentence: Doc) -> Iterator[Token]:
    """Yield what describes a noun behind it and a comma, and a subject with "a". Else it says which one is meant.

    A name behind a name may be the next of a list, and stays too.
    """
    for token in sentence:
        is_needed = _is_speaker(token) or is_latest(token)
        if token.dep_ in _NOUN_ASIDES and token.i > token.head.i and not is_needed:
            is_listed = token.dep_ == "appos" and token.pos_ == token.head.pos_ == "PROPN"
            is_some = token.head.dep_ in SUBJECTS and any(child.lower_ in {"a", "an"} for child in token.head.children)
            if not is_listed and (is_some or token.left_edge.nbor(-1).is_punct):
                yield token


def _of_speakers(sentence: Doc) -> Iterator[Token]:
    """Yield what says more of those who say so: "delegates (at the show) said", "according to a poll (of …)"."""
    for token in sentence:
        noun = token.head
        is_after = token.i > noun.i and noun.pos_ == "NOUN" and token.dep_ in {"acl", "relcl", "prep"}
        if is_after and token.lower_ not in {"of", "for"} and _says(noun):
            yield token


def _says(noun: Token) -> bool:
    """Return whether ``noun`` is who says so, and new: "a report", "scientists"."""
    above = noun.head
    is_speaker = noun.dep_ in SUBJECTS and above.lemma_.lower() in clause_verbs() and introduces(above)
    is_source = noun.dep_ == "pobj" and above.head.lower_ == "according"
    return (is_speaker or is_source) and not any(c.lower_ in {"the", "all", "no", "few"} for c in noun.children)


def _is_speaker(token: Token) -> bool:
    """Return whether ``token`` is a speaker that the parser takes for an addition, or its verb: "…, a study said"."""
    verbs = [token] if token.dep_ == "acl" else [child for child in token.children if child.dep_ == "acl"]
    says = any(verb.lemma_.lower() in clause_verbs() for verb in verbs)
    return says and not {"appos", "npadvmod"}.isdisjoint({token.dep_, token.head.dep_})


def _phrases(sentence: Doc) -> Iterator[Token]:
    """Yield the prepositional phrases behind each verb; the first stays where the verb needs it."""
    for verb in sentence:
        if verb.pos_ in {"VERB", "AUX"}:
            phrases = [c for c in verb.children if c.dep_ == "prep" and c.i > verb.i and c.lower_ not in _NEEDED]
            # "Is getting worse at it" needs the phrase, as "depends on it" does.
            # So do "took part in it" and "forced himself on it".
            objects = [child for child in verb.children if child.dep_ in _OBJECTS]
            needs = all(_is_bare(child) for child in objects)
            # "Will not be allowed in the city" is not "will not be allowed".
            kinds = SETTINGS if is_upward(verb) else TIMES
            for phrase in phrases[1:] if needs else phrases:
                is_free = is_upward(verb) and phrase.lower_ != "for" and not _is_set(phrase)
                # "Blames the council for the delay" says for what, "closed it for a year" says when.
                if is_free or _is_circumstance(phrase, kinds):
                    yield phrase


def _is_bare(noun: Token) -> bool:
    """Return whether an object says little by itself: "part", "himself"."""
    is_reflexive = noun.lower_.endswith(("self", "selves"))
    return noun.dep_ == "dobj" and noun.n_lefts + noun.n_rights == 0 and (noun.tag_ == "NN" or is_reflexive)


def _is_set(phrase: Token) -> bool:
    """Return whether the verb needs the phrase, with its bare noun, for what it says: "put talks on hold"."""
    nouns = [child for child in phrase.children if child.dep_ == "pobj" and child.tag_ == "NN"]
    return any(not any(c.dep_ in {"det", "poss", "nummod"} for c in noun.children) for noun in nouns)


def _phrases_of_nouns(sentence: Doc) -> Iterator[Token]:
    """Yield the phrases that say of a noun where or when, and those behind a comma.

    Others say which one is meant or what it is about: "a drop in profits", "people out of work".
    """
    for token in sentence:
        is_of_noun = token.dep_ == "prep" and token.head.pos_ in {"NOUN", "PROPN"} and token.i > token.head.i
        is_needed = token.lower_ in _NEEDED or not (_is_circumstance(token) or _is_occasion(token))
        if is_of_noun and (token.nbor(-1).text in COMMAS or not is_needed):
            yield token


def _is_circumstance(phrase: Token, kinds: Set[str] = SETTINGS) -> bool:
    """Return whether the object of the preposition is a place or a time, or else of ``kinds``."""
    return any(child.dep_ == "pobj" and child.ent_type_ in kinds for child in phrase.children)


def _is_occasion(phrase: Token) -> bool:
    """Return whether the phrase has the name of an event, or says of a name where: "a prize at the Felden Awards"."""
    names = [t for child in phrase.children if child.dep_ == "pobj" for t in (child, *child.children)]
    is_named = any(t.pos_ == "PROPN" for t in names) and not any(t.ent_type_ in _BODIES for t in names)
    return phrase.lower_ in {"in", "at", "during"} and is_named


def _descriptions(sentence: Doc, ends: Set[int]) -> Iterator[frozenset[int]]:
    """Yield what says before a name who it is, as "the Swiss food giant" does, and "a hugely popular" before a noun."""
    for token in sentence[:-1]:
        after = token.nbor()
        if token.dep_ == "amod" and any(c.dep_ == "advmod" and c.tag_ == "RB" for c in token.children):
            yield frozenset(t.i for t in token.subtree)
        elif token.ent_type_ == "GPE" and after.tag_ == "POS" and token.head.ent_type_ == "PERSON":
            yield frozenset({token.i, after.i})  # "Ethiopia's Tirunesh Dibaba"
        elif _is_described(token):
            start, end = token.i, after.i
            while start and _describes(sentence[start - 1]):
                start -= 1
            while end < len(sentence) and sentence[end].pos_ == "PROPN":
                end += 1
            before = start - 1  # behind the comma of the statement stands who says so, else the next of a list
            is_joined = start > 0 and (sentence[before].pos_ == "CCONJ" or sentence[before].is_punct)
            is_joined &= before not in ends
            # "24 hour drugs market Orme" counts hours, "secretary of state Jo Lee" is of state.
            is_joined |= start > 0 and (sentence[before].pos_ == "NUM" or sentence[before].lower_ == "of")
            if not is_joined and end < len(sentence) and sentence[end].pos_ not in _NOMINAL:
                yield frozenset(range(start, token.i))


def _describes(token: Token) -> bool:
    """Return whether ``token`` may belong to a role: "out-of-favour midfielder" is one."""
    is_hyphen = not token.whitespace_ and "-" in {token.text, token.nbor().text}
    return token.pos_ in _NOMINAL or token.tag_ in {"VBG", "VBN"} or is_hyphen


def _is_described(token: Token) -> bool:
    """Return whether a name begins with ``token`` behind a noun, or a person's behind the title of an office."""
    if token.pos_ != "PROPN" or token.i == 0 or token.dep_ == "appos":
        return False
    before, after = token.nbor(-1), token.nbor()
    is_person = token.ent_type_ == after.ent_type_ == "PERSON" and token.ent_iob_ == "B"
    return before.pos_ == "NOUN" or (is_person and before.pos_ == "PROPN")


def _circumstances(sentence: Doc, root: Token, ends: Set[int]) -> Iterator[frozenset[int]]:
    """Yield what follows "after", "as" and the like up to the end of the statement, however it is parsed."""
    for token in sentence[root.i + 1 :]:
        is_role = token.lower_ == "as" and token.dep_ == "prep"  # "named her as its chair"
        if token.lower_ in _CIRCUMSTANCES and token.pos_ in {"ADP", "SCONJ"} and not is_role:
            end = min((end for end in ends if end > token.i), default=len(sentence))
            if not any(t.dep_ in COMPLEMENTS and t.head.i < token.i for t in sentence[token.i : end]):
                yield frozenset(range(token.i, end))
