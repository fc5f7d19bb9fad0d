"""Groups made of articles alone: highlights with false twins, twins by syntax and rewording, evidence taken away."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from random import Random

from spacy.language import Language
from spacy.tokens import Doc

from judgements.folds import fold_of
from judgements.shortening import shortened
from standfirst.grounding.evidence import Evidence
from standfirst.language.words import Lexer
from training.device.examples import Group, Statement, with_falsehoods
from training.device.rewordings import Twin, figures, reworded, turns
from training.device.syntax import RULES, Forms, context_of, fusions
from training.verifier_examples import EvidenceGatherer, split_claims

#: Neighbouring sentences that are analysed of an article, as pairs, and twins that are kept of each kind.
_PAIRS, _OF_EACH = 3, 2
#: Kinds of which an article has plenty.
_COMMON = {"name": 1, "number": 2, "fusion": 1, "subject": 2, "opposite": 1}
#: Kinds whose false member differs from the true one by one run of words.
_BY_ONE_RUN = frozenset("name number date hedge negation quantity opposite description speaker subject".split())
_WORD = re.compile(r"\S+")


def of_article(
    article: str,
    highlights: str | None,
    origin: str,
    most: int,
    language: Language,
    forms: Forms,
    gatherer: EvidenceGatherer,
    random: Random,
) -> Iterator[Group]:
    """Yield the groups of one article, at most ``most`` of them twins by syntax."""
    sentences = gatherer.sentences(article)
    if len(sentences) < 5:
        return
    fold = fold_of(article)
    fitting = [i for i in range(len(sentences) - 1) if 8 <= len(sentences[i].split()) <= 38]
    starts = random.sample(fitting, min(_PAIRS, len(fitting)))
    texts = [sentences[i + step] for i in starts for step in (0, 1)]
    claims = split_claims(highlights) if highlights else []
    docs = list(language.pipe([*texts, *claims]))
    twins = list(_twins(docs, 2 * len(starts), forms, random))
    for twin in _chosen(twins, most, random):
        evidence = gatherer.pair(article, twin.true).evidence
        if random.random() < 0.2:
            evidence = f"{random.choice(sentences)} {evidence}"
        yield twin_group(twin, evidence, f"twin-{twin.kind}", fold)
    for claim in claims:
        evidence = gatherer.pair(article, claim).evidence
        yield with_falsehoods(evidence, claim, sentences, f"{origin}-highlight", fold, 1.0, random, 2)
    for text in texts[:2]:
        claim = shortened(text, random) or text
        evidence = gatherer.pair(article, claim).evidence
        yield with_falsehoods(evidence, claim, sentences, f"{origin}-cut", fold, 1.0, random, 2)
    if texts and random.random() < 0.3:
        yield _without(texts[-1], sentences, f"{origin}-without", fold, gatherer, article)


def _twins(docs: Sequence[Doc], pairs: int, forms: Forms, random: Random) -> Iterator[Twin]:
    context = context_of(docs)
    for doc in docs:
        for rule in RULES:
            yield from rule(doc, context, forms, random)
        yield from figures(doc.text, random)
        yield from turns(doc.text, random)
    for index in range(0, pairs, 2):
        yield from fusions(docs[index], docs[index + 1], random)


def _chosen(twins: Sequence[Twin], most: int, random: Random) -> Iterator[Twin]:
    """Yield up to ``most`` of ``twins``, few of one kind; half with some words replaced by synonyms in both."""
    counts: Counter[str] = Counter()
    left = most
    for twin in random.sample(twins, len(twins)):
        fits = twin.true and twin.false and twin.true != twin.false and len(twin.true.split()) >= 4
        if left and fits and counts[twin.kind] < _COMMON.get(twin.kind, _OF_EACH):
            counts[twin.kind] += 1
            left -= 1
            yield reworded(twin, random) if random.random() < 0.5 else twin


def twin_group(twin: Twin, evidence: str, origin: str, fold: int) -> Group:
    """Return the group of ``twin``; where one run of words differs, its characters are marked."""
    changed = _run(twin.true, twin.false) if twin.kind in _BY_ONE_RUN else ()
    true = Statement(evidence, twin.true, True, (), True)
    return Group("twins", (true, Statement(evidence, twin.false, False, changed, bool(changed))), origin, fold)


def _run(true: str, false: str) -> tuple[tuple[int, int], ...]:
    """Return the characters of ``false`` between the words that both begin with and those that both end with."""
    theirs, ours = true.split(), list(_WORD.finditer(false))
    start = 0
    while start < min(len(theirs), len(ours)) and theirs[start] == ours[start].group():
        start += 1
    end = 0
    while end < min(len(theirs), len(ours)) - start and theirs[-1 - end] == ours[-1 - end].group():
        end += 1
    inside = ours[start : len(ours) - end]
    return ((inside[0].start(), inside[-1].end()),) if inside else ()


def _without(
    text: str, sentences: Sequence[str], origin: str, fold: int, gatherer: EvidenceGatherer, article: str
) -> Group:
    """Return a sentence beside its evidence, and beside what is left when the article lacks it."""
    lexer = Lexer()
    rest = [sentence for sentence in sentences if sentence != text]
    left = Evidence(rest, lexer).gather(lexer.words(text))
    statements = (Statement(gatherer.pair(article, text).evidence, text, True), Statement(left, text, False))
    return Group("twins", statements, origin, fold, 0.5)
