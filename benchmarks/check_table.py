"""A table of what each check finds: in false sentences, which it should, and in true ones, which it should not.

False are claims that people judged as not supported, claims made false by rule (``judgements.corruption``), and drafts
that were cut to mislead (``judgements.shortening``) or cut off. True are claims that people judged as supported,
highlights that editors wrote, and drafts without a part that can go. The table counts the false and the true sentences
in which a check finds something, those of them that the verifier would let pass (or, of drafts, that are backed), and
those that nothing else would refuse.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Any

from judgements.corruption import RULES
from judgements.shortening import MISLEADING, shortened
from standfirst.condensing.quoting import as_quotation
from standfirst.domain.article import Article
from standfirst.grounding.case import Kind
from standfirst.grounding.index import GroundingIndex
from standfirst.grounding.registry import ENGLISH
from standfirst.language.parser import Parses, SentenceParser
from standfirst.reading.summary import split_summary
from standfirst.reading.text import read_text
from standfirst_models.protocols.verifier import Finding, Verifier

_COLUMNS = ("false", "false, passes", "false, alone", "true", "true, passes", "true, alone")
_NOTHING = ENGLISH.without(ENGLISH.codes)
#: Rules of ``judgements.corruption`` whose sentences are cut off. The sentence is what the draft would shorten.
_CUT_OFF = ("gap", "stump")

#: The codes of the checks that find something, and whether the sentence would pass without these.
Found = tuple[set[str], bool]


class _Article:
    """An article, indexed with all checks, with none, and with every check alone."""

    def __init__(self, article: Article, verifier: Verifier, parser: SentenceParser | None) -> None:
        self._verifier = verifier
        parses = Parses(parser)
        self._checked = GroundingIndex(article, parses, ENGLISH)
        self._unchecked = GroundingIndex(article, parses, _NOTHING)
        self._alone = {
            code: GroundingIndex(article, parses, ENGLISH.without(set(ENGLISH.codes) - {code}))
            for code in ENGLISH.codes
        }

    def on_claims(self, claims: Sequence[str]) -> Iterator[Found]:
        """Yield the codes of the checks that find something in each claim, and whether the verifier lets it pass."""
        for claim, findings in self._findings(claims):
            found = {code for code, index in self._alone.items() if index.judge(claim, findings).reason == code}
            yield found, self._unchecked.judge(claim, findings).is_backed

    def on_drafts(self, drafts: Sequence[tuple[str, str]]) -> Iterator[Found]:
        """Yield the codes of the checks on drafts that find something in each, and whether the draft is backed."""
        findings = self._findings([draft for draft, _ in drafts])
        for (draft, sentence), (_, of_draft) in zip(drafts, findings, strict=True):
            found = {code for code, index in self._alone.items() if index.problems(draft, Kind.DRAFT, [sentence])}
            yield found, self._checked.judge(draft, of_draft).is_backed

    def _findings(self, claims: Sequence[str]) -> list[tuple[str, list[Finding]]]:
        return [(claim, self._verifier.verify(self._unchecked.pairs(claim), lambda: False)) for claim in claims]


Row = Mapping[str, Any]


def print_check_table(
    judged: Sequence[Row], rows: Sequence[Row], verifier: Verifier, parser: SentenceParser | None
) -> None:
    """Print a row for each check, in Markdown, from judged summaries and from articles."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    sentences: Counter[str] = Counter()

    def count(labels: Sequence[bool], found: Iterator[Found]) -> None:
        for is_true, (codes, passes) in zip(labels, found, strict=True):
            column = "true" if is_true else "false"
            sentences[column] += 1
            for code in codes:
                counts[code][column] += 1
                counts[code][f"{column}, passes"] += passes
                counts[code][f"{column}, alone"] += passes and len(codes) == 1

    for row in judged:
        article = _Article(read_text(row["article"]), verifier, parser)
        labels = [bool(sentence["supported"]) for sentence in row["sentences"]]
        count(labels, article.on_claims([sentence["text"] for sentence in row["sentences"]]))
    random = Random(0)
    for row in rows:
        text = read_text(row.get("text") or row["article"])
        article = _Article(text, verifier, parser)
        claims = list(_claims(text, row.get("reference"), random))
        count([is_true for is_true, _ in claims], article.on_claims([claim for _, claim in claims]))
        labelled = list(_drafts(text, random))
        drafts = [(draft, source) for _, draft, source in labelled]
        count([is_true for is_true, _, _ in labelled], article.on_drafts(drafts))
    print(f"{sentences['false']} false sentences, {sentences['true']} true ones")
    print(f"| check | {' | '.join(_COLUMNS)} |")
    print("|---|" + "---|" * len(_COLUMNS))
    for code in ENGLISH.codes:
        print(f"| {code} | {' | '.join(str(counts[code][column]) for column in _COLUMNS)} |")


def _claims(article: Article, reference: str | None, random: Random) -> Iterator[tuple[bool, str]]:
    """Yield claims, and whether they are true."""
    texts = [sentence.text for sentence in article.sentences]
    for rule in RULES.values():
        corrupted = rule(random.choice(texts), texts, random)
        if corrupted and corrupted.text not in texts:
            yield False, corrupted.text
    if reference:
        yield from ((True, text) for text in split_summary(reference))


def _drafts(article: Article, random: Random) -> Iterator[tuple[bool, str, str]]:
    """Yield drafts of sentences, whether they are true, and the sentences."""
    texts = [sentence.text for sentence in article.sentences]
    for text in random.sample(texts, min(10, len(texts))):
        source = as_quotation(text)
        short = shortened(source, random)
        if short is not None:
            yield True, short, source
        misleading = [rule(source, random) for rule in MISLEADING.values()]
        cut_off = [cut.text for name in _CUT_OFF if (cut := RULES[name](source, texts, random))]
        for draft in filter(None, [*misleading, *cut_off]):
            yield False, draft, source
