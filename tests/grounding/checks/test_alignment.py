"""The alignment of a claim with a sentence."""

from __future__ import annotations

import pytest

from standfirst.grounding.checks.alignment import Alignment
from standfirst.language.parser import SentenceParser

SOURCE = "The court heard on Monday that the clerk, who is 41, had taken the money over six years."


def aligned(claim: str, source: str, parser: SentenceParser) -> Alignment:
    return Alignment.of(*parser.parse([claim, source]))


def pairs(alignment: Alignment) -> list[tuple[str, str]]:
    return [(alignment.claim[left].text, alignment.source[right].text) for left, right in alignment.pairs.items()]


def test_words_are_aligned_whatever_their_capitals(parser: SentenceParser) -> None:
    alignment = aligned("The clerk had taken the money.", SOURCE, parser)
    assert pairs(alignment) == [(word, word if word != "The" else "the") for word, _ in pairs(alignment)]
    kept = [alignment.source[index].text for index in sorted(alignment.kept)]
    assert kept == ["the", "clerk", "had", "taken", "the", "money", "."]
    assert alignment.coverage == 1.0


def test_a_word_in_another_form_is_aligned_by_its_lemma(parser: SentenceParser) -> None:
    alignment = aligned("The clerk takes the money.", "The clerk took the money.", parser)
    assert ("takes", "took") in pairs(alignment)


def test_a_word_that_the_sentence_does_not_have_is_not_aligned(parser: SentenceParser) -> None:
    alignment = aligned("The clerk burned the money.", "The clerk took the money.", parser)
    [burned] = alignment.roots()
    assert alignment.origin(burned) is None
    assert alignment.predicate() is None
    assert list(alignment.governors()) == []
    assert alignment.coverage == pytest.approx(4 / 5)


def test_the_governors_are_the_words_above_the_claims_predicate(parser: SentenceParser) -> None:
    alignment = aligned("The clerk had taken the money.", SOURCE, parser)
    assert [token.text for token in alignment.governors()] == ["taken", "heard"]


def test_what_goes_as_a_part_is_not_lost(parser: SentenceParser) -> None:
    lost = [
        token.text for token in aligned("The court heard that the clerk had taken the money.", SOURCE, parser).lost()
    ]
    assert "who" not in lost
    assert {"over", "six", "years"} <= set(lost)


def test_a_part_of_which_a_word_is_kept_is_lost(parser: SentenceParser) -> None:
    source = "The tower, which was built by monks in 1911, leans to the north."
    whole = [token.text for token in aligned("The tower leans to the north.", source, parser).lost()]
    torn = [token.text for token in aligned("The tower by monks leans to the north.", source, parser).lost()]
    assert whole == []
    assert "built" in torn


def test_a_claim_of_punctuation_has_no_coverage(parser: SentenceParser) -> None:
    assert aligned("…", SOURCE, parser).coverage == 0.0
    assert aligned("", SOURCE, parser).coverage == 0.0


@pytest.mark.parametrize(
    ("claim", "taken"),
    [
        ("Ann Lee resigned.", [("Ann Lee", "PERSON")]),
        ("Lee resigned on Friday.", [("Lee", "PERSON"), ("Friday", "DATE")]),
    ],
)
def test_a_claim_takes_the_entities_of_its_sentence(
    claim: str, taken: list[tuple[str, str]], parser: SentenceParser
) -> None:
    source = "Ann Lee, who led the council for years, resigned on Friday."
    [doc] = parser.parse([claim], entities=False)
    assert Alignment.of(doc, *parser.parse([source])).take_entities()
    assert [(entity.text, entity.label_) for entity in doc.ents] == taken


def test_a_claim_with_a_name_of_its_own_takes_no_entities(parser: SentenceParser) -> None:
    [doc] = parser.parse(["Ruth Penn resigned on Friday."], entities=False)
    assert not Alignment.of(doc, *parser.parse(["Ann Lee resigned on Friday."])).take_entities()
    assert not doc.has_annotation("ENT_IOB")
