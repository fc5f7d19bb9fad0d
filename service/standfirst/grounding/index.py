"""The grounding index: an article made ready for claims to be held against it, one after another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from standfirst.domain.article import Article
from standfirst.grounding import support
from standfirst.grounding.backing import BackingIndex
from standfirst.grounding.case import ArticleContext, Case, Kind, Problem
from standfirst.grounding.checks.alignment import Alignment
from standfirst.grounding.checks.attribution import with_speaker
from standfirst.grounding.evidence import Evidence
from standfirst.grounding.registry import ENGLISH, CheckRegistry
from standfirst.language.en.analysis import Analysis, Analyzer
from standfirst.language.en.dates import take_dates
from standfirst.language.en.names import ordinary_stems
from standfirst.language.en.quantities import quantities
from standfirst.language.en.spelling import join_torn_numbers, unify
from standfirst.language.parser import Parses, SentenceParser
from standfirst.language.punctuation import without_marks
from standfirst_models.protocols.verifier import Finding, Pair

#: The share of a claim's words that a sentence has in the same order if the claim is worded like it.
_WORDED_LIKE = 0.75
_IN_PART = "the article backs this only in part"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the article says to a claim.

    ``support`` is from 0 to 1. ``sources`` are the indices of the sentences that back the claim, in order. ``problems``
    are what they do not back; there are none where every check passed and the support is enough. ``draft_problems`` are
    why a draft or a headline that is backed may not be shown.
    """

    support: float
    sources: tuple[int, ...]
    problems: tuple[Problem, ...] = ()
    draft_problems: tuple[Problem, ...] = ()

    @property
    def is_supported(self) -> bool:
        """Whether the article backs the claim."""
        return not self.problems

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
        self._backing = BackingIndex(self._sentences)
        self._evidence = Evidence([sentence.unified for sentence in self._sentences], self._analyzer.lexer)
        # Reversed, so that of equal sentences the first is found.
        self._verbatim = {self._sentences[i].folded: i for i in reversed(range(len(self._sentences)))}
        self._context = ArticleContext(
            self._sentences, ordinary_stems() | _lower_case_stems(self._sentences), _years(article.text)
        )

    def pair(self, claim: str) -> Pair | None:
        """Return what a verifier should read to judge ``claim``, or None where the article has it word for word.

        Evidence and claim are in one way of writing: a verifier need not know that "Dec. 7" is "7 December".
        """
        text = join_torn_numbers(claim)
        if without_marks(text) in self._verbatim:
            return None
        unified = unify(text)
        return Pair(self._evidence.gather(self._analyzer.lexer.words(unified)), unified)

    def judge(self, claim: str, finding: Finding | None) -> Verdict:
        """Return whether the article backs ``claim``. ``finding`` is what a verifier makes of its ``pair``."""
        analysis = self._analyzer.analyse(claim)
        verbatim = self._verbatim.get(analysis.folded)
        if verbatim is not None:
            return Verdict(1.0, (verbatim,))
        sources = self._backing.select(analysis)
        if not sources or finding is None:
            return Verdict(0.0, (), (Problem("sources", "nothing in the article is about this"),))
        case = Case(
            Kind.CLAIM,
            analysis,
            self._context,
            evidence=self._pick(sources),
            antecedents=self._pick(self._backing.antecedents(sources)),
            alignment=self._nearest_alignment(analysis.text, [self._sentences[index].text for index in sources]),
        )
        problems = self._checks.problems(case)
        probability = self._calibration.support(_features(analysis, case.evidence, finding), problem=bool(problems))
        if not problems and probability < self._calibration.threshold:
            problems = (_unsupported(analysis.unified, finding),)
        return Verdict(probability, sources, problems)

    def problems(self, text: str, kind: Kind, sentences: Sequence[str] = ()) -> tuple[Problem, ...]:
        """Return what the checks for ``kind`` alone find in ``text``; whether it is backed is what ``judge`` says.

        ``sentences`` are those that a draft shortens or that a headline was made from, at least one; the one that has
        most words of ``text`` counts. A title is held against the whole article.
        """
        claim = self._analyzer.analyse(text)
        if kind is Kind.TITLE:
            return self._checks.problems(Case(kind, claim, self._context, evidence=self._sentences))
        shortened = self._analyzer.analyse(_nearest(text, sentences))
        alignment = self._align(claim.text, shortened.text)
        return self._checks.problems(Case(kind, claim, self._context, shortened=shortened, alignment=alignment))

    def with_speaker(self, draft: str, sentence: str) -> str:
        """Return ``draft``, which shortens ``sentence``, with the words that say who says so if it has lost them."""
        alignment = self._align(draft, sentence)
        return draft if alignment is None else with_speaker(draft, alignment)

    def features(self, claim: str, finding: Finding) -> support.Features:
        """Return the features from which the support of ``claim`` is computed, for fitting their weights."""
        analysis = self._analyzer.analyse(claim)
        return _features(analysis, self._pick(self._backing.select(analysis)), finding)

    def is_cut(self, claim: str) -> bool:
        """Return whether one sentence of the article has the words of ``claim``."""
        analysis = self._analyzer.analyse(claim)
        return self._nearest_alignment(analysis.text, self.texts(self._backing.select(analysis))) is not None

    def texts(self, indices: Iterable[int]) -> tuple[str, ...]:
        """Return the sentences of the article at ``indices``."""
        return tuple(self._sentences[index].text for index in indices)

    def _nearest_alignment(self, claim: str, evidence: Sequence[str]) -> Alignment | None:
        """Return the alignment with the sentence that the claim is worded like, if there is one."""
        alignment = self._align(claim, _nearest(claim, evidence))
        return alignment if alignment is not None and alignment.coverage >= _WORDED_LIKE else None

    def _align(self, claim: str, sentence: str) -> Alignment | None:
        parsed = self.parses.of(claim, sentence)
        return None if parsed is None else Alignment.of(*parsed)

    def _pick(self, indices: Sequence[int]) -> tuple[Analysis, ...]:
        return tuple(self._sentences[index] for index in indices)


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


def _unsupported(text: str, finding: Finding) -> Problem:
    """Return the problem of too little support; it names the words that the verifier found weakest, if they are few."""
    start, end = finding.weakest
    while start > 0 and text[start - 1].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum():
        end += 1
    if finding.logit >= 0 or not start < end or end - start > len(text) / 2:
        return Problem("support", _IN_PART)
    return Problem("support", f"the article does not back “{text[start:end]}”")
