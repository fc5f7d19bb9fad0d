"""Pasted texts: what is the story and what stands around it."""

from __future__ import annotations

import pytest

from standfirst.errors import EmptySource, InvalidRequest, NoArticle, TooLarge
from standfirst.reading.text import read_text

_STORY = """The harbour board of Kilmore voted 7-2 on Tuesday to rebuild the eastern pier, which a storm broke in two.

Work is to begin on Sept. 1 and to cost $4.2 million. “We have waited long enough,” said Ana Ruiz, who is its chair.

Fishing boats will land at the old quay until then. Two members voted against the plan because of its cost."""

_HEAD = """Kilmore to rebuild the pier that the storm took

Coast Courier
By Dana Whitfield
December 3, 2024Local

"""

_TAIL = """

From The Inland Post

courier newsletter icon
Sign up for Courier Daily
All you need to know, in one short e-mail.
By registering for the newsletter, you agree to the Privacy Policy."""


def _sentences(text: str, title: str | None = None) -> list[str]:
    return [sentence.text for sentence in read_text(text, title=title).sentences]


def test_what_stands_around_a_pasted_story_is_recognised_and_stays_in_the_text() -> None:
    text = _HEAD + _STORY + _TAIL
    article = read_text(text)
    assert [sentence.text for sentence in article.sentences] == _sentences(_STORY)
    assert article.text == text
    assert article.title == "Kilmore to rebuild the pier that the storm took"
    assert article.author == "Dana Whitfield"
    assert article.published == "2024-12-03"
    assert article.language == "en"


def test_a_story_alone_is_taken_whole() -> None:
    assert len(_sentences(_STORY)) == 5


def test_a_title_from_the_caller_wins_and_is_no_sentence_of_the_story() -> None:
    article = read_text(_HEAD + _STORY, title="Mine")
    assert article.title == "Mine"
    title = "Kilmore to rebuild the pier – that the storm took!"
    assert _sentences(_HEAD + _STORY, title) == _sentences(_STORY)


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
        "(Dana Whitfield/Getty Images)",
        "Photo: Dana Whitfield",
        "Follow us on Twitter and Facebook",
        "Sign up for our weekly newsletter",
        "Story continues below advertisement",
    ],
)
def test_a_line_of_the_page_between_two_paragraphs_is_not_the_story(line: str) -> None:
    first, rest = _STORY.split("\n\n", 1)
    assert _sentences(f"{first}\n\n{line}\n\n{rest}") == _sentences(_STORY)


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
def test_a_line_of_the_page_after_the_last_paragraph_is_not_the_story(line: str) -> None:
    assert _sentences(f"{_STORY}\n\n{line}") == _sentences(_STORY)


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
@pytest.mark.parametrize("place", [0, 1, 3])
def test_a_paragraph_about_such_things_is_the_story(paragraph: str, place: int) -> None:
    paragraphs = _STORY.split("\n\n")
    paragraphs.insert(place, paragraph)
    assert set(_sentences(paragraph)) <= set(_sentences("\n\n".join(paragraphs)))


@pytest.mark.parametrize("text", ["Fire.", "Fire", "Mayor resigns", "Who pays?", "火", "大火", "3"])
def test_a_word_or_a_sentence_is_an_article(text: str) -> None:
    assert _sentences(text) == [text]


@pytest.mark.parametrize("text", ["", " \n\t ", "\u2028", "\u00a0"])
def test_white_space_is_told_so(text: str) -> None:
    with pytest.raises(EmptySource):
        read_text(text)


@pytest.mark.parametrize("text", ["😀", "😀 🎉\n\n🎉", "...", "?!", "— — —", "\0", "\u200b"])
def test_a_text_without_a_letter_or_digit_is_no_article(text: str) -> None:
    with pytest.raises(NoArticle):
        read_text(text)


def test_emoji_lines_around_a_story_are_not_the_story() -> None:
    assert _sentences(f"🎉🎉\n\n{_STORY}\n\n🎉") == _sentences(_STORY)


def test_half_a_character_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="half of a character"):
        read_text("The board met. \ud83d It voted.")
    with pytest.raises(InvalidRequest, match="half of a character"):
        read_text(_STORY, title="The board \ud83d")


def test_control_characters_keep_their_places() -> None:
    article = read_text("The board\0 met.\x07 It voted.\x1b")
    assert article.text == "The board\0 met.\x07 It voted.\x1b"
    assert all(article.text[s.start : s.end] == s.text for s in article.sentences)


def test_a_text_over_the_limit_is_refused_with_both_numbers() -> None:
    assert read_text("word " * 10, max_words=10).words == 10
    with pytest.raises(TooLarge, match=r"11 words.* 10 "):
        read_text("word " * 11, max_words=10)


def test_a_script_without_spaces_counts_against_the_limit() -> None:
    with pytest.raises(TooLarge, match="600 words"):
        read_text("火" * 1200, max_words=500)


def test_right_to_left_text_is_read() -> None:
    text = "عمدة المدينة يستقيل\n\nأعلن عمدة المدينة استقالته يوم الاثنين بعد عشر سنوات في المنصب. لم يذكر سببا لذلك؟"
    article = read_text(text)
    assert article.language == "ar"
    assert article.title == "عمدة المدينة يستقيل"
    assert [s.text[-1] for s in article.sentences] == [".", "؟"]


@pytest.mark.parametrize(
    ("line", "published"),
    [
        ("December 30, 2021International", "2021-12-30"),
        ("Updated: 3 May 2020 at 10:15 GMT", "2020-05-03"),
        ("Sept. 9, 2019", "2019-09-09"),
        ("Published on Friday, 1st March 2024", "2024-03-01"),
        ("2021-12-30T10:00Z", "2021-12-30"),
        ("February 30, 2021", None),
        ("3/4/2021", None),
    ],
)
def test_a_date_line_says_when_the_story_was_published(line: str, published: str | None) -> None:
    assert read_text(f"A headline of four words\n\n{line}\n\n{_STORY}").published == published
