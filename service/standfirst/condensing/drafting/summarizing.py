"""The strategy of summarizing: a whole article in, its summary out. It is for encoder-decoder summarizers.

BART, PEGASUS, T5 and LED were trained on whole articles; a single sentence is not their input.
"""

from __future__ import annotations

import re

import sentencex

from standfirst.condensing.drafting.answers import parse_sentence
from standfirst_models.protocols.writer import Prompt

#: The tokens of a summary: four or five sentences of news.
_MAX_TOKENS = 200
#: What PEGASUS writes between sentences.
_BREAK = re.compile(r"\s*<n>\s*")
#: Spaces that summarizers trained on tokenized text write before punctuation, and within contractions.
_SPACED = re.compile(r"\s+(?=[.,;:!?%)’](?:\s|$)|n't\b|'(?:s|re|ve|ll|d|m)\b)")


def summary_prompt(text: str) -> Prompt:
    """Return the prompt for a summary of the article ``text``."""
    return Prompt("Summarize this news article.", text, _MAX_TOKENS)


def parse_summary(answer: str) -> list[str]:
    """Return the complete sentences of a summary, in order."""
    lines = _BREAK.sub("\n", answer).splitlines()
    sentences = (sentence for line in lines for sentence in sentencex.segment("en", _SPACED.sub("", line)))
    drafts = (parse_sentence(sentence.strip()) for sentence in sentences if sentence.strip())
    return [draft[:1].upper() + draft[1:] for draft in drafts if draft is not None]
