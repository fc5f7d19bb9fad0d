"""The evidence for a claim: which pieces of the article it has, and how many words."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from standfirst.grounding.evidence import Evidence
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
