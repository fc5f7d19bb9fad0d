"""The folds of articles, by which examples are held out from training."""

from __future__ import annotations

import hashlib
import re

#: Articles of the folds below this are held out from the training of larger readers.
HELD_OUT = 4


def fold_of(article: str) -> int:
    """Return the fold of an article, 0 to 99. It depends on the beginning only, so that copies share a fold."""
    return int(hashlib.sha256(re.sub(r"\W", "", article[:400].lower()).encode()).hexdigest(), 16) % 100


def calibrates(article: str) -> bool:
    """Return whether the article is of the half to which a calibration is fitted; on the others it is measured."""
    return fold_of(article) % 2 == 0
