"""Training examples for the writer: prompts of the service, each with a target that grounding accepts.

The target is a sentence that editors, another system or a rule wrote, and its prompt asks to shorten the sentence of
the article that it shortens. A short target, without its full stop, is also a headline for its sentence and the next.
Each target is checked against its prompt's passage as the service checks drafts. (No title of BBC News Summary
passes: titles name an article's subject and do not restate its sentences.)
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

from judgements.judged import read_rows
from judgements.shortening import shortened
from standfirst.condensing import quoting
from standfirst.condensing.drafting.shortening import headline_prompt, sentence_prompt
from standfirst.domain.article import Article
from standfirst.grounding.case import Kind
from standfirst.grounding.index import Grounding, GroundingIndex
from standfirst.grounding.review import Verify, review
from standfirst.language.en.sentence_form import SentenceForm, sentence_form
from standfirst.language.words import Lexer
from standfirst.reading.text import read_text
from standfirst_models.protocols.writer import Prompt
from training.verifier_examples import split_claims

#: The lengths in words of sentences that the writer gets. The minimum is the service's; longer ones are badly split.
_MIN_SOURCE_WORDS, _MAX_SOURCE_WORDS = 12, 45
#: The range of a target's length in words, and its longest length as a share of its source's.
MIN_WORDS, MAX_WORDS, MAX_LENGTH_RATIO = 6, 20, 0.85
#: The number of first articles of BBC News Summary that are held out for evaluation.
HELD_OUT_ARTICLES = 400
#: The least share of a target's content words that its source contains.
_MIN_OVERLAP = 0.6
#: The most examples by rule for an article.
_MAX_BY_RULE = 2
#: The most words of a target that may be a headline too, and the probability that it becomes one.
_MAX_HEADLINE_WORDS, _HEADLINES = 12, 0.5
#: A headline with 'scare quotes' quotes nobody.
SCARE_QUOTES = re.compile(r"(?<!\w)['\"‘“]|['\"’”](?!\w)")
_ARTICLE = re.compile(r"\b(?:[Tt]he|[Aa]n?) (?=[a-z])|\bthe ")
_OPEN_END = re.compile(
    r"(?:,|\b(?:a|an|the|of|to|in|at|on|by|for|with|from|and|or|but|that|who|which|as|St|Mr|Mrs|Dr))\.$"
)
_SPAN_OF_TIME = re.compile(r"\b(?:minute|hour|day|week|month|year|season)s?\.$")
_OPENINGS = frozenset("a an the one two three four five six seven eight nine ten at more most all".split())
#: Replacements that undo the datasets' tokenizers: pounds, quotation marks and dashes.
_DETOKENIZATIONS = (
    (re.compile(r"# ?(?=\d)"), "£"),
    (re.compile(r"` ([^`']+) '"), r"'\1'"),
    (re.compile(r" -- "), " – "),
    (re.compile(r"`` ?| ?''"), '"'),
)


@dataclass(frozen=True, slots=True)
class WriterExample:
    """A prompt and its target output. ``kind`` names the origin of the target."""

    kind: str
    instruction: str
    passage: str
    target: str

    @property
    def prompt(self) -> Prompt:
        """The prompt as the service builds it."""
        return Prompt(self.instruction, self.passage, max_new_tokens=64)


def read_examples(path: Path) -> list[WriterExample]:
    """Return the examples that ``save_examples`` wrote."""
    return [WriterExample(**row) for row in read_rows(path)]


def save_examples(examples: Iterator[WriterExample], path: Path) -> None:
    """Write ``examples`` as JSON lines. The file appears only when it is complete."""
    incomplete = path.with_suffix(".new")
    with incomplete.open("w", encoding="utf-8") as out:
        for example in examples:
            out.write(json.dumps(asdict(example), ensure_ascii=False) + "\n")
    incomplete.replace(path)


def examples_from_summaries(
    path: Path, verify: Verify, grounding: Grounding, random: Random
) -> Iterator[WriterExample]:
    """Yield examples from rows with ``article``, ``reference`` and, in lower case, ``systems.simcls``."""
    lexer = Lexer()
    for row in read_rows(path):
        article = read_text(row["article"])
        sources = shortenable_sentences(article)
        stems = [_stems(source, lexer) for source in sources]
        casing = _Casing(article)
        targets: dict[str, tuple[str, str]] = {}
        summaries = [("editors", text) for text in split_claims(row["reference"])]
        summaries += [("system", casing.restore(text)) for text in split_claims(row["systems"]["simcls"])]
        for kind, text in summaries:
            own = _stems(text, lexer)
            overlaps = [len(own & theirs) / (len(own) or 1) for theirs in stems]
            best = max(range(len(sources)), key=overlaps.__getitem__, default=None)
            if best is not None and overlaps[best] >= _MIN_OVERLAP and _is_shortening(text, sources[best]):
                targets.setdefault(sources[best], (kind, text))
        _add_by_rule(targets, sources, random)
        yield from _sentence_examples(targets, verify, grounding)
        for source, (_, text) in targets.items():
            if len(text.split()) <= _MAX_HEADLINE_WORDS and random.random() < _HEADLINES:
                next_source = sources[sources.index(source) + 1 :][:1]
                prompt = headline_prompt([detokenized(source), *map(detokenized, next_source)])
                target = headline_style(detokenized(text))
                index = grounding.index(read_text(prompt.passage))
                passes = not SCARE_QUOTES.search(target) and not index.problems(
                    target, Kind.HEADLINE, [detokenized(source)]
                )
                if passes and _is_backed(index, target, verify):
                    yield WriterExample("headline", prompt.instruction, prompt.passage, target)


def examples_by_rule(
    path: Path, skipped: int, verify: Verify, grounding: Grounding, random: Random
) -> Iterator[WriterExample]:
    """Yield examples from rows with ``text``, except the first ``skipped``, which are held out for evaluation."""
    for row in list(read_rows(path))[skipped:]:
        sources = shortenable_sentences(read_text(row["text"]))
        targets: dict[str, tuple[str, str]] = {}
        _add_by_rule(targets, sources, random)
        yield from _sentence_examples(targets, verify, grounding)


def _add_by_rule(targets: dict[str, tuple[str, str]], sources: Sequence[str], random: Random) -> None:
    others = [source for source in sources if source not in targets]
    for source in random.sample(others, min(_MAX_BY_RULE, len(others))):
        short = shortened(source, random)
        # "Two years after the fire" is not "two years".
        if short is not None and _is_shortening(short, source) and not _SPAN_OF_TIME.search(short):
            targets[source] = ("rule", short)


def _sentence_examples(
    targets: Mapping[str, tuple[str, str]], verify: Verify, grounding: Grounding
) -> Iterator[WriterExample]:
    for source, (kind, text) in targets.items():
        if text.rstrip(".") in source:  # a writer that is trained on excerpts only learns to cut off ends
            continue
        prompt = sentence_prompt(detokenized(source))
        index = grounding.index(read_text(prompt.passage))
        target = index.with_speaker(detokenized(text), prompt.passage)
        if not index.problems(target, Kind.DRAFT, [prompt.passage]) and _is_backed(index, target, verify):
            yield WriterExample(kind, prompt.instruction, prompt.passage, target)


def _is_backed(passage: GroundingIndex, text: str, verify: Verify) -> bool:
    """Whether the passage, which is all that the writer sees, backs ``text``."""
    [verdict] = asyncio.run(review(passage, [text], verify))
    return verdict.is_backed


def shortenable_sentences(article: Article) -> list[str]:
    """Return the sentences of ``article`` that the service could ask the writer to shorten."""
    return [text for text in (quoting.as_quotation(s.text) for s in article.sentences) if _is_shortenable(text)]


def _is_shortenable(text: str) -> bool:
    has_length = _MIN_SOURCE_WORDS <= len(text.split()) <= _MAX_SOURCE_WORDS
    return has_length and not text.startswith(("' ", '" ')) and sentence_form(text) is SentenceForm.SELF_CONTAINED


def _is_shortening(text: str, source: str) -> bool:
    """Whether ``text`` is a complete sentence, shorter than ``source``."""
    words = text.split()
    # A word after "St. " or "J. " in the source does not begin a sentence.
    opens = words[0].lower() in _OPENINGS or words[0] in source or words[0][0].isdigit()
    opens = opens and not re.search(rf"\b\w{{1,3}}\. {re.escape(words[0])}", source)
    closes = not _OPEN_END.search(text)
    is_complete = opens and closes and sentence_form(text) is SentenceForm.SELF_CONTAINED
    return is_complete and MIN_WORDS <= len(words) <= min(MAX_WORDS, MAX_LENGTH_RATIO * len(source.split()))


def headline_style(text: str) -> str:
    """Return a sentence in the style of headlines: without full stop and articles ("The Hague" keeps its own)."""
    bare = _ARTICLE.sub("", text.removesuffix("."))
    return bare[:1].upper() + bare[1:]


def detokenized(text: str) -> str:
    """Return ``text`` with the marks that the datasets' tokenizers replaced."""
    for tokenized, plain in _DETOKENIZATIONS:
        text = tokenized.sub(plain, text)
    return text


def _stems(text: str, lexer: Lexer) -> frozenset[str]:
    return frozenset(word.stem for word in lexer.words(text) if word.is_content or word.text[0].isdigit())


class _Casing:
    """The capitalization of an article's words inside sentences."""

    def __init__(self, article: Article) -> None:
        forms: dict[str, Counter[str]] = defaultdict(Counter)
        for sentence in article.sentences:
            for position, word in enumerate(sentence.text.split()):
                bare = word.strip("\"“”‘’'(),.;:!?")
                # The first word of a sentence is capitalized anyway, so it counts only where no other use is known.
                forms[bare.lower()][bare] += 1 if position == 0 else 100
        self._form = {lower: of_word.most_common(1)[0][0] for lower, of_word in forms.items()}

    def restore(self, text: str) -> str:
        """Return ``text``, which is in lower case, with the article's capitalization."""
        words = [self._word(word) for word in text.split()]
        joined = " ".join(words)
        return joined[:1].upper() + joined[1:]

    def _word(self, word: str) -> str:
        bare = word.strip("\"“”‘’'(),.;:!?")
        if not bare:
            return word
        form = self._form.get(bare)
        if form is None and bare.endswith(("'s", "’s")):
            form = self._form.get(bare[:-2], bare[:-2]) + bare[-2:]
        return word.replace(bare, form or bare, 1)


def counts(examples: Sequence[WriterExample]) -> str:
    """Return the number of examples of each kind, as text."""
    return ", ".join(f"{number} {kind}" for kind, number in Counter(one.kind for one in examples).most_common())
