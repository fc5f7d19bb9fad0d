"""Lessons for the writer: the very prompts that the service asks it, each with an answer that its article backs.

A sentence that editors, or another system, wrote of an article, or that a rule shortened, is the answer to the
sentence of the article that it shortens. A short one is, without its stop, the headline of its sentence and the next.
All answers are held against their passages as the service would: the writer is taught nothing that grounding refuses.
(No title of BBC News Summary passes: they say what an article is about, not what its sentences say.)
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

from judgements.corruption import shortened
from judgements.judged import read_rows
from standfirst.condensing import drafting, quoting
from standfirst.domain.article import Article
from standfirst.grounding.case import Kind
from standfirst.grounding.checks import attribution
from standfirst.grounding.index import GroundingIndex
from standfirst.grounding.review import Verify, review
from standfirst.language.en.sentence_form import SentenceForm, sentence_form
from standfirst.language.words import Lexer
from standfirst.reading.text import read_text
from standfirst_models.protocols.writer import Prompt
from training.verification_examples import split_claims

#: A sentence of fewer words is not given to the writer (as in the service); one of more is several, run together.
_SHORT, _LONG = 12, 45
#: The words of an answer, from and to, and what share of its source's at most.
FEWEST, MOST, SHARE = 6, 20, 0.85
#: Articles of BBC News Summary, the first, that are kept for measuring briefings.
KEPT = 400
#: The share of an answer's content words that its source must have. Of the others grounding judges.
_HELD = 0.6
#: Answers by rule that are made for an article at most.
_BY_RULE = 2
#: The words of an answer that may be a headline too, and how often it is one.
_HEADLINE, _HEADED = 12, 0.5
#: A headline with 'scare quotes' quotes what nobody said.
QUOTED = re.compile(r"(?<!\w)['\"‘“]|['\"’”](?!\w)")
_ARTICLE = re.compile(r"\b(?:[Tt]he|[Aa]n?) (?=[a-z])|\bthe ")
_OPEN_END = re.compile(
    r"(?:,|\b(?:a|an|the|of|to|in|at|on|by|for|with|from|and|or|but|that|who|which|as|St|Mr|Mrs|Dr))\.$"
)
_SPAN_OF_TIME = re.compile(r"\b(?:minute|hour|day|week|month|year|season)s?\.$")
_OPENINGS = frozenset("a an the one two three four five six seven eight nine ten at more most all".split())
#: What the datasets' tokenizers have made of pounds, quotation marks and dashes.
_TOKENIZED = (
    (re.compile(r"# ?(?=\d)"), "£"),
    (re.compile(r"` ([^`']+) '"), r"'\1'"),
    (re.compile(r" -- "), " – "),
    (re.compile(r"`` ?| ?''"), '"'),
)


@dataclass(frozen=True, slots=True)
class Lesson:
    """What the writer is asked and what it should answer; ``kind`` says from where the answer is."""

    kind: str
    instruction: str
    passage: str
    answer: str

    @property
    def prompt(self) -> Prompt:
        """The question as the service asks it."""
        return Prompt(self.instruction, self.passage, max_new_tokens=64)


def read_lessons(path: Path) -> list[Lesson]:
    """The lessons that ``save_lessons`` wrote."""
    return [Lesson(**row) for row in read_rows(path)]


def save_lessons(lessons: Iterator[Lesson], path: Path) -> None:
    """Write ``lessons`` as JSON lines, whole or not at all."""
    aside = path.with_suffix(".new")
    with aside.open("w", encoding="utf-8") as out:
        for lesson in lessons:
            out.write(json.dumps(asdict(lesson), ensure_ascii=False) + "\n")
    aside.replace(path)


def written_lessons(path: Path, verify: Verify, random: Random) -> Iterator[Lesson]:
    """From articles with ``article``, ``reference`` and, in lower case, ``systems.simcls``."""
    lexer = Lexer()
    for row in read_rows(path):
        article = read_text(row["article"])
        sources = asked_of(article)
        stems = [_stems(source, lexer) for source in sources]
        cased = _Casing(article)
        found: dict[str, tuple[str, str]] = {}
        written = [("editors", text) for text in split_claims(row["reference"])]
        written += [("system", cased.cased(text)) for text in split_claims(row["systems"]["simcls"])]
        for kind, text in written:
            own = _stems(text, lexer)
            held = [len(own & theirs) / (len(own) or 1) for theirs in stems]
            best = max(range(len(sources)), key=held.__getitem__, default=None)
            if best is not None and held[best] >= _HELD and _is_shorter(text, sources[best]):
                found.setdefault(sources[best], (kind, text))
        _add_by_rule(found, sources, random)
        yield from _sentences(found, verify)
        for source, (_, text) in found.items():
            if len(text.split()) <= _HEADLINE and random.random() < _HEADED:
                after = sources[sources.index(source) + 1 :][:1]
                prompt = drafting.headline_prompt([mended(source), *map(mended, after)])
                answer = without_articles(mended(text))
                index = GroundingIndex(read_text(prompt.passage))
                sound = not QUOTED.search(answer) and not index.problems(answer, Kind.HEADLINE, [mended(source)])
                if sound and _is_backed(index, answer, verify):
                    yield Lesson("headline", prompt.instruction, prompt.passage, answer)


def ruled_lessons(path: Path, skipped: int, verify: Verify, random: Random) -> Iterator[Lesson]:
    """From articles with ``text`` alone, but not the first ``skipped``, which are kept for measuring."""
    for row in list(read_rows(path))[skipped:]:
        sources = asked_of(read_text(row["text"]))
        found: dict[str, tuple[str, str]] = {}
        _add_by_rule(found, sources, random)
        yield from _sentences(found, verify)


def _add_by_rule(found: dict[str, tuple[str, str]], sources: Sequence[str], random: Random) -> None:
    others = [source for source in sources if source not in found]
    for source in random.sample(others, min(_BY_RULE, len(others))):
        short = shortened(source, random)
        # "Two years after the fire" is not "two years".
        if short is not None and _is_shorter(short, source) and not _SPAN_OF_TIME.search(short):
            found[source] = ("rule", short)


def _sentences(found: Mapping[str, tuple[str, str]], verify: Verify) -> Iterator[Lesson]:
    for source, (kind, text) in found.items():
        if text.rstrip(".") in source:  # who is taught runs of the source's words only cuts ends off
            continue
        prompt = drafting.sentence_prompt(mended(source))
        answer = attribution.restored(mended(text), prompt.passage)
        index = GroundingIndex(read_text(prompt.passage))
        if not index.problems(answer, Kind.DRAFT, [prompt.passage]) and _is_backed(index, answer, verify):
            yield Lesson(kind, prompt.instruction, prompt.passage, answer)


def _is_backed(passage: GroundingIndex, text: str, verify: Verify) -> bool:
    """Whether the passage alone, which is all that the writer sees, backs ``text``."""
    [verdict] = asyncio.run(review(passage, [text], verify))
    return verdict.is_supported


def asked_of(article: Article) -> list[str]:
    """The sentences of ``article`` that the writer would be asked to shorten."""
    return [text for text in (quoting.as_quotation(s.text) for s in article.sentences) if _is_asked(text)]


def _is_asked(text: str) -> bool:
    whole = _SHORT <= len(text.split()) <= _LONG and not text.startswith(("' ", '" '))
    return whole and sentence_form(text) is SentenceForm.SELF_CONTAINED


def _is_shorter(text: str, source: str) -> bool:
    """Whether ``text`` is a whole sentence, with its subject, that says shorter what ``source`` says."""
    words = text.split()
    # What follows "St. " or "J. " in the source is no beginning.
    opens = words[0].lower() in _OPENINGS or words[0] in source or words[0][0].isdigit()
    opens = opens and not re.search(rf"\b\w{{1,3}}\. {re.escape(words[0])}", source)
    closes = not _OPEN_END.search(text)
    whole = opens and closes and sentence_form(text) is SentenceForm.SELF_CONTAINED
    return whole and FEWEST <= len(words) <= min(MOST, SHARE * len(source.split()))


def without_articles(text: str) -> str:
    """A sentence as newspapers head an article: without its stop and its articles ("The Hague" keeps its own)."""
    bare = _ARTICLE.sub("", text.removesuffix("."))
    return bare[:1].upper() + bare[1:]


def mended(text: str) -> str:
    """``text`` with the marks that the datasets' tokenizers took from it."""
    for tokenized, plain in _TOKENIZED:
        text = tokenized.sub(plain, text)
    return text


def _stems(text: str, lexer: Lexer) -> frozenset[str]:
    return frozenset(word.stem for word in lexer.words(text) if word.is_content or word.text[0].isdigit())


class _Casing:
    """How an article writes its words when they do not open a sentence."""

    def __init__(self, article: Article) -> None:
        forms: dict[str, Counter[str]] = defaultdict(Counter)
        for sentence in article.sentences:
            for position, word in enumerate(sentence.text.split()):
                bare = word.strip("\"“”‘’'(),.;:!?")
                # A word that opens a sentence may owe its capital to that: it counts only if nothing else is known.
                forms[bare.lower()][bare] += 1 if position == 0 else 100
        self._form = {lower: of_word.most_common(1)[0][0] for lower, of_word in forms.items()}

    def cased(self, text: str) -> str:
        """``text``, all in lower case, as the article would write it."""
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


def counts(lessons: Sequence[Lesson]) -> str:
    """How many lessons there are of each kind."""
    return ", ".join(f"{number} {kind}" for kind, number in Counter(lesson.kind for lesson in lessons).most_common())
