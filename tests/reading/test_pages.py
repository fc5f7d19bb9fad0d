"""Pages of ``tests/cases/pages``: a folder each, with ``page.html`` and ``expected.json``.

``story`` are texts in the sentences, ``not_story`` texts that are in none, ``text`` texts in the article's text, and
``error`` a text in the message with which the page is refused. The other values are those of the article.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from standfirst.errors import NoArticle
from standfirst.reading.extract import read_html

CASES = sorted((Path(__file__).parents[1] / "cases/pages").iterdir())


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_a_page_is_read_as_a_careful_person_reads_it(folder: Path) -> None:
    page = (folder / "page.html").read_bytes()
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    if "error" in expected:
        with pytest.raises(NoArticle, match=expected["error"]):
            read_html(page)
        return
    article = read_html(page)
    read = " ".join(sentence.text for sentence in article.sentences)
    assert [line for line in expected.pop("story") if line not in read] == []
    assert [line for line in expected.pop("not_story") if line in read] == []
    assert [line for line in expected.pop("text", []) if line not in article.text] == []
    assert {name: getattr(article, name) for name in expected} == expected
