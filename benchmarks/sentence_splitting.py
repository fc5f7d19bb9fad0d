"""Compare our sentence splitter with libraries: accuracy and time.

The cases are those of ``tests/fixtures/sentences.txt``. A boundary is right where a sentence begins at exactly the
expected character. F1 is over the boundaries of all cases; a case is right if all its boundaries are. Our corrections
were written with the cases in view, except the "fresh" ones, which were written afterwards. Time is for 100,000 words
of the English cases as paragraphs, and for one line of 50,000 Chinese characters. Libraries that are not installed are
left out:

    pip install pysbd syntok nupunkt sentence-splitter
    python -m benchmarks.sentence_splitting [--errors NAME]
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any

from standfirst.reading.sentences import split_sentences

CASES = Path(__file__).parents[1] / "tests/fixtures/sentences.txt"
LANGUAGES = {
    "arabic": "ar",
    "chinese": "zh",
    "dutch": "nl",
    "french": "fr",
    "german": "de",
    "greek": "el",
    "hebrew": "he",
    "hindi": "hi",
    "italian": "it",
    "japanese": "ja",
    "korean": "ko",
    "persian": "fa",
    "portuguese": "pt",
    "russian": "ru",
    "spanish": "es",
    "urdu": "ur",
}
Splitter = Callable[[str, str], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Case:
    """A paragraph, its language, and the offsets at which its sentences begin."""

    kind: str
    language: str
    text: str
    starts: frozenset[int]


def cases() -> Iterator[Case]:
    for line in CASES.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, _, marked = line.partition("\t")
            text = marked.replace("‖ ", "").replace("‖", "")
            sentences = (sentence.strip() for sentence in marked.split("‖"))
            yield Case(kind, LANGUAGES.get(kind, "en"), text, starts_of(text, sentences))


def starts_of(text: str, sentences: Iterable[str]) -> frozenset[int]:
    """Return the offset of each of ``sentences`` in ``text``. A sentence that a library changed has none."""
    starts, offset = set(), 0
    for sentence in filter(None, map(str.strip, sentences)):
        start = text.find(sentence, offset)
        if start >= 0:
            starts.add(start)
            offset = start + len(sentence)
    return frozenset(starts)


def ours(text: str, language: str) -> Iterable[str]:
    return (sentence.text for sentence in split_sentences(text, language))


def _sentencex(library: Any) -> Splitter:
    return lambda text, language: library.segment(language, text)


def _pysbd(library: Any) -> Splitter:
    known = import_module("pysbd.languages").LANGUAGE_CODES
    return lambda text, language: library.Segmenter(language if language in known else "en", clean=False).segment(text)


def _syntok(library: Any) -> Splitter:
    def split(text: str, _: str) -> Iterator[str]:
        for paragraph in library.process(text):
            for tokens in paragraph:
                yield text[tokens[0].offset : tokens[-1].offset + len(tokens[-1].value)]

    return split


def _nupunkt(library: Any) -> Splitter:
    return lambda text, _: library.sent_tokenize(text)


def _sentence_splitter(library: Any) -> Splitter:
    known = {"de", "el", "en", "es", "fr", "it", "nl", "pt", "ru"}
    return lambda text, language: library.split_text_into_sentences(text, language if language in known else "en")


CANDIDATES: dict[str, tuple[str, Callable[[Any], Splitter]]] = {
    "sentencex": ("sentencex", _sentencex),
    "pysbd": ("pysbd", _pysbd),
    "syntok": ("syntok.segmenter", _syntok),
    "nupunkt": ("nupunkt", _nupunkt),
    "sentence-splitter": ("sentence_splitter", _sentence_splitter),
}


def splitters() -> Iterator[tuple[str, Splitter]]:
    yield "standfirst", ours
    for name, (module, wrap) in CANDIDATES.items():
        with suppress(ImportError):
            yield name, wrap(import_module(module))


def seconds(split: Splitter, paragraphs: list[str], language: str) -> float:
    started = time.perf_counter()
    for paragraph in paragraphs:
        list(split(paragraph, language))
    return time.perf_counter() - started


def main(show_errors_of: str | None) -> None:
    all_cases = list(cases())
    english = [case.text for case in all_cases if case.language == "en"]
    groups = (
        [case for case in all_cases if case.language == "en" and case.kind != "fresh"],
        [case for case in all_cases if case.kind == "fresh"],
        [case for case in all_cases if case.language != "en"],
    )
    long = list(islice(english * 100, 100_000 * len(english) // sum(len(text.split()) for text in english)))
    chinese = "会议于周一举行董事会批准了该计划。" * 3_000
    print(f"{'':18} English F1 right    fresh English F1 right   others F1 right   s/100,000 words  s/50,000 Chinese")
    for name, split in splitters():
        row = [f"{name:18}"]
        for group in groups:
            hit = extra = missed = right = 0
            for case in group:
                found = starts_of(case.text, split(case.text, case.language)) | {0}
                # The first sentence begins where the text does, which is no merit.
                hit += len(found & case.starts) - 1
                extra += len(found - case.starts)
                missed += len(case.starts - found)
                right += found == case.starts
                if name == show_errors_of and found != case.starts:
                    print(f"  {case.kind}: {case.text}\n    found {sorted(found)}, not {sorted(case.starts)}")
            row.append(f"{2 * hit / (2 * hit + extra + missed):8.3f} {right:4} of {len(group):3}")
        row.append(f"{seconds(split, long, 'en'):17.2f} {seconds(split, [chinese], 'zh'):17.2f}")
        print(" ".join(row), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--errors", metavar="NAME", help="show the cases that this splitter gets wrong")
    main(parser.parse_args().errors)
