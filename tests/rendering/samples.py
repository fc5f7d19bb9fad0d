"""A briefing and a digest for the tests of rendering."""

from __future__ import annotations

from standfirst.domain.article import Article
from standfirst.domain.briefing import Briefing, BriefingSentence, Coverage, ModelStamp, Options, Passage
from standfirst.domain.digest import (
    Backing,
    CitedSentence,
    Digest,
    Disagreement,
    FailedArticle,
    Figure,
    ListedArticle,
    Story,
)

ARTICLE = Article("…", (), url="https://example.com/bridge?a=1&b=2", site="Harwick & District News")


def sentence(text: str, *problems: str) -> BriefingSentence:
    return BriefingSentence(text, "quoted", 1.0, (), problems)


def briefing(headline: str, standfirst: str, *points: str, problems: tuple[str, ...] = ()) -> Briefing:
    """Return a briefing of these sentences, whose standfirst has these problems."""
    return Briefing(
        id="0" * 32,
        headline=sentence(headline),
        standfirst=(sentence(standfirst, *problems),),
        points=tuple(map(sentence, points)),
        coverage=Coverage(1, 1),
        model=ModelStamp("writer", "encoder", "1", "torch"),
        refused=(),
    )


def digest(title: str | None, url: str | None, text: str = "The bridge is closed.") -> Digest:
    """Return a digest of one story, whose two articles disagree, and of one article that failed."""
    passage = Passage(0, 1, "…")
    return Digest(
        id="0" * 32,
        options=Options(),
        stories=(
            Story(
                headline=CitedSentence(text, "quoted", (Backing(0, 1.0, (passage,)), Backing(1, 0.9, (passage,)))),
                standfirst=(),
                points=(),
                disagreements=(Disagreement((Figure(0, "14 dead", passage), Figure(1, "17 dead", passage))),),
                articles=(0, 1),
                independent=2,
                apart=1.0,
            ),
        ),
        articles=(
            ListedArticle(0, title, url, "Harwick News", "2026-11-20", "0" * 32, None),
            ListedArticle(1, None, None, None, None, "1" * 32, 0),
        ),
        failed=(FailedArticle(2, "no_article", "There is no *article*."),),
    )
