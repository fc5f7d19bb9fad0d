"""The text of a chat completion: a briefing's sentences in reading order, in the form that the instruction asks for."""

from __future__ import annotations

from standfirst.api.openai.output_spec import Form, OutputSpec
from standfirst.api.tokens import count_tokens, words_within
from standfirst.domain.briefing import Briefing, BriefingSentence, Options, PlacedSentence
from standfirst.rendering.markdown import sentences_to_markdown

#: Tokens of a headline with its markup; a completion limited to less than three times as many has no headline.
_HEADLINE_TOKENS = 35
#: The number of sentences if the instruction names none, and the words in so many.
_SENTENCES, _WORDS = 4, 120
#: Words per sentence if the instruction names a number of sentences.
_WORDS_PER_SENTENCE = 40


class Completion:
    """A text that grows by whole sentences and never changes what it has said.

    ``add`` takes the sentences of a briefing in any order, and ``finish`` the whole briefing; both return the text that
    is new. The text never exceeds ``max_tokens``; None is no limit.
    """

    def __init__(self, spec: OutputSpec, max_tokens: int | None) -> None:
        self._spec = spec
        self._max_tokens = max_tokens
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
        sentences = self._spec.sentences or _SENTENCES
        words = self._spec.words or max(_WORDS, _WORDS_PER_SENTENCE * (self._spec.sentences or 0))
        if self._max_tokens is not None:
            tokens = self._max_tokens - (_HEADLINE_TOKENS if self._has_headline else 0)
            words = min(words, words_within(tokens))
        return Options(points=sentences - 1, max_words=words)

    def add(self, placed: PlacedSentence) -> str:
        """Add a sentence; return the text that is new because all sentences before it are known."""
        if placed.section == "headline":
            if self._has_headline and not self._body_may_begin:
                self._body_may_begin = True
                return self._grow(placed.sentence, self._body) + self._add_pending()
            return ""
        self._pending[0 if placed.section == "standfirst" else 1 + placed.index] = placed.sentence
        return self._add_pending()

    def finish(self, briefing: Briefing, url: str | None) -> str:
        """Add what is missing of ``briefing``, and the URL of its article."""
        new = ""
        if not self._body_may_begin and briefing.headline is not None:
            new += self._grow(briefing.headline, self._body)
        for sentence in (*briefing.standfirst, *briefing.points)[len(self._body) :]:
            new += self._grow(self._headline, [*self._body, sentence])
        if url and self._spec.form is Form.BRIEFING:
            new += self._grow(self._headline, self._body, url)
        return new

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
        if self.is_truncated or (self._max_tokens is not None and count_tokens(text) > self._max_tokens):
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
