"""The answer of a chat: a briefing's sentences in reading order, as they come, in the form that was asked for.

Knows no HTTP. What has been said is never taken back, no sentence is cut, and nothing is said beyond the tokens that
the answer may have.

Tokens are counted by a rule, since a caller's tokenizer is not known: up to four English letters of a word are one, so
is each digit, mark and run of line breaks; another letter is as many as its bytes in UTF-8. Of news in English that is
a fifth more than the tokenizer of SmolLM2 makes, so that a limit is likely to hold by the caller's count as well.
"""

from __future__ import annotations

import re

from standfirst.api.openai.output_spec import Form, OutputSpec
from standfirst.domain.briefing import Briefing, BriefingSentence, Options, PlacedSentence
from standfirst.rendering.markdown import sentences_to_markdown

_PIECE = re.compile(r"[A-Za-z]+|\n+|[^\W\d_]|\S")
#: A word with its share of marks, in tokens, as sentences of news have them.
_TOKENS_IN_WORD = 1.7
#: A headline with its marks; where an answer may have fewer than three times as many tokens, it has none.
_HEADLINE_TOKENS = 35
#: Sentences where no number of them is asked for, and words of so many.
_SENTENCES, _WORDS = 4, 120
#: Words for each of a number that is asked for.
_WORDS_IN_SENTENCE = 40


def count_tokens(text: str) -> int:
    """How many tokens ``text`` has, by the rule above."""
    count = 0
    for found in _PIECE.finditer(text):
        piece = found[0]
        if not piece.isascii():
            count += len(piece.encode("utf-8", "surrogatepass"))
        else:
            count += -(-len(piece) // 4) if piece.isalpha() else 1
    return count


def words_within(tokens: int) -> int:
    """How many words of news are likely to have no more than ``tokens``; at least one."""
    return max(1, int(tokens / _TOKENS_IN_WORD))


class Answer:
    """Grows by ``place`` for each sentence in whatever order, and by ``end``; both give what is new of it.

    ``most_tokens`` None is no limit.
    """

    def __init__(self, wish: OutputSpec, most_tokens: int | None) -> None:
        self._wish = wish
        self._most_tokens = most_tokens
        self._is_headed = wish.form is Form.BRIEFING and (most_tokens is None or most_tokens >= 3 * _HEADLINE_TOKENS)
        self._headline: BriefingSentence | None = None
        self._body: list[BriefingSentence] = []
        self._waiting: dict[int, BriefingSentence] = {}
        self._is_open = not self._is_headed
        #: What has been said.
        self.text = ""
        #: Whether sentences are left out because they would be too many tokens.
        self.is_short = False

    @property
    def options(self) -> Options:
        """What has to be asked of the briefer, so that the answer is likely to fit."""
        sentences = self._wish.sentences or _SENTENCES
        words = self._wish.words or max(_WORDS, _WORDS_IN_SENTENCE * (self._wish.sentences or 0))
        if self._most_tokens is not None:
            tokens = self._most_tokens - (_HEADLINE_TOKENS if self._is_headed else 0)
            words = min(words, words_within(tokens))
        return Options(points=sentences - 1, max_words=words)

    def place(self, placed: PlacedSentence) -> str:
        """Take in a sentence; what can be said now that could not before, in reading order."""
        if placed.section == "headline":
            if self._is_headed and not self._is_open:
                self._is_open = True
                return self._grown(placed.sentence, self._body) + self._caught_up()
            return ""
        self._waiting[0 if placed.section == "standfirst" else 1 + placed.index] = placed.sentence
        return self._caught_up()

    def end(self, briefing: Briefing, url: str | None) -> str:
        """Whatever of ``briefing`` has not been said, and the address of its article."""
        said = ""
        if not self._is_open and briefing.headline is not None:
            said += self._grown(briefing.headline, self._body)
        for sentence in (*briefing.standfirst, *briefing.points)[len(self._body) :]:
            said += self._grown(self._headline, [*self._body, sentence])
        if url and self._wish.form is Form.BRIEFING:
            said += self._grown(self._headline, self._body, url)
        return said

    def _caught_up(self) -> str:
        said = ""
        while self._is_open and (sentence := self._waiting.get(len(self._body))) is not None:
            if any(sentence.text == other.text for other in self._body):
                break  # of two that are alike the briefing shows one, and another may stand here in the end
            before = len(self._body)
            said += self._grown(self._headline, [*self._body, sentence])
            if len(self._body) == before:
                break
        return said

    def _grown(self, headline: BriefingSentence | None, body: list[BriefingSentence], url: str | None = None) -> str:
        """What is new when the answer becomes this; nothing, from then on, where it would be too long."""
        text = self._rendered(headline, body, url)
        if self.is_short or (self._most_tokens is not None and count_tokens(text) > self._most_tokens):
            self.is_short = True
            return ""
        new = text[len(self.text) :]
        self.text, self._headline, self._body = text, headline, body
        return new

    def _rendered(self, headline: BriefingSentence | None, body: list[BriefingSentence], url: str | None) -> str:
        if self._wish.form is Form.BRIEFING:
            return sentences_to_markdown(headline, body[:1], body[1:], url).rstrip("\n")
        if self._wish.form is Form.POINTS:
            return sentences_to_markdown(None, (), body).rstrip("\n")
        each = -(-(self._wish.sentences or _SENTENCES) // self._wish.paragraphs)
        groups = (body[at : at + each] for at in range(0, len(body), each))
        return "\n\n".join(sentences_to_markdown(None, group).rstrip("\n") for group in groups)
