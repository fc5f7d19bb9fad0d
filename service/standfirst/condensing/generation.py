"""Generation: the candidates that an article's own sentences give, whole and shortened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np

from standfirst.condensing.admissible import admissible, first_person_sentences, is_personal
from standfirst.condensing.candidate import Candidate
from standfirst.condensing.information import Information
from standfirst.condensing.quoting import as_headline, as_quotation
from standfirst.condensing.source_sentence import SourceSentence
from standfirst.domain.article import Article
from standfirst.domain.briefing import Options, Origin
from standfirst.domain.words import count_words
from standfirst.grounding.index import GroundingIndex
from standfirst.language.en.captions import is_caption
from standfirst.language.en.headline_words import ShortName
from standfirst.language.en.headlines import HeadlineForm, headline_forms
from standfirst.language.en.introductions import introduce
from standfirst.language.en.mentions import adds_to_earlier, has_open_subject, tells_of_year
from standfirst.language.en.references import References
from standfirst.language.en.sentence_form import SentenceForm, sentence_form
from standfirst.language.en.shortening import shorter_forms
from standfirst.language.en.syntax import is_clause
from standfirst.language.en.teasers import is_teaser
from standfirst.language.words import Lexer, stems_of

#: The number of sentences, those of the highest scores, that candidates are made of: so many, and more for each point.
#: With twice as many first ones the briefings hold no more facts.
_SOURCES, _SOURCES_A_POINT = 4, 2
#: The number of short forms of the lead that are tried where it does not fit.
_STATEMENTS = 8


class Generator:
    """Makes candidates of ``sources``, the sentences of ``article``. It is not safe to share between threads.

    In the sentences that candidates are made of, names are put in where a pronoun needs them; ``grounding`` is
    told of these.
    """

    def __init__(
        self, article: Article, sources: Sequence[SourceSentence], grounding: GroundingIndex, information: Information
    ) -> None:
        self._article = article
        self.sources = [*sources]
        self._grounding = grounding
        self._parses = grounding.parses
        texts = [source.text for source in sources]
        self._first_person = first_person_sentences(article, sources)
        self._references = References(texts, grounding.parses, is_personal=is_personal(self._first_person, sources))
        self._information = information
        self._lexer = Lexer()

    @cached_property
    def _may_be_said(self) -> list[bool]:
        """Which sentences may be said: at least one, the first of which is not taken for a caption."""
        return admissible(self._article, self.sources, self._first_person)

    @cached_property
    def lead_may_open(self) -> bool:
        """Whether a briefing may begin with the lead, in any form. Who "He" is in a lead is told later."""
        parsed = self._parses.of(self.sources[0].text)
        return parsed is None or not (has_open_subject(parsed) or self._is_lead_teaser)

    @cached_property
    def _is_lead_teaser(self) -> bool:
        """Whether the lead tells how things are in general: the news comes behind it."""
        parsed = self._parses.of(self.sources[0].text)
        return parsed is not None and is_teaser(parsed)

    def candidates(self, options: Options) -> list[Candidate]:
        """Return the quotations and the shorter forms of the lead and of the sentences that matter most.

        Where none of them is short enough, they are the quotations of all sentences that may be said.
        """
        may_be_said = self._may_be_said
        ranked = [i for i in np.argsort(-self._information.scores, kind="stable").tolist() if may_be_said[i]]
        best = ranked[: _SOURCES + _SOURCES_A_POINT * options.points]
        if may_be_said[0] and 0 not in best:  # the lead is the news more often than its score says
            best.append(0)
        self._parses.prepare([self.sources[i].text for i in best])
        if 0 in best and self._is_lead_teaser:
            best.remove(0)
        found = [c for i in sorted(best) if self._is_understood(i) for c in self._forms(self.sources[i])]
        if any(candidate.words <= options.max_words for candidate in found):
            return found
        short = (i for i in sorted(ranked) if self.sources[i].words <= options.max_words)
        return [next(self._forms(self.sources[i])) for i in short if self._is_understood(i)]

    def statements_of_lead(self, max_words: int) -> list[Candidate]:
        """Return what the main clause of the lead says in up to ``max_words`` words, as its headlines do in full."""
        lead = self.sources[0]
        forms = self._headline_forms(lead)
        texts = sorted({form.plain for form in forms if count_words(form.plain) <= max_words}, key=self._worth)
        return [self.candidate(text, "shortened", lead) for text in reversed(texts[-_STATEMENTS:])]

    def quotations(self) -> list[Candidate]:
        """Return the quotation of every sentence."""
        return [self.candidate(source.text, "quoted", source) for source in self.sources]

    def headlines(self, news: SourceSentence, standfirst: str) -> list[Candidate]:
        """Return the candidates for the headline: the forms of ``news`` and of the lead, and their quotations.

        ``news`` is the sentence that ``standfirst`` says. People whom that names in full have their surnames. A lead
        that may not be said or begin a briefing is no headline either.
        """
        is_lead_said = self._may_be_said[0] and self.lead_may_open
        sources = [news, self.sources[0]] if news.index and is_lead_said else [news]
        return [form for source in sources for form in self._headlines(source, standfirst)]

    def _headlines(self, source: SourceSentence, standfirst: str) -> list[Candidate]:
        def short_name(full: str) -> str | None:
            return self._references.names.short_name(full) if full in standfirst else None

        whole = as_headline(source.text)
        plain = {form.text: form.plain for form in self._headline_forms(source, short_name)}
        texts = dict.fromkeys([*(plain or map(as_headline, self._shorter_forms(source))), whole])
        return [
            replace(self.candidate(text, "quoted" if text == whole else "shortened", source), plain=plain.get(text))
            for text in texts
        ]

    def _headline_forms(
        self, source: SourceSentence, short_name: ShortName = lambda _: None
    ) -> tuple[HeadlineForm, ...]:
        parsed = self._parses.of(source.text)
        return () if parsed is None else headline_forms(parsed, self._worth, short_name)

    def introduced(self, begun: Sequence[Candidate], chosen: Sequence[Candidate], max_words: int) -> list[Candidate]:
        """Return ``chosen``, which follow ``begun`` in a briefing, with people named in full where it first names them.

        A sentence stays as it is where the briefing would have more than ``max_words`` words. Drafts of those that
        change name people in full, too.
        """
        told = " ".join(candidate.text for candidate in begun)
        words, found = sum(candidate.words for candidate in (*begun, *chosen)), []
        for candidate in chosen:
            source, origin = self.sources[candidate.sources[0]], candidate.origin
            text = self._with_introductions(candidate.text, told)
            new = replace(candidate, text=text, origin="shortened" if origin == "quoted" else origin)
            if text != candidate.text and words + new.words - candidate.words <= max_words:
                words += new.words - candidate.words
                self._restate(source, self._with_introductions(source.text, told))
            else:
                new = candidate
            found.append(new)
            told = f"{told} {new.text}"
        return found

    def _with_introductions(self, text: str, told: str) -> str:
        parsed = self._parses.of(text)
        return text if parsed is None else introduce(parsed, told, self._references.names)

    def candidate(self, text: str, origin: Origin, source: SourceSentence) -> Candidate:
        """Return ``text``, which says what ``source`` says, as a candidate."""
        resolved = self._references.resolve(source.index)
        follows = None if resolved is None else resolved.needs
        stems = stems_of(self._lexer.words(text))
        return Candidate(text, origin, (source.index,), stems, follows, may_open=self._may_open(text, source))

    def written(self, text: str, sources: tuple[int, ...]) -> Candidate:
        """Return ``text``, which a writer drafted of the whole article and ``sources`` back, as a candidate."""
        return Candidate(text, "written", sources, stems_of(self._lexer.words(text)))

    def texts(self, candidate: Candidate) -> tuple[str, ...]:
        """Return the sentences that ``candidate`` says."""
        return tuple(self.sources[index].text for index in candidate.sources)

    def _forms(self, source: SourceSentence) -> Iterator[Candidate]:
        is_quotation = source.text == as_quotation(self._article.sentences[source.index].text)
        yield self.candidate(source.text, "quoted" if is_quotation else "shortened", source)
        for form in self._shorter_forms(source):
            yield self.candidate(form, "shortened", source)

    def _shorter_forms(self, source: SourceSentence) -> tuple[str, ...]:
        parsed = self._parses.of(source.text)
        return () if parsed is None else shorter_forms(parsed, self._worth)

    def _worth(self, text: str) -> float:
        return self._information.salience(stems_of(self._lexer.words(text)))

    def _may_open(self, text: str, source: SourceSentence) -> bool:
        """Return whether a briefing may begin with ``text``."""
        if source.index == 0:
            return self.lead_may_open
        parsed = self._parses.of(source.text)
        goes_on = parsed is not None and (adds_to_earlier(parsed) or tells_of_year(parsed))
        is_known = goes_on or self._references.is_introduced(source.index)
        return sentence_form(text) is SentenceForm.SELF_CONTAINED and not is_known

    def _is_understood(self, index: int) -> bool:
        """Return whether the sentence at ``index`` is a clause, and it can be said whom it speaks of; put names in.

        Captions and rows of tables, which end like sentences, are no clauses. The first sentence that may be said is
        not taken for one: the parser errs now and then.
        """
        source = self.sources[index]
        parsed, resolved = self._parses.of(source.text), self._references.resolve(index)
        if resolved is None:
            return False
        is_first = not any(self._may_be_said[:index])
        if not is_first and parsed is not None and (not is_clause(parsed) or is_caption(parsed)):
            return False
        if resolved.text != source.text:
            self._restate(source, resolved.text)
        return True

    def _restate(self, source: SourceSentence, text: str) -> None:
        """Say ``source`` by ``text`` from now on, which names people in full."""
        self.sources[source.index] = replace(source, text=text, words=count_words(text))
        self._grounding.restate(source.index, text)
