"""The form of a sentence: whether it is whole, and whether it is understood without the sentences around it.

A sentence that opens with "He" or "However" is context-dependent. One half of a quotation is a fragment.
"""

from __future__ import annotations

import re
from enum import IntEnum

from standfirst.domain.words import count_words
from standfirst.language.en.lexicon import BE, FUTURE, HAVE, OBLIGATION, POSSIBILITY
from standfirst.language.punctuation import SENTENCE_END

#: Openings that refer to something said before.
_CONTEXT_OPENING = re.compile(
    r"^(?:he|she|they|it|his|her|hers|their|theirs|its|him|them|this|that|these|those|such|both|either|neither"
    r"|so|then|thus|therefore|hence|instead|otherwise|however|meanwhile|moreover|furthermore|nevertheless"
    r"|nonetheless|also|too|another|others?|the\s+(?:former|latter|other|others|same|two|three|four|pair|duo|trio"
    r"|move|deal|news|plan|decision|announcement|group|firm|company|man|woman|couple)"
    r"|here|there|we|our|us|i|my|you|your|but|and|or|nor|yet|for\s+(?:this|that|example|instance)"
    r"|(?:on|in|during|at|after|before)\s+the\s+(?:call|meeting|interview|statement|letter|report|talks|speech|event)"
    r"|in\s+(?:this|that|response|contrast|turn|total|all|addition|return|fact)|as\s+a\s+result|on\s+the\s+other"
    r"|at\s+(?:this|that|the\s+same)|by\s+(?:this|that|then|contrast)|after\s+(?:this|that)"
    r"|one\s+(?:of\s+(?:them|these|those)|more)|even\s+so|not\s+only|among\s+(?:them|those|these)|some|many"
    r"|earlier|later|again|asked|speaking|scroll\s+down|what|which|who|why|how|when\s+(?:he|she|they|it))\b",
    re.IGNORECASE,
)
#: "… said that this would take two years": an earlier sentence says what "this" is.
_POINTING = re.compile(
    rf"\b(?:this|these|those)\s+(?:{'|'.join([*BE, *HAVE, *FUTURE, *POSSIBILITY, *OBLIGATION])}|means?|meant)\b",
    re.IGNORECASE,
)
_FIRST_PERSON = frozenset({"we", "our", "us", "i", "my"})
#: Pronouns of people or things that may not be named before them: '"…," he said'.
_SOMEONE = re.compile(r"\b(?:he|she|they|him|his|her|them|their|it)\b", re.IGNORECASE)
_SPEAKER = re.compile(
    r"[,.!?]?[\"”’']\s+(?:he|she|they|it)\s+\w+|\b(?:said|added|told|explained)\s+(?:he|she|they)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<!^)(?<![.!?…]\s)(?<![\"“‘'])\b[A-Z]\w+|\b[A-Z][a-z]+\s+[A-Z][a-z]+|^The\s+\w+|^A\w?\s+\w+")
#: "Harwick said it would close": a word that opens a sentence before a verb is its subject, to which "it" may refer.
_SUBJECT = re.compile(
    r"^(?!(?:no|any|some|every)(?:body|one|thing)\b|none\b|few\b|most\b)"
    rf"[A-Z][\w-]+\s+(?:{'|'.join([*BE, *HAVE, *FUTURE, *POSSIBILITY])}|said|says|saw|\w{{2,}}ed)\b",
    re.IGNORECASE,
)
#: Pronouns that may refer to a thing.
_THINGS = frozenset("it they their them".split())
_CAPITALS = re.compile(r"\b[A-Z]{2,}\b")


class SentenceForm(IntEnum):
    """How well a sentence stands alone. A higher value is better."""

    FRAGMENT = 0
    """A heading, a caption, one half of a quotation."""
    CONTEXT_DEPENDENT = 1
    """A whole sentence that refers to something said before it."""
    SELF_CONTAINED = 2
    """A whole sentence that says by itself who did what."""


def sentence_form(text: str) -> SentenceForm:
    """Return the form of ``text``, a sentence on one line."""
    if not SENTENCE_END.search(text) or not is_balanced(text) or count_words(text) < 4:
        return SentenceForm.FRAGMENT
    # "US firms", "IT workers" and "the WHO" have no pronouns, unless the whole sentence is in capitals.
    plain = text if text.isupper() else _CAPITALS.sub(lambda name: "X" * len(name.group()), text)
    opening = _CONTEXT_OPENING.match(plain.lstrip("\"“‘'"))
    # The speaker of a quotation that opens with "we" is named after it, or is "he", which _SPEAKER finds.
    is_speech = text[0] in "\"“‘'" and opening is not None and opening.group().casefold() in _FIRST_PERSON
    if text[0].islower() or (opening and not is_speech) or _SPEAKER.search(plain) or _POINTING.search(plain):
        return SentenceForm.CONTEXT_DEPENDENT
    if text.endswith("?") or text.rstrip('"”’').endswith("?"):
        return SentenceForm.CONTEXT_DEPENDENT
    someone = _SOMEONE.search(plain)
    if someone and not _NAME.search(text[: someone.start()]):
        refers_to_subject = someone.group().casefold() in _THINGS and _SUBJECT.match(text[: someone.start()])
        return SentenceForm.SELF_CONTAINED if refers_to_subject else SentenceForm.CONTEXT_DEPENDENT
    return SentenceForm.SELF_CONTAINED


def is_balanced(text: str) -> bool:
    """Whether the quotations and brackets that open in ``text`` also close in it."""
    words = [word.rstrip(".,;:!?") for word in text.split()]  # "` Peace '.", as tokenized texts have it
    return (
        text.count('"') % 2 == 0
        and words.count("`") <= words.count("'")
        and text.count("“") == text.count("”")
        and text.count("«") == text.count("»")
        and text.count("(") == text.count(")")
    )
