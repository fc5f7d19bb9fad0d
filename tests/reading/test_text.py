"""Reading of plain texts."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from standfirst.errors import EmptySource, InvalidRequest, NoArticle, TooLarge
from standfirst.reading.text import read_text


@pytest.mark.parametrize("text", ["", " \n\t ", "\u2028", "\u00a0"])
def test_white_space_is_refused(text: str) -> None:
    with pytest.raises(EmptySource):
        read_text(text)


@pytest.mark.parametrize("text", ["😀", "😀 🎉\n\n🎉", "...", "?!", "— — —", "\0", "\u200b"])
def test_a_text_without_a_letter_or_digit_has_no_article(text: str) -> None:
    with pytest.raises(NoArticle):
        read_text(text)


def test_a_lone_surrogate_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="half of a character"):
        read_text("The board met. \ud83d It voted.")
    with pytest.raises(InvalidRequest, match="half of a character"):
        read_text("The board met.", title="The board \ud83d")


def test_control_characters_are_kept() -> None:
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


def test_the_bytes_of_a_program_or_an_image_are_no_article() -> None:
    with pytest.raises(NoArticle, match="file that is no text"):
        read_text(Path(sys.executable).read_bytes()[:20_000].decode("utf-8", errors="replace"))


def test_code_is_no_article() -> None:
    with pytest.raises(NoArticle, match="code or data"):
        read_text(Path(json.__file__).with_name("encoder.py").read_text("utf-8"))


def test_an_article_with_a_line_of_code_and_many_figures_is_read() -> None:
    text = (
        "The fault (CVE-2026-1234) lets anyone who can log in [as a guest] read $HOME/.ssh/* on the server. "
        "Administrators are told to set `allow_guests = false; max_tries = 3` in the file /etc/harwick/server.conf. "
        "Nothing was stolen in Harwick, the council said, and the two servers were mended on Tuesday night. "
        "It has asked its supplier why the fault was known for a month before anyone there was told of it. "
        "The council paid $1.2m (£0.9m) for the software in 2024, 14 % more than in 2023 (when it paid $1.05m)."
    )
    assert len(read_text(text).sentences) == 5
