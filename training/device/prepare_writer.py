"""Make the examples of a writer's training ready on a CPU: texts to tokens, in one file of arrays.

    python -m training.device.prepare_writer OUT.npz EXAMPLES.jsonl --base FOLDER

EXAMPLES is what ``training.writer`` keeps of its examples (``--minutes 0`` makes them alone); FOLDER has the tokenizer
of the model that learns from them.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from transformers import AutoTokenizer

from training.writer import encode
from training.writer_batches import Item
from training.writer_examples import read_examples


def arrays_of(items: Sequence[Item]) -> Mapping[str, NDArray[Any]]:
    """Return the arrays of ``items``: their tokens end to end, their lengths, and where their targets begin."""
    return {
        "ids": np.concatenate([np.array(item.ids, dtype=np.uint16) for item in items]),
        "lengths": np.array([len(item.ids) for item in items], dtype=np.uint16),
        "starts": np.array([item.start for item in items], dtype=np.uint16),
    }


def main() -> None:
    """Read, encode, and write the arrays."""
    parser = argparse.ArgumentParser(description="Make the examples of a writer's training ready.")
    parser.add_argument("out", type=Path)
    parser.add_argument("examples", type=Path)
    parser.add_argument("--base", type=Path, required=True)
    options = parser.parse_args()
    tokenizer = AutoTokenizer.from_pretrained(options.base, local_files_only=True)
    items = [encode(example, tokenizer) for example in read_examples(options.examples)]
    np.savez_compressed(options.out, **arrays_of(items))  # type: ignore[arg-type]
    print(f"{len(items)} examples, {sum(len(item.ids) for item in items)} tokens")


if __name__ == "__main__":
    main()
