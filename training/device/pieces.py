"""A base's weights in pieces that can be carried one by one: in half precision, the bytes that compress apart.

    python -m training.device.pieces pack model.safetensors FOLDER
    python -m training.device.pieces unpack FOLDER model.safetensors

``pack`` writes ``FOLDER/weights.001`` and so on; ``unpack`` joins them. bfloat16's upper byte, sign and most of the
exponent, takes two to three bits when compressed; the lower one, the mantissa, does not compress.
"""

from __future__ import annotations

import argparse
import io
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from torch import Tensor

_UPPER, _LOWER = "#upper", "#lower"


def write_pieces(data: bytes | memoryview, path: Path, size: int) -> None:
    """Write ``data`` in files of at most ``size`` bytes: ``path`` with ``.001`` and so on behind its name."""
    for index, start in enumerate(range(0, len(data), size), start=1):
        path.with_name(f"{path.name}.{index:03}").write_bytes(data[start : start + size])


def halved(weights: Mapping[str, Tensor]) -> dict[str, NDArray[np.uint8]]:
    """Return the upper and the lower bytes of the floating-point ``weights`` in bfloat16."""
    found: dict[str, NDArray[np.uint8]] = {}
    for name, value in weights.items():
        if value.is_floating_point():
            bits = value.to(torch.bfloat16).contiguous().view(torch.int16).numpy().view(np.uint16)
            found[name + _UPPER], found[name + _LOWER] = (bits >> 8).astype(np.uint8), (bits & 255).astype(np.uint8)
    return found


def restored(arrays: Mapping[str, NDArray[np.uint8]]) -> dict[str, Tensor]:
    """Return the weights that ``halved`` took apart, in bfloat16."""
    found: dict[str, Tensor] = {}
    for name, upper in arrays.items():
        whole, mark, _ = name.partition(_UPPER)
        if mark:
            bits = (upper.astype(np.uint16) << 8) | arrays[whole + _LOWER]
            found[whole] = torch.from_numpy(bits.view(np.int16)).view(torch.bfloat16)
    return found


def main() -> None:
    """Pack or unpack."""
    parser = argparse.ArgumentParser(description="Weights in pieces.")
    parser.add_argument("what", choices=("pack", "unpack"))
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--size", type=int, default=60_000_000, help="bytes of a piece at most")
    options = parser.parse_args()
    if options.what == "pack":
        arrays = io.BytesIO()
        np.savez_compressed(arrays, **halved(load_file(options.source)))  # type: ignore[arg-type]
        options.target.mkdir(parents=True, exist_ok=True)
        write_pieces(arrays.getbuffer(), options.target / "weights", options.size)
    else:
        joined = io.BytesIO(b"".join(piece.read_bytes() for piece in sorted(options.source.glob("weights.*"))))
        with np.load(joined) as file:
            save_file(restored({name: file[name] for name in file.files}), options.target)


if __name__ == "__main__":
    main()
