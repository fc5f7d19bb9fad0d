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
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from standfirst import __version__
from standfirst.article import Article
from standfirst.briefing import Briefing, BriefingSentence, Coverage, ModelStamp, Options, Source, sources_of
from standfirst.condensing import drafting, quoting, salience
from standfirst.condensing.grounding.judging import Verify, judged
from standfirst.condensing.grounding.verdict import Grounds, Verdict
from standfirst.errors import InvalidRequest
from standfirst_models.errors import PromptTooLong
from standfirst_models.writer import Prompt

Encode = Callable[[Sequence[str]], Awaitable[NDArray[np.float32]]]
Write = Callable[[Sequence[Prompt]], Awaitable[list[str]]]

#: A sentence of fewer words is not sent to the writer: there is nothing to shorten.
_SHORT = 12
#: A sentence of more words is no headline.
_HEADLINE_WORDS = 16


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds that each stage took; ``drafting`` includes waiting for the writer."""

    salience: int
    drafting: int
    grounding: int


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A sentence of the article as it would be quoted."""

    index: int
    text: str
    words: int
    standing: quoting.Standing


class Briefer:
    """Makes briefings with one writer, encoder and verifier, named by ``stamp``."""

    def __init__(self, encode: Encode, write: Write, verify: Verify, stamp: ModelStamp) -> None:
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

    async def brief(self, article: Article, options: Options) -> tuple[Briefing, Timing]:
        """Condense ``article``.

        Of its most salient sentences, in the article's order, the first is the standfirst, the others the points; no
        sentence appears twice, and standfirst and points have at most ``options.max_words`` words together.
        An article of no more sentences than were asked for comes back as its own sentences.

        Raises ``InvalidRequest`` where no sentence fits into ``max_words``, and whatever the models raise.
        """
        started = time.perf_counter()
        candidates = [_candidate(index, s.text) for index, s in enumerate(article.sentences)]
        if len(candidates) <= 1 + options.points and sum(c.words for c in candidates) <= options.max_words:
            chosen, ranked, drafts, drafted_headline = candidates, candidates, list[str | None](), None
            grounds = await asyncio.to_thread(Grounds, article)
            selected = drafted = time.perf_counter()
        else:
            preparing = asyncio.create_task(asyncio.to_thread(Grounds, article))
            try:
                vectors = await self._encode([c.text for c in candidates])
                chosen = _chosen(candidates, vectors, options)
                ranked = [candidates[index] for index in np.argsort(-salience.salience(vectors), kind="stable")]
                selected = time.perf_counter()
                drafts, drafted_headline = await self._draft(article, chosen)
                drafted = time.perf_counter()
            finally:
                grounds = await preparing
        claims = {claim for claim in (*drafts, drafted_headline, article.title) if claim is not None}
        verdicts = dict(zip(claims, await judged(grounds, list(claims), self._verify), strict=True))
        headline = _headline(article, grounds, verdicts, ranked, chosen, drafted_headline, options)
        briefing = self._assembled(article, options, headline, verdicts, chosen, drafts)
        ended = time.perf_counter()
        return briefing, Timing(
            salience=round(1000 * (selected - started)),
            drafting=round(1000 * (drafted - selected)),
            grounding=round(1000 * (ended - drafted)),
        )

    async def _draft(self, article: Article, chosen: Sequence[_Candidate]) -> tuple[list[str | None], str | None]:
        """The writer's sentence for each chosen one that is worth shortening, and its headline if one is needed."""
        asked = [c for c in chosen if c.words >= _SHORT]
        prompts = [drafting.sentence_prompt(c.text) for c in asked]
        if article.title is None:
            prompts.append(drafting.headline_prompt([c.text for c in chosen[:2]]))
        try:
            answers = await self._write(prompts) if prompts else []
        except PromptTooLong:  # a sentence of pages, from a text without full stops: it is quoted as it stands
            return [None] * len(chosen), None
        headline = drafting.headline(answers[-1]) if article.title is None else None
        written = {c.index: drafting.sentence(answer) for c, answer in zip(asked, answers, strict=False)}
        return [written.get(c.index) for c in chosen], headline

    def _assembled(
        self,
        article: Article,
        options: Options,
        headline: BriefingSentence | None,
        verdicts: Mapping[str, Verdict],
        chosen: Sequence[_Candidate],
        drafts: Sequence[str | None],
    ) -> Briefing:
        body: list[BriefingSentence] = []
        refused = 0
        for position, candidate in enumerate(chosen):
            draft = drafts[position] if position < len(drafts) else None
            sentence = _shown(article, verdicts, candidate, draft, options)
            passed = sentence is not None and sentence.origin == "written" and not sentence.problems
            refused += draft is not None and draft != candidate.text and not passed
            if sentence is not None and sentence.text not in {other.text for other in body}:
                body.append(sentence)
        sentences = (headline, *body) if headline else tuple(body)
        used = {(source.start, source.end) for sentence in sentences for source in sentence.sources}
        return Briefing(
            id=self.briefing_id(article, options),
            headline=headline,
            standfirst=tuple(body[:1]),
            points=tuple(body[1:]),
            coverage=Coverage(sentences_read=len(article.sentences), sentences_used=len(used)),
            model=self._stamp,
            refused=refused,
        )


def _chosen(candidates: Sequence[_Candidate], vectors: NDArray[np.float32], options: Options) -> list[_Candidate]:
    """The sentences of the briefing, in the article's order; only such as stand alone, if there are any."""
    best = max(c.standing for c in candidates)
    eligible = [c.standing is best for c in candidates]
    words = [c.words for c in candidates]
    picked = salience.select(vectors, words, eligible, 1 + options.points, options.max_words)
    if not picked:
        shortest = min(c.words for c in candidates if c.standing is best)
        raise InvalidRequest(
            f"No sentence of the article fits into max_words: {options.max_words}. "
            f"Its shortest that stands alone has {shortest}."
        )
    return [candidates[index] for index in sorted(picked)]


def _candidate(index: int, text: str) -> _Candidate:
    quote = quoting.quoted(text)
    return _Candidate(index, quote, len(quote.split()), quoting.standing(quote))


def _shown(
    article: Article, verdicts: Mapping[str, Verdict], candidate: _Candidate, draft: str | None, options: Options
) -> BriefingSentence | None:
    """The draft if the article backs it, else what ``options.on_unsupported`` says."""
    quote = BriefingSentence(candidate.text, "quoted", 1.0, sources_of(article, (candidate.index,)))
    if draft is None or len(draft.split()) > candidate.words:
        return quote
    if draft == candidate.text:
        return quote
    verdict = verdicts[draft]
    if verdict.is_supported and quoting.standing(draft) is quoting.Standing.ALONE:
        return _written(article, draft, verdict)
    match options.on_unsupported:
        case "replace":
            return quote
        case "drop":
            return None
        case "flag":
            return _written(article, draft, verdict, flagged=True)


def _headline(
    article: Article,
    grounds: Grounds,
    verdicts: Mapping[str, Verdict],
    ranked: Sequence[_Candidate],
    chosen: Sequence[_Candidate],
    drafted: str | None,
    options: Options,
) -> BriefingSentence | None:
    """The article's own title; else the writer's headline if it passes; else a short sentence; else none.

    ``ranked`` are the article's sentences, the most salient first.
    """
    if article.title is not None:
        title = _title(article, article.title, grounds, verdicts[article.title])
        if title is not None:
            return title
    elif drafted is not None:
        verdict = verdicts[drafted]
        if verdict.is_supported:
            return _written(article, drafted, verdict)
        if options.on_unsupported == "flag":
            return _written(article, drafted, verdict, flagged=True)
    taken = {candidate.index for candidate in chosen}
    for candidate in ranked:
        fits = candidate.standing is quoting.Standing.ALONE and candidate.words <= _HEADLINE_WORDS
        if fits and candidate.index not in taken:
            text = quoting.as_headline(candidate.text)
            return BriefingSentence(text, "quoted", 1.0, sources_of(article, (candidate.index,)))
    return None


def _title(article: Article, title: str, grounds: Grounds, verdict: Verdict) -> BriefingSentence | None:
    """The title as a headline, unless it holds a number, date or name that its article does not have.

    It is the article's own, so it need not be worded as its sentences are; its support says how near it is.
    """
    start = article.text.find(title)
    if start >= 0:
        return BriefingSentence(title, "quoted", 1.0, (Source(start, start + len(title), title),))
    if grounds.missing(title):
        return None
    return BriefingSentence(title, "quoted", verdict.support, sources_of(article, verdict.sources))


def _written(article: Article, text: str, verdict: Verdict, *, flagged: bool = False) -> BriefingSentence:
    problems = verdict.problems if flagged else ()
    return BriefingSentence(text, "written", verdict.support, sources_of(article, verdict.sources), problems)
