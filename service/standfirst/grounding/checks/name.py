"""The check of names."""

from __future__ import annotations

from collections.abc import Iterator

from standfirst.grounding.case import Case, Kind, Problem
from standfirst.language.en.lexicon import CALENDAR
from standfirst.language.en.names import Name, names
from standfirst.language.en.syntax import NAMED

_PLACES = frozenset({"GPE", "LOC", "NORP"})


class NameCheck:
    """Finds names that the article does not have.

    A place, a day or an abbreviation that the article does not have may follow from it ("Japanese" from Osaka), so it
    is a doubt. In a title each word of a name is looked up by itself. Its first word is not: any first word has a
    capital letter.
    """

    code = "name"
    kinds = frozenset({Kind.CLAIM, Kind.TITLE})

    def __call__(self, case: Case) -> Iterator[Problem]:
        """Yield a problem for each such name, or each such word of a title."""
        known = case.article.names
        for name in names(case.claim.text, case.claim.undated, case.article.ordinary_stems):
            if case.kind is not Kind.TITLE:
                missing = [] if known.has(name) or _is_ordinary(case, name) else [(name.text, name.span)]
            else:
                inner = [word for word in name.words if word.start > 0 and len(word.norm) > 1]
                missing = [(word.text, word.span) for word in inner if not known.has_word(word.norm)]
            is_doubt = case.kind is Kind.CLAIM and case.shortened is None and _may_follow(case, name)
            for text, span in missing:
                yield Problem(self.code, f"the article does not name “{text}”", span, is_doubt=is_doubt)


def _is_ordinary(case: Case, name: Name) -> bool:
    """Whether ``name`` is the first word alone, and the parser takes it for no name: "Detectives want …"."""
    if case.doc is None or name.span[0] > 0 or len(name.words) > 1:
        return False
    return not any(token.pos_ == "PROPN" and token.ent_type_ in NAMED for token in case.doc[:1])


def _may_follow(case: Case, name: Name) -> bool:
    text = name.text.removesuffix("s")
    if len(name.words) == 1 and (name.words[0].norm in CALENDAR or (text.isupper() and len(text) > 1)):
        return True
    start, end = name.span
    return any(t.ent_type_ in _PLACES for t in case.doc or () if start <= t.idx < end)
