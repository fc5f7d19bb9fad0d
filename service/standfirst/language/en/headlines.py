"""The headlines that a sentence gives: its main clause in fewer words, in the way of headlines.

The clause keeps its subject, its verb and what the verb needs. Each phrase that adds a circumstance, describes a noun
or stands before a name may go or stay. Articles go, "has closed" is "closes", and "is to close" is "to close".
Grounding judges whether the sentence in full, with its articles and tenses, still says what its source says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from standfirst.language.en.sentence_form import is_balanced
from standfirst.language.en.spans import statement_ends
from standfirst.language.en.syntax import (
    COMPLEMENTS,
    SUBJECTS,
    clause_verbs,
    has_pronoun_subject,
    has_subject,
    is_finite,
    subject_of,
)

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

#: The fewest words of a headline.
_MIN_WORDS = 4
#: The most parts of which each may go or stay; of more, those that say least for their words go for good.
_FREE_PARTS = 7
_JOINTS = frozenset({",", "–", "—", "-", "--"})
_ARTICLES = frozenset({"a", "an", "the"})
#: "A few" are some, "few" are not many.
_COUNTING = frozenset({"few", "little", "lot"})
_PASSIVES = frozenset("been is are was were".split())
#: A part that begins with one of these limits what it belongs to, and stays.
_LIMITS = frozenset("if unless except without until but not only despite although though while whereas".split())
#: What follows one of these says when or why.
_CIRCUMSTANCES = frozenset("after amid as because before following when".split())
#: Phrases with these say of what, with whom or against whom something is, and stay: "announced settlements with".
_NEEDED = frozenset("of with against about to".split())
#: Entities that say where or when. A phrase with another object may say what its noun or verb is about.
_PLACES_AND_TIMES = frozenset("GPE LOC FAC DATE TIME".split())
#: What belongs to a noun and may go: relative clauses, appositions, participles.
_NOUN_ASIDES = frozenset({"relcl", "appos", "acl", "parataxis"})
#: What belongs to a verb and can go.
_ADVERBIALS = frozenset({"npadvmod", "advmod", "advcl"})
_AMOUNTS = frozenset({"PERCENT", "MONEY", "QUANTITY", "CARDINAL"})
_UNIVERSAL = frozenset({"each", "every"})
_COMPARED = frozenset({"JJR", "RBR", "JJS", "RBS"})
_OBJECTS = COMPLEMENTS - {"acomp", "prt"} | {"agent"}
_AUXILIARIES = frozenset({"aux", "auxpass"})
_NOMINAL = frozenset({"NOUN", "PROPN", "ADJ"})


@dataclass(frozen=True, slots=True)
class HeadlineForm:
    """A headline, and the sentence that says the same in full: with its articles and tenses."""

    text: str
    plain: str


def headline_forms(sentence: Doc, worth: Callable[[str], float]) -> tuple[HeadlineForm, ...]:
    """Return the headlines that ``sentence`` gives; none if it has no main clause, or if that says "he" or "it".

    ``worth`` is how much a word says of what matters.
    """
    root = next((token for token in sentence if token.dep_ == "ROOT" and is_finite(token) and has_subject(token)), None)
    brackets = _bracketed(sentence)
    if (
        root is None
        or has_pronoun_subject(root)
        or _is_misread(root)
        or any(token.text in "[];:?." for token in sentence[:-1] if token.i not in brackets)
        or not _has_subjects(sentence, root, frozenset())
    ):
        return ()
    articles = {t.i: "" for t in sentence[:-1] if t.lower_ in _ARTICLES and not _is_counting(t)}
    speakers = [child for child in root.children if child.dep_ in SUBJECTS and _main_verbs(root)[1:]]
    ends = statement_ends(sentence) | {speaker.left_edge.i - 1 for speaker in speakers}
    left = [token for token in sentence if token.i not in brackets]
    forms: dict[str, HeadlineForm] = {}
    for choice in _choices(sentence, _parts(sentence, root), worth):
        gone = choice | brackets
        if _has_subjects(sentence, root, gone) and _names_its_subject(root, gone):
            text, plain = _text(left, gone, articles | _reworded(root, gone), ends), _text(left, gone, {}, ends) + "."
            if not _is_torn(root, plain):
                forms[text] = HeadlineForm(text, plain)
    return tuple(f for f in forms.values() if len(f.text.split()) >= _MIN_WORDS and is_balanced(f.text))


def _is_counting(article: Token) -> bool:
    """Return whether ``article`` counts: "a few", "£9,000 a year", "£90-a-year"."""
    return not article.whitespace_ or article.nbor().lower_ in _COUNTING or article.head.dep_ == "npadvmod"


def _choices(sentence: Doc, parts: Set[frozenset[int]], worth: Callable[[str], float]) -> list[frozenset[int]]:
    """Return the sets of indices that may be gone together, each the union of some of ``parts``."""
    values = [worth(token.text) for token in sentence]
    ordered = sorted(parts, key=lambda part: (sum(values[i] for i in part) / len(part), sorted(part)))
    free = max(0, len(ordered) - _FREE_PARTS)
    choices = {frozenset(chain.from_iterable(ordered[:free])): None}
    for part in ordered[free:]:
        choices |= {gone | part: None for gone in choices}
    return [*choices]


def _parts(sentence: Doc, root: Token) -> set[frozenset[int]]:
    """Return the indices of each part that may go."""
    heads = chain(*(find(sentence) for find in (_adverbials, _noun_asides, _phrases, _phrases_of_nouns)))
    phrases = (_subtree(head) for head in heads if head.text not in _JOINTS)  # the hyphen of "co-starred" may be one
    whole = filter(partial(_is_whole, sentence), chain(phrases, _circumstances(sentence, root)))
    parts = {*whole, *_descriptions(sentence)}
    return {
        part
        for part in parts
        if not any(_limits(sentence[i]) for i in sorted(part)[:2])
        # An "after" alone is that of a clause which the parser has not seen.
        and not (len(part) == 1 and all(sentence[i].pos_ in {"ADP", "SCONJ"} for i in part))
    }


def _subtree(head: Token) -> frozenset[int]:
    """Return the indices of what belongs to ``head``, and of the "and" that joins it, without a comma at its end."""
    indices = [token.i for token in head.subtree]
    while head.doc[indices[-1]].text in _JOINTS:
        indices.pop()
    joint = head.left_edge.i - 1
    is_joined = head.dep_ == "conj" and head.doc[joint].dep_ == "cc"
    return frozenset([joint, *indices] if is_joined else indices)


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
        is_time = before.pos_ == "NOUN" and before.ent_type_ in {"DATE", "TIME"}
        if is_time or any(child.lower_ in {"as", "so"} for child in before.children):
            return False  # "showing the seconds before", "a day after the strike", "so long as"
    if after is not None and after.is_quote and (before is None or before.is_quote):
        return False
    # A hyphen, or a name that the parser has not seen to belong to the noun in front of it.
    is_joined = after is not None and after.pos_ == "PROPN" and last.pos_ in _NOMINAL
    return after is None or not (is_joined or (after.text == "-" and not last.whitespace_))


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


def _is_torn(root: Token, plain: str) -> bool:
    """Return whether one comma alone stands between the subject and the verb: "Jo Lee, 41 paints"."""
    subject = subject_of(root) or root
    _, _, behind = plain.partition(subject.text)
    before, verb, _ = behind.partition(f" {root.text}")
    return bool(verb) and subject.i < root.i and before.count(",") == 1


def _names_its_subject(root: Token, gone: Set[int]) -> bool:
    """Return whether each subject that has a name in the sentence has one in the headline: whose shares rise?"""
    subjects = (c for verb in _main_verbs(root) for c in verb.children if c.dep_ in SUBJECTS)
    names = ([t.i for t in subject.subtree if t.pos_ == "PROPN" and _is_of(t, subject)] for subject in subjects)
    return all(not own or any(i not in gone for i in own) for own in names)


def _is_of(name: Token, subject: Token) -> bool:
    """Return whether ``name`` names ``subject``: not where a clause about it has the name."""
    between = (t for t in (name, *name.ancestors) if subject.is_ancestor(t))
    return not any(t.dep_ in {"relcl", "acl"} for t in between)


def _main_verbs(root: Token) -> list[Token]:
    """Return the main verb, and the verb of what it says behind the statement: ", police said"."""
    return [root, *(child for child in root.children if child.dep_ == "ccomp" and child.i < root.i)]


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
    if token.dep_ == "npadvmod":
        return any(t.ent_type_ in _AMOUNTS or t.lower_ in _UNIVERSAL or t.tag_ in _COMPARED for t in token.subtree)
    is_verbs_own = verb.lemma_ == "be" or (token.i == verb.i + 1 and not token.lower_.endswith("ly"))
    is_comparing = any(t.tag_ in _COMPARED for t in token.subtree)
    return token.dep_ == "advmod" and (is_verbs_own or is_comparing or token.tag_ == "WRB")  # "is up", "learns how to"


def _noun_asides(sentence: Doc) -> Iterator[Token]:
    """Yield what describes a noun behind it and a comma, and a subject with "a". Else it says which one is meant.

    A name behind a name may be the next of a list, and stays too.
    """
    for token in sentence:
        if token.dep_ in _NOUN_ASIDES and token.i > token.head.i and not _is_speaker(token):
            is_listed = token.dep_ == "appos" and token.pos_ == token.head.pos_ == "PROPN"
            is_some = token.head.dep_ in SUBJECTS and any(child.lower_ in {"a", "an"} for child in token.head.children)
            if not is_listed and (is_some or token.left_edge.nbor(-1).is_punct):
                yield token


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
            needs = not any(child.dep_ in _OBJECTS for child in verb.children)
            for phrase in phrases[1:] if needs else phrases:
                # "Blames the council for the delay" says for what, "closed it for a year" says when.
                if phrase.lower_ != "for" or _is_circumstance(phrase):
                    yield phrase


def _phrases_of_nouns(sentence: Doc) -> Iterator[Token]:
    """Yield the phrases that say of a noun where or when, and those behind a comma.

    Others say which one is meant or what it is about: "a drop in profits", "people out of work".
    """
    for token in sentence:
        is_of_noun = token.dep_ == "prep" and token.head.pos_ in {"NOUN", "PROPN"} and token.i > token.head.i
        is_needed = token.lower_ in _NEEDED or not _is_circumstance(token)
        if is_of_noun and (token.nbor(-1).is_punct or not is_needed):
            yield token


def _is_circumstance(phrase: Token) -> bool:
    """Return whether the object of the preposition is a place or a time."""
    return any(child.dep_ == "pobj" and child.ent_type_ in _PLACES_AND_TIMES for child in phrase.children)


def _descriptions(sentence: Doc) -> Iterator[frozenset[int]]:
    """Yield what says before a name who it is, as "the Swiss food giant" does, and the "its" before a noun."""
    for token in sentence[:-1]:
        after = token.nbor()
        if token.pos_ == "PRON" and token.dep_ == "poss":
            yield frozenset({token.i})
        elif token.ent_type_ == "GPE" and after.tag_ == "POS" and token.head.ent_type_ == "PERSON":
            yield frozenset({token.i, after.i})  # "Ethiopia's Tirunesh Dibaba"
        elif _is_described(token):
            start, end = token.i, after.i
            while start and (sentence[start - 1].pos_ in _NOMINAL or sentence[start - 1].tag_ in {"VBG", "VBN"}):
                start -= 1
            while end < len(sentence) and sentence[end].pos_ == "PROPN":
                end += 1
            is_joined = start > 0 and (sentence[start - 1].pos_ == "CCONJ" or sentence[start - 1].is_punct)
            if not is_joined and end < len(sentence) and sentence[end].pos_ not in _NOMINAL:
                yield frozenset(range(start, token.i))


def _is_described(token: Token) -> bool:
    """Return whether a name begins with ``token`` behind a noun, or a person's behind the title of an office."""
    if token.pos_ != "PROPN" or token.i == 0 or token.dep_ == "appos":
        return False
    before, after = token.nbor(-1), token.nbor()
    is_person = token.ent_type_ == after.ent_type_ == "PERSON" and token.ent_iob_ == "B"
    return before.pos_ == "NOUN" or (is_person and before.pos_ == "PROPN")


def _circumstances(sentence: Doc, root: Token) -> Iterator[frozenset[int]]:
    """Yield what follows "after", "as" and the like up to the end of the statement, however it is parsed."""
    ends = statement_ends(sentence)
    for token in sentence[root.i + 1 :]:
        is_role = token.lower_ == "as" and token.dep_ == "prep"  # "named her as its chair"
        if token.lower_ in _CIRCUMSTANCES and token.pos_ in {"ADP", "SCONJ"} and not is_role:
            end = min((end for end in ends if end > token.i), default=len(sentence))
            if not any(t.dep_ in COMPLEMENTS and t.head.i < token.i for t in sentence[token.i : end]):
                yield frozenset(range(token.i, end))


def _reworded(root: Token, gone: Set[int]) -> dict[int, str]:
    """Return the words that stand in the place of others: "closes" for "has closed", "to close" for "will close".

    Nothing stands for the auxiliary of a passive where no object could follow: "two men held" for "two men were held".
    """
    words: dict[int, str] = {}
    for verb in _main_verbs(root):
        below = [child for child in verb.children if child.i not in gone]
        have = next((c for c in below if c.dep_ == "aux" and c.lower_ in {"has", "have"}), None)
        will = next((c for c in below if c.dep_ == "aux" and c.text == "will"), None)
        passive = next((c for c in below if c.dep_ == "auxpass" and c.lower_ in _PASSIVES), None)
        is_turned = any((c.dep_ in {"neg", "advmod"} and c.i < verb.i) or c.lower_ == "since" for c in below)
        is_turned |= any(c.tag_ == "MD" and c != will for c in below)  # "must have played" is not "must play"
        if is_turned or has_pronoun_subject(verb):
            continue
        if will is not None:
            words[will.i] = "to"
        elif verb.lower_ in {"is", "are"} and verb.nbor().lower_ == "to":
            words[verb.i] = ""
        elif passive is not None:
            has_object = any(c.dep_ in COMPLEMENTS and c.i > verb.i for c in below)
            is_one = (have or passive).lower_ in {"has", "is", "was"}
            words |= {have.i: ""} if have is not None else {}
            words[passive.i] = "" if not has_object else "is" if is_one else "are"
        elif have is not None and verb.lemma_ not in {"be", "have"}:
            words |= {c.i: "" for c in below if c.dep_ == "aux" and c.lower_ == "been"}  # "have been hearing"
            words |= {have.i: "", verb.i: _present(verb.lemma_) if have.lower_ == "has" else verb.lemma_}
    return words


def _present(lemma: str) -> str:
    """Return the third person singular of the verb ``lemma``."""
    if lemma.endswith(("s", "x", "z", "ch", "sh", "o")):
        return lemma + "es"
    return lemma[:-1] + "ies" if lemma.endswith("y") and lemma[-2:-1] not in set("aeiou") else lemma + "s"


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
        if is_at_gap and token.is_punct and token.text in _JOINTS and token.i not in ends:
            is_open, text = is_before, text + " "
            continue
        is_open &= token.is_punct
        word = words.get(token.i, token.text)
        text += word + token.whitespace_ if word else ""
        if is_before or (after is not None and after.i > token.i + 1):
            text += " "
    text = re.sub(r"\s+([,.])", r"\1", " ".join(text.split())).strip(" ,.–—-")
    return text[:1].upper() + text[1:]
