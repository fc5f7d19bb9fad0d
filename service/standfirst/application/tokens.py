"""Numbers of tokens: counted by the writer's tokenizer, or estimated where it is not known, as behind a server.

One token is up to four ASCII letters of a word, a digit, a punctuation mark, or a run of line breaks; any other letter
is one token per byte of its UTF-8. For English news the estimate is a fifth above the count of SmolLM2's tokenizer, so
a limit is likely to hold by its count too.
"""

from __future__ import annotations

import re
from collections.abc import Callable

#: Returns the number of tokens in a text.
CountTokens = Callable[[str], int]

_PIECE = re.compile(r"[A-Za-z]+|\n+|[^\W\d_]|\S")
#: Tokens per word of news, with its share of punctuation.
_TOKENS_PER_WORD = 1.7


def estimate_tokens(text: str) -> int:
    """Return the estimated number of tokens in ``text``."""
    count = 0
    for match in _PIECE.finditer(text):
        piece = match[0]
        if not piece.isascii():
            count += len(piece.encode("utf-8", "surrogatepass"))
        else:
            count += -(-len(piece) // 4) if piece.isalpha() else 1
    return count


def words_within(tokens: int) -> int:
    """Return the number of words of news that are likely to fit in ``tokens``; at least one."""
    return max(1, int(tokens / _TOKENS_PER_WORD))
