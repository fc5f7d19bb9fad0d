"""The digester: from articles and their briefings to a digest."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from standfirst import __version__
from standfirst.digesting import stories
from standfirst.digesting.disagreement import disagreements
from standfirst.digesting.fingerprint import Fingerprint, fingerprint
from standfirst.domain.briefing import BriefingSentence, Options, passages_of
from standfirst.domain.digest import Backing, BriefedArticle, CitedSentence, Digest, FailedArticle, ListedArticle, Story
from standfirst.grounding.index import Grounding, GroundingIndex
from standfirst.grounding.review import Verify, review

Encode = Callable[[Sequence[str]], Awaitable[NDArray[np.float32]]]
#: Returns the briefed article of an index.
Load = Callable[[int], Awaitable[BriefedArticle]]

#: The largest number of sentences that a story's other articles add to its briefing.
_MAX_ADDITIONS = 2
#: Two sentences of at least this cosine say the same.
_SAME_SENTENCE = 0.6


@dataclass(frozen=True, slots=True)
class _Row:
    """What is held of every article while stories are made: all but its text."""

    listed: ListedArticle
    fingerprint: Fingerprint
    opening: str


@dataclass(frozen=True, slots=True, eq=False)
class _Member:
    """An article of a story, and its grounding index."""

    briefed: BriefedArticle
    grounding: GroundingIndex


class Digester:
    """Makes digests with one encoder and one verifier.

    Articles are grouped into stories. A story takes the briefing of its longest article, cites for every sentence the
    other articles that back it, and adds what only these say. A sentence that no article backs is not shown.
    """

    def __init__(self, encode: Encode, verify: Verify, grounding: Grounding) -> None:
        self._encode = encode
        self._verify = verify
        self._grounding = grounding

    async def digest(
        self, indices: Sequence[int], load: Load, failed: Sequence[FailedArticle], options: Options
    ) -> Digest:
        """Return the digest of the articles at ``indices``, whose briefings were made with ``options``.

        ``load`` is called for each article, and again for its story: the texts of one story are held at a time. The
        result is deterministic. Another order of the articles changes their indices, and the order of stories that are
        equally new. Raises what ``load`` and the models raise.
        """
        rows = [await asyncio.to_thread(_row, await load(index)) for index in indices]
        openings = await self._encode([row.opening for row in rows])
        fingerprints = [row.fingerprint for row in rows]
        groups = await asyncio.to_thread(stories.group_stories, fingerprints, openings) if rows else []
        groups.sort(key=lambda group: (-len(group.distinct), group.nearest, group.members))
        return Digest(
            id=_digest_id(rows, failed, options),
            options=options,
            stories=tuple([await self._story(group, rows, load, options) for group in groups]),
            articles=tuple(_listed(groups, rows)),
            failed=tuple(sorted(failed, key=lambda one: one.index)),
        )

    async def _story(self, group: stories.Group, held: Sequence[_Row], load: Load, options: Options) -> Story:
        briefed = {row: await load(held[row].listed.index) for row in group.members}
        # The longest article contains most of what the others say.
        lead_row = max(group.distinct, key=lambda row: (briefed[row].article.words, -row))
        rows = [lead_row, *(row for row in group.members if row != lead_row)]
        lead, *others = await asyncio.to_thread(
            lambda: [_Member(briefed[row], self._grounding.index(briefed[row].article)) for row in rows]
        )
        briefing = lead.briefed.briefing
        sections = [_backed(section) for section in ([briefing.headline], briefing.standfirst, briefing.points)]
        shown = [sentence for section in sections for sentence in section]
        cited = iter(await self._cited(shown, lead, others))
        headline, standfirst, points = (tuple(islice(cited, len(section))) for section in sections)
        distinct = [other for row, other in zip(rows[1:], others, strict=True) if row in group.distinct]
        additions = await self._additions(shown, lead, others, distinct) if options.points else []
        counting = [(briefed[row].index, briefed[row].article) for row in group.distinct]
        return Story(
            headline=headline[0] if headline else None,
            standfirst=standfirst,
            points=(*points, *additions),
            disagreements=await asyncio.to_thread(disagreements, counting),
            articles=tuple(briefed[row].index for row in rows),
            independent=len(group.distinct),
            apart=round(1 - group.nearest, 3),
        )

    async def _cited(
        self, sentences: Sequence[BriefingSentence], author: _Member, others: Sequence[_Member]
    ) -> list[CitedSentence]:
        """Return ``sentences`` of the briefing of ``author`` with those of the ``others`` that back them too."""
        texts = [sentence.text for sentence in sentences]
        backing: list[list[Backing]] = [
            [Backing(author.briefed.index, sentence.support, sentence.sources)] for sentence in sentences
        ]
        for other in others:
            for row, verdict in enumerate(await review(other.grounding, texts, self._verify)):
                if verdict.is_backed:
                    passages = passages_of(other.briefed.article, verdict.sources)
                    backing[row].append(Backing(other.briefed.index, verdict.support, passages))
        return [
            CitedSentence(sentence.text, sentence.origin, tuple(backing[row])) for row, sentence in enumerate(sentences)
        ]

    async def _additions(
        self,
        shown: Sequence[BriefingSentence],
        lead: _Member,
        others: Sequence[_Member],
        distinct: Sequence[_Member],
    ) -> list[CitedSentence]:
        """Return sentences of the ``distinct`` articles' briefings that neither the lead nor what is shown says."""
        offered = [
            (member, sentence)
            for member in distinct
            for sentence in _backed([*member.briefed.briefing.standfirst, *member.briefed.briefing.points])
        ]
        if not offered:
            return []
        texts = [sentence.text for _, sentence in offered]
        verdicts = await review(lead.grounding, texts, self._verify)
        vectors = await self._encode([*(sentence.text for sentence in shown), *texts])
        shown_vectors = list(vectors[: len(shown)])
        additions: list[CitedSentence] = []
        contributors: list[_Member] = []
        for (member, sentence), verdict, vector in zip(offered, verdicts, vectors[len(shown) :], strict=True):
            if len(additions) == _MAX_ADDITIONS:
                break
            is_repeated = any(float(other @ vector) >= _SAME_SENTENCE for other in shown_vectors)
            # At most one addition per article, so that no article takes the space of the others.
            if verdict.is_backed or member in contributors or is_repeated:
                continue
            additions += await self._cited([sentence], member, [other for other in others if other is not member])
            shown_vectors.append(vector)
            contributors.append(member)
        return additions


def _backed(sentences: Iterable[BriefingSentence | None]) -> list[BriefingSentence]:
    """Return the sentences without problems: a stored briefing may contain flagged ones."""
    return [sentence for sentence in sentences if sentence is not None and not sentence.problems]


def _row(one: BriefedArticle) -> _Row:
    article = one.article
    listed = ListedArticle(
        index=one.index,
        title=article.title,
        url=article.url,
        site=article.site,
        published=article.published,
        briefing=one.briefing.id,
        copy_of=None,
    )
    return _Row(listed, fingerprint(article), stories.opening(article))


def _listed(groups: Sequence[stories.Group], rows: Sequence[_Row]) -> Iterable[ListedArticle]:
    original_of = {copy: original for group in groups for copy, original in group.copies}
    for row, one in enumerate(rows):
        original = original_of.get(row)
        yield one.listed if original is None else replace(one.listed, copy_of=rows[original].listed.index)


def _digest_id(rows: Sequence[_Row], failed: Sequence[FailedArticle], options: Options) -> str:
    """Return 32 hexadecimal digits of a SHA-256 over everything that the digest depends on."""
    content = {
        "briefings": [(one.listed.index, one.listed.briefing) for one in rows],
        "failed": [(one.index, one.code, one.detail) for one in failed],
        "options": asdict(options),
        "version": __version__,
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:32]
