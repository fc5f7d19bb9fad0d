"""Corrections: what the article says in the place of a claim that it does not back."""

from __future__ import annotations

from standfirst.domain.article import Article
from standfirst.domain.briefing import Passage, passages_of
from standfirst.domain.verification import Correction
from standfirst.grounding.index import GroundingIndex, Verdict
from standfirst.language.en.spelling import join_torn_numbers, locate


def corrections(article: Article, index: GroundingIndex, claim: str, verdict: Verdict) -> tuple[Correction, ...]:
    """Return what ``article``, whose index is ``index``, says instead of ``claim``.

    It is the words in the place of others, where a check found some, or else the sentence most like the claim. There
    is nothing if the claim is not refuted, or shares no word with the article.
    """
    if verdict.finding != "not_backed" or verdict.nearest is None:
        return ()
    found = []
    for problem in verdict.problems:
        if problem.instead is not None and problem.span is not None:
            sentence = article.sentences[index.position(problem.instead.sentence)]
            start, end = locate(problem.instead.span, problem.instead.sentence.text, sentence.text)
            passage = Passage(sentence.start + start, sentence.start + end, sentence.text[start:end])
            found.append(Correction(passage, locate(problem.span, join_torn_numbers(claim), claim)))
    return tuple(found) or tuple(Correction(passage) for passage in passages_of(article, [verdict.nearest]))
