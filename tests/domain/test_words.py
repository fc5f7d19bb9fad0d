"""The number of words of a text in any script."""

from __future__ import annotations

import pytest

from standfirst.domain.words import count_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Two words", 2),
        ("", 0),
        ("A dash – counts as it always has", 8),
        ("議会は橋の閉鎖を", 4),
        ("公共汽车 No 5 将改走", 6),
        ("สภาเมืองลงมติ", 4),
    ],
)
def test_words_are_counted_in_any_script(text: str, words: int) -> None:
    assert count_words(text) == words
