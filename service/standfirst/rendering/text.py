"""Plain text: a briefing, a verification, and the parts that Markdown and HTML show as text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from standfirst.domain.article import Article
from standfirst.domain.briefing import Briefing, BriefingSentence
from standfirst.domain.digest import Disagreement
from standfirst.domain.verification import SentenceFinding, Verification


def briefing_to_text(article: Article, briefing: Briefing) -> str:
    """Render a briefing: headline, standfirst, a line for each point, and the article's URL if it has one."""
    blocks = list(sentence_blocks(briefing.headline, briefing.standfirst, briefing.points))
    if article.url:
        blocks.append(article.url)
    return "\n\n".join(blocks) + "\n"


#: What a finding is called.
FINDINGS: Mapping[SentenceFinding, str] = {
    "backed": "backed",
    "not_backed": "not backed",
    "undecided": "undecided",
}


def verification_to_text(verification: Verification) -> str:
    """Render a verification: for each sentence its finding and support, its problems, and what the article says."""
    lines = []
    for sentence in verification.sentences:
        lines.append(f"{FINDINGS[sentence.finding]:10}  {sentence.support:4.2f}  {sentence.text}")
        lines += [f"      - {problem}" for problem in sentence.problems]
        lines += [f"      > {correction.passage.text}" for correction in sentence.instead if not correction.claimed]
    counts = ", ".join(f"{verification.count(finding)} {name}" for finding, name in FINDINGS.items())
    lines.append(f"{counts}; support {verification.support:4.2f}")
    return "\n".join(lines) + "\n"


def sentence_blocks(
    headline: BriefingSentence | None,
    standfirst: Sequence[BriefingSentence],
    points: Sequence[BriefingSentence],
    *,
    heading: str = "",
    escape: Callable[[str], str] = str,
) -> Iterator[str]:
    """Yield headline, standfirst and list of points, each a block of text; leave out what is empty.

    ``heading`` is put before the headline. ``escape`` is applied to each sentence.
    """

    def line(sentence: BriefingSentence) -> str:
        return escape(flagged_text(sentence))

    if headline:
        yield heading + line(headline)
    if standfirst:
        yield " ".join(map(line, standfirst))
    if points:
        yield "\n".join(f"- {line(sentence)}" for sentence in points)


def flagged_text(sentence: BriefingSentence) -> str:
    """Return the sentence's text with its problems, so that it never looks backed when it is not."""
    return sentence.text + (f" [not backed: {'; '.join(sentence.problems)}]" if sentence.problems else "")


def article_number(index: int) -> int:
    """Return the number, from 1, that a digest shows for the article at ``index``."""
    return index + 1


def figures_text(disagreement: Disagreement) -> str:
    """Render the figures side by side: "14 dead (1), 17 dead (2)"."""
    return ", ".join(f"{figure.text} ({article_number(figure.article)})" for figure in disagreement.figures)
