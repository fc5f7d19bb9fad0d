"""Markdown of briefings and digests."""

from __future__ import annotations

import pytest

from standfirst.rendering.markdown import briefing_to_markdown, digest_to_markdown, escape_markdown
from tests.rendering.samples import ARTICLE, briefing, digest


def test_a_briefing_is_a_heading_a_paragraph_a_list_and_a_link() -> None:
    text = briefing_to_markdown(ARTICLE, briefing("Bridge closed", "It is *shut*.", "One."))
    assert text == f"# Bridge closed\n\nIt is \\*shut\\*.\n\n- One.\n\n<{ARTICLE.url}>\n"


def test_markup_in_a_text_is_escaped() -> None:
    assert escape_markdown("<b> [x](y) `z` #1 a|b ~c & d_e") == (r"\<b\> \[x\](y) \`z\` \#1 a\|b \~c \& d\_e")


def test_a_digest_numbers_its_articles_from_one() -> None:
    text = digest_to_markdown(digest("Bridge *closed*", "https://example.com/a"))
    assert r"## The bridge is closed. \[1, 2\]" in text
    assert "- **The articles differ:** 14 dead (1), 17 dead (2)" in text
    assert r"- \[1\] Bridge \*closed\*, Harwick News, 2026-11-20 <https://example.com/a>" in text
    assert r"- \[2\] An article without a title, near-duplicate of 1" in text
    assert r"- 3: There is no \*article\*." in text


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://example.com/a b", "https://example.com/<b>", None])
def test_only_a_plain_http_url_becomes_a_link(url: str | None) -> None:
    assert " <" not in digest_to_markdown(digest("Bridge", url))
