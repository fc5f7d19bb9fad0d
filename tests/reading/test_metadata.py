"""The metadata of pages."""

from __future__ import annotations

import pytest
from trafilatura.settings import Document

from standfirst.reading.metadata import add_page_metadata
from standfirst.reading.text import read_text

ARTICLE = read_text("By Ann Lee\n\nMay 3, 2020\n\nThe board met on Monday and voted to close the bridge.")


def page(**metadata: str) -> Document:
    document = Document()
    for name, value in metadata.items():
        setattr(document, name, value)
    return document


def test_the_metadata_of_the_page_takes_precedence_over_the_texts() -> None:
    article = add_page_metadata(ARTICLE, page(sitename="Courier", author="Bo Ek; Di Fox", date="2021-01-02"))
    assert (article.site, article.author, article.published) == ("Courier", "Bo Ek, Di Fox", "2021-01-02")


@pytest.mark.parametrize("date", ["", "yesterday", "2021-02-30"])
def test_what_the_page_does_not_state_stays_as_in_the_text(date: str) -> None:
    article = add_page_metadata(ARTICLE, page(hostname="courier.example", date=date))
    assert (article.site, article.author, article.published) == ("courier.example", "Ann Lee", "2020-05-03")
