"""The sentences of the main text, and the metadata around it."""

from __future__ import annotations

import pytest

from standfirst.reading.text import read_text

ARTICLE = """The harbour board of Kilmore voted 7-2 on Tuesday to rebuild the eastern pier, which a storm broke in two.

Work is to begin on Sept. 1 and to cost $4.2 million. “We have waited long enough,” said Ana Ruiz, who is its chair.

Fishing boats will land at the old quay until then. Two members voted against the plan because of its cost."""

HEAD = """Kilmore to rebuild the pier that the storm took

Coast Courier
By Dana Whitfield
December 3, 2024Local

"""

TAIL = """

From The Inland Post

courier newsletter icon
Sign up for Courier Daily
All you need to know, in one short e-mail.
By registering for the newsletter, you agree to the Privacy Policy."""


def sentences_of(text: str, title: str | None = None) -> list[str]:
    return [sentence.text for sentence in read_text(text, title=title).sentences]


def test_boilerplate_around_the_main_text_is_no_sentence_but_stays_in_the_text() -> None:
    text = HEAD + ARTICLE + TAIL
    article = read_text(text)
    assert [sentence.text for sentence in article.sentences] == sentences_of(ARTICLE)
    assert article.text == text
    assert article.title == "Kilmore to rebuild the pier that the storm took"
    assert article.author == "Dana Whitfield"
    assert article.published == "2024-12-03"
    assert article.language == "en"


def test_a_text_without_boilerplate_is_taken_whole() -> None:
    assert len(sentences_of(ARTICLE)) == 5


def test_a_title_from_the_caller_takes_precedence_and_is_no_sentence() -> None:
    article = read_text(HEAD + ARTICLE, title="Mine")
    assert article.title == "Mine"
    title = "Kilmore to rebuild the pier – that the storm took!"
    assert sentences_of(HEAD + ARTICLE, title) == sentences_of(ARTICLE)


@pytest.mark.parametrize(
    "line",
    [
        "Advertisement",
        "ADVERTISEMENT",
        "Share",
        "Copy link",
        "Tweet",
        "12 comments",
        "4 min read",
        "Read more: Ferry fares to rise in spring",
        "Related: Ferry fares to rise in spring",
        "Related stories",
        "Read more:\n\nFerry fares to rise in spring\n\nBishop opens food bank",
        "(Dana Whitfield/Getty Images)",
        "Photo: Dana Whitfield",
        "Follow us on Twitter and Facebook",
        "Sign up for our weekly newsletter",
        "Story continues below advertisement",
    ],
)
def test_boilerplate_between_two_paragraphs_is_dropped(line: str) -> None:
    first, rest = ARTICLE.split("\n\n", 1)
    assert sentences_of(f"{first}\n\n{line}\n\n{rest}") == sentences_of(ARTICLE)


@pytest.mark.parametrize(
    "line",
    [
        "© 2024 Coast Courier. All rights reserved.",
        "Copyright 2024 Coast Courier",
        "We use cookies to make this site work. You can change your settings at any time.",
        "By signing up you agree to our terms and that we may write to you.",
        "Reporting by Dana Whitfield; editing by Tom Askew",
        "Leave a comment",
        "Got a tip? Write to the newsroom.",
        "This site is protected by reCAPTCHA and the Google Privacy Policy and Terms of Service apply.",
        "Views expressed in this article are those of the author.",
        "Share on Facebook",
    ],
)
def test_boilerplate_after_the_last_paragraph_is_dropped(line: str) -> None:
    assert sentences_of(f"{ARTICLE}\n\n{line}") == sentences_of(ARTICLE)


@pytest.mark.parametrize(
    "paragraph",
    [
        "The regulator fined the firm $5 million because it uses cookies without asking the people it follows.",
        "Subscribers to the newsletter fell by a third last year, and the paper will print only on Sundays from May.",
        "By registering voters at their doors, the campaign hopes to win back the towns that it lost in 2020.",
        "Follow the money, the inspector told the court, and three banks in two countries had to open their books.",
        "Share prices fell by 3 percent after the privacy policy became known on Monday.",
        "The privacy policy, 40 pages long, was written by a lawyer who has since left the firm.",
        "Sign language will be taught in all schools of the county from September, its council decided.",
        "Photographs by Ann Lee, which hung in the town hall for thirty years, were sold for $90,000 on Friday.",
        "Advertisement spending rose by a tenth, the agency said, although fewer people watched.",
        "“Please subscribe,” he begged, but nobody did.",
        "December 30, 2021, was the coldest day that anyone in the valley could remember.",
        "Videos of the arrest spread online within hours of the event.",
        "Pictures, letters and a lock of hair were found in the box.",
        "Copyright is what the two sisters fight about: who owns a song that both of them wrote?",
    ],
)
@pytest.mark.parametrize("position", [0, 1, 3])
def test_a_paragraph_that_begins_like_boilerplate_is_kept(paragraph: str, position: int) -> None:
    paragraphs = ARTICLE.split("\n\n")
    paragraphs.insert(position, paragraph)
    assert set(sentences_of(paragraph)) <= set(sentences_of("\n\n".join(paragraphs)))


@pytest.mark.parametrize("text", ["Fire.", "Fire", "Mayor resigns", "Who pays?", "火", "大火", "3"])
def test_a_single_word_or_sentence_is_an_article(text: str) -> None:
    assert sentences_of(text) == [text]


def test_lines_of_emoji_are_dropped() -> None:
    assert sentences_of(f"🎉🎉\n\n{ARTICLE}\n\n🎉") == sentences_of(ARTICLE)
