"""Encoded pairs: the overlap levels and the limits of each side."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from standfirst_models.runtimes.text.pairs import BERT_LAYOUT, LEVELS, encode_pair


@settings(max_examples=60)
@given(st.lists(st.sampled_from(["council", "bridge", "14", "the", "."]), max_size=14).map(" ".join))
def test_a_tokens_level_is_that_of_the_longest_common_run_it_is_in(tokenizer: Tokenizer, text: str) -> None:
    claim = " ".join(reversed(text.split())) + " the bridge 14"
    pair = encode_pair(tokenizer, text, claim)
    start, end = pair.claim
    theirs, ours = pair.ids[1 : start - 1], pair.ids[start:end]
    for at in range(len(ours)):
        runs = [
            b - a
            for a in range(at + 1)
            for b in range(at + 1, len(ours) + 1)
            if any(theirs[i : i + b - a] == ours[a:b] for i in range(len(theirs)))
        ]
        longest = max(runs, default=0)
        level = next(n for n, low in enumerate((9, 5, 3, 2, 1, 0)) if longest >= low)
        assert pair.levels[start + at] == LEVELS - 1 - level
    assert len(pair.ids) == len(pair.levels)


def test_each_side_is_cut_off_at_its_limit(tokenizer: Tokenizer) -> None:
    pair = encode_pair(tokenizer, "bridge " * 1000, "bridge " * 1000)
    assert len(pair.ids) == BERT_LAYOUT.evidence_tokens + BERT_LAYOUT.claim_tokens + 3
