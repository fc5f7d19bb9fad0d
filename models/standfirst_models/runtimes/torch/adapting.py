"""Adapting: weights changed by an adapter, a small file of what training changed in them.

A matrix may be given as ``NAME#up`` and ``NAME#down``, whose product is its change (of low rank, as in LoRA, Hu et al.
2021); anything else as its whole change, under its own name.
"""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor


def adapt(parameters: Mapping[str, Tensor], adapter: Mapping[str, Tensor]) -> None:
    """Add every change of ``adapter`` to the parameter that it names, in place.

    Raises ``KeyError`` for a parameter that is not there and ``RuntimeError`` for one of another shape.
    """
    for name, change in adapter.items():
        whole, _, factor = name.partition("#")
        if factor == "up":
            change = change.float() @ adapter[f"{whole}#down"].float()
        if factor != "down":
            parameters[whole].data.add_(change.float())
