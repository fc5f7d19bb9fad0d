"""The marks that set an article apart in a message: tags, rules of dashes, fences, quotation marks.

They are found by their form, whatever program sends them. No function takes anything from within the article. The
functions are pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_I = re.IGNORECASE

#: A tag without attributes. The elements of HTML in which articles are written are part of the article.
_OPENING = re.compile(
    r"<(?!(?:html|head|body|title|main|section|header|footer|nav|aside|div|span|p|a|b|i|u|s|em|strong|small|mark|sub|sup|q|"
    r"cite|code|pre|blockquote|figure|figcaption|picture|ul|ol|li|dl|dt|dd|table|thead|tbody|tr|td|th|caption|h[1-6]|br|"
    r"hr|script|style|details|summary|time|address|abbr|del|ins)>)([a-z][a-z0-9_-]{0,40})>",
    _I,
)
_CLOSING = re.compile(r"</([a-z][a-z0-9_-]{0,40})>", _I)
#: Parts of the names of tags around an article, and around what is asked for.
_OF_ARTICLE = frozenset(
    "article text content document story page passage transcript news input source body context history".split()
)
_OF_REQUEST = frozenset(
    "instruction instructions task rule rules guideline guidelines example examples output format query question "
    "system persona role".split()
)
#: The most words outside of all tags.
_MAX_OUTSIDE = 200

#: A rule, on a line of its own or at the end of a sentence.
_RULE = re.compile(r"(?:^|(?<=[.:]))[ \t]*(?:-{3,}|={3,}|\*{3,}|_{3,})[ \t]*$", re.MULTILINE)
#: The end of a sentence that points at what follows it.
_POINTS_ON = re.compile(r"(?:\b(?:below|follow(?:s|ing)|here)\b[^\n]{0,80}|:)\s*\Z", _I)
#: A heading of Markdown with its name.
_HEADING = re.compile(r"^#{1,6}[ \t]+(?:the |full |user )?([a-z]+)[ \t]*:?[ \t]*$", _I | re.MULTILINE)
#: The fewest words of an article between two rules.
_MIN_WORDS = 12
_FENCE = re.compile(r"(```|~~~|\"\"\"|'''|#{3,}(?=\n))(?:[a-z]*\n)?", _I)
_FENCE_LINE = re.compile(r"^[ \t]*(```|~~~|\"\"\"|''')[a-z]*[ \t]*$", _I | re.MULTILINE)
#: Quotation marks, with the mark that ends a quotation.
_QUOTES = {'"': '"', "“": "”", "«": "»"}


@dataclass(frozen=True, slots=True)
class Marked:
    """An article that is marked off in a message: its offsets, and the text around it."""

    start: int
    end: int
    around: str


def find_marked(message: str) -> Marked | None:
    """Return the article that tags, rules, headings or a fence mark off, or None."""
    return _find_tagged(message) or _find_ruled(message) or _find_headed(message) or _find_fenced(message)


def without_fence(message: str, start: int, end: int) -> tuple[int, int]:
    """Return the span without the fence or the quotation marks around the whole of it.

    An article may itself begin and end with quotations: then the first mark within it ends one, or the last begins one.
    """
    start, end = _strip(message, start, end)
    if fence := _FENCE.match(message, start, end):
        closing = message.rfind(fence[1], fence.end(), end)
        if closing >= 0 and not message[closing + len(fence[1]) : end].strip():
            return fence.end(), closing
    last = _QUOTES.get(message[start : start + 1])
    if last is None or end - start < 2 or message[end - 1] != last:
        return start, end
    marks = [found.start() for found in re.finditer(f"[{message[start]}{last}]", message[start + 1 : end - 1])]
    opens = [_opens(message, start + 1 + at) for at in marks]
    return (start, end) if opens and (not opens[0] or opens[-1]) else (start + 1, end - 1)


def _opens(message: str, at: int) -> bool:
    """Return whether the quotation mark at ``at`` begins a quotation."""
    mark = message[at]
    return mark in "“«" or (mark == '"' and message[at - 1] in " \t\n([—–")


def _strip(message: str, start: int, end: int) -> tuple[int, int]:
    text = message[start:end]
    return start + len(text) - len(text.lstrip()), start + len(text.rstrip())


def _find_tagged(message: str) -> Marked | None:
    """Return the article within tags; of several blocks the one that is named for it, or else the longest.

    Return None if the text outside of the tags is too long for an instruction, or is itself part of a page.
    """
    # Of each name the last closing tag.
    closings = {found[1].lower(): found.span() for found in _CLOSING.finditer(message)}
    blocks: list[tuple[str, int, int]] = []
    outside: list[str] = []
    at = 0
    while opening := _OPENING.search(message, at):
        closing, after = closings.get(opening[1].lower(), (0, 0))
        if closing < opening.end():
            outside.append(message[at : opening.end()])
            at = opening.end()
            continue
        outside.append(message[at : opening.start()])
        blocks.append((opening[1], opening.end(), closing))
        at = after
    outside.append(message[at:])
    about = [block for block in blocks if not _parts(block[0]) & _OF_REQUEST]
    beyond = "\n".join(outside).strip()
    if not about or "</" in beyond or len(beyond.split()) > _MAX_OUTSIDE:
        return None
    # A context beside a content is about it.
    order = ("content", "article", "text", "document")
    article = max(
        about,
        key=lambda block: (
            bool(_parts(block[0]) & set(order)),
            bool(_parts(block[0]) & _OF_ARTICLE),
            block[2] - block[1],
        ),
    )
    others = [message[start:end] for name, start, end in blocks if (name, start, end) != article]
    return Marked(article[1], article[2], "\n".join([*others, beyond]).strip())


def _parts(name: str) -> set[str]:
    return set(re.split(r"[_-]", name.lower()))


def _find_ruled(message: str) -> Marked | None:
    """Return the article between the first and the last rule, if the text before points at it."""
    rules = list(_RULE.finditer(message))
    if len(rules) < 2:
        return None
    first, last = rules[0], rules[-1]
    before, between = message[: first.start()], message[first.end() : last.start()]
    if not _POINTS_ON.search(before) or len(between.split()) < _MIN_WORDS:
        return None
    return Marked(first.end(), last.start(), f"{before.strip()}\n{message[last.end() :].strip()}".strip())


def _find_headed(message: str) -> Marked | None:
    """Return the article under a heading of its name, if another heading names what is asked for."""
    headings = [(heading[1].lower(), heading.start(), heading.end()) for heading in _HEADING.finditer(message)]
    names = {name for name, _, _ in headings}
    if not names & _OF_REQUEST:
        return None
    for index, (name, begin, start) in enumerate(headings):
        if name in _OF_ARTICLE:
            after = [at for other, at, _ in headings[index + 1 :] if other in _OF_REQUEST]
            end = after[0] if after else len(message)
            return Marked(start, end, f"{message[:begin].strip()}\n{message[end:].strip()}".strip())
    return None


def _find_fenced(message: str) -> Marked | None:
    """Return the article between the only two fences, if an instruction is all that stands around it."""
    fences = list(_FENCE_LINE.finditer(message))
    if len(fences) != 2 or fences[0][1] != fences[1][1]:
        return None
    before, after = message[: fences[0].start()].strip(), message[fences[1].end() :].strip()
    between = message[fences[0].end() : fences[1].start()]
    around = f"{before}\n{after}".strip()
    is_article = len(between.split()) >= _MIN_WORDS and 0 < len(around.split()) <= _MAX_OUTSIDE
    return Marked(fences[0].end(), fences[1].start(), around) if is_article else None
