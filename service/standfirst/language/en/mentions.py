"""The mentions of a sentence that only the sentences before it explain: "he", "this", "most" without a noun."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from standfirst.language.en.people import Gender, is_honorific, is_person_noun, name_gender, pronoun_gender
from standfirst.language.en.syntax import (
    NAMED,
    SUBJECTS,
    TIMES,
    clause_verbs,
    introduces,
    main_subject,
    main_verb,
    quoted_tokens,
)

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token


class MentionKind(Enum):
    """What a mention refers to."""

    PERSON = "person"
    THING = "thing"
    SEVERAL = "several"
    SPEAKER = "speaker"
    """Who writes or reads: "I", "we", "you"."""
    SAID = "said"
    """Something that was said before: "this", "the other", "instead"."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A word that refers to something outside its sentence."""

    kind: MentionKind
    token: Token
    gender: Gender | None = None


#: Returns the gender of a person by a name of theirs, if it is known.
GenderOf = Callable[[str], Gender | None]

_THINGS = frozenset({"it", "its"})
_SEVERAL = frozenset("they them their theirs".split())
_SPEAKERS = frozenset("i me my we us our ours you your".split())
#: Words that point back alone, and those that do before a noun.
_POINTING_ALONE = frozenset("this that these those".split())
_POINTING_BEFORE_NOUN = frozenset("this these those such".split())
#: Adverbs that continue a thought.
_CONTINUING = frozenset("then thus therefore hence instead otherwise also too so again later earlier here".split())
_OTHERS = frozenset("another other others same former latter such".split())
_GROUPS = frozenset("pair couple duo trio".split())
#: "It emerged that …": these have a clause for their subject.
_IMPERSONAL = frozenset("be seem appear emerge turn happen take".split())
_CLAUSES = frozenset("ccomp xcomp csubj acl advcl relcl".split())
#: The sorts of names that a person's may be taken for.
_PERSONAL = frozenset({"", "PERSON"})


def open_mentions(sentence: Doc, gender_of: GenderOf = name_gender) -> list[Mention]:
    """Return the mentions of ``sentence`` that nothing in it explains, in the order of the text."""
    quoted = quoted_tokens(sentence)
    found = [mention for token in sentence if (mention := _mention(token, quoted, gender_of)) is not None]
    if not found and sentence.text.rstrip('"”’ ').endswith("?"):
        found.append(Mention(MentionKind.SAID, sentence[0]))
    return found


def has_open_subject(sentence: Doc) -> bool:
    """Return whether the subject of ``sentence`` is a personal pronoun that nothing in it explains."""
    subject = main_subject(sentence)
    return any(
        m.token == subject for m in open_mentions(sentence) if m.kind not in {MentionKind.SPEAKER, MentionKind.SAID}
    )


def adds_to_earlier(sentence: Doc) -> bool:
    """Return whether the main clause adds to what another sentence says: "Inspectors also found mice"."""
    return any(t.lower_ in {"also", "too"} and t.dep_ == "advmod" and t.head.dep_ == "ROOT" for t in sentence)


def tells_of_year(sentence: Doc) -> bool:
    """Return whether the main clause tells of a past year: "They were convicted in 2010"."""
    root = main_verb(sentence)
    is_past = any(t.tag_ == "VBD" for t in (root, *root.children) if t == root or t.dep_ in {"aux", "auxpass"})
    years = (t for child in root.children if child.dep_ == "prep" for t in child.children if t.dep_ == "pobj")
    return is_past and any(t.ent_type_ == "DATE" and t.shape_ == "dddd" for t in years)


def people(sentence: Doc, gender_of: GenderOf = name_gender) -> Iterator[tuple[Token, Gender | None]]:
    """Yield the head of each mention of one person outside quotations, but for pronouns, and the person's gender.

    "The judge Lena Howell" and "Lena Howell, the judge," are one mention each, of the name. A name of no known sort
    counts as well: it may be a person's.
    """
    quoted = quoted_tokens(sentence)
    for token in sentence:
        if token.i in quoted:
            continue
        if is_name_head(token):
            if token.ent_type_ in _PERSONAL and not _is_address(token):
                yield token, gender_of(name_of(token))
        elif is_person_noun(token) and token.tag_ == "NN" and not _belongs_to_name(token):
            yield token, None


def is_name_head(token: Token) -> bool:
    """Return whether ``token`` is the last word of a name."""
    return token.pos_ == "PROPN" and (token.i + 1 == len(token.doc) or token.nbor().pos_ != "PROPN")


def stands_alone(surname: Token) -> bool:
    """Return whether no other word of a name stands before ``surname``, but for an honorific: "Lee", "Mr Lee"."""
    before = surname.nbor(-1) if surname.i else None
    return before is None or before.text[0].islower() or before.is_punct or is_honorific(before.text)


def start_with_honorific(surname: Token) -> int:
    """Return the offset at which ``surname`` begins, with the honorific before it if there is one."""
    before = surname.nbor(-1) if surname.i else surname
    return before.idx if is_honorific(before.text) else surname.idx


def name_of(head: Token) -> str:
    """Return the name that ends in ``head``, without its title."""
    entity = next((e for e in head.doc.ents if e.start <= head.i < e.end and e.label_ == "PERSON"), None)
    if entity is not None:
        return head.doc[entity.start : head.i + 1].text
    start = head.i
    while start and head.doc[start - 1].pos_ == "PROPN" and head.doc[start - 1].ent_type_ == head.ent_type_:
        start -= 1
    return head.doc[start : head.i + 1].text


def _is_address(name: Token) -> bool:
    """Whether ``name`` says where another person lives: "Derek Pallister, 58, of Wick Lane"."""
    return name.dep_ == "pobj" and name.head.lower_ in {"of", "from"} and name.head.head.pos_ in {"PROPN", "NUM"}


def _belongs_to_name(noun: Token) -> bool:
    """Whether a name says who the noun is: "actress Mira Vance", "his wife, Ann"."""
    related = [noun.head] if noun.dep_ in {"compound", "appos", "nmod", "attr"} else []
    related += [child for child in noun.children if child.dep_ == "appos"]
    related += [noun.nbor()] if noun.i + 1 < len(noun.doc) else []
    return any(token.pos_ == "PROPN" for token in related)


def _mention(token: Token, quoted: frozenset[int], gender_of: GenderOf) -> Mention | None:
    word = token.lower_
    gender = pronoun_gender(token)
    if gender is not None:
        is_known = word.endswith("self") or _names_before(token, gender, quoted, gender_of)
        return None if is_known else Mention(MentionKind.PERSON, token, gender)
    if token.pos_ == "PRON" and word in _THINGS:
        return None if _is_impersonal(token) or _thing_before(token, quoted) else Mention(MentionKind.THING, token)
    if token.pos_ == "PRON" and word in _SEVERAL:
        return None if _several_before(token) else Mention(MentionKind.SEVERAL, token)
    if token.pos_ == "PRON" and word in _SPEAKERS and token.i not in quoted and token.text != "US":
        return Mention(MentionKind.SPEAKER, token)
    return Mention(MentionKind.SAID, token) if _points_back(token, quoted) else None


def _names_before(pronoun: Token, gender: Gender, quoted: frozenset[int], gender_of: GenderOf) -> bool:
    """Whether the sentence has named, before ``pronoun``, a person whom it may stand for.

    A name outside a quotation is not meant inside it: who speaks says "I". A pronoun that opens a sentence may stand
    for the subject: "In his speech, Jo Lee said".
    """
    subject = main_subject(pronoun.doc)
    fronted = subject if subject is not None and _is_fronted(pronoun) else None
    for token in (*pronoun.doc[: pronoun.i], *([] if fronted is None else [fronted])):
        if (token.i in quoted) != (pronoun.i in quoted):
            continue
        # The second "he" of a sentence stands for the same person as the first.
        if pronoun_gender(token) == gender or (is_person_noun(token) and not _belongs_to_name(token)):
            return True
        # A place is seldom a person; but the parser takes some surnames for places.
        is_place = token.ent_type_ in {"GPE", "NORP"} and token.dep_ not in {*SUBJECTS, "poss"}
        is_name = is_name_head(token) and token.ent_type_ not in TIMES and not is_place
        if is_name and gender_of(name_of(token)) in (None, gender):
            return True
    return False


def _is_fronted(pronoun: Token) -> bool:
    """Whether ``pronoun`` stands in a phrase or clause before the main clause's subject."""
    subject = main_subject(pronoun.doc)
    return subject is not None and pronoun.i < subject.left_edge.i


def _thing_before(pronoun: Token, quoted: frozenset[int]) -> bool:
    subject = main_subject(pronoun.doc)
    nouns = [t for t in pronoun.doc[: pronoun.i] if t.i not in quoted or pronoun.i in quoted]
    if subject is not None and _is_fronted(pronoun):
        nouns.append(subject)
    return any(
        t.lower_ in _THINGS
        or (t.pos_ in {"NOUN", "PROPN"} and t.ent_type_ not in TIMES | {"PERSON"} and not is_person_noun(t))
        for t in nouns
    )


def _several_before(pronoun: Token) -> bool:
    before = list(pronoun.doc[: pronoun.i])
    subject = main_subject(pronoun.doc)
    if subject is not None and _is_fronted(pronoun):
        before.append(subject)
    return any(
        t.tag_ in {"NNS", "NNPS"}
        or t.lower_ in _SEVERAL
        or t.dep_ == "conj"
        or t.ent_type_ in NAMED - {"PERSON"}
        or t.lower_ in {"who", "anyone", "everyone", "someone", "nobody", "people", "police", "whoever"}
        or is_person_noun(t)
        for t in before
    )


def _is_impersonal(it: Token) -> bool:
    """Whether "it" stands for a clause or the weather: "it emerged that", "it is hard to", "it was Monday"."""
    verb = it.head
    if it.dep_ not in SUBJECTS:
        return False
    if it.dep_ == "nsubjpass":
        return introduces(verb) or any(child.dep_ == "csubj" for child in verb.children)
    has_clause = any(t.dep_ in _CLAUSES and t.i > verb.i for child in verb.children for t in (child, *child.children))
    is_time = any(child.dep_ == "attr" and child.ent_type_ in TIMES for child in verb.children)
    return verb.lemma_ in _IMPERSONAL and (has_clause or is_time)


def _points_back(token: Token, quoted: frozenset[int]) -> bool:
    """Whether ``token`` is a word other than a personal pronoun that points to what was said before."""
    word, subject = token.lower_, main_subject(token.doc)
    opens = token.i == 0 or (token.i == 1 and token.nbor(-1).is_punct)
    has_complement = any(child.dep_ in {"prep", "relcl", "acl"} for child in token.children)
    if word in _POINTING_ALONE and token.dep_ not in {"det", "mark", "advmod"} and token.tag_ in {"DT", "PRP"}:
        return not has_complement and (token.dep_ in SUBJECTS or token.i < 4) and token.head.pos_ != "NOUN"
    if word in _POINTING_BEFORE_NOUN and token.dep_ in {"det", "predet", "amod"} and token.i not in quoted:
        noun = token.head
        is_new = all(other.lemma_ != noun.lemma_ for other in token.doc[: token.i])
        return is_new and noun.ent_type_ not in TIMES and not any(c.dep_ in {"relcl", "prep"} for c in noun.children)
    if opens and token.dep_ == "advmod" and word in _CONTINUING and token.head.pos_ in {"VERB", "AUX"}:
        return True
    if opens and (token.dep_ == "cc" or _is_linking_phrase(token)):
        return True
    if token.dep_ == "dobj" and token.head.lemma_ == "make" and [child.lower_ for child in token.children] == ["the"]:
        return all(other.lemma_ != token.lemma_ for other in token.doc[: token.i])  # "made the comments"
    if subject is None:
        return False
    if token.i == subject.i and token.tag_ in {"DT", "CD", "JJ", "JJR", "JJS", "PDT", "RB"} and not has_complement:
        return token.ent_type_ not in NAMED  # "Most had stomach cramps"
    if token.i == subject.i and (word == "old" or (token.ent_type_ == "NORP" and token.tag_ in {"NN", "NNP"})):
        # "The 21-year-old", "the Spaniard"
        relations = {child.dep_ for child in token.children}
        return "det" in relations and relations.isdisjoint({"appos", "compound", "relcl", "prep"})
    if token.head.i == subject.i and (word in _OTHERS or (word == "both" and opens and token.nbor().dep_ != "det")):
        return not any(child.dep_ in {"prep", "relcl", "cc", "poss"} for child in subject.children)
    return token.i == subject.i and (word in _GROUPS or word == "others" or _is_counted(token)) and not has_complement


def _is_counted(subject: Token) -> bool:
    """Whether ``subject`` is "the two men": a definite number of things, with nothing that says which."""
    relations = {child.dep_: child.lower_ for child in subject.children}
    return set(relations) == {"det", "nummod"} and relations["det"] == "the"


def _is_linking_phrase(preposition: Token) -> bool:
    """Whether ``preposition`` opens a phrase such as "In response,", which links the sentence to the one before."""
    if preposition.dep_ != "prep" or preposition.right_edge.i + 1 >= len(preposition.doc):
        return False
    noun = next((child for child in preposition.children if child.dep_ == "pobj"), None)
    if noun is None or noun.tag_ != "NN" or noun.ent_type_ or preposition.doc[preposition.right_edge.i + 1].text != ",":
        return False
    words = [child.lower_ for child in noun.children]
    return not is_person_noun(noun) and (not words or (words == ["a"] and preposition.lower_ == "as"))


def speaks(subject: Token) -> bool:
    """Return whether ``subject`` says something in its sentence: only people and bodies do."""
    return subject.dep_ == "nsubj" and subject.head.lemma_.lower() in clause_verbs() and introduces(subject.head)
