"""The composition: a briefing under construction. Drafts of the writer compete with what was chosen without them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from standfirst.condensing.candidate import Candidate
from standfirst.condensing.pool import Pool, passes
from standfirst.condensing.quoting import as_headline
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

#: A quotation of fewer words is not drafted: there is little to shorten.
_MIN_WORDS = 15
#: The reasons of verdicts in which no check finds a problem.
_VERIFIERS_DOUBTS = frozenset({"support", "wording"})
_WORD = re.compile(r"\w+")
#: The later words of a name of several.
_SURNAME = re.compile(r"(?=\b[A-Z]\w+ ([A-Z]\w+)\b)")

Emit = Callable[[PlacedSentence], None]


class Composition:
    """Decides for each chosen candidate whether the briefing shows it, a draft of the same sentence, or nothing.

    ``emit`` is called with every sentence as soon as it is certain to be shown.
    """

    def __init__(
        self,
        article: Article,
        options: Options,
        grounding: GroundingIndex,
        pool: Pool,
        emit: Emit,
    ) -> None:
        self.article = article
        self.options = options
        self.grounding = grounding
        self.pool = pool
        self._chosen: list[Candidate] = []
        self._emit = emit
        #: By position; None if nothing is shown there.
        self._shown: dict[int, BriefingSentence | None] = {}
        self._headline: BriefingSentence | None = None
        #: A draft of the headline that may be shown, with the verdict on it.
        self.held_headline: tuple[Candidate, Verdict] | None = None
        self._refused: list[RefusedDraft] = []

    @property
    def chosen(self) -> Sequence[Candidate]:
        """What the briefing shows, or will show if the writer does no better, in order."""
        return self._chosen

    @property
    def has_headline(self) -> bool:
        """Whether the headline is shown."""
        return self._headline is not None

    def begin(self, draft: Candidate) -> None:
        """Choose ``draft``, of the whole article, if it is within the limits and repeats nothing, and show it.

        ``draft`` must be in the pool.
        """
        words = draft.words + sum(candidate.words for candidate in self._chosen)
        fits = len(self._chosen) <= self.options.points and words <= self.options.max_words
        if fits and not self.pool.information.repeats(draft, self._chosen):
            self._chosen.append(draft)
            self._show_candidate(len(self._chosen) - 1)

    def choose(self, chosen: Iterable[Candidate]) -> None:
        """Choose ``chosen`` behind what is chosen already."""
        self._chosen.extend(chosen)

    def to_draft(self) -> list[Candidate]:
        """Return what a draft may improve: long quotations that have no shorter form to be shown."""
        return [
            candidate
            for candidate in self._chosen
            if candidate.origin == "quoted" and candidate.words >= _MIN_WORDS and self.pool.is_shortest(candidate)
        ]

    def settle(self, sources: Iterable[SourceSentence]) -> None:
        """Show what was chosen of ``sources``, where nothing is decided yet."""
        for source in sources:
            position = self._position(source)
            if position not in self._shown:
                self._show_candidate(position)

    def settle_remaining(self) -> None:
        """Show every chosen candidate of which nothing is decided yet."""
        for position in range(len(self._chosen)):
            if position not in self._shown:
                self._show_candidate(position)

    def add_draft(self, source: SourceSentence, draft: Candidate, verdict: Verdict) -> None:
        """Choose ``draft`` of ``source`` if it may be shown and says more for its words than what was chosen.

        It is shown once ``source`` is settled. One that is not backed is treated as ``options.on_unsupported`` says.
        """
        position = self._position(source)
        if self._passes(draft.text, verdict):
            if self._is_better(draft, position):
                self._chosen[position] = draft
                self.pool.add_verdict(draft, verdict)
        elif not verdict.is_backed and self.options.on_unsupported != "replace":
            is_flagged = self.options.on_unsupported == "flag"
            self._show(position, self._backed(draft.text, "written", verdict) if is_flagged else None)

    def add_refused(self, draft: str, verdict: Verdict) -> None:
        """Record a draft of the whole article that may not be shown."""
        self._passes(draft, verdict)

    def add_title(self, title: str, verdict: Verdict) -> None:
        """Show the title as the headline if it is a line of the text, or if the text backs it.

        ``verdict`` is on the title as a claim. The publisher's own title only needs to pass the checks on titles. The
        caller's word must be backed; where the verifier alone cannot tell, it must have the words of one sentence.
        """
        line = re.search(rf"^[^\w\n]*{re.escape(title)}[^\w\n]*$", self.article.text, re.MULTILINE)
        if line is not None:
            start = self.article.text.index(title, line.start())
            self._show_headline(BriefingSentence(title, "quoted", 1.0, (Passage(start, start + len(title), title),)))
            return
        may_be_shown = (
            not self.article.is_title_given
            or verdict.is_backed
            or (verdict.reason in _VERIFIERS_DOUBTS and self.grounding.has_words_together(title))
        )
        if may_be_shown and not self.grounding.problems(title, Kind.TITLE):
            passages = passages_of(self.article, verdict.sources)
            self._show_headline(BriefingSentence(title, "quoted", verdict.support, passages))

    def add_headline(self, draft: str, verdict: Verdict) -> None:
        """Show ``draft``, which the writer made of the article, if it may be shown or is to be flagged."""
        is_flagged = not verdict.is_backed and self.options.on_unsupported == "flag"
        if self._passes(draft, verdict) or is_flagged:
            self._show_headline(self._backed(draft, "written", verdict))

    def hold_headline(self, draft: Candidate, verdict: Verdict) -> None:
        """Keep ``draft`` as a candidate for the headline if it may be shown; else do what ``add_headline`` does."""
        if passes(verdict):
            self.held_headline = draft, verdict
        else:
            self.add_headline(draft.text, verdict)

    def show_headline(self, candidate: Candidate, verdict: Verdict) -> None:
        """Show ``candidate``, which may be shown, as the headline."""
        self._show_headline(self._backed(candidate.text, candidate.origin, verdict))

    def quote_headline(self) -> None:
        """If there is no headline, repeat the standfirst as the headline."""
        standfirst = self._shown.get(0)
        if self._headline is None and standfirst is not None and not standfirst.problems:
            self._show_headline(replace(standfirst, text=as_headline(standfirst.text)))

    def briefing(self, briefing_id: str, stamp: ModelStamp, *, complete: bool) -> Briefing:
        """Return the briefing as it is now; its first sentence is the standfirst."""
        body = [sentence for _, sentence in sorted(self._shown.items()) if sentence is not None]
        sentences = [*body, self._headline] if self._headline else body
        used = {(passage.start, passage.end) for sentence in sentences for passage in sentence.sources}
        return Briefing(
            id=briefing_id,
            headline=self._headline,
            standfirst=tuple(body[:1]),
            points=tuple(body[1:]),
            coverage=Coverage(
                len(self.article.sentences), len(used), truncated=self.article.truncated, complete=complete
            ),
            model=stamp,
            refused=tuple(self._refused),
        )

    def _position(self, source: SourceSentence) -> int:
        return next(i for i, candidate in enumerate(self._chosen) if source.index in candidate.sources)

    def _is_better(self, draft: Candidate, position: int) -> bool:
        others = [candidate for i, candidate in enumerate(self._chosen) if i != position]
        if any(candidate.follows in draft.sources for candidate in others):
            return False  # what it leaves out may be what the next sentence refers to
        if self._takes_name(draft, position):
            return False
        if self.pool.information.repeats(draft, others):
            return False  # what it leaves out may be all that was new
        words = draft.words + sum(candidate.words for candidate in others)
        gain, told = self.pool.information.gain, others if position else ()
        return words <= self.options.max_words and gain(draft, told) > gain(self._chosen[position], told)

    def _takes_name(self, draft: Candidate, position: int) -> bool:
        """Whether ``draft`` lacks the full name of somebody whom a later sentence calls by the surname."""
        texts = [candidate.text for candidate in self._chosen]
        told = " ".join([*texts[:position], draft.text])
        lost = {*_SURNAME.findall(texts[position])} - {*_WORD.findall(told)}
        return not lost.isdisjoint(_WORD.findall(" ".join(texts[position + 1 :])))

    def _passes(self, draft: str, verdict: Verdict) -> bool:
        """Return whether ``draft`` may be shown; refuse it otherwise."""
        problems = verdict.problems or verdict.draft_problems[:1]
        if problems:
            messages = tuple(problem.message for problem in problems)
            self._refused.append(RefusedDraft(draft, problems[0].code, messages))
        return not problems

    def _show_candidate(self, position: int) -> None:
        candidate = self._chosen[position]
        verdict = self.pool.verdict(candidate)
        assert verdict is not None  # noqa: S101
        self._show(position, self._backed(candidate.text, candidate.origin, verdict))

    def _show(self, position: int, sentence: BriefingSentence | None) -> None:
        self._shown[position] = sentence
        if sentence is not None:
            self._emit(PlacedSentence("point" if position else "standfirst", max(0, position - 1), sentence))

    def _show_headline(self, sentence: BriefingSentence) -> None:
        self._headline = sentence
        self._emit(PlacedSentence("headline", 0, sentence))

    def _backed(self, text: str, origin: Origin, verdict: Verdict) -> BriefingSentence:
        """Return the sentence with what backs it, and with the problems of one that is flagged."""
        passages = passages_of(self.article, verdict.sources)
        return BriefingSentence(text, origin, verdict.support, passages, verdict.messages)
