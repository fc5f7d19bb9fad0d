"""The composition: a briefing under construction, to which sentences are added in any order."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from standfirst.condensing.quoting import as_headline
from standfirst.condensing.selection import Selection
from standfirst.condensing.source_sentence import SourceSentence
from standfirst.domain.article import Article
from standfirst.domain.briefing import (
    Briefing,
    BriefingSentence,
    Coverage,
    ModelStamp,
    Options,
    Origin,
    Passage,
    PlacedSentence,
    RefusedDraft,
    passages_of,
)
from standfirst.grounding.case import Kind
from standfirst.grounding.index import GroundingIndex, Verdict
from standfirst.language.en.sentence_form import SentenceForm

#: The largest number of words in a sentence that is quoted as the headline.
_MAX_HEADLINE_WORDS = 16

Emit = Callable[[PlacedSentence], None]


class Composition:
    """Decides what the briefing shows of each selected sentence: a draft, a shorter form, its quotation, or nothing.

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

    @property
    def lead(self) -> tuple[str, ...]:
        """The texts of the sentences that a headline is made from."""
        return tuple(candidate.text for candidate in self._selection.lead)

    def quote(self, candidates: Iterable[SourceSentence]) -> None:
        """Quote ``candidates``."""
        for candidate in candidates:
            self._show(candidate, self._quotation(candidate))

    def quote_remaining(self) -> None:
        """Quote every selected sentence that is not decided yet."""
        self.quote(candidate for candidate in self._selection.chosen if candidate.index not in self._shown)

    def add_draft(self, candidate: SourceSentence, draft: str, verdict: Verdict) -> bool:
        """Show ``draft`` for ``candidate`` if it may be shown; return whether the candidate is settled.

        A draft that is not backed is treated as ``options.on_unsupported`` says. One that only fails a check on drafts
        leaves the candidate open.
        """
        if self._is_shown(draft, verdict):
            self._show(candidate, self._backed(draft, "written", verdict))
            return True
        if verdict.is_supported or self._options.on_unsupported == "replace":
            return False
        is_flagged = self._options.on_unsupported == "flag"
        self._show(candidate, self._backed(draft, "written", verdict) if is_flagged else None)
        return True

    def add_shorter_form(self, candidate: SourceSentence, form: str, verdict: Verdict) -> bool:
        """Show ``form``, a shorter form of ``candidate``, if it may be shown; return whether it is."""
        is_shown = verdict.is_supported and not verdict.draft_problems
        if is_shown:
            self._show(candidate, self._backed(form, "shortened", verdict))
        return is_shown

    def add_title(self, title: str, verdict: Verdict) -> None:
        """Show the article's own title as the headline if its numbers, dates and names are in the text."""
        start = self._article.text.find(title)
        if start >= 0:
            self._show_headline(BriefingSentence(title, "quoted", 1.0, (Passage(start, start + len(title), title),)))
        elif not self._grounding.problems(title, Kind.TITLE):
            passages = passages_of(self._article, verdict.sources)
            self._show_headline(BriefingSentence(title, "quoted", verdict.support, passages))

    def add_headline(self, draft: str, verdict: Verdict) -> None:
        """Show ``draft`` as the headline if it may be shown, or if it is not backed and is to be flagged."""
        is_flagged = not verdict.is_supported and self._options.on_unsupported == "flag"
        if self._is_shown(draft, verdict) or is_flagged:
            self._show_headline(self._backed(draft, "written", verdict))

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

    def _is_shown(self, draft: str, verdict: Verdict) -> bool:
        """Return whether ``draft`` may be shown; refuse it otherwise."""
        problems = verdict.problems or verdict.draft_problems[:1]
        if problems:
            messages = tuple(problem.message for problem in problems)
            self._refused.append(RefusedDraft(draft, problems[0].code, messages))
        return not problems

    def _show(self, candidate: SourceSentence, sentence: BriefingSentence | None) -> None:
        self._shown[candidate.index] = sentence
        if sentence is not None:
            position = self._selection.chosen.index(candidate)
            self._emit(PlacedSentence("point" if position else "standfirst", max(0, position - 1), sentence))

    def _show_headline(self, sentence: BriefingSentence) -> None:
        self._headline = sentence
        self._emit(PlacedSentence("headline", 0, sentence))

    def _quotation(self, candidate: SourceSentence) -> BriefingSentence:
        return BriefingSentence(candidate.text, "quoted", 1.0, passages_of(self._article, [candidate.index]))

    def _backed(self, text: str, origin: Origin, verdict: Verdict) -> BriefingSentence:
        """Return the sentence with what backs it, and with the problems of one that is flagged."""
        passages = passages_of(self._article, verdict.sources)
        return BriefingSentence(text, origin, verdict.support, passages, verdict.messages)
