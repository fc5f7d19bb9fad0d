"""Corruption: rules that make a true sentence of an article false, each by one change of a known kind.

The method is FactCC's (Kryściński et al. 2020, "Evaluating the Factual Consistency of Abstractive Text Summarization"),
the rules are our own. They are used to train the verifier and to measure what grounding catches, and do not depend on
grounding. They are simple, so now and then what they make is still true.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from standfirst.language.en.lexicon import AUXILIARIES, MONTHS, WEEKDAYS, numerals


@dataclass(frozen=True, slots=True)
class Corrupted:
    """A false sentence, and the characters of it that were changed, as (start, end)."""

    text: str
    changed: tuple[tuple[int, int], ...]


#: Returns a false sentence for a true one and the sentences of its article, or None where the rule does not apply.
Rule = Callable[[str, Sequence[str], Random], Corrupted | None]

#: "May" is too often another word.
_MONTHS = [month.title() for month in MONTHS if month != "may"]
_DAYS = [day.title() for day in WEEKDAYS]
_NUMBER_WORDS = [*numerals(2, 10), "twelve", "twenty", "thirty"]
_NUMBER = re.compile(rf"\d[\d,.]*\d|\d|\b(?:{'|'.join(_NUMBER_WORDS)})\b")
_DATE = re.compile(rf"\b(?:{'|'.join(_MONTHS + _DAYS)})\b")
_NAME = re.compile(r"(?<!^)(?<![.!?:\"“‘'] )\b[A-Z][\w’'-]*[a-z]\w*(?:\s+[A-Z][\w’'-]+)*")
_FIRST_NAME = re.compile(r"[A-Z][\w’'-]+(?:\s+[A-Z][\w’'-]+)*")
_NO_NAME = frozenset(
    "the a an in on at it he she they but and this that his her there when after as for with if its their".split()
)
_LISTED = re.compile(r"\s*(?:,|and|or|&|(?:, [^,]+)*,? and)\s*")
_QUOTATION = re.compile(r"[\"“]([^\"”]{12,})[\"”]")
_PLAIN_WORD = re.compile(r"\b[a-z]{4,}\b")
_AUXILIARY = re.compile(rf"\b(?:{'|'.join(sorted(AUXILIARIES - {'am', 'shall', 'cannot'}))})\b")
_NEGATED = re.compile(
    r"\b(is|are|was|were|has|have|had|will|would|can|could|should|did|does|do)(?:n['’]t| not)\b|\b(?:never|not) "
)
#: A pattern of a hedge, and what makes a fact of it.
_HEDGES = tuple(
    (re.compile(pattern), fact)
    for pattern, fact in (
        (r"\b(?:may|might|could) have (\w+ed)\b", r"\1"),
        (r"\b(?:may|might|could) be\b", "is"),
        (r"\b(?:may|might|could) (?=[a-z]+\b)", "will "),
        (r"\b(?:is|are|was|were) (?:expected|likely|due|set) to\b", "will"),
        (r"\b(?:alleged|suspected|reported|apparent|possible|potential|proposed) (?=[a-z])", ""),
        (r"\b(?:allegedly|reportedly|apparently|possibly|probably|perhaps) (?=\w)", ""),
        (r"\b(?:accused|suspected) of\b", "guilty of"),
        (r"\bappears? to have\b", "has"),
        (r"\b(?:hopes?|plans?|wants?|intends?|aims?) to\b", "will"),
        (r"\btried to (?=\w+\b)", "managed to "),
        (r"\b(?:about|around|nearly|almost|at least|up to|more than|some) (?=[\d£$€])", "exactly "),
    )
)
_OPPOSITES = (
    "increase decrease,increased decreased,rise fall,rose fell,rising falling,higher lower,more fewer,most least,"
    "won lost,win lose,before after,first last,best worst,accepted rejected,agreed refused,allowed banned,"
    "began ended,started stopped,opened closed,younger older,father brother,mother sister,son nephew,"
    "daughter niece,denied admitted,supported opposed,arrested released,man woman,boy girl,died survived,"
    "killed injured,bought sold,north south,east west,largest smallest,early late,including excluding,"
    "with without,against for,success failure,failed succeeded,arrived left,approved blocked,always never,"
    "former current"
)
_OPPOSITE = {word: other for pair in _OPPOSITES.split(",") for word, other in (pair.split(), reversed(pair.split()))}

#: Words after which a sentence cannot end, nor leave words out.
_OPEN_WORDS = re.compile(
    r"\b(?:the|a|an|his|her|its|their|of|to|in|at|on|by|for|with|from|is|are|was|were|has|have|had|will|and|that|who)\b"
)
#: A main verb: one that does not continue another verb or a relative clause.
_STOOD_ON = re.compile(
    "".join(rf"(?<!\b{word})" for word in "and or but to who which that he she it they".split())
    + r"(?<!,) (?:is|are|was|were|has|have|had|will|would|can|could|may|might|said|says|told|went|won|lost|took|made"
    r"|came|got|gave|found|left|led|became|began|fell|rose|died|faces|plans|wants|announced)\b"
)
_OPENING = re.compile(
    r"(?:As|When|While|After|Before|Although|Because|If|Since|Despite|With|Now that|[A-Z]\w+(?:ing|ed))\b"
    r"[^,]{20,110}(?=, )"
)


def _put(sentence: str, start: int, end: int, new: str) -> Corrupted:
    return Corrupted(sentence[:start] + new + sentence[end:], ((start, start + len(new)),))


def number(sentence: str, article: Sequence[str], random: Random) -> Corrupted | None:
    """Replace a number by another one, in a third of the cases by one of the article."""
    found = list(_NUMBER.finditer(sentence))
    if not found:
        return None
    match = random.choice(found)
    old = match.group()
    if old in _NUMBER_WORDS:
        return _put(sentence, *match.span(), random.choice([word for word in _NUMBER_WORDS if word != old]))
    others = [n for other in article for n in re.findall(r"\d[\d,.]*\d|\d", other) if n != old and len(n) == len(old)]
    if others and random.random() < 1 / 3:
        return _put(sentence, *match.span(), random.choice(others))
    at = match.start() + random.choice([i for i, letter in enumerate(old) if letter.isdigit()])
    digit = random.choice([digit for digit in "123456789" if digit != sentence[at]])
    return Corrupted(sentence[:at] + digit + sentence[at + 1 :], (match.span(),))


def date(sentence: str, _: Sequence[str], random: Random) -> Corrupted | None:
    """Replace a month or a day of the week by another one."""
    found = list(_DATE.finditer(sentence))
    if not found:
        return None
    match = random.choice(found)
    pool = _MONTHS if match.group() in _MONTHS else _DAYS
    return _put(sentence, *match.span(), random.choice([other for other in pool if other != match.group()]))


def name(sentence: str, article: Sequence[str], random: Random) -> Corrupted | None:
    """Replace a name by another one of the article, of as many words if there is one."""
    found = [match for match in _NAME.finditer(sentence) if not _DATE.fullmatch(match.group())]
    if not found:
        return None
    match = random.choice(found)
    own = set(match.group().split())
    others = {n.group() for other in article for n in _NAME.finditer(other) if not _DATE.search(n.group())}
    fitting = sorted(other for other in others if other not in sentence and not own & set(other.split()))
    alike = [other for other in fitting if len(other.split()) == len(own)] or fitting
    return _put(sentence, *match.span(), random.choice(alike)) if alike else None


def role(sentence: str, _: Sequence[str], random: Random) -> Corrupted | None:
    """Swap two names of the sentence, unless they are neighbours in a list."""
    found = [match for match in _NAME.finditer(sentence) if not _DATE.fullmatch(match.group())]
    first = _FIRST_NAME.match(sentence)
    if first and first.group().split()[0].casefold() not in _NO_NAME:
        found = [first, *(match for match in found if match.start() >= first.end())]
    if len(found) < 2:
        return None
    left, right = sorted(random.sample(found, 2), key=lambda match: match.start())
    between = sentence[left.end() : right.start()]
    if left.group() == right.group() or _LISTED.fullmatch(between):
        return None
    text = sentence[: left.start()] + right.group() + between + left.group() + sentence[right.end() :]
    start = left.start() + len(right.group())
    second = start + len(between)
    return Corrupted(text, ((left.start(), start), (second, second + len(left.group()))))


def quotation(sentence: str, article: Sequence[str], random: Random) -> Corrupted | None:
    """Replace a word of a quotation by one of the article."""
    match = _QUOTATION.search(sentence)
    words = list(_PLAIN_WORD.finditer(sentence, *match.span(1))) if match else []
    pool = [word for other in article for word in _PLAIN_WORD.findall(other) if word not in sentence]
    return _put(sentence, *random.choice(words).span(), random.choice(pool)) if words and pool else None


def negation(sentence: str, _: Sequence[str], random: Random) -> Corrupted | None:
    """Take a negation out, or put one in."""
    negated = _NEGATED.search(sentence)
    if negated:
        kept = negated.group(1) or ""
        left = _put(sentence, *negated.span(), kept)
        return Corrupted(left.text, ((negated.start(), min(len(left.text), negated.start() + len(kept) + 8)),))
    found = list(_AUXILIARY.finditer(sentence))
    return _put(sentence, *(match := random.choice(found)).span(), match.group() + " not") if found else None


def hedge(sentence: str, _: Sequence[str], random: Random) -> Corrupted | None:
    """Make a fact of what is alleged or expected, and an exact number of a rough one."""
    for pattern, fact in random.sample(_HEDGES, len(_HEDGES)):
        match = pattern.search(sentence)
        if match:
            new = match.expand(fact)
            text = sentence[: match.start()] + new + sentence[match.end() :]
            end = max(match.start() + len(new), min(len(text), match.start() + 6))
            return Corrupted(text[0].upper() + text[1:], ((match.start(), end),))
    return None


def opposite(sentence: str, _: Sequence[str], random: Random) -> Corrupted | None:
    """Replace a word by its opposite, or by one that excludes it."""
    found = [match for match in re.finditer(r"[a-z]+", sentence) if match.group() in _OPPOSITE]
    return _put(sentence, *(match := random.choice(found)).span(), _OPPOSITE[match.group()]) if found else None


def word(sentence: str, article: Sequence[str], random: Random) -> Corrupted | None:
    """Replace a word by another of the article with the same ending, which may be of the same part of speech."""
    found = list(_PLAIN_WORD.finditer(sentence))
    if not found:
        return None
    match = random.choice(found)
    old = match.group()
    pool = [
        other
        for text in article
        for other in _PLAIN_WORD.findall(text)
        if other[-2:] == old[-2:] and other[:4] != old[:4] and other not in sentence
    ]
    return _put(sentence, *match.span(), random.choice(pool)) if pool else None


def fusion(sentence: str, article: Sequence[str], random: Random) -> Corrupted | None:
    """Join the beginning of the sentence to the end of another one at a preposition or conjunction that both have."""
    joints = [
        match
        for match in re.finditer(r"\s(to|by|in|at|on|for|with|after|before|because|when|who|which|from|as)\s", sentence)
        if 12 < match.start() < len(sentence) - 12
    ]
    if not joints:
        return None
    joint = random.choice(joints)
    ends = [
        end.group()
        for other in article
        for end in re.finditer(rf"\s{joint.group(1)}\s[^.!?]{{12,80}}[.!?]$", other)
        if end.group().strip()[:20] not in sentence
    ]
    return _put(sentence, joint.start(), len(sentence), random.choice(ends)) if ends else None


def splice(sentence: str, article: Sequence[str], random: Random) -> Corrupted | None:
    """Join the beginning of the sentence to the end of another one at a word that both have."""
    found = [match for match in _PLAIN_WORD.finditer(sentence) if 12 < match.start() < len(sentence) - 12]
    random.shuffle(found)
    for match in found[:6]:
        after = re.compile(rf"(?<= {match.group()})\W[^.!?]{{12,120}}[.!?]?$")
        ends = [end.group() for other in article if other != sentence and (end := after.search(other))]
        ends = [end for end in ends if end[:15] not in sentence]
        if ends:
            return _put(sentence, match.end(), len(sentence), random.choice(ends))
    return None


def gap(sentence: str, _: Sequence[str], random: Random) -> Corrupted | None:
    """Leave out one to four words after an article, preposition or auxiliary, or all words after it."""
    found = [match for match in _OPEN_WORDS.finditer(sentence) if 15 < match.start() < len(sentence) - 12]
    if not found:
        return None
    match = random.choice(found)
    before = sentence.rfind(" ", 0, match.start()) + 1
    if random.random() < 1 / 3:
        return Corrupted(sentence[: match.end()] + ".", ((before, match.end() + 1),))
    gone = re.match(r"(?: [\w’'-]+){1,4}(?= [\w’'-]+)", sentence[match.end() :])
    if not gone:
        return None
    text = sentence[: match.end()] + sentence[match.end() + gone.end() :]
    following = text.find(" ", match.end() + 1)
    return Corrupted(text, ((match.start(), following if following > 0 else len(text)),))


def stump(sentence: str, _: Sequence[str], random: Random) -> Corrupted | None:
    """Leave out the main verb and all after it, or all after an opening clause."""
    ends = [match.start() for match in _STOOD_ON.finditer(sentence) if match.start() > 25]
    opening = _OPENING.match(sentence)
    if not ends and not opening:
        return None
    end = opening.end() if opening and (not ends or random.random() < 1 / 2) else random.choice(ends)
    return Corrupted(sentence[:end] + ".", ((sentence.rfind(" ", 0, end) + 1, end + 1),))


RULES: Mapping[str, Rule] = {
    "number": number,
    "date": date,
    "name": name,
    "role": role,
    "quotation": quotation,
    "negation": negation,
    "hedge": hedge,
    "opposite": opposite,
    "word": word,
    "fusion": fusion,
    "splice": splice,
    "gap": gap,
    "stump": stump,
}
