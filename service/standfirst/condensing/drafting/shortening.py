"""The strategy of shortening: one sentence in, a shorter one out. It is for small writers.

A prompt holds only the sentences that its draft is about, so that the writer cannot mix in others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from standfirst.condensing.drafting.answers import Answer, parse_headline, parse_sentence
from standfirst.condensing.source_sentence import SourceSentence
from standfirst_models.protocols.writer import Prompt

#: With the chat template both instructions take 64 tokens of SmolLM2: two whole blocks, which OpenVINO reads once.
_HEADLINE = (
    "Write a short newspaper headline for this text from a news article, in at most ten words. Keep names and numbers "
    "as they are, and add nothing to them. Answer with the headline only."
)
_SENTENCE = (
    "Shorten this sentence from a news article to one plain sentence of at most 15 words. Keep names and numbers "
    "as they are, leave out what matters least, and add nothing."
)
#: The token limit of a draft. English news takes about 1.4 tokens a word, more where it is full of numbers. A draft
#: that reaches the limit is cut off, and is then not shown.
_MAX_TOKENS = 44


@dataclass(frozen=True, slots=True)
class Drafts:
    """What answers of the writer contain: drafts of sentences, sources without a usable draft, and a headline."""

    sentences: tuple[tuple[SourceSentence, str], ...]
    failed: tuple[SourceSentence, ...]
    headline: str | None


@dataclass(frozen=True, slots=True)
class Shortening:
    """Asks for a shorter form of each of ``sentences``, and for a headline to ``headed``, if there are any."""

    sentences: Sequence[SourceSentence]
    headed: Sequence[SourceSentence]

    def prompts(self) -> list[Prompt]:
        """Return the prompts: one per sentence, and then the headline's."""
        prompts = [sentence_prompt(source.text) for source in self.sentences]
        return [*prompts, headline_prompt([source.text for source in self.headed])] if self.headed else prompts

    def parse(self, answers: Iterable[Answer]) -> Drafts:
        """Return the drafts in ``answers`` to the prompts."""
        sentences: list[tuple[SourceSentence, str]] = []
        failed: list[SourceSentence] = []
        headline: str | None = None
        for index, answer in answers:
            if index == len(self.sentences):
                headline = parse_headline(answer)
                continue
            source = self.sentences[index]
            draft = parse_sentence(answer)
            if draft is None:
                failed.append(source)
            else:
                sentences.append((source, draft))
        return Drafts(tuple(sentences), tuple(failed), headline)


def headline_prompt(sentences: Sequence[str]) -> Prompt:
    """Return the prompt that asks for a headline to ``sentences``."""
    return Prompt(_HEADLINE, " ".join(sentences), _MAX_TOKENS)


def sentence_prompt(sentence: str) -> Prompt:
    """Return the prompt that asks for ``sentence`` in fewer words."""
    return Prompt(_SENTENCE, sentence, _MAX_TOKENS)
