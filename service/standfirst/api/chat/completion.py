"""The text of a chat completion: a briefing's sentences in reading order, in the form that the instruction asks for.

A completion takes the sentences of a briefing in any order (``add``), and then the whole briefing (``finish``); both
return the text that is new. The text never exceeds ``max_tokens``: whole sentences are left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Protocol

from standfirst.api.chat.json_form import JsonForm
from standfirst.api.chat.output_spec import Form, OutputSpec
from standfirst.application.tokens import CountTokens, words_within
from standfirst.domain.briefing import Briefing, BriefingSentence, Options, PlacedSentence, ServedBriefing
from standfirst.rendering.markdown import sentences_to_markdown

#: Tokens of a headline with its markup; a completion limited to less than three times as many has no headline.
_HEADLINE_TOKENS = 35
#: The number of sentences if the instruction names none, and the words in so many.
_SENTENCES, _WORDS = 4, 120
#: Words per sentence if the instruction names a number of sentences.
_WORDS_PER_SENTENCE = 40


#: Words that begin with a capital letter, beyond the start of the sentence.
_NAME = re.compile(r"(?<=\w[ ,])\b[A-Z]\w*(?: (?:of |the )?[A-Z]\w*)*")


class Completion(Protocol):
    """A completion."""

    #: The text so far.
    text: str
    #: Whether sentences are left out because of ``max_tokens``.
    is_truncated: bool

    @property
    def options(self) -> Options:
        """The options of a briefing that is likely to fit."""

    def add(self, placed: PlacedSentence) -> str:
        """Add a sentence of the briefing; return the text that is new."""

    def finish(self, served: ServedBriefing) -> str:
        """Add what is missing of the briefing; return the text that is new."""


class BriefingCompletion:
    """A text that grows by whole sentences and never changes what it has said. None is no limit of tokens."""

    def __init__(self, spec: OutputSpec, max_tokens: int | None, count: CountTokens) -> None:
        self._spec = spec
        self._max_tokens = max_tokens
        self._count = count
        self._has_headline = spec.form is Form.BRIEFING and (max_tokens is None or max_tokens >= 3 * _HEADLINE_TOKENS)
        self._headline: BriefingSentence | None = None
        self._body: list[BriefingSentence] = []
        self._pending: dict[int, BriefingSentence] = {}
        self._body_may_begin = not self._has_headline
        #: The text so far.
        self.text = ""
        #: Whether sentences are left out because of ``max_tokens``.
        self.is_truncated = False

    @property
    def options(self) -> Options:
        """The options of a briefing that is likely to fit."""
        words = self._wanted_words
        if self._max_tokens is not None:
            tokens = self._max_tokens - (_HEADLINE_TOKENS if self._has_headline else 0)
            words = min(words, words_within(tokens))
        return Options(self._wanted_sentences - 1, words, fill=self._spec.sentences is not None)

    def add(self, placed: PlacedSentence) -> str:
        """Add a sentence; return the text that is new because all sentences before it are known."""
        if placed.section == "headline":
            if self._has_headline and not self._body_may_begin:
                self._body_may_begin = True
                return self._grow(placed.sentence, self._body) + self._add_pending()
            return ""
        self._pending[0 if placed.section == "standfirst" else 1 + placed.index] = placed.sentence
        return self._add_pending()

    def finish(self, served: ServedBriefing) -> str:
        """Add what is missing of the briefing, and the URL of its article."""
        briefing, url = served.briefing, served.article.url
        new = ""
        if not self._body_may_begin and briefing.headline is not None:
            new += self._grow(briefing.headline, self._body)
        for sentence in (*briefing.standfirst, *briefing.points)[len(self._body) :]:
            new += self._grow(self._headline, [*self._body, sentence])
        if url and self._spec.form is Form.BRIEFING:
            new += self._grow(self._headline, self._body, url)
        self.is_truncated |= self._lacks_sentences(served)
        return new

    @property
    def _wanted_sentences(self) -> int:
        return self._spec.sentences or _SENTENCES

    @property
    def _wanted_words(self) -> int:
        return self._spec.words or max(_WORDS, _WORDS_PER_SENTENCE * (self._spec.sentences or 0))

    def _lacks_sentences(self, served: ServedBriefing) -> bool:
        """Return whether the briefing itself has fewer sentences than asked for because of ``max_tokens``."""
        if self._max_tokens is None:
            return False
        lacks_headline = self._spec.form is Form.BRIEFING and not self._has_headline
        is_shorter = self.options.max_words < self._wanted_words
        wanted = min(self._wanted_sentences, len(served.article.sentences))
        return lacks_headline or (is_shorter and len(self._body) < wanted)

    def _add_pending(self) -> str:
        new = ""
        while self._body_may_begin and (sentence := self._pending.get(len(self._body))) is not None:
            if any(sentence.text == other.text for other in self._body):
                break  # the briefing shows only one of two equal sentences, so another may take this position
            before = len(self._body)
            new += self._grow(self._headline, [*self._body, sentence])
            if len(self._body) == before:
                break
        return new

    def _grow(self, headline: BriefingSentence | None, body: list[BriefingSentence], url: str | None = None) -> str:
        """Make the text consist of these, unless it would be too long; return what is new."""
        text = self._render(headline, body, url)
        if self.is_truncated or (self._max_tokens is not None and self._count(text) > self._max_tokens):
            self.is_truncated = True
            return ""
        new = text[len(self.text) :]
        self.text, self._headline, self._body = text, headline, body
        return new

    def _render(self, headline: BriefingSentence | None, body: list[BriefingSentence], url: str | None) -> str:
        if self._spec.form is Form.BRIEFING:
            return sentences_to_markdown(headline, body[:1], body[1:], url).rstrip("\n")
        if self._spec.form is Form.POINTS:
            return sentences_to_markdown(None, (), body).rstrip("\n")
        per_paragraph = -(-(self._spec.sentences or _SENTENCES) // self._spec.paragraphs)
        paragraphs = (body[start : start + per_paragraph] for start in range(0, len(body), per_paragraph))
        return "\n\n".join(sentences_to_markdown(None, paragraph).rstrip("\n") for paragraph in paragraphs)


class WholeCompletion:
    """A text that is complete or not there: JSON, or a title. ``render`` makes it of a briefing."""

    def __init__(self, options: Options, render: Callable[[Briefing], str]) -> None:
        self.options = options
        self.text = ""
        self.is_truncated = False
        self._render = render

    def add(self, placed: PlacedSentence) -> str:
        """Return nothing: the text is not complete yet."""
        return ""

    def finish(self, served: ServedBriefing) -> str:
        """Return the text."""
        self.text = self._render(served.briefing)
        return self.text


def json_completion(form: JsonForm, spec: OutputSpec) -> WholeCompletion:
    """Return a completion that fills ``form`` with a briefing. It has no limit of tokens: half of it is no JSON."""
    options = BriefingCompletion(spec, None, len).options

    def render(briefing: Briefing) -> str:
        headline = briefing.headline.text if briefing.headline else None
        return form.fill(headline, [sentence.text for sentence in (*briefing.standfirst, *briefing.points)])

    return WholeCompletion(options, render)


def title_completion(form: JsonForm | None, max_tokens: int | None, count: CountTokens) -> WholeCompletion:
    """Return a completion that is the headline of a briefing, in ``form`` if there is one.

    If the headline does not fit into ``max_tokens``, it is the longest name in it: a part of a headline could say
    something else.
    """

    def render(briefing: Briefing) -> str:
        headline = briefing.headline or next(iter((*briefing.standfirst, *briefing.points)))
        title = headline.text.rstrip(".")
        if form is not None:
            return form.fill(title)
        if max_tokens is None or count(title) <= max_tokens:
            return title
        names = [name for name in _NAME.findall(title) if count(name) <= max_tokens]
        return max(names, key=len, default="")

    return WholeCompletion(BriefingCompletion(OutputSpec(), None, count).options, render)
