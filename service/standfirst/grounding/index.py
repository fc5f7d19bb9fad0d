"""The grounding index: an article made ready for claims to be held against it, one after another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from standfirst.domain.article import Article
from standfirst.domain.verification import SentenceFinding
from standfirst.grounding import support
from standfirst.grounding.case import ArticleContext, Case, Kind, Problem
from standfirst.grounding.checks.alignment import Alignment
from standfirst.grounding.checks.attribution import with_speaker
from standfirst.grounding.evidence import Evidence
from standfirst.grounding.registry import ENGLISH, CheckRegistry
from standfirst.language.en.analysis import Analysis, Analyzer
from standfirst.language.en.dates import take_dates
from standfirst.language.en.names import KnownNames, ordinary_stems
from standfirst.language.en.quantities import quantities
from standfirst.language.en.spelling import unify
from standfirst.language.parser import Parses, SentenceParser
from standfirst_models.protocols.verifier import Finding, Pair

#: The likeness from which a claim is worded like a sentence.
_WORDED_LIKE = 0.65
#: The number of windows of the article that a verifier reads beside a claim in other words.
_WINDOWS = 3
#: The least and the greatest support of what is undecided. What is not backed has less, what is backed has more.
_LEAST_UNDECIDED, _UNDECIDED = 0.25, 0.5

_OTHER_WORDS = Problem("wording", "the article has other words, and the verifier cannot tell whether they say the same")
_UNSURE = "the verifier cannot tell whether the article backs this"
_NOT_BACKED = "the article does not back this"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the article says to a claim.

    ``support`` is from 0 to 1: from 0.25 to 0.5 where the claim is undecided, less where it is not backed. ``sources``
    are the indices of the sentences that the claim is about, in order. ``problems`` are why it is not backed or
    undecided; there are none where it is backed. ``draft_problems`` are why a draft or a headline that is backed may
    not be shown. ``nearest`` is the index of the sentence that is most like the claim.
    """

    finding: SentenceFinding
    support: float
    sources: tuple[int, ...]
    problems: tuple[Problem, ...] = ()
    draft_problems: tuple[Problem, ...] = ()
    nearest: int | None = None

    @property
    def is_backed(self) -> bool:
        """Whether the article backs the claim."""
        return self.finding == "backed"

    @property
    def reason(self) -> str | None:
        """The code of the first problem."""
        return self.problems[0].code if self.problems else None

    @property
    def messages(self) -> tuple[str, ...]:
        """The problems in plain words."""
        return tuple(problem.message for problem in self.problems)


class GroundingIndex:
    """One article, against which claims are held by ``checks``. It is not safe to share between threads.

    Checks on syntax find nothing where ``parses`` has no parser. ``calibration`` is that of the verifier.
    """

    def __init__(
        self,
        article: Article,
        parses: Parses,
        checks: CheckRegistry = ENGLISH,
        calibration: support.Calibration = support.EMBEDDED,
    ) -> None:
        self._checks = checks
        self._calibration = calibration
        self.parses = parses
        self._analyzer = Analyzer()
        self._sentences = tuple(self._analyzer.analyse(sentence.text) for sentence in article.sentences)
        self._evidence = Evidence([sentence.unified for sentence in self._sentences], self._analyzer.lexer)
        self._compared: dict[str, _Compared] = {}
        self._restated: dict[int, Analysis] = {}
        # Reversed, so that of equal sentences the first is found.
        self._verbatim = {self._sentences[i].folded: i for i in reversed(range(len(self._sentences)))}
        self._context = ArticleContext(
            self._sentences,
            KnownNames(sentence.words for sentence in self._sentences),
            ordinary_stems() | _lower_case_stems(self._sentences),
            _years(article.text),
            " ".join(sentence.folded for sentence in self._sentences),
        )

    def restate(self, index: int, text: str) -> None:
        """Hold later claims against ``text`` for the sentence at ``index``: with names put in that others back."""
        self._restated[index] = self._analyzer.analyse(text)
        self._compared.clear()

    def pairs(self, claim: str) -> tuple[Pair, ...]:
        """Return what a verifier should read to judge ``claim``: evidence from one or more parts of the article.

        There is nothing to read where the article has the claim word for word, and where the verifier cannot judge it.
        Evidence and claim are in one way of writing: a verifier need not know that "Dec. 7" is "7 December".
        """
        compared = self._compare(claim)
        if compared.verbatim is not None or self._reading(compared) is None:
            return ()
        unified = compared.claim.unified
        if compared.is_cut and compared.nearest in self._restated:
            return (Pair(self._restated[compared.nearest].unified, unified),)
        if self._evidence.words <= self._calibration.document_words:
            return (Pair(self._evidence.whole(), unified),)
        windows = self._evidence.windows(self._analyzer.lexer.words(unified), 1 if compared.is_cut else _WINDOWS)
        return tuple(Pair(window, unified) for window in windows)

    def pair(self, claim: str, sentences: Sequence[str]) -> Pair:
        """Return ``claim`` beside ``sentences``, as a verifier should read them."""
        return Pair(" ".join(map(unify, sentences)), self._compare(claim).claim.unified)

    def judge(self, claim: str, findings: Sequence[Finding]) -> Verdict:
        """Return whether the article backs ``claim``. ``findings`` are what a verifier makes of its ``pairs``."""
        compared = self._compare(claim)
        if compared.verbatim is not None:
            return Verdict("backed", 1.0, (compared.verbatim,))
        problems = self._checks.problems(self._case(compared))
        finding, probability, unread = self._read(compared, findings)
        if not all(problem.is_doubt for problem in problems):
            refuting_first = tuple(sorted(problems, key=lambda problem: problem.is_doubt))
            return _verdict(compared, "not_backed", _LEAST_UNDECIDED * probability, refuting_first)
        if problems or finding == "undecided":
            return _verdict(
                compared, "undecided", min(_UNDECIDED, max(_LEAST_UNDECIDED, probability)), problems or unread
            )
        return _verdict(compared, finding, probability, unread)

    def problems(self, text: str, kind: Kind, sentences: Sequence[str] = ()) -> tuple[Problem, ...]:
        """Return what the checks for ``kind`` alone find in ``text``; whether it is backed is what ``judge`` says.

        ``sentences`` are those that a draft shortens or that a headline was made from, at least one; the one that has
        most words of ``text`` counts. A title is held against the whole article.
        """
        claim = self._analyzer.analyse(text)
        if kind is Kind.TITLE:
            return self._checks.problems(Case(kind, claim, self._context))
        shortened = self._analyzer.analyse(_nearest(text, sentences))
        alignment = self._align(claim.text, shortened.text)
        return self._checks.problems(Case(kind, claim, self._context, shortened=shortened, alignment=alignment))

    def with_speaker(self, draft: str, sentence: str) -> str:
        """Return ``draft``, which shortens ``sentence``, with the words that say who says so if it has lost them."""
        alignment = self._align(draft, sentence)
        return draft if alignment is None else with_speaker(draft, alignment)

    def features(self, claim: str, findings: Sequence[Finding]) -> support.Features:
        """Return the features from which the support of ``claim`` is computed. There is at least one finding."""
        compared = self._compare(claim)
        return _features(compared.claim, self._evidence_of(compared), _best(findings))

    def is_cut(self, claim: str) -> bool:
        """Return whether one sentence of the article has the words of ``claim``."""
        return self._compare(claim).is_cut

    def is_worded_like(self, claim: str) -> bool:
        """Return whether a sentence of the article has most of the words of ``claim``."""
        return self._compare(claim).likeness >= _WORDED_LIKE

    def has_words_together(self, claim: str) -> bool:
        """Return whether one sentence has all content words and numbers of ``claim``, in whatever order."""
        compared = self._compare(claim)
        return any(compared.claim.stems <= self._sentences[index].stems for index in compared.sources)

    def texts(self, indices: Iterable[int]) -> tuple[str, ...]:
        """Return the sentences of the article at ``indices``."""
        return tuple(self._sentences[index].text for index in indices)

    def position(self, sentence: Analysis) -> int:
        """Return the index in the article of a sentence that a problem quotes."""
        return next(index for index, own in enumerate(self._sentences) if own is sentence)

    def _compare(self, text: str) -> _Compared:
        """Return ``text`` beside the sentences that it is about."""
        compared = self._compared.get(text)
        if compared is None:
            claim = self._analyzer.analyse(text)
            verbatim = self._verbatim.get(claim.folded)
            sources = self._evidence.sources(claim, self._sentences) if verbatim is None else (verbatim,)
            likeness = {index: support.likeness(claim, self._sentence(index)) for index in sources}
            nearest = max(sources, key=lambda index: likeness[index], default=None)
            share = 0.0 if nearest is None else likeness[nearest]
            compared = self._compared[text] = _Compared(claim, verbatim, sources, nearest, share)
        return compared

    def _sentence(self, index: int) -> Analysis:
        return self._restated.get(index, self._sentences[index])

    def _evidence_of(self, compared: _Compared) -> list[Analysis]:
        return [self._sentence(index) for index in compared.sources]

    def _reading(self, compared: _Compared) -> support.Reading | None:
        return self._calibration.cut if compared.is_cut else self._calibration.reworded

    def _case(self, compared: _Compared) -> Case:
        text = compared.claim.text
        if compared.nearest is None or compared.likeness < _WORDED_LIKE:
            return Case(Kind.CLAIM, compared.claim, self._context, self.parses.of(text))
        shortened = self._sentence(compared.nearest)
        alignment = self._align(text, shortened.text)
        doc = None if alignment is None else alignment.claim
        return Case(Kind.CLAIM, compared.claim, self._context, doc, shortened, alignment)

    def _read(
        self, compared: _Compared, findings: Sequence[Finding]
    ) -> tuple[SentenceFinding, float, tuple[Problem, ...]]:
        """Return what the verifier finds, the probability that the claim is backed, and the problem."""
        reading = self._reading(compared)
        if reading is None:
            return "undecided", _UNDECIDED, (_OTHER_WORDS,)
        best = _best(findings)
        probability = reading.support(_features(compared.claim, self._evidence_of(compared), best))
        if probability >= reading.backed_from:
            return "backed", probability, ()
        if probability <= reading.not_backed_to:
            return (
                "not_backed",
                probability,
                (_weak(compared.claim.unified, best, _NOT_BACKED, "the article does not back"),),
            )
        return "undecided", probability, (_weak(compared.claim.unified, best, _UNSURE, "the verifier is not sure of"),)

    def _align(self, claim: str, sentence: str) -> Alignment | None:
        source, doc = self.parses.of(sentence), self.parses.of_claim(claim)
        if source is None or doc is None:
            return None
        alignment = Alignment.of(doc, source)
        if not alignment.take_entities():
            self.parses.of(claim)
        return alignment


def _verdict(compared: _Compared, finding: SentenceFinding, support: float, problems: tuple[Problem, ...]) -> Verdict:
    return Verdict(finding, support, compared.sources, problems, nearest=compared.nearest)


@dataclass(frozen=True, slots=True)
class _Compared:
    """A claim beside the article.

    ``verbatim`` is the index of the sentence that it is word for word. ``nearest`` is that of its ``sources`` which is
    worded most like it, and ``likeness`` how much, from 0 to 1.
    """

    claim: Analysis
    verbatim: int | None
    sources: tuple[int, ...]
    nearest: int | None
    likeness: float

    @property
    def is_cut(self) -> bool:
        """Whether one sentence has all its content words and numbers in the same order."""
        return self.likeness == 1


def _nearest(text: str, sentences: Sequence[str]) -> str:
    """Return the one of ``sentences`` that has most words of ``text``."""
    words = set(text.casefold().split())
    return max(sentences, key=lambda sentence: len(words.intersection(sentence.casefold().split())))


@dataclass(frozen=True, slots=True)
class Grounding:
    """What grounding needs beside an article.

    It is the parser of English sentences, if there is one, the checks, and the calibration of the verifier.
    """

    parser: SentenceParser | None
    checks: CheckRegistry = ENGLISH
    calibration: support.Calibration = support.EMBEDDED

    def index(self, article: Article) -> GroundingIndex:
        """Return the index of ``article``."""
        parses = Parses(self.parser if is_english(article) else None)
        return GroundingIndex(article, parses, self.checks, self.calibration)


def is_english(article: Article) -> bool:
    """Return whether ``article`` is in English, or in an unknown language, which is taken for English."""
    return article.language in (None, "en")


def _lower_case_stems(sentences: Sequence[Analysis]) -> frozenset[str]:
    """Return the stems of the content words that the article writes in lower case: they are no names."""
    return frozenset(word.stem for s in sentences for word in s.words if word.is_content and not word.is_capitalised)


def _years(text: str) -> frozenset[int]:
    """Return the years that stand in ``text`` without a month."""
    numbers = quantities(take_dates(text)[1])
    return frozenset(int(number.value) for number in numbers if number.unit is None and 1500 <= number.value < 2200)


def _features(claim: Analysis, evidence: Sequence[Analysis], finding: Finding) -> support.Features:
    return support.features(claim.unified_words, [sentence.unified_words for sentence in evidence], finding.logit)


def _best(findings: Sequence[Finding]) -> Finding:
    return max(findings, key=lambda finding: finding.logit)


def _weak(text: str, finding: Finding, whole: str, beginning: str) -> Problem:
    """Return the problem of too little support; it names the words that the verifier found weakest, if they are few."""
    start, end = finding.weakest
    while start > 0 and text[start - 1].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum():
        end += 1
    if finding.logit >= 0 or not start < end or end - start > len(text) / 2:
        return Problem("support", whole)
    return Problem("support", f"{beginning} “{text[start:end]}”")
