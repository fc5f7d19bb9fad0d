"""Twins by syntax: a sentence restructured truly, and restructured so that it says another thing.

Works on spaCy's parse of one sentence of an article. Crude by intent: what a parser gets wrong becomes noise, and the
loss allows for some.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from spacy.tokens import Doc, Span, Token

from training.device.rewordings import Twin

_ACTORS = frozenset({"PERSON", "ORG", "GPE", "NORP"})
#: Verbs that have no passive, or that mean the same in both directions.
_NO_PASSIVE = frozenset(
    "have be meet marry face play fight match equal resemble join include involve say mean cost lack suit fit become "
    "remain get let like know want think feel see need expect hope go come take make do give tell ask".split()
)
_SAYING = frozenset(
    "say tell claim add state report allege warn argue insist believe suggest announce explain maintain".split()
)
_WEAK = frozenset("claim allege suggest believe think fear argue insist predict expect hope suspect deny".split())
_ENDINGS = ("er", "or", "ist", "man", "men", "ian", "ant", "ee", "police", "people", "team", "court", "party")


@dataclass(frozen=True, slots=True)
class Forms:
    """The inflected forms of verbs, by (lemma, tag), as a corpus has them."""

    seen: Mapping[tuple[str, str], str]

    def of(self, lemma: str, tag: str) -> str | None:
        """Return the form of ``lemma`` with the Penn tag ``tag``; None where the corpus has none."""
        return self.seen.get((lemma, tag))


def forms_of(docs: Iterable[Doc]) -> Forms:
    """Return the most frequent form of each verb and tag in ``docs``."""
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for doc in docs:
        for token in doc:
            if token.pos_ == "VERB" and token.text.isalpha() and token.text.islower():
                counts[token.lemma_, token.tag_][token.text] += 1
    return Forms({key: forms.most_common(1)[0][0] for key, forms in counts.items() if forms.total() >= 2})


@dataclass(frozen=True, slots=True)
class Context:
    """What other sentences of the article offer: its people, what it calls them, its subjects."""

    people: tuple[str, ...]
    described: Mapping[str, str] = field(default_factory=dict)
    subjects: tuple[str, ...] = ()


def context_of(docs: Sequence[Doc]) -> Context:
    """Return the people, their descriptions in apposition, and the subjects of ``docs``."""
    people: dict[str, None] = {}
    described: dict[str, str] = {}
    subjects: dict[str, None] = {}
    for doc in docs:
        for ent in doc.ents:
            if ent.label_ == "PERSON" and 2 <= len(ent) <= 3 and ent.text.replace(" ", "").isalpha():
                people[ent.text] = None
        for token in doc:
            if token.dep_ == "appos" and token.pos_ == "NOUN" and token.head.ent_type_ == "PERSON":
                name, span = _name(token.head), _phrase(token)
                if name and 2 <= len(span) <= 9 and span[0].pos_ == "DET" and "," not in span.text:
                    described[name] = span.text
            if token.dep_ == "nsubj" and token.pos_ in {"PROPN", "NOUN"} and len(_phrase(token)) <= 6:
                subjects[_phrase(token).text] = None
    return Context(tuple(people), described, tuple(subjects))


def _phrase(token: Token) -> Span:
    return token.doc[token.left_edge.i : token.right_edge.i + 1]


def _name(token: Token) -> str | None:
    return next((ent.text for ent in token.doc.ents if ent.start <= token.i < ent.end and ent.label_ == "PERSON"), None)


def _others(context: Context, doc: Doc, name: str) -> list[str]:
    """Return the people of the article who are neither in the sentence nor share a word with ``name``."""
    words = set(name.split())
    return [person for person in context.people if person not in doc.text and not words & set(person.split())]


def _lowered(span: Span) -> str:
    """Return the text of ``span`` for the middle of a sentence."""
    text = span.text.strip(" ,")
    first = span[0]
    keep = first.pos_ == "PROPN" or first.ent_type_ in _ACTORS or first.text == "I" or text[:2].isupper()
    return text if keep else text[:1].lower() + text[1:]


def sentence_of(*parts: str) -> str:
    """Return ``parts`` joined as one sentence."""
    text = " ".join(part.strip() for part in parts if part.strip(" ,"))
    text = text.replace(" ,", ",").replace(",,", ",").replace(" ’", "’").replace(" '", "'").strip(" ,;:.-—–")
    return text[:1].upper() + text[1:] + "." if text else ""


def _end(doc: Doc) -> int:
    end = len(doc)
    while end and doc[end - 1].is_punct:
        end -= 1
    return end


def _root(doc: Doc) -> Token:
    return next(token for token in doc if token.head == token)


def _child(token: Token, *deps: str) -> Token | None:
    return next((child for child in token.children if child.dep_ in deps), None)


def _acts(token: Token) -> bool:
    return token.ent_type_ in _ACTORS or token.pos_ == "PROPN" or token.lemma_.lower().endswith(_ENDINGS)


def _plural(token: Token) -> bool:
    return token.tag_ in {"NNS", "NNPS"} or any(child.dep_ == "conj" for child in token.children)


def _be(token: Token, tag: str) -> str:
    if tag == "VBD":
        return "were" if _plural(token) else "was"
    return "are" if _plural(token) else "is"


def _shares_subject(verb: Token) -> bool:
    """Whether ``verb`` and the one it is coordinated with are plain past forms with one subject."""
    bare = not _child(verb, "nsubj", "nsubjpass") and not _child(verb.head, "aux", "auxpass", "neg")
    return bare and verb.tag_ == verb.head.tag_ == "VBD"


def _of_two(verb: Token, left: Token, right: Token, random: Random) -> bool:
    """Whether a verb's two noun phrases can change places and leave a sentence that could be."""
    ok = all(token.pos_ in {"NOUN", "PROPN"} and len(_phrase(token)) <= 12 for token in (left, right))
    bare = not any(child.dep_ in {"neg", "aux", "prt", "dative", "xcomp", "ccomp", "conj"} for child in verb.children)
    return ok and bare and ((_acts(left) and _acts(right)) or random.random() < 0.25)


def voices(doc: Doc, context: Context, forms: Forms, random: Random) -> Iterator[Twin]:
    """Yield twins of doer and done-to: the passive of an active clause and the reverse, and both exchanged."""
    verb = _root(doc)
    end = _end(doc)
    subject, thing = _child(verb, "nsubj"), _child(verb, "dobj")
    if subject and thing and verb.tag_ in {"VBD", "VBZ", "VBP"} and verb.lemma_ not in _NO_PASSIVE:
        done = forms.of(verb.lemma_, "VBN")
        one, two = _phrase(subject), _phrase(thing)
        if done and one.end == verb.i and two.start == verb.i + 1 and _of_two(verb, subject, thing, random):
            before, rest = doc[: one.start].text, doc[two.end : end].text
            a, b = _lowered(one), _lowered(two)
            passive = sentence_of(before, b, _be(thing, verb.tag_), done, "by", a, rest)
            exchanged = sentence_of(before, a, _be(subject, verb.tag_), done, "by", b, rest)
            yield Twin(passive, exchanged, "roles")
            yield Twin(passive, sentence_of(before, b, verb.text, a, rest), "roles")
            yield Twin(sentence_of(before, a, verb.text, b, rest), sentence_of(before, b, verb.text, a, rest), "roles")
    patient, agent, be = _child(verb, "nsubjpass"), _child(verb, "agent"), _child(verb, "auxpass")
    doer = _child(agent, "pobj") if agent else None
    if patient and agent and doer and be and be.tag_ in {"VBD", "VBZ", "VBP"} and be.i == verb.i - 1:
        active = forms.of(verb.lemma_, be.tag_ if be.tag_ == "VBD" else ("VBP" if _plural(doer) else "VBZ"))
        one, two = _phrase(patient), _phrase(doer)
        usual = one.end == be.i and agent.i == verb.i + 1 and two.start == agent.i + 1
        ok = all(token.pos_ in {"NOUN", "PROPN"} and len(_phrase(token)) <= 12 for token in (patient, doer))
        if active and usual and ok:
            before, rest = doc[: one.start].text, doc[two.end : end].text
            a, b = _lowered(two), _lowered(one)
            true = sentence_of(before, a, active, b, rest)
            yield Twin(true, sentence_of(before, b, active, a, rest), "roles")
            yield Twin(true, sentence_of(before, a, be.text, verb.text, "by", b, rest), "roles")


def attributions(doc: Doc, context: Context, forms: Forms, random: Random) -> Iterator[Twin]:
    """Yield twins of who says so: moved, and lost or given to another person."""
    verb = _root(doc)
    said, who = _child(verb, "ccomp"), _child(verb, "nsubj")
    if not said or not who or who.pos_ == "PRON" or verb.lemma_ not in _SAYING | _WEAK or len(_phrase(who)) > 12:
        return
    span = _phrase(said)
    if any(token.dep_ == "neg" for token in verb.children) or '"' in span.text or len(span) < 5:
        return
    words = [token for token in span if not (token.dep_ == "mark" and token.head == said)]
    if not words or len(words) != words[-1].i - words[0].i + 1:
        return
    clause, speaker = doc[words[0].i : words[-1].i + 1], _phrase(who)
    stated = _lowered(clause)
    name = _name(who)
    others = _others(context, doc, speaker.text)
    according = sentence_of(stated + ",", "according to", _lowered(speaker))
    if verb.lemma_ in _WEAK and verb.lemma_ != "deny":
        yield Twin(according, sentence_of(stated), "attribution")
        yield Twin(sentence_of(_lowered(speaker), "made the claim that", stated), sentence_of(stated), "attribution")
        proved = sentence_of("It has been proved that", stated)
        yield Twin(sentence_of("It was claimed that", stated), proved, "attribution")
    if verb.lemma_ == "deny":
        true = sentence_of("According to", _lowered(speaker) + ", it is not true that", stated)
        yield Twin(true, sentence_of("According to", _lowered(speaker) + ",", stated), "attribution")
    elif others and name:
        other = random.choice(others)
        yield Twin(according, sentence_of(stated + ",", "according to", other), "speaker")
        front = sentence_of("According to", _lowered(speaker) + ",", stated)
        yield Twin(front, sentence_of("According to", other + ",", stated), "speaker")


def clauses(doc: Doc, context: Context, forms: Forms, random: Random) -> Iterator[Twin]:
    """Yield twins of conditions (moved, lost) and of the order of events (turned round truly and falsely)."""
    end = _end(doc)
    for token in doc:
        if token.dep_ != "advcl" or token.head.pos_ not in {"VERB", "AUX"}:
            continue
        mark = _child(token, "mark")
        span = _phrase(token)
        if mark is None or mark.i != span.start or not 3 <= len(span) <= 20 or not _child(token, "nsubj", "nsubjpass"):
            continue
        word = mark.lower_
        rest = doc[span.end : end].text if span.end < end else ""
        main = f"{doc[: span.start].text} {rest}".strip(" ,")
        if len(main.split()) < 4 or token.head != _root(doc):
            continue
        first = main[:1].lower() + main[1:] if doc[0].ent_type_ not in _ACTORS and doc[0].pos_ != "PROPN" else main
        inner = doc[mark.i + 1 : span.end].text.strip(" ,")
        lowered = span.text[:1].lower() + span.text[1:]
        moved = sentence_of(first, lowered) if span.start == 0 else sentence_of(span.text.strip(" ,") + ",", first)
        if word in {"if", "unless", "until"}:
            yield Twin(moved, sentence_of(main), "condition")
            other = {"if": "unless", "unless": "if", "until": "after"}[word]
            old, new = (word.title(), other.title()) if moved.startswith(word.title()) else (word, other)
            yield Twin(moved, moved.replace(old, new, 1), "condition")
        elif word in {"after", "before"} and ":" not in main:
            other = "before" if word == "after" else "after"
            yield Twin(sentence_of(inner, other, first), sentence_of(inner, word, first), "order")
            yield Twin(moved, sentence_of(first, other, inner), "order")
        elif word == "because":
            yield Twin(sentence_of(inner + ", so", first), sentence_of(inner, "because", first), "order")


def parts(doc: Doc, context: Context, forms: Forms, random: Random) -> Iterator[Twin]:
    """Yield twins of a part made a sentence of its own: with its subject, and with somebody else's."""
    end = _end(doc)
    for token in doc:
        holder: Token | None = None
        made = ""
        if token.dep_ == "relcl" and (who := _child(token, "nsubj", "nsubjpass")) and who.lower_ in {"who", "which"}:
            span = _phrase(token)
            if who.i == span.start and 4 <= len(span) <= 22:
                holder, made = token.head, doc[who.i + 1 : min(span.end, end)].text
        elif token.dep_ == "appos" and token.pos_ == "NOUN" and token.head.ent_type_ == "PERSON":
            if 2 <= len(_phrase(token)) <= 12 and _phrase(token)[0].pos_ in {"DET", "PRON"}:
                holder, made = token.head, "is " + _phrase(token).text
        elif token.dep_ == "conj" and token.head == _root(doc) and _shares_subject(token):
            holder = _child(token.head, "nsubj")
            made = doc[token.left_edge.i : min(token.right_edge.i + 1, end)].text
        if holder is None or holder.pos_ == "PRON" or len(made.split()) < 3:
            continue
        name = _name(holder) or " ".join(t.text for t in _phrase(holder) if t.i <= holder.i)
        nearby = [ent.text for ent in doc.ents if ent.label_ in {"PERSON", "ORG"} and ent.text not in made]
        others = [other for other in nearby if not set(other.split()) & set(name.split())]
        others = others or _others(context, doc, name)
        if others and len(name.split()) <= 10:
            yield Twin(sentence_of(name, made), sentence_of(random.choice(others), made), "subject")


def entities(doc: Doc, context: Context, forms: Forms, random: Random) -> Iterator[Twin]:
    """Yield twins of a person by surname or description, and another person's in the same place."""
    for ent in doc.ents:
        if ent.label_ != "PERSON" or ent.text not in context.people:
            continue
        others = [other for other in _others(context, doc, ent.text) if other.split()[-1] not in doc.text]
        before, after = doc[: ent.start].text, doc[ent.end : _end(doc)].text
        if others:
            other = random.choice(others)
            true = sentence_of(before, ent.text.split()[-1], after)
            yield Twin(true, sentence_of(before, other.split()[-1], after), "name")
        theirs = context.described.get(ent.text)
        described = [text for person, text in context.described.items() if person != ent.text]
        if theirs and theirs not in doc.text:
            true = sentence_of(before, theirs, after)
            if described:
                yield Twin(true, sentence_of(before, random.choice(described), after), "description")
        elif described and others:
            # The description of somebody else for a person that the sentence names.
            true = sentence_of(before, ent.text.split()[-1], after)
            yield Twin(true, sentence_of(before, random.choice(described), after), "description")


def fusions(first: Doc, second: Doc, random: Random) -> Iterator[Twin]:
    """Yield twins of two sentences in one: each with its own subject, and both with the first's."""
    found = []
    for doc in (first, second):
        verb = _root(doc)
        subject = _child(verb, "nsubj", "nsubjpass")
        if not subject or subject.pos_ == "PRON" or len(_phrase(subject)) > 8 or _phrase(subject).start != 0:
            return
        rest = doc[_phrase(subject).end : _end(doc)]
        if not 4 <= len(rest) <= 24 or verb.pos_ not in {"VERB", "AUX"} or '"' in doc.text:
            return
        found.append((_phrase(subject), rest))
    (a, one), (b, two) = found
    if a.root.lemma_ == b.root.lemma_ or _plural(a.root) != _plural(b.root):
        return
    joint = random.choice(("and", "while"))
    yield Twin(
        sentence_of(a.text, one.text, f", {joint}", _lowered(b), two.text),
        sentence_of(a.text, one.text, "and", two.text),
        "fusion",
    )
    yield Twin(sentence_of(b.text, two.text), sentence_of(a.text, two.text), "subject")
    crossed = sentence_of(b.text, one.text, f", {joint}", _lowered(a), two.text)
    yield Twin(sentence_of(b.text, two.text, f", {joint}", _lowered(a), one.text), crossed, "fusion")


RULES: Sequence[Callable[[Doc, Context, Forms, Random], Iterator[Twin]]] = (
    voices,
    attributions,
    clauses,
    parts,
    entities,
)
