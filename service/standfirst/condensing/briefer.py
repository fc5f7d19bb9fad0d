"""The briefer: from an article to its briefing. It alone knows the order of the stages.

Salience chooses sentences, drafting has the writer say them shorter, grounding holds each draft against the
article, and quoting gives the article's own sentence where a draft does not pass. The models are three functions
that it awaits; nothing here knows a queue, a thread or HTTP.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict

import numpy as np
from numpy.typing import NDArray

from standfirst import __version__
from standfirst.condensing import drafting
from standfirst.condensing import selection as salience
from standfirst.condensing.composition import HEADED, Candidate, Composition, Tell, eligible
from standfirst.condensing.ranker import Ranker
from standfirst.domain.article import Article
from standfirst.domain.briefing import Briefing, ModelStamp, Options, Timing
from standfirst.errors import InvalidRequest, TimedOut
from standfirst.grounding.checks import attribution
from standfirst.grounding.index import GroundingIndex
from standfirst.grounding.review import Verify, review
from standfirst.telemetry import span
from standfirst_models.errors import PromptTooLong
from standfirst_models.protocols.writer import Prompt

Encode = Callable[[Sequence[str]], Awaitable[NDArray[np.float32]]]
#: One text for each prompt; the function is called with the number and the text of each as soon as it is whole.
Write = Callable[[Sequence[Prompt], Callable[[int, str], None]], Awaitable[list[str]]]

#: A sentence of fewer words is not sent to the writer: there is nothing to shorten.
_SHORT = 12
#: The language that grounding and the ranker know. Of an article in another, nothing is written: nobody could say what
#: is true of it.
_LANGUAGE = "en"


class Briefer:
    """Makes briefings with one writer, encoder and verifier, named by ``stamp``.

    ``ranker`` is None where there is none for that encoder.
    """

    def __init__(
        self, encode: Encode, write: Write, verify: Verify, stamp: ModelStamp, ranker: Ranker | None = None
    ) -> None:
        self._ranker = ranker
        self._encode = encode
        self._write = write
        self._verify = verify
        self._stamp = stamp

    def briefing_id(self, article: Article, options: Options) -> str:
        """The id of the briefing of ``article``: 32 hex digits of a SHA-256 over all that it depends on."""
        known = {
            "text": article.text,
            "spans": [(s.start, s.end) for s in article.sentences],
            "about": [article.title, article.url, article.site, article.author, article.published],
            "options": asdict(options),
            "model": asdict(self._stamp),
            "version": __version__,
        }
        return hashlib.sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()[:32]

    async def brief(
        self, article: Article, options: Options, tell: Tell = lambda _: None, until: float | None = None
    ) -> tuple[Briefing, Timing]:
        """Condense ``article``.

        Of its most salient sentences, in the article's order, the first is the standfirst, the others the points; no
        sentence appears twice, and standfirst and points have at most ``options.max_words`` words together.
        An article of no more sentences than were asked for comes back as its own sentences.

        ``tell`` is called with each sentence as soon as it is known to be shown, in whatever order they come. What is
        not drafted and judged at ``until`` (of ``time.monotonic``) is quoted, and the coverage is not complete.

        Raises ``InvalidRequest`` where no sentence fits into ``max_words``, ``TimedOut`` where ``until`` comes before
        the sentences are weighed, and whatever the models raise.
        """
        started = time.perf_counter()
        # In a thread, as all that takes long for a long article: others are waiting for their answers meanwhile.
        candidates = await asyncio.to_thread(lambda: [Candidate.of(i, s.text) for i, s in enumerate(article.sentences)])
        is_short = len(candidates) <= 1 + options.points and sum(c.words for c in candidates) <= options.max_words
        preparing = asyncio.create_task(asyncio.to_thread(GroundingIndex, article))
        chosen, ranked = candidates, candidates
        try:
            if not is_short:
                async with asyncio.timeout_at(until):
                    with span("salience"):
                        vectors = await self._encode([c.text for c in candidates])
                ranker = self._ranker if article.language in (None, _LANGUAGE) else None
                may_stand = eligible(candidates)
                scores = await asyncio.to_thread(_scores, candidates, may_stand, vectors, ranker)
                chosen = _chosen(candidates, may_stand, scores, vectors, options)
                ranked = [candidates[index] for index in np.argsort(-scores, kind="stable")]
        except TimeoutError:
            raise TimedOut("The time was over before it was known which sentences matter.") from None
        finally:
            grounds = await preparing
        selected = time.perf_counter()
        page = Composition(article, options, grounds, chosen, ranked, tell)
        writes = not is_short and article.language in (None, _LANGUAGE)
        asked = [c for c in chosen if c.words >= _SHORT] if writes else []
        page.quote(c for c in chosen if c not in asked)
        complete = True
        try:
            async with asyncio.timeout_at(until):
                if article.title is not None:
                    [verdict] = await review(grounds, [article.title], self._verify)
                    page.title(article.title, verdict)
                leading = chosen[:HEADED] if article.title is None and writes else []
                with span("drafting"):
                    drafted = await self._draft(page, grounds, asked, leading)
        except TimeoutError:
            drafted, complete = time.perf_counter(), False
        page.quote_the_rest()
        page.quoted_headline()
        briefing = Briefing(
            id=self.briefing_id(article, options),
            headline=page.headline,
            standfirst=page.body[:1],
            points=page.body[1:],
            coverage=page.coverage(complete=complete),
            model=self._stamp,
            refused=page.refused,
        )
        return briefing, Timing(
            salience=round(1000 * (selected - started)),
            drafting=round(1000 * (drafted - selected)),
            grounding=round(1000 * (time.perf_counter() - drafted)),
        )

    async def _draft(
        self, page: Composition, grounds: GroundingIndex, asked: Sequence[Candidate], leading: Sequence[Candidate]
    ) -> float:
        """Have the writer say ``asked`` shorter and head ``leading``, if any, and judge each draft as it comes.

        The answer is the time at which the last one came.
        """
        prompts = [drafting.sentence_prompt(c.text) for c in asked]
        if leading:
            prompts.append(drafting.headline_prompt([c.text for c in leading]))
        if not prompts:
            return time.perf_counter()
        came: asyncio.Queue[tuple[int, str]] = asyncio.Queue()
        writing = asyncio.ensure_future(self._write(prompts, lambda row, text: came.put_nowait((row, text))))
        judged_rows: set[int] = set()
        try:
            while not writing.done() or not came.empty():
                coming = asyncio.create_task(came.get())
                await asyncio.wait({coming, writing}, return_when=asyncio.FIRST_COMPLETED)
                if not coming.done():
                    coming.cancel()
                    break
                rows = [coming.result()]
                while not came.empty():
                    rows.append(came.get_nowait())
                await self._judge(page, grounds, asked, rows)
                judged_rows.update(row for row, _ in rows)
            answers = await writing
            last = time.perf_counter()
            left = [(row, text) for row, text in enumerate(answers) if row not in judged_rows]
            await self._judge(page, grounds, asked, left)
            return last
        except PromptTooLong:  # a sentence of pages, from a text without full stops: all are quoted as they stand
            return time.perf_counter()
        finally:
            writing.cancel()

    async def _judge(
        self, page: Composition, grounds: GroundingIndex, asked: Sequence[Candidate], rows: Sequence[tuple[int, str]]
    ) -> None:
        """Hold drafts against the article and show what passes; the row beyond those of ``asked`` is the headline."""
        sentences = [(asked[row], _sentence(text, asked[row])) for row, text in rows if row < len(asked)]
        drafts = [(c, draft) for c, draft in sentences if draft is not None and page.needs_judging(c, draft)]
        page.quote(c for c, draft in sentences if draft is None or not page.needs_judging(c, draft))
        headlines = [head for row, text in rows if row == len(asked) and (head := drafting.headline(text)) is not None]
        with span("grounding"):
            verdicts = await review(grounds, [*(draft for _, draft in drafts), *headlines], self._verify)
        for (candidate, draft), verdict in zip(drafts, verdicts, strict=False):
            page.draft(candidate, draft, verdict)
        for head, verdict in zip(headlines, verdicts[len(drafts) :], strict=True):
            page.drafted_headline(head, verdict)


def _sentence(answer: str, candidate: Candidate) -> str | None:
    """What is kept of a writer's answer to ``candidate``, with who said it; None if it has no whole sentence."""
    draft = drafting.sentence(answer)
    return None if draft is None else attribution.restored(draft, candidate.text)


def _scores(
    candidates: Sequence[Candidate], may_stand: Sequence[bool], vectors: NDArray[np.float32], ranker: Ranker | None
) -> NDArray[np.float64]:
    """How much each sentence matters: as ``ranker`` has learned, or by rule where there is none."""
    if ranker is None:
        return salience.salience(vectors)
    return ranker.scores([c.text for c in candidates], vectors, may_stand)


def _chosen(
    candidates: Sequence[Candidate],
    may_stand: Sequence[bool],
    scores: NDArray[np.float64],
    vectors: NDArray[np.float32],
    options: Options,
) -> list[Candidate]:
    """The sentences of the briefing, in the article's order."""
    words = [c.words for c in candidates]
    picked = salience.select(scores, vectors, words, may_stand, 1 + options.points, options.max_words)
    if not picked:
        shortest = min(c.words for c, may in zip(candidates, may_stand, strict=True) if may)
        raise InvalidRequest(
            f"No sentence of the article fits into max_words: {options.max_words}. "
            f"Its shortest that stands alone has {shortest}."
        )
    return [candidates[index] for index in sorted(picked)]
