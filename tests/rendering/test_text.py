"""Plain text of briefings and verifications."""

from __future__ import annotations

from standfirst.domain.briefing import Passage
from standfirst.domain.verification import Correction, JudgedSentence, Verification
from standfirst.rendering.text import briefing_to_text, verification_to_text
from tests.rendering.samples import ARTICLE, briefing


def test_a_briefing_is_paragraphs_a_list_and_the_url() -> None:
    text = briefing_to_text(ARTICLE, briefing("Bridge closed", "It is *shut*.", "One.", "Two."))
    assert text == f"Bridge closed\n\nIt is *shut*.\n\n- One.\n- Two.\n\n{ARTICLE.url}\n"


def test_a_sentence_that_is_not_backed_shows_its_problems() -> None:
    text = briefing_to_text(ARTICLE, briefing("Bridge closed", "It cost £9m.", problems=("£9m is not in it", "nor so")))
    assert "It cost £9m. [not backed: £9m is not in it; nor so]" in text


def test_a_verification_lists_findings_problems_and_what_the_article_says_and_ends_with_the_counts() -> None:
    instead = (Correction(Passage(0, 11, "It is shut.")),)
    sentences = (
        JudgedSentence("It is shut.", "backed", 1.0),
        JudgedSentence("It burns.", "not_backed", 0.0, (), ("“burns”",), instead),
        JudgedSentence("It will open.", "undecided", 0.5),
    )
    assert verification_to_text(Verification(sentences)) == (
        "backed      1.00  It is shut.\n"
        "not backed  0.00  It burns.\n"
        "      - “burns”\n"
        "      > It is shut.\n"
        "undecided   0.50  It will open.\n"
        "1 backed, 1 not backed, 1 undecided; support 0.50\n"
    )
