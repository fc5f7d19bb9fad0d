"""Floors for grounding on the fixtures, with the embedded verifier. ``benchmarks.grounding`` measures real articles."""

from __future__ import annotations

import asyncio
import tomllib
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest

from judgements.corruption import RULES
from judgements.shortening import shortened
from standfirst.application.verification_service import verify_claims
from standfirst.domain.article import Article
from standfirst.grounding.index import Grounding
from standfirst.reading.extract import read_html
from standfirst_models.cache import ModelCache
from standfirst_models.catalog import VERIFIER_ADAPTER, VERIFIER_ENCODER, resolve
from standfirst_models.protocols.verifier import Finding, Pair
from standfirst_models.runtimes.loading import load_verifier

_FLOORS = tomllib.loads((Path(__file__).parent / "floors.toml").read_text(encoding="utf-8"))
#: The most claims of a kind about an article.
_MAX_CLAIMS = 3


def claims_of(article: Article, random: Random) -> list[tuple[str, str]]:
    """Return false sentences with their kinds, and true ones of the kinds "verbatim" and "shortened"."""
    texts = [" ".join(sentence.text.split()) for sentence in article.sentences]
    found = [("verbatim", text) for text in random.sample(texts, _MAX_CLAIMS)]
    found += [("shortened", short) for text in texts if (short := shortened(text, random))]
    for kind, rule in RULES.items():
        corrupted = [rule(text, texts, random) for text in random.sample(texts, len(texts))]
        false = [one.text for one in corrupted if one is not None and one.text not in texts]
        found += [(kind, text) for text in false[:_MAX_CLAIMS]]
    return found


@pytest.fixture(scope="module")
def refused(models_dir: Path, grounding: Grounding) -> dict[str, float]:
    """Return the share of each kind that is refused."""
    folder = ModelCache(models_dir).ensure(resolve(VERIFIER_ENCODER, "encoder")).folder
    verifier = load_verifier(folder, VERIFIER_ADAPTER)

    async def verified(pairs: Sequence[Pair]) -> list[Finding]:
        return verifier.verify(pairs, lambda: False)

    shares: defaultdict[str, list[bool]] = defaultdict(list)
    random = Random(0)
    for page in sorted((Path(__file__).parents[1] / "fixtures/pages").glob("*.html")):
        article = read_html(page.read_bytes())
        if article.language != "en":
            continue
        claims = claims_of(article, random)
        verdicts = asyncio.run(verify_claims(article, [text for _, text in claims], verified, grounding)).sentences
        for (kind, _), verdict in zip(claims, verdicts, strict=True):
            shares[kind].append(verdict.finding != "backed")
    return {kind: sum(found) / len(found) for kind, found in shares.items()}


@pytest.mark.parametrize("kind", RULES)
def test_at_least_the_floor_of_each_false_kind_is_refused(kind: str, refused: dict[str, float]) -> None:
    assert refused[kind] >= _FLOORS["caught"][kind]


@pytest.mark.parametrize("kind", ["verbatim", "shortened"])
def test_at_most_the_ceiling_of_each_true_kind_is_refused(kind: str, refused: dict[str, float]) -> None:
    assert refused[kind] <= _FLOORS["refused"][kind]
