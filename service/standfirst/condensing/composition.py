"""The composition: a briefing under construction, to which sentences are added in any order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from standfirst.condensing.candidate import Candidate
from standfirst.condensing.quoting import as_headline
from standfirst.condensing.selection import Selection
from standfirst.domain.article import Article
from standfirst.domain.briefing import (
    Briefing,
    BriefingSentence,
    Coverage,
    ModelStamp,
    Options,
    Passage,
    PlacedSentence,
    RefusedDraft,
    passages_of,
)
from standfirst.grounding.case import Kind, Problem
from standfirst.grounding.index import GroundingIndex, Verdict
from standfirst.language.en.sentence_form import SentenceForm

#: The largest number of words in a sentence that is quoted as the headline.
_MAX_HEADLINE_WORDS = 16

Emit = Callable[[PlacedSentence], None]


class Composition:
    """Decides what the briefing shows of each selected sentence: its quotation, a draft, or nothing.

    ``emit`` is called with every sentence as soon as it is shown.
    """

    def __init__(
        self, article: Article, options: Options, grounding: GroundingIndex, selection: Selection, emit: Emit
    ) -> None:
        self._article = article
        self._options = options
        self._grounding = grounding
        self._selection = selection
        self._emit = emit
        #: By the candidate's index; None if nothing is shown for it.
        self._shown: dict[int, BriefingSentence | None] = {}
        self._headline: BriefingSentence | None = None
        self._refused: list[RefusedDraft] = []

    def quote(self, candidates: Iterable[Candidate]) -> None:
        """Quote ``candidates``."""
        for candidate in candidates:
            self._show(candidate, self._quotation(candidate))

    def quote_remaining(self) -> None:
        """Quote every selected sentence that is not decided yet."""
        self.quote(candidate for candidate in self._selection.chosen if candidate.index not in self._shown)

    def add_draft(self, candidate: Candidate, draft: str, verdict: Verdict) -> None:
        """Show ``draft`` for ``candidate`` if it is backed and passes the checks on drafts.

        A draft that is not backed is treated as ``options.on_unsupported`` says. One that only fails a check on drafts
        is always replaced by the quotation.
        """
        sentence: BriefingSentence | None = self._quotation(candidate)
        if not verdict.is_supported:
            self._refuse(draft, verdict.problems)
            if self._options.on_unsupported == "flag":
                sentence = self._written(draft, verdict, verdict.messages)
            elif self._options.on_unsupported == "drop":
                sentence = None
        elif self._passes(draft, Kind.DRAFT, [candidate]):
            sentence = self._written(draft, verdict)
        self._show(candidate, sentence)

    def add_title(self, title: str, verdict: Verdict) -> None:
        """Show the article's own title as the headline if its numbers, dates and names are in the text."""
        start = self._article.text.find(title)
        if start >= 0:
            self._show_headline(BriefingSentence(title, "quoted", 1.0, (Passage(start, start + len(title), title),)))
        elif not self._grounding.problems(title, Kind.TITLE):
            passages = passages_of(self._article, verdict.sources)
            self._show_headline(BriefingSentence(title, "quoted", verdict.support, passages))

    def add_headline(self, draft: str, verdict: Verdict) -> None:
        """Show ``draft`` as the headline if it is backed and passes the checks, or if it is to be flagged."""
        if not verdict.is_supported:
            self._refuse(draft, verdict.problems)
            if self._options.on_unsupported == "flag":
                self._show_headline(self._written(draft, verdict, verdict.messages))
        elif self._passes(draft, Kind.HEADLINE, self._selection.lead):
            self._show_headline(self._written(draft, verdict))

    def quote_headline(self) -> None:
        """If there is no headline, quote the best short self-contained sentence that is not selected."""
        if self._headline is not None:
            return
        selected = {candidate.index for candidate in self._selection.chosen}
        for candidate in self._selection.ranked:
            is_short = candidate.words <= _MAX_HEADLINE_WORDS
            if is_short and candidate.form is SentenceForm.SELF_CONTAINED and candidate.index not in selected:
                passages = passages_of(self._article, [candidate.index])
                self._show_headline(BriefingSentence(as_headline(candidate.text), "quoted", 1.0, passages))
                return

    def briefing(self, briefing_id: str, stamp: ModelStamp, *, complete: bool) -> Briefing:
        """Return the briefing as it is now; its first sentence is the standfirst."""
        body = self._body()
        sentences = [*body, self._headline] if self._headline else body
        used = {(passage.start, passage.end) for sentence in sentences for passage in sentence.sources}
        return Briefing(
            id=briefing_id,
            headline=self._headline,
            standfirst=tuple(body[:1]),
            points=tuple(body[1:]),
            coverage=Coverage(len(self._article.sentences), len(used), complete=complete),
            model=stamp,
            refused=tuple(self._refused),
        )

    def _body(self) -> list[BriefingSentence]:
        """Return the sentences below the headline in the article's order, without repetitions."""
        by_text: dict[str, BriefingSentence] = {}
        for candidate in self._selection.chosen:
            sentence = self._shown.get(candidate.index)
            if sentence is not None and sentence.text in by_text:  # two drafts say the same: the second is quoted
                sentence = self._quotation(candidate)
            if sentence is not None:
                by_text.setdefault(sentence.text, sentence)
        return list(by_text.values())

    def _passes(self, draft: str, kind: Kind, shortened: Sequence[Candidate]) -> bool:
        """Return whether no check on ``kind`` finds a problem in ``draft``; refuse the draft otherwise."""
        problems = self._grounding.problems(draft, kind, [candidate.text for candidate in shortened])
        if problems:
            self._refuse(draft, problems[:1])
        return not problems

    def _refuse(self, draft: str, problems: Sequence[Problem]) -> None:
        messages = tuple(problem.message for problem in problems)
        self._refused.append(RefusedDraft(draft, problems[0].code, messages))

    def _show(self, candidate: Candidate, sentence: BriefingSentence | None) -> None:
        self._shown[candidate.index] = sentence
        if sentence is not None:
            position = self._selection.chosen.index(candidate)
            self._emit(PlacedSentence("point" if position else "standfirst", max(0, position - 1), sentence))

    def _show_headline(self, sentence: BriefingSentence) -> None:
        self._headline = sentence
        self._emit(PlacedSentence("headline", 0, sentence))

    def _quotation(self, candidate: Candidate) -> BriefingSentence:
        return BriefingSentence(candidate.text, "quoted", 1.0, passages_of(self._article, [candidate.index]))

    def _written(self, draft: str, verdict: Verdict, problems: tuple[str, ...] = ()) -> BriefingSentence:
        return BriefingSentence(
            draft, "written", verdict.support, passages_of(self._article, verdict.sources), problems
        )
