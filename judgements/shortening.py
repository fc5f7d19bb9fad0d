"""Shortened sentences made by rule: true ones, and misleading ones that leave out what a reader must know."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from random import Random

#: Parts without which a sentence is still true.
_CAN_GO = (
    re.compile(r", (?:who|which|where|a|an|the) [^,]{5,60},(?= (?:said|has|had|is|was|will|told)\b)"),
    re.compile(r", (?:which|who|while|although|including|according to) [^,]+(?=\.$)"),
    re.compile(r"^(?:On \w+day|Last \w+|This week|However|Meanwhile|Yesterday|But|And),? (?=[a-zA-Z])"),
    re.compile(r" \([^()]{2,60}\)|, \d\d,(?= )"),
    re.compile(r" \b(?:also|now|already)(?= [a-z])"),
    re.compile(r" (?:after|while|despite|following|as well as|because of) [^,.]{10,90}(?=\.$)"),
    re.compile(r" (?:on (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|last (?:week|month|year))(?= [a-z]+ |\.$)"),
)
_VERB = r"(?:is|are|was|were|has|have|had|will|would|said|says|told|took|made|won|lost)"
#: "…, police said on Monday." and "…, according to a survey."
_SPEAKER_BEHIND = re.compile(r"[,\"”]+ (?:according to [^,]+|[A-Z][\w .-]{1,40} (?:said|says|told [\w ]+))\.$")
#: "Police said that …".
_SPEAKER_BEFORE = re.compile(r"^[A-Z][\w -]{1,40} (?:said|says|claimed|warned|believes) that (?=\w)")
_OWNED = re.compile(rf"(?<=\w)['’]s (?:\w+ ){{1,2}}(?={_VERB}\b)")
_SMALL_WORD = re.compile(r"(?<= )(?:the|a|an|to|of|in|at|was|is|were|are) (?=[a-z])")
_NAMED_SUBJECT = re.compile(rf"^(?:[A-Z][\w-]+ ){{2,3}}(?={_VERB}\b)")


def shortened(sentence: str, random: Random) -> str | None:
    """Return the sentence without a part that can go, still true, or None where it has no such part."""
    options = [
        sentence[: match.start()] + sentence[match.end() :] for part in _CAN_GO if (match := part.search(sentence))
    ]
    whole = [option[0].upper() + option[1:] for option in options if len(option.split()) >= 6]
    return random.choice(whole) if whole else None


def without_speaker(sentence: str, _: Random) -> str | None:
    """Leave out who said it."""
    behind, before = _SPEAKER_BEHIND.search(sentence), _SPEAKER_BEFORE.match(sentence)
    if behind:
        return sentence[: behind.start()].lstrip('"“') + "."
    return _capitalised(sentence[before.end() :]) if before else None


def without_possession(sentence: str, _: Random) -> str | None:
    """Say of the owner what the sentence says of what is owned."""
    short = _OWNED.sub(" ", sentence, count=1)
    return short if short != sentence else None


def without_small_word(sentence: str, random: Random) -> str | None:
    """Leave out an article, a preposition or an auxiliary."""
    found = list(_SMALL_WORD.finditer(sentence))
    match = random.choice(found) if found else None
    return sentence[: match.start()] + sentence[match.end() :] if match else None


def without_name(sentence: str, _: Random) -> str | None:
    """Put a pronoun in the place of the name that is the subject."""
    short = _NAMED_SUBJECT.sub("He ", sentence, count=1)
    return short if short != sentence else None


#: Rules that shorten a sentence to one that misleads. They return None where they do not apply.
MISLEADING: Mapping[str, Callable[[str, Random], str | None]] = {
    "speaker": without_speaker,
    "possession": without_possession,
    "small word": without_small_word,
    "name": without_name,
}


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
