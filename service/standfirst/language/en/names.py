"""Names: the capitalised words of a text, and whether other texts have them.

A word is a name if it is capitalised inside a sentence, or begins a sentence and is not known to be ordinary. Months
and weekdays are names as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from standfirst.language.en.lexicon import CALENDAR
from standfirst.language.words import STOP_WORDS, Word

#: From a country to other forms of its name, and to names of its people that are not its name with an ending.
_PEOPLES = {
    "britain": "british briton britons uk united-kingdom",
    "uk": "british britain briton britons",
    "us": "american americans america",
    "usa": "american americans america us",
    "france": "french",
    "netherlands": "dutch",
    "spain": "spanish spaniard spaniards",
    "wales": "welsh",
    "denmark": "danish dane danes",
    "poland": "polish pole poles",
    "sweden": "swedish swede swedes",
    "finland": "finnish finn finns",
    "turkey": "turkish turk turks",
    "switzerland": "swiss",
    "greece": "greek greeks",
    "ireland": "irish",
    "scotland": "scottish scots scot",
    "england": "english",
    "thailand": "thai",
    "iceland": "icelandic",
    "philippines": "filipino filipinos",
    "ukraine": "ukrainian ukrainians",
    "germany": "german germans",
    "china": "chinese",
    "norway": "norwegian norwegians",
    "peru": "peruvian peruvians",
}
_KIN: frozenset[tuple[str, str]] = frozenset(
    pair
    for country, peoples in _PEOPLES.items()
    for people in peoples.split()
    for pair in ((country, people), (people, country))
)
#: Short forms that do not begin their full form.
_SHORT_FORMS = {"utd": "united"}
#: The smallest number of first letters that may shorten a name: "Man United".
_MIN_LETTERS = 3
_ENDINGS = ("", "s", "n", "ns", "an", "ans", "ian", "ians", "i", "is", "ish", "ese")


@dataclass(frozen=True, slots=True)
class Name:
    """A run of capitalised words, as written, with the words it is made of."""

    text: str
    words: tuple[Word, ...]

    @property
    def span(self) -> tuple[int, int]:
        """The offsets of the name in its text."""
        return self.words[0].start, self.words[-1].end


class KnownNames:
    """The names that one or more texts have."""

    def __init__(self, texts: Iterable[Sequence[Word]]) -> None:
        self._norms: set[str] = set()
        self._runs: set[tuple[str, str]] = set()
        self._capitalised: set[str] = set()
        for words in texts:
            self._norms.update(word.norm for word in words)
            self._capitalised.update(word.norm for word in words if word.is_capitalised)
            self._runs.update(_near_pairs(words))
            self._norms.update(_initials(words))

    def has(self, name: Name) -> bool:
        """Whether the texts have every word of ``name``, and have its neighbouring words near one another.

        "Mayor Smith" is known where the texts have "the mayor" and "Smith", wherever they stand.
        """
        if not all(self.has_word(word.norm) for word in name.words):
            return False
        pairs = zip(name.words, name.words[1:], strict=False)
        return all(self._is_title(a.norm) or self._stand_together(a.norm, b.norm) for a, b in pairs)

    def has_word(self, norm: str) -> bool:
        """Whether the texts have the word, its plural, the name of its people, its initials, or its full form."""
        return any(other in self._norms for other in _forms(norm)) or bool(self._in_full(norm))

    def _is_title(self, norm: str) -> bool:
        return norm in self._norms and norm not in self._capitalised

    def _stand_together(self, first: str, second: str) -> bool:
        firsts, seconds = ({*_forms(norm), *self._in_full(norm)} for norm in (first, second))
        return any((a, b) in self._runs for a in firsts for b in seconds)

    def _in_full(self, norm: str) -> set[str]:
        """Return the names of the texts that ``norm`` shortens."""
        full = _SHORT_FORMS.get(norm, norm)
        long_enough = len(full) >= _MIN_LETTERS
        return {other for other in self._capitalised if long_enough and other.startswith(full)}


def is_kin(first: str, second: str) -> bool:
    """Whether two normal forms are forms of one name: a plural, or a people and its country."""
    return first in _forms(second) or second in _forms(first)


@cache
def ordinary_stems() -> frozenset[str]:
    """Return the stems of words that news hardly ever capitalises (counted by ``training/common_words.py``)."""
    return frozenset(files(__package__).joinpath("ordinary.txt").read_text(encoding="utf-8").split())


def names(text: str, words: Sequence[Word], ordinary: Set[str]) -> tuple[Name, ...]:
    """Return the names of a sentence.

    ``words`` are words of ``text``. ``ordinary`` are stems of words that are not names if a capital letter says
    nothing: at the start of a sentence and In a Headline Like This. A possessive ends a name ("Ferguson's Wikipedia"
    is two), and a month or weekday is a name of its own.
    """
    found: list[Name] = []
    run: list[Word] = []
    content = [word for word in words if word.is_content]
    title_case = len(content) > 3 and sum(word.is_capitalised for word in content) > 0.7 * len(content)
    for index, word in enumerate(words):
        is_dated = word.norm in CALENDAR
        if is_dated or (run and text[run[-1].end : word.start].strip(" -–’'")):
            _close(run, text, found)
        is_function = word.norm.partition("'")[0] in STOP_WORDS  # "He'd"
        is_ordinary = is_function or ((index == 0 or title_case) and word.stem in ordinary)
        if word.is_capitalised and not is_ordinary:
            run.append(word)
        if is_ordinary or is_dated or not word.is_capitalised or word.is_possessive:
            _close(run, text, found)
    _close(run, text, found)
    return tuple(found)


def _close(run: list[Word], text: str, found: list[Name]) -> None:
    if run:
        found.append(Name(text[run[0].start : run[-1].end], tuple(run)))
        run.clear()


def _near_pairs(words: Sequence[Word]) -> Iterable[tuple[str, str]]:
    """Yield each word with each of the three after it.

    These pairs may be neighbours in a name: "President Biden" of "President Joe Biden". "Joe Putin" is not one of
    "Joe Biden called Vladimir Putin".
    """
    for index, word in enumerate(words):
        for other in words[index + 1 : index + 4]:
            yield word.norm, other.norm


def _initials(words: Sequence[Word]) -> Iterable[str]:
    """Yield the initials of each run of two to six capitalised words: "SEC" of "Securities and Exchange Commission"."""
    for start, word in enumerate(words):
        if not word.is_capitalised:
            continue
        letters = ""
        for other in words[start : start + 8]:
            if other.is_capitalised:
                letters += other.norm[0]
                if 2 <= len(letters) <= 6:
                    yield letters
            elif other.norm not in ("of", "and", "the", "for"):
                break


def _forms(norm: str) -> tuple[str, ...]:
    return norm, *_kin_of(norm)


def _kin_of(norm: str) -> tuple[str, ...]:
    kin = [other for word, other in _KIN if word == norm]
    for ending in _ENDINGS[1:]:
        if norm.endswith(ending) and len(norm) - len(ending) >= 4:
            kin.append(norm.removesuffix(ending))
            kin.append(norm.removesuffix(ending) + "a")
        kin.append(norm + ending)
    if norm.endswith("a"):
        kin.append(norm[:-1] + "ese")
    return tuple(kin)
