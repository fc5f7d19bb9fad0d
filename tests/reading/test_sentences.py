"""Sentence boundaries in the cases of the fixture, and the time for long texts."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from standfirst.reading.sentences import split_sentences

_CASES = Path(__file__).parents[1] / "fixtures/sentences.txt"
_LANGUAGES = {
    **{"arabic": "ar", "chinese": "zh", "dutch": "nl", "french": "fr", "german": "de", "greek": "el", "hebrew": "he"},
    **{"hindi": "hi", "italian": "it", "japanese": "ja", "korean": "ko", "persian": "fa", "portuguese": "pt"},
    **{"russian": "ru", "spanish": "es", "urdu": "ur"},
}

#: Known errors, whose correction would cause more errors elsewhere.
_KNOWN = {
    "Why now? ‖ why not later?",
    "He came – he saw. – That was all. ‖ They cheered.",
    "Der 1. FC Köln gewann 3:1. ‖ Die Fans jubelten.",
}


def _cases() -> Iterator[tuple[str, str]]:
    for line in _CASES.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, _, marked = line.partition("\t")
            yield _LANGUAGES.get(kind, "en"), marked


@pytest.mark.parametrize(
    ("language", "marked"),
    [
        pytest.param(language, marked, marks=[pytest.mark.xfail(reason="known")] if marked in _KNOWN else [])
        for language, marked in _cases()
    ],
)
def test_a_paragraph_is_split_into_its_sentences(language: str, marked: str) -> None:
    expected = [sentence.strip() for sentence in marked.split("‖")]
    text = marked.replace("‖ ", "").replace("‖", "")
    assert [sentence.text for sentence in split_sentences(text, language)] == expected


def test_each_sentence_has_the_number_of_its_paragraph() -> None:
    text = "A headline of a story\n\nOne ends. Another follows.\n\n• An item\n• Another item\n"
    assert [(s.text, s.paragraph) for s in split_sentences(text)] == [
        ("A headline of a story", 0),
        ("One ends.", 1),
        ("Another follows.", 1),
        ("• An item", 2),
        ("• Another item", 3),
    ]


def test_a_wrapped_sentence_keeps_its_line_break() -> None:
    text = (
        "The harbour board said on Monday that the ferry to the outer isles would\n"
        "sail twice a day until the end of March. Fares will not change, although\n"
        "the cost of fuel has risen by 12.5 percent since the service began."
    )
    assert [s.text.split()[-1] for s in split_sentences(text)] == ["March.", "began."]
    assert "would\nsail" in split_sentences(text)[0].text


@pytest.mark.parametrize(
    "text",
    [
        "The council met on Monday and it voted. " * 12_500,
        "The council met on Monday and it voted.\n\n" * 12_500,
        "." * 1_000_000,
        "a" * 2_000_000,
        "会议于周一举行，董事会批准了该计划。" * 12_000,
        "“" * 200_000,
        "a. (b c d " * 20_000,
        "\n" * 1_000_000 + "a",
    ],
    ids=["one paragraph", "paragraphs", "stops", "one word", "Chinese", "quotes", "brackets", "lines"],
)
def test_time_grows_with_the_text(text: str) -> None:
    started = time.process_time()
    split_sentences(text)
    # About half a second at most. Quadratic time would be minutes.
    assert time.process_time() - started < 10


def test_a_number_that_a_tokenizer_split_does_not_end_a_sentence() -> None:
    text = "Prices fell by 7. 8 per cent. It flew at 2. 4 miles per second. It was bus no. 7. 8 people died."
    found = [sentence.text for sentence in split_sentences(text)]
    assert found[:2] == ["Prices fell by 7. 8 per cent.", "It flew at 2. 4 miles per second."]
    assert found[-1] == "8 people died."


@pytest.mark.parametrize(
    "sentences",
    [
        ['He said: "The bridge is safe.', "It reopened at noon.", "Traffic was light.", "Nobody was hurt."],
        ["` It was dark.", "` We heard a bang.", "` Then it was quiet. '", "The blast broke windows.", "Police came."],
        ["She said: ' It was dark. We left. '", "The drivers ' union agreed.", "Talks go on."],
        ["The drivers' union agreed.", "The owners' club did not.", "Talks go on."],
        ['"It was so dark," he said.', '"We ran.', '"I fell. We hid."', 'She called it "grim".', "They left."],
        ["One rower's ` dream ' ended.", "She added: ` I cried. I slept. '", "The race goes on."],
        ['He was "tired and hungry.', 'He had "had enough".', "They left.", "It rained."],
    ],
    ids=["unclosed", "reopened", "between spaces", "possessives", "goes on", "tokenized", "lost"],
)
def test_a_quotation_mark_without_a_partner_ends_no_sentence_late(sentences: list[str]) -> None:
    assert [sentence.text for sentence in split_sentences(" ".join(sentences))] == sentences
