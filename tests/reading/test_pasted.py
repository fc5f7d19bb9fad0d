"""Pasted text that is no plain prose."""

from __future__ import annotations

from contextlib import suppress

import pytest

from standfirst.errors import NoArticle
from standfirst.reading.pasted import is_page
from standfirst.reading.text import read_text

TITLE = "Marlow to sell its old library"
STORY = (
    "Marlow town council agreed on Monday night to sell the old library to a housing trust for £1.2m.",
    "The trust plans 24 flats and a café, and says that a third of them will be let at half the usual rent.",
    "Two councillors voted against the sale because the building is listed.",
)

MARKDOWN = f"""# {TITLE}

*By [Kay Moor](https://courier.example/kay) · 3 May 2024*

![The library](https://courier.example/l.jpg)

**Marlow town council** agreed on Monday night to sell the [old library](https://courier.example/o) to a housing \
trust for £1.2m.

- The trust plans *24 flats* and a café, and says that a third of them will be let at half the usual rent.
- Two councillors voted against the sale because the building is listed.

---
"""
HTML = f"<h1>{TITLE}</h1>\n<p>{STORY[0].replace('£', '&pound;')}</p><script>no()</script>" + "".join(
    f"<p>{line.replace('rent', '<b>rent</b>')}</p>" for line in STORY[1:]
)
FORWARDED = f"""---------- Forwarded message ---------
From: Marlow Courier <news@courier.example>
Date: Fri, May 3, 2024 at 10:12 AM
Subject: Fwd: Library sold
To: <reader@example.org>

{TITLE}

> Marlow town council agreed on Monday night to sell the old library to a
> housing trust for £1.2m. The trust plans 24 flats and a café, and says that
> a third of them will be let at half the usual rent. Two councillors voted
> against the sale because the building is listed.
"""
HYPHENATED = f"""{TITLE}

Marlow town council agreed on Monday
night to sell the old library to a hous-
ing trust for £1.2m. The trust plans 24
flats and a café, and says that a third of
them will be let at half the usual rent.
Two councillors voted against the sale be-
cause the building is listed."""
COLUMN = f"""{TITLE}

Marlow town council agreed on Monday
night to sell the old library to a
housing trust for £1.2m. The trust
plans 24 flats and a café, and says
that a third of them will be let at
half the usual rent. Two councillors
voted against the sale because the
building is listed."""


@pytest.mark.parametrize(
    "text",
    [MARKDOWN, HTML, FORWARDED, HYPHENATED, COLUMN],
    ids=["markdown", "html", "mail", "hyphens", "column"],
)
def test_it_is_read_as_what_it_is_and_offsets_refer_to_the_text_as_received(text: str) -> None:
    article = read_text(text)
    assert article.title == TITLE
    assert tuple(" ".join(sentence.text.split()) for sentence in article.sentences) == STORY
    assert article.text == text
    for sentence, line in zip(article.sentences, STORY, strict=True):
        received = text[sentence.start : sentence.end]
        assert received[-1] == line[-1] == "."
        assert received.lstrip("*")[:5] == line[:5]


def test_a_byline_in_markdown_gives_author_and_date() -> None:
    article = read_text(MARKDOWN)
    assert (article.author, article.published) == ("Kay Moor", "2024-05-03")


def test_the_subject_of_a_mail_without_a_headline_is_the_title() -> None:
    assert read_text(FORWARDED.replace(TITLE, "")).title == "Library sold"


def test_a_hyphen_of_a_compound_stays() -> None:
    text = "The nine month wait is over, and the nine-\nmonth strike that be-\ngan in May has end-\ned, it said."
    assert "nine-month strike that began in May has ended" in read_text(text).sentences[0].text


@pytest.mark.parametrize(
    "text",
    [
        "Prices rose by 5 * 3 * 2, he said [sic], and snake_case is 2^3 of 10 < 20 & 30 > 20 in the file of June.",
        "From the start: it was clear. To the end: it was not. The board met again on Monday to vote on the plan.",
        "The tags <b> and <i> are the first that children learn, and the tag <div> is the last, the teacher said.",
        "The park has 40 km² of forest, and 10⁶ trees of 3 kinds² grow there, the minister told the house.",
        "#bridge is what people write below their pictures of the river, and - as ever - nobody knows why they do.",
    ],
)
def test_prose_that_has_a_mark_or_two_of_markup_stays_as_it_is(text: str) -> None:
    assert "".join(sentence.text for sentence in read_text(text).sentences).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("The council voted 14 to 3¹ on Tuesday, and 12,500² people watched.", "voted 14 to 3 on Tuesday, and 12,500 "),
        (
            "It was built in 1904.[1] It closed in 2019,[2] and 41[3] people live there.",
            "closed in 2019, and 41 people",
        ),
    ],
)
def test_marks_of_notes_are_not_read(text: str, read: str) -> None:
    assert read in " ".join(sentence.text for sentence in read_text(text).sentences)


def test_a_whole_page_is_told_from_a_fragment_and_from_text() -> None:
    assert is_page("\n<!DOCTYPE html><html><body><p>Harwick</p></body></html>")
    assert is_page('<?xml version="1.0"?><html><body>')
    assert not is_page("<p>Harwick</p>")
    assert not is_page("The <html> tag comes first.")


@pytest.mark.parametrize(
    "unit", ["<p>", "<!--", "[", "![", "> ", "**", "a-\n", "x:\u0020y\n", "&amp;", "<script>", "1¹"]
)
def test_text_that_only_consists_of_marks_takes_no_quadratic_time(unit: str) -> None:
    text = unit * (200_000 // len(unit)) + " The council of Harwick voted on Tuesday."
    with suppress(NoArticle):  # most are taken for data, after they were read
        assert read_text(text, max_words=10**6).text == text
