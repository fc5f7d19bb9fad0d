"""The source sentence: a sentence of the article that the briefing may say, whole or in other forms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from standfirst.condensing.quoting import as_quotation
from standfirst.domain.article import Article
from standfirst.domain.words import count_words
from standfirst.language.en.sentence_form import SentenceForm, sentence_form


@dataclass(frozen=True, slots=True)
class SourceSentence:
    """The sentence of the article at ``index``, its text as a quotation, and the number of words in it."""

    index: int
    text: str
    words: int
    form: SentenceForm

    def may_become(self, draft: str) -> bool:
        """Return whether ``draft`` is a form of the sentence worth judging: another text that is not longer."""
        return draft != self.text and count_words(draft) <= self.words


def source_sentences_of(article: Article) -> list[SourceSentence]:
    """Return every sentence of ``article``."""
    quotations = [as_quotation(sentence.text) for sentence in article.sentences]
    return [SourceSentence(i, text, count_words(text), _form(i, text)) for i, text in enumerate(quotations)]


def _form(index: int, text: str) -> SentenceForm:
    """Return the form of a sentence of the article. Nothing stands before the lead, so it depends on nothing."""
    form = sentence_form(text)
    return SentenceForm.SELF_CONTAINED if index == 0 and form is SentenceForm.CONTEXT_DEPENDENT else form


def eligible(sources: Sequence[SourceSentence]) -> list[bool]:
    """Return which of ``sources``, at least one, may be selected: those of the best form that any of them has."""
    best = max(source.form for source in sources)
    return [source.form is best for source in sources]
