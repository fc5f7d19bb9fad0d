"""The digester: what a digest says of articles whose briefings are known, with a scripted encoder and verifier."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Sequence

from standfirst.digesting.digester import Digester
from standfirst.domain.article import Article
from standfirst.domain.briefing import Briefing, BriefingSentence, Coverage, Options, passages_of
from standfirst.domain.digest import BriefedArticle, CitedSentence, Digest, FailedArticle
from standfirst.reading.text import read_text
from tests.api.scripted_service import STORY
from tests.condensing.scripted_briefer import STAMP, encode, verify
from tests.embedded import embedded_grounding
from tests.reports import OTHER, RIVAL

#: More sentences, so that a report is the longest of its story.
MORE = " " + " ".join(f"The mayor thanked councillor number {n} for the vote." for n in range(9))
#: The index of the sentence of RIVAL that STORY does not have.
FERRY = 4


def quoting(article: Article, *indices: int, problems: tuple[str, ...] = ()) -> Briefing:
    """A briefing without a headline that quotes the sentences of ``article`` at ``indices``."""
    sentences = [
        BriefingSentence(article.sentences[i].text, "quoted", 1.0, passages_of(article, [i]), problems) for i in indices
    ]
    return Briefing(
        id=article.text[:30],
        headline=None,
        standfirst=tuple(sentences[:1]),
        points=tuple(sentences[1:]),
        coverage=Coverage(len(article.sentences), len(indices)),
        model=STAMP,
        refused=(),
    )


def briefed(index: int, text: str, *indices: int) -> BriefedArticle:
    article = read_text(text)
    return BriefedArticle(index, article, quoting(article, *indices))


def digest(*articles: BriefedArticle, failed: Sequence[FailedArticle] = (), options: Options | None = None) -> Digest:
    by_index = {article.index: article for article in articles}

    async def load(index: int) -> BriefedArticle:
        return by_index[index]

    digester = Digester(encode, verify, embedded_grounding())
    return asyncio.run(digester.digest([article.index for article in articles], load, failed, options or Options()))


class _Watched(BriefedArticle):
    """A briefed article that can be watched by weak references."""


def test_the_texts_of_one_story_are_held_at_a_time() -> None:
    texts = [STORY.replace("Harwick", name).replace("bridge", name) for name in ("Alder", "Birch", "Cedar", "Elder")]
    texts += [OTHER.replace("Harwick", name) for name in ("Fir", "Hazel", "Larch", "Maple")]
    alive: weakref.WeakSet[_Watched] = weakref.WeakSet()
    most = 0

    async def load(index: int) -> BriefedArticle:
        nonlocal most
        article = read_text(texts[index])
        one = _Watched(index, article, quoting(article, 0))
        alive.add(one)
        most = max(most, len(alive))
        return one

    digester = Digester(encode, verify, embedded_grounding())
    made = asyncio.run(digester.digest(range(len(texts)), load, (), Options()))
    largest = max(len(story.articles) for story in made.stories)
    assert largest < len(texts)
    assert most <= largest + 1, "the article before may still be in a worker's hands"


def backing(sentence: CitedSentence) -> list[int]:
    return [one.article for one in sentence.backing]


def test_the_story_with_most_independent_articles_comes_first() -> None:
    made = digest(briefed(0, OTHER, 0), briefed(1, STORY, 0), briefed(2, RIVAL, 0))
    assert [sorted(story.articles) for story in made.stories] == [[1, 2], [0]]
    assert [story.independent for story in made.stories] == [2, 1]


def test_a_story_takes_the_briefing_of_its_longest_article() -> None:
    shorter = STORY[: STORY.index(" Three councillors")]
    [story] = digest(briefed(0, shorter, 0), briefed(1, STORY, 1)).stories
    assert story.articles == (1, 0)
    assert [sentence.text for sentence in story.standfirst] == [read_text(STORY).sentences[1].text]


def test_a_sentence_cites_every_article_that_backs_it_and_no_other() -> None:
    [story] = digest(briefed(0, RIVAL + MORE, 3, 2), briefed(1, STORY, 0)).stories
    buses, price = story.standfirst[0], story.points[0]
    assert backing(buses) == [0, 1]
    assert [passage.text for passage in buses.backing[1].sources] == [read_text(STORY).sentences[2].text]
    assert backing(price) == [0], "£2.9m is not in the other article"


def test_what_only_a_shorter_article_says_is_added() -> None:
    [story] = digest(briefed(0, STORY + MORE, 0), briefed(1, RIVAL, 3, FERRY)).stories
    [added] = story.points
    assert added.text == read_text(RIVAL).sentences[FERRY].text
    assert backing(added) == [1]


def test_an_article_adds_one_sentence_so_that_others_have_space_too() -> None:
    more = RIVAL + " A clown will entertain those who wait at Denby pier on Sunday."
    [story] = digest(briefed(0, STORY + MORE, 0), briefed(1, more, FERRY, FERRY + 1)).stories
    assert [sentence.text for sentence in story.points] == [read_text(RIVAL).sentences[FERRY].text]


def test_nothing_is_added_where_no_points_are_asked_for() -> None:
    [story] = digest(briefed(0, STORY + MORE, 0), briefed(1, RIVAL, FERRY), options=Options(points=0)).stories
    assert story.points == ()


def test_a_flagged_sentence_of_a_stored_briefing_is_not_shown() -> None:
    article = read_text(STORY)
    flagged = BriefedArticle(0, article, quoting(article, 0, problems=("number 14 is not in the article",)))
    [story] = digest(flagged).stories
    assert (story.headline, story.standfirst, story.points) == (None, (), ())


def test_a_near_duplicate_is_listed_as_a_copy_of_the_longer_article() -> None:
    made = digest(briefed(5, STORY[: STORY.index(" Three councillors")], 0), briefed(7, STORY, 0))
    assert [(one.index, one.copy_of) for one in made.articles] == [(5, 7), (7, None)]
    assert made.stories[0].independent == 1


def test_figures_that_differ_are_compared_between_independent_articles() -> None:
    [story] = digest(briefed(0, STORY, 0), briefed(1, RIVAL, 0)).stories
    [prices] = story.disagreements
    assert [(figure.article, figure.text) for figure in prices.figures] == [(0, "£2.4m"), (1, "£2.9m")]


def test_a_digest_of_no_articles_lists_the_failures_in_order() -> None:
    failed = [FailedArticle(1, "no_article", "There is no text."), FailedArticle(0, "fetch_failed", "Not found.")]
    made = digest(failed=failed)
    assert (made.stories, made.articles) == ((), ())
    assert [one.index for one in made.failed] == [0, 1]


def test_the_id_depends_on_everything_the_digest_depends_on() -> None:
    one = briefed(0, STORY, 0)
    failure = FailedArticle(1, "no_article", "There is no text.")
    ids = {
        digest(one).id,
        digest(one, failed=[failure]).id,
        digest(one, options=Options(points=2)).id,
        digest(briefed(0, OTHER, 0)).id,
        digest(briefed(1, STORY, 0)).id,
    }
    assert len(ids) == 5
    assert digest(one).id == digest(briefed(0, STORY, 0)).id
