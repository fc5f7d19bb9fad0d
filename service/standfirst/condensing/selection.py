"""Selection: which candidates make the briefing. The set is chosen as a whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from standfirst.condensing.candidate import Candidate
from standfirst.condensing.information import Information
from standfirst.condensing.source_sentence import SourceSentence
from standfirst.domain.briefing import Options

#: A point behind the first whose words cost so much more than it says is not worth reading.
_LEAST_GAIN = -0.2


def choose(
    candidates: Sequence[Candidate], information: Information, options: Options, chosen: Sequence[Candidate] = ()
) -> list[Candidate]:
    """Return the standfirst and up to ``options.points`` points among ``candidates``, in the order of the briefing.

    Greedily, the candidate is added that says most that is not said yet, less what its words cost, until a limit is
    reached or nothing new is left (budgeted maximum coverage: Khuller et al. 1999, Gillick and Favre 2009). Without
    ``options.fill`` it stops behind the first point where the best that is left says too little.
    The first tells the news. All have at most ``options.max_words`` words together. ``chosen`` are there already, in
    their order; the first of them is the standfirst. Returns nothing if no candidate fits.
    """
    selected = list(chosen)
    words = options.max_words - sum(candidate.words for candidate in selected)
    while len(selected) <= options.points:
        possible = [c for c in candidates if c.words <= words and _is_understood(c, selected)]
        if not selected:
            opening = _opening(possible)
            first = min((candidate.sources[0] for candidate in opening), default=0)
            news = max(opening, key=lambda candidate: information.news(candidate, first), default=None)
            new = [c for c in opening if news is not None and c.sources == news.sources]
        else:
            new = [c for c in possible if not information.repeats(c, selected)]
        if not new:
            break
        best = max(new, key=lambda candidate: information.gain(candidate, selected))
        says_little = information.knows_words and information.gain(best, selected) < _LEAST_GAIN
        if says_little and len(selected) > 1 and not options.fill:
            break
        selected.append(best)
        words -= best.words
    added = selected[len(chosen) :]
    return [*chosen, *sorted(added, key=_places(added))] if chosen else in_order(added)


def in_order(chosen: Sequence[Candidate]) -> list[Candidate]:
    """Return ``chosen``, whose first is the standfirst, in the order of the briefing.

    The standfirst comes first, then the others in the article's order; each stands right behind what it follows.
    """
    place = _places(chosen)
    return sorted(chosen, key=lambda c: (place(c)[0] != place(chosen[0])[0], *place(c)))


def _places(chosen: Sequence[Candidate]) -> Callable[[Candidate], tuple[int, int]]:
    """Return the place of each of ``chosen`` in the article's order, where each stands right behind what it follows."""
    by_source = {candidate.sources[0]: candidate for candidate in chosen}

    def place(candidate: Candidate) -> tuple[int, int]:
        root = candidate
        while root.follows is not None and root.follows in by_source:
            root = by_source[root.follows]
        return root.sources[0], candidate.sources[0]

    return place


def fit_whole(sources: Sequence[SourceSentence], options: Options) -> bool:
    """Return whether a briefing may contain all ``sources``."""
    return len(sources) <= 1 + options.points and sum(source.words for source in sources) <= options.max_words


def _opening(candidates: Sequence[Candidate]) -> Sequence[Candidate]:
    """Return those of ``candidates`` that a briefing may begin with; all if it may begin with none."""
    return [candidate for candidate in candidates if candidate.may_open] or candidates


def _is_understood(candidate: Candidate, selected: Sequence[Candidate]) -> bool:
    """Return whether ``candidate`` needs nothing, or stands behind the whole sentence that it needs."""
    if candidate.follows is None:
        return True
    return any(other.origin == "quoted" and candidate.follows == other.sources[-1] for other in selected)
