"""The composition: a briefing that comes about sentence by sentence, each in its place, in whatever order they come.

Decides what is shown of a draft once it has been judged; knows neither the models nor how a verdict comes about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from standfirst.condensing import quoting
from standfirst.domain.article import Article
from standfirst.domain.briefing import (
    BriefingSentence,
    Coverage,
    Options,
    Passage,
    PlacedSentence,
    RefusedDraft,
    passages_of,
)
from standfirst.grounding.case import Kind, Problem
from standfirst.grounding.index import GroundingIndex, Verdict
from standfirst.language.en.sentence_form import SentenceForm, sentence_form

#: The sentences, from the first, that a headline is put to.
HEADED = 2
#: A sentence of more words is no headline.
_HEADLINE_WORDS = 16


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of the article as it would be quoted."""

    index: int
    text: str
    words: int
    form: SentenceForm

    @classmethod
    def of(cls, index: int, text: str) -> Candidate:
        """The sentence of that index."""
        quote = quoting.quoted(text)
        return cls(index, quote, len(quote.split()), sentence_form(quote))


def eligible(candidates: Sequence[Candidate]) -> list[bool]:
    """Which of ``candidates`` may be chosen: only such as stand alone, if there are any. There is at least one."""
    best = max(candidate.form for candidate in candidates)
    return [candidate.form is best for candidate in candidates]


Tell = Callable[[PlacedSentence], None]


class Composition:
    """The briefing of ``article`` from the ``chosen`` candidates, in the article's order.

    ``ranked`` are all candidates, the most salient first. ``tell`` is called with each sentence that is shown.
    """

    def __init__(
        self,
        article: Article,
        options: Options,
        grounds: GroundingIndex,
        chosen: Sequence[Candidate],
        ranked: Sequence[Candidate],
        tell: Tell,
    ) -> None:
        self._article = article
        self._options = options
        self._grounds = grounds
        self._chosen = chosen
        self._ranked = ranked
        self._tell = tell
        self._shown: dict[int, BriefingSentence | None] = {}
        self._headline: BriefingSentence | None = None
        self._refused: list[RefusedDraft] = []

    def quote(self, candidates: Iterable[Candidate]) -> None:
        """Show those of ``candidates`` as they stand in the article that have no sentence yet."""
        for candidate in candidates:
            if candidate.index not in self._shown:
                self._show(candidate, self._quote(candidate))

    def quote_the_rest(self) -> None:
        """Quote whatever has no sentence yet."""
        self.quote(self._chosen)

    def needs_judging(self, candidate: Candidate, draft: str | None) -> bool:
        """Whether ``draft`` may be shown in the place of ``candidate``, if the article backs it."""
        return draft is not None and draft != candidate.text and len(draft.split()) <= candidate.words

    def draft(self, candidate: Candidate, draft: str, verdict: Verdict) -> None:
        """Show ``draft`` if the article backs it, else what ``options.on_unsupported`` says.

        One that is backed but is no sentence that stands alone is not shown in any case: its candidate is.
        """
        if verdict.is_supported:
            problems = self._grounds.problems(draft, Kind.DRAFT, [candidate.text])
            if problems:
                self._refuse_form(draft, problems[0])
            self._show(candidate, self._quote(candidate) if problems else self._written(draft, verdict))
            return
        self._refuse(draft, verdict)
        match self._options.on_unsupported:
            case "replace":
                self._show(candidate, self._quote(candidate))
            case "drop":
                self._show(candidate, None)
            case "flag":
                self._show(candidate, self._written(draft, verdict, flagged=True))

    def title(self, title: str, verdict: Verdict) -> None:
        """Take the article's title as the headline, unless it holds a number, date or name that its text does not.

        It is the article's own, so it need not be worded as its sentences are; its support says how near it is.
        """
        start = self._article.text.find(title)
        if start >= 0:
            self._head(BriefingSentence(title, "quoted", 1.0, (Passage(start, start + len(title), title),)))
        elif not self._grounds.problems(title, Kind.TITLE):
            sources = passages_of(self._article, verdict.sources)
            self._head(BriefingSentence(title, "quoted", verdict.support, sources))

    def drafted_headline(self, draft: str, verdict: Verdict) -> None:
        """Take a draft as the headline if the article backs it, or if the caller asked to see what it does not."""
        if verdict.is_supported:
            headed = [candidate.text for candidate in self._chosen[:HEADED]]
            if problems := self._grounds.problems(draft, Kind.HEADLINE, headed):
                self._refuse_form(draft, problems[0])
            else:
                self._head(self._written(draft, verdict))
            return
        self._refuse(draft, verdict)
        if self._options.on_unsupported == "flag":
            self._head(self._written(draft, verdict, flagged=True))

    def quoted_headline(self) -> None:
        """Where there is no headline yet, take a short sentence of the article that is not shown elsewhere."""
        taken = {candidate.index for candidate in self._chosen}
        for candidate in self._ranked if self._headline is None else ():
            fits = candidate.form is SentenceForm.SELF_CONTAINED and candidate.words <= _HEADLINE_WORDS
            if fits and candidate.index not in taken:
                text = quoting.as_headline(candidate.text)
                self._head(BriefingSentence(text, "quoted", 1.0, passages_of(self._article, (candidate.index,))))
                return

    @property
    def headline(self) -> BriefingSentence | None:
        """The headline, if there is one."""
        return self._headline

    @property
    def body(self) -> tuple[BriefingSentence, ...]:
        """The sentences below the headline, in the article's order; none twice."""
        found: dict[str, BriefingSentence] = {}
        for candidate in self._chosen:
            sentence = self._shown.get(candidate.index)
            if sentence is not None and sentence.text in found:
                sentence = self._quote(candidate)  # two drafts that say the same: the second is not needed
            if sentence is not None:
                found.setdefault(sentence.text, sentence)
        return tuple(found.values())

    @property
    def refused(self) -> tuple[RefusedDraft, ...]:
        """The drafts that are not shown as backed."""
        return tuple(self._refused)

    def coverage(self, *, complete: bool) -> Coverage:
        """How much of the article was read and used."""
        sentences = [self._headline, *self.body]
        used = {(source.start, source.end) for sentence in sentences if sentence for source in sentence.sources}
        return Coverage(len(self._article.sentences), len(used), complete=complete)

    def _show(self, candidate: Candidate, sentence: BriefingSentence | None) -> None:
        self._shown[candidate.index] = sentence
        if sentence is not None:
            position = self._chosen.index(candidate)
            self._tell(PlacedSentence("point" if position else "standfirst", max(0, position - 1), sentence))

    def _refuse(self, draft: str, verdict: Verdict) -> None:
        self._refused.append(RefusedDraft(draft, verdict.reason or "support", verdict.problems))

    def _refuse_form(self, draft: str, problem: Problem) -> None:
        self._refused.append(RefusedDraft(draft, problem.code, (problem.message,)))

    def _head(self, sentence: BriefingSentence) -> None:
        self._headline = sentence
        self._tell(PlacedSentence("headline", 0, sentence))

    def _quote(self, candidate: Candidate) -> BriefingSentence:
        return BriefingSentence(candidate.text, "quoted", 1.0, passages_of(self._article, (candidate.index,)))

    def _written(self, text: str, verdict: Verdict, *, flagged: bool = False) -> BriefingSentence:
        problems = verdict.problems if flagged else ()
        return BriefingSentence(text, "written", verdict.support, passages_of(self._article, verdict.sources), problems)
