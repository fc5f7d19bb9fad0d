"""The digester: from articles and their briefings to a digest. It alone knows the order of the steps.

Stories are told apart, each is condensed by the briefing of its most complete article, every sentence of it is held
against the story's other articles, and what only these say is added. Nothing is shown that no article backs.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import asdict

import numpy as np
from numpy.typing import NDArray

from standfirst import __version__
from standfirst.digesting import stories
from standfirst.digesting.disagreement import disagreements
from standfirst.domain.briefing import BriefingSentence, Options, passages_of
from standfirst.domain.digest import Backing, BriefedArticle, CitedSentence, Digest, FailedArticle, ListedArticle, Story
from standfirst.grounding.index import GroundingIndex, Verdict
from standfirst.grounding.review import Verify, review

Encode = Callable[[Sequence[str]], Awaitable[NDArray[np.float32]]]

#: Sentences of a story's other articles that are added to its briefing, at most.
_ADDED = 2
#: A sentence this much like one that is shown says the same.
_SAID = 0.6


class Digester:
    """Makes digests with one encoder and one verifier."""

    def __init__(self, encode: Encode, verify: Verify) -> None:
        self._encode = encode
        self._verify = verify

    async def digest(
        self, condensed: Sequence[BriefedArticle], failed: Sequence[FailedArticle], options: Options
    ) -> Digest:
        """The digest of ``condensed``, whose briefings ``options`` were asked for. Raises what the models raise.

        The same articles in the same order give the same digest; another order changes their numbers, and the order of
        stories that have as much new as one another.
        """
        tellings = await asyncio.to_thread(lambda: [stories.telling(one.article) for one in condensed])
        openings = await self._encode([stories.opening(one.article) for one in condensed])
        groups = await asyncio.to_thread(stories.grouped, tellings, openings) if condensed else []
        groups.sort(key=lambda group: (-len(group.distinct), group.nearest, group.members))
        told = [await self._story(group, condensed, options) for group in groups]
        return Digest(
            id=_digest_id(condensed, failed, options),
            options=options,
            stories=tuple(told),
            articles=tuple(_listed(groups, condensed)),
            failed=tuple(sorted(failed, key=lambda one: one.index)),
        )

    async def _story(self, group: stories.Group, condensed: Sequence[BriefedArticle], options: Options) -> Story:
        # The longest has the most of what the others have.
        lead = max(group.distinct, key=lambda row: (condensed[row].article.words, -row))
        others = [row for row in group.members if row != lead]
        briefing = condensed[lead].briefing
        ordered = [condensed[row] for row in (lead, *others)]
        grounds = await asyncio.to_thread(lambda: [GroundingIndex(one.article) for one in ordered[1:]])
        parts = [_backed(part) for part in ([briefing.headline], briefing.standfirst, briefing.points)]
        own = [sentence for part in parts for sentence in part]
        cited = iter(await self._backing(own, ordered[0], list(zip(ordered[1:], grounds, strict=True))))
        headline, standfirst, points = (tuple(next(cited) for _ in part) for part in parts)
        distinct = [condensed[row] for row in group.distinct if row != lead]
        added = await self._added(own, ordered[0], distinct, ordered, options)
        differing = [(condensed[row].index, condensed[row].article) for row in group.distinct]
        return Story(
            headline=headline[0] if headline else None,
            standfirst=standfirst,
            points=(*points, *added),
            disagreements=await asyncio.to_thread(disagreements, differing),
            articles=tuple(one.index for one in ordered),
            independent=len(group.distinct),
            apart=round(1 - group.nearest, 3),
        )

    async def _backing(
        self,
        sentences: Sequence[BriefingSentence],
        own: BriefedArticle,
        others: Sequence[tuple[BriefedArticle, GroundingIndex]],
    ) -> list[CitedSentence]:
        """``sentences`` of the briefing of ``own``, each with the others that back it too."""
        texts = [sentence.text for sentence in sentences]
        verdicts = [await review(grounds, texts, self._verify) for _, grounds in others]
        return [
            CitedSentence(
                sentence.text,
                sentence.origin,
                (
                    Backing(own.index, sentence.support, sentence.sources),
                    *_backed_by(zip((one for one, _ in others), (found[row] for found in verdicts), strict=True)),
                ),
            )
            for row, sentence in enumerate(sentences)
        ]

    async def _added(
        self,
        shown: Sequence[BriefingSentence],
        lead: BriefedArticle,
        distinct: Sequence[BriefedArticle],
        everyone: Sequence[BriefedArticle],
        options: Options,
    ) -> list[CitedSentence]:
        """What the briefings of the ``distinct`` articles say that the lead does not back and nothing shown says."""
        if not distinct or not options.points:
            return []
        offered = [(one, s) for one in distinct for s in _backed([*one.briefing.standfirst, *one.briefing.points])]
        texts = [sentence.text for _, sentence in offered]
        grounds = await asyncio.to_thread(GroundingIndex, lead.article)
        verdicts = await review(grounds, texts, self._verify)
        vectors = await self._encode([*(sentence.text for sentence in shown), *texts])
        said = list(vectors[: len(shown)])
        added, given = list[CitedSentence](), set[int]()
        for (one, sentence), verdict, vector in zip(offered, verdicts, vectors[len(shown) :], strict=True):
            if len(added) == _ADDED:
                break
            # One of each article, so that no one takes all the room.
            if verdict.is_supported or one.index in given or max(float(v @ vector) for v in said) >= _SAID:
                continue
            rest = [other for other in everyone if other is not one and other is not lead]
            pairs = [(other, await asyncio.to_thread(GroundingIndex, other.article)) for other in rest]
            added += await self._backing([sentence], one, pairs)
            said.append(vector)
            given.add(one.index)
        return added


def _backed(sentences: Sequence[BriefingSentence | None]) -> list[BriefingSentence]:
    """Those that are there and backed: a briefing that was made before may show others, with their problems."""
    return [sentence for sentence in sentences if sentence is not None and not sentence.problems]


def _backed_by(found: Iterable[tuple[BriefedArticle, Verdict]]) -> Iterable[Backing]:
    for one, verdict in found:
        if verdict.is_supported:
            yield Backing(one.index, verdict.support, passages_of(one.article, verdict.sources))


def _listed(groups: Sequence[stories.Group], condensed: Sequence[BriefedArticle]) -> Iterable[ListedArticle]:
    copies = {copy: original for group in groups for copy, original in group.copies}
    for row, one in enumerate(condensed):
        article = one.article
        copied = condensed[copies[row]].index if row in copies else None
        yield ListedArticle(
            one.index, article.title, article.url, article.site, article.published, one.briefing.id, copied
        )


def _digest_id(condensed: Sequence[BriefedArticle], failed: Sequence[FailedArticle], options: Options) -> str:
    known = {
        "briefings": [(one.index, one.briefing.id) for one in condensed],
        "failed": [(one.index, one.code, one.detail) for one in failed],
        "options": asdict(options),
        "version": __version__,
    }
    return hashlib.sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()[:32]
