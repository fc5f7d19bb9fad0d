"""The people whom an article names: their full names, and which of its words stand for them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from standfirst.language.en.mentions import is_name_head, people
from standfirst.language.en.people import Gender, is_first_name, is_honorific, name_gender

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

    from standfirst.language.parser import Parses

#: A run of capitalised words, such as "Ludwig van Dyk".
_RUN = re.compile(r"\b[A-Z][\w’'-]*\w(?:\s(?:(?:de|van|von|der|den|al|bin|la|le)\s){0,2}[A-Z][\w’'-]*\w)+")
#: "Rosa and Ines Falk" are two people of one name.
_PAIR = re.compile(r"\b([A-Z]\w+) and [A-Z]\w+ ([A-Z]\w+)")
#: The index of the last of the first sentences, of which a later one may introduce whom the lead names.
_OPENING = 2
#: What stands before a surname alone: the start, a word in lower case, an honorific.
_ALONE = r"(?:^|\b[a-z]+ |\b(?:Mrs?|Ms|Miss|Dr|Sir|Dame) )"


class ArticleNames:
    """The names of people in the ``sentences`` of an article. Not safe to share between threads.

    Names are found as runs of capitalised words, in all sentences. Whether a run is a person's name is asked only where
    it matters: it begins with a known first name, an age follows its first use, or the parser says so of that use.
    """

    def __init__(self, sentences: Sequence[str], parses: Parses) -> None:
        self._sentences = sentences
        self._parses = parses
        #: From a last word to each of the names that end in it, and the index of the first sentence that has the name.
        self._runs: dict[str, dict[str, int]] = {}
        for index, sentence in enumerate(sentences):
            for run in _RUN.findall(sentence):
                words = without_possessive(run).split()
                for start in range(len(words) - 1):  # "Judge Lena Howell", "Lena Howell"
                    self._runs.setdefault(words[-1], {}).setdefault(" ".join(words[start:]), index)
            for first, surname in _PAIR.findall(sentence):
                self._runs.setdefault(surname, {}).setdefault(f"{first} {surname}", index)

    def named(self, surname: str) -> list[str]:
        """Return the full names of the people with ``surname``, in the order of the article."""
        runs = self._runs.get(surname, {})
        return [full for full, i in runs.items() if not is_honorific(full.split()[0]) and self._is_person(full, i)]

    def full_name(self, name: str) -> str | None:
        """Return the full name of the only person with ``name``; None if the article does not introduce one.

        Whom it calls by the surname long before it has a full name may be somebody else.
        """
        if " " in name:
            return name
        full = self.named(name)
        if len(full) != 1:
            return None
        use = re.compile(rf"\b{re.escape(name)}\b")
        first = next((index for index, sentence in enumerate(self._sentences) if use.search(sentence)), 0)
        return full[0] if self._runs[name][full[0]] <= max(first, _OPENING) else None

    def short_name(self, full: str) -> str | None:
        """Return the surname of ``full`` if the article calls that person so, and readers take it for no other name.

        Nobody else has it, it is no first name, and the first name is known: the parser takes clubs for people.
        """
        surname = full.split()[-1]
        if is_first_name(surname) or self.gender(full) is None:
            return None
        others = [name for name in self.named(surname) if not (full.endswith(name) or name.endswith(full))]
        alone = re.compile(_ALONE + re.escape(surname) + r"\b(?! [A-Z])")
        return surname if not others and any(map(alone.search, self._sentences)) else None

    def first_use(self, full: str) -> int | None:
        """Return the index of the first sentence that has the full name."""
        return self._runs.get(full.split()[-1], {}).get(full)

    def identity(self, name: str) -> str:
        """Return what tells the person with ``name`` from the others: the surname, or ``name`` where two share it."""
        surname = name.split()[-1]
        return name if len(self.named(surname)) > 1 else surname

    def gender(self, name: str) -> Gender | None:
        """Return the gender of a person by a name of theirs: of a surname, that of its full names."""
        known = name_gender(name)
        if known is not None or " " in name:
            return known
        genders = {name_gender(full) for full in self._runs.get(name, {})} - {None}
        return genders.pop() if len(genders) == 1 else None

    def people(self, sentence: Doc) -> list[tuple[Token, Gender | None]]:
        """Return the heads of the mentions of people in ``sentence``, and their genders.

        The parser takes some surnames for firms and places: those that are known as surnames are added.
        """
        found = dict(people(sentence, self.gender))
        for token in sentence:
            if is_name_head(token) and token not in found and token.ent_type_ != "PERSON" and self.named(token.text):
                found[token] = self.gender(token.text)
        return list(found.items())

    def _is_person(self, full: str, index: int) -> bool:
        """Whether ``full``, which the sentence at ``index`` has, is a person's name without a title."""
        sentence = self._sentences[index]
        is_known, begins = is_first_name(full.split()[0]), sentence.startswith(full)
        if (is_known and not begins) or re.search(rf"{re.escape(full)},\s\d{{1,3}}[,.]", sentence):
            return True
        parsed = self._parses.of(sentence)
        if parsed is None:
            return is_known
        is_name = parsed[0].pos_ == "PROPN"  # "Said Wales coach Ruddock" begins with a first name that is none
        return (is_known and is_name) or any(e.label_ == "PERSON" and e.text == full for e in parsed.ents)


def without_possessive(name: str) -> str:
    """Return ``name`` without a possessive ending."""
    return name.removesuffix("'s").removesuffix("’s")
