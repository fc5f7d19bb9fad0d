"""The evidence for a claim: which pieces of the article it has, how many words, and which sentences are its sources."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standfirst.grounding.evidence import Evidence
from standfirst.language.en.analysis import Analyzer
from standfirst.language.words import Lexer

SENTENCES = [
    "Harwick council met on Tuesday evening in the old town hall.",
    "It heard reports on parks and on the library.",
    "Weather was fine.",
    "The council voted 14 to 3 to close the Old Mill bridge for nine months.",
    "Buses 4 and 11 will be sent over the ring road.",
    " ".join(["Shopkeepers complained about the noise of the works and asked for night shifts"] * 8) + ".",
]
LEXER = Lexer()


def gathered(claim: str, sentences: list[str] = SENTENCES) -> str:
    return Evidence(sentences, LEXER).gather(LEXER.words(claim))


def test_the_sentences_a_claim_comes_from_are_its_evidence() -> None:
    found = gathered("The council closes the bridge, and buses take the ring road.")
    assert SENTENCES[3] in found
    assert SENTENCES[4] in found
    assert found.index(SENTENCES[3]) < found.index(SENTENCES[4])


def test_the_opening_is_the_evidence_of_a_claim_that_shares_no_word() -> None:
    assert gathered("Penguins fly.") == f"{SENTENCES[0]} {SENTENCES[1]}"


def test_of_a_long_sentence_the_piece_is_taken_that_the_claim_shares() -> None:
    long = " ".join(f"filler{i}" for i in range(120)) + " the mayor resigned at noon"
    assert "mayor resigned" in gathered("The mayor resigned.", [long])


def test_further_windows_have_what_no_earlier_one_has() -> None:
    article = [
        f"{name} spoke of the bridge, and {'the weather was fine and ' * 8}it rained." for name in ("Jo", "Al", "Bo")
    ]
    first, second, *rest = Evidence(article, LEXER).windows(LEXER.words("They spoke of the bridge."), 3)
    assert ("Jo" in first, "Al" in first, "Bo" in first) == (True, True, False)
    assert "Bo" in second
    assert rest == []


words = st.lists(st.sampled_from("council bridge 14 nine buses road the a of noise".split()), max_size=30)


@given(words, st.lists(words.map(" ".join).filter(bool), min_size=1, max_size=12))
def test_evidence_is_of_the_article_and_has_1_to_110_words(claim: list[str], sentences: list[str]) -> None:
    found = gathered(" ".join(claim), sentences)
    assert found
    assert len(found.split()) <= 110
    assert set(found.split()) <= set(" ".join(sentences).split())


def test_an_aside_is_left_out_unless_the_claim_has_a_word_of_it() -> None:
    article = ["Harwick council, which owns the bridge, will close it on Tuesday (see the map) for a year."]
    assert gathered("Harwick council will close it.", article) == "Harwick council will close it on Tuesday for a year."
    assert "which owns the bridge" in gathered("Harwick council owns it.", article)
    assert "(see the map)" in gathered("The map is of Tuesday.", article)


COUNCIL = [
    "Harwick council met on Tuesday in the old town hall.",
    "The council voted 14 to 3 to close the Old Mill bridge for nine months.",
    "Buses 4 and 11 will be sent over the ring road.",
    "Mayor Jo Lee has promised a ferry.",
    "She said that it would sail every hour.",
]


def sources(claim: str, sentences: list[str]) -> tuple[int, ...]:
    analyzer = Analyzer()
    analyses = [analyzer.analyse(sentence) for sentence in sentences]
    return Evidence([one.unified for one in analyses], LEXER).sources(analyzer.analyse(claim), analyses)


@pytest.mark.parametrize(
    ("claim", "indices"),
    [
        ("The council voted to close the bridge.", (1,)),
        ("The council closes the Old Mill bridge, and buses 4 and 11 are sent over the ring road.", (1, 2)),
        ("Penguins swim.", ()),
    ],
)
def test_the_sources_are_the_fewest_sentences_that_hold_what_a_claim_says(claim: str, indices: tuple[int, ...]) -> None:
    assert sources(claim, COUNCIL) == indices


def test_a_name_or_a_number_that_stands_elsewhere_adds_its_sentence() -> None:
    claim = "The council voted to close the bridge, as Jo Lee feared, and bus 11 takes the ring road."
    assert {1, 2, 3} <= set(sources(claim, COUNCIL))


def test_a_date_in_another_spelling_is_a_source() -> None:
    assert sources("It was 7 December.", [*COUNCIL, "The ferry sails from Dec. 7 on."]) == (5,)


def test_the_pieces_of_a_long_sentence_are_one_source() -> None:
    long = "The mayor resigned at noon, " + " ".join(f"filler{i}" for i in range(90)) + " and the council met at night."
    assert sources("The mayor resigned and the council met.", [*COUNCIL[2:], long]) == (3,)


def test_at_most_five_sentences_are_sources() -> None:
    names = ["Ada", "Bea", "Cy", "Di", "Ed", "Flo", "Gus"]
    sentences = [f"{name} voted for number {n}." for n, name in enumerate(names)]
    assert len(sources("They were: Ada, Bea, Cy, Di, Ed, Flo and Gus.", sentences)) == 5
