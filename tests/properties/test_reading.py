"""Offsets hold for arbitrary Unicode, and for texts that are hard to split."""

from __future__ import annotations

from html import escape

from hypothesis import example, given
from hypothesis import strategies as st

from standfirst.domain.article import Sentence
from standfirst.errors import EmptySource, InvalidRequest, NoArticle
from standfirst.reading.paragraphs import split_paragraphs
from standfirst.reading.pasted import read_view
from standfirst.reading.sentences import split_sentences
from standfirst.reading.text import read_text

#: Characters and words that affect boundaries.
_PIECES = st.lists(
    st.sampled_from(
        "U.S. Mr. Jan. 10 a.m. No. J. K. e.g. … ... . ! ? ?! “ ” \" ' ( ) « » 「 」 。 ؟ ۔ । 1. a) • - — 3.5m "
        "www.a.org word Word said he By Ann Share Advertisement © 2021-12-30 We use cookies".split(" ")
    )
    | st.sampled_from(
        ["\n", "\n\n", "\r\n", "\t", " ", "\u00a0", "\u2028", "\u200b", "\ufeff", "\0", "\x1c", "😀", "e\u0301"]
    ),
    max_size=60,
).flatmap(lambda pieces: st.sampled_from(["", " "]).map(lambda space: space.join(pieces)))
_TEXTS = st.text(max_size=400) | _PIECES
_LANGUAGES = st.sampled_from([None, "en", "de", "fr", "ja", "zh", "ar", "xx", ""])


def _offsets_hold(text: str, sentences: tuple[Sentence, ...]) -> None:
    at, paragraph = 0, 0
    for sentence in sentences:
        assert at <= sentence.start < sentence.end <= len(text)
        assert text[sentence.start : sentence.end] == sentence.text == sentence.text.strip() != ""
        assert sentence.paragraph >= paragraph
        at, paragraph = sentence.end, sentence.paragraph


@given(_TEXTS | st.text(st.characters(categories=["Cs", "Lu", "Ll", "Po", "Zs"])), _LANGUAGES)
@example("", None)
@example("\ud800. \udfff A.", "en")
def test_sentences_contain_every_character_but_white_space_once_and_in_order(text: str, language: str | None) -> None:
    sentences = split_sentences(text, language)
    _offsets_hold(text, sentences)
    assert "".join("".join(s.text for s in sentences).split()) == "".join(text.split())


@given(_TEXTS)
def test_paragraphs_contain_every_character_but_white_space_once_and_in_order(text: str) -> None:
    blocks = [text[start:end] for start, end in split_paragraphs(text)]
    assert all(block == block.strip() != "" for block in blocks)
    assert "".join("".join(blocks).split()) == "".join(text.split())


@given(_TEXTS, st.none() | st.text(min_size=1, max_size=20))
@example("¹", None)
@example("0¹", None)
def test_a_text_gives_an_article_with_exact_offsets_or_a_typed_error(text: str, title: str | None) -> None:
    view = read_view(text)
    try:
        article = read_text(text, title=title)
    except EmptySource:
        assert not text.strip()
    except NoArticle:
        assert not any(map(str.isalnum, view.text))
    except InvalidRequest:
        assert any("\ud800" <= character <= "\udfff" for character in text)
    else:
        assert article.text == text
        assert article.sentences
        assert title is None or article.title == title
        if view.offsets is None:  # else marks of notes are left out, and its sentences are those of the view
            _offsets_hold(text, article.sentences)
            assert set(article.sentences) <= set(split_sentences(text, article.language))


@given(st.lists(st.lists(st.sampled_from("Harwick 3.5m “No.” voted & < > é 14".split()), min_size=1), min_size=1))
def test_every_word_of_a_fragment_of_html_is_read(paragraphs: list[list[str]]) -> None:
    html = "".join(
        f"<p>{' '.join(f'<b>{escape(word)}</b>' if i % 2 else escape(word) for i, word in enumerate(words))}</p>"
        for words in paragraphs
    )
    view = read_view(html)
    assert view.text.split() == [word for words in paragraphs for word in words]
    assert all(0 <= start < end <= len(html) for start, end in (view.span(i, i + 1) for i in range(len(view.text))))


@given(_TEXTS)
def test_the_characters_of_a_view_are_in_the_order_of_the_text_as_received(text: str) -> None:
    view = read_view(text)
    assert view.offsets is None or list(view.offsets) == sorted(view.offsets)
    assert view.offsets is not None or view.text == text


@given(st.integers(0, 6), st.booleans())
def test_an_overlong_sentence_is_split_without_loss(windows: int, spaced: bool) -> None:
    text = ("word " if spaced else "word") * (windows * 1000 + 1)
    sentences = split_sentences(text)
    _offsets_hold(text, sentences)
    assert all(len(sentence.text) <= 4096 for sentence in sentences)
    assert "".join("".join(s.text for s in sentences).split()) == "".join(text.split())
