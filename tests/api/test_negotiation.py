"""Content negotiation by the Accept header."""

from __future__ import annotations

import pytest

from standfirst.api.negotiation import HTML, JSON, MARKDOWN, TEXT, preferred_type
from standfirst.errors import NotAcceptable

OFFERED = (JSON, MARKDOWN, TEXT, HTML)


@pytest.mark.parametrize(
    ("accept", "preferred"),
    [
        ("", JSON),
        ("*/*", JSON),
        ("text/html, */*;q=0.1", HTML),
        ("image/png, */*;q=0.1", JSON),
        ("TEXT/Markdown", MARKDOWN),
        ("text/plain, application/json;q=0.5", TEXT),
        ("text/*", MARKDOWN),
        ("text/*;q=0.9, text/html;q=0.2, text/markdown;q=0", TEXT),
        ("application/json;q=0, */*", MARKDOWN),
        ("application/json;q=much, text/html;q=0.1", HTML),
    ],
)
def test_the_most_specific_range_of_the_header_decides(accept: str, preferred: str) -> None:
    assert preferred_type(accept, OFFERED) == preferred


def test_a_header_that_accepts_nothing_of_the_offer_is_refused() -> None:
    with pytest.raises(NotAcceptable, match="text/markdown"):
        preferred_type("image/png", OFFERED)
