"""Recognition of pasted text that is no plain prose: HTML, Markdown, mail, columns of a PDF, and marks of notes.

Each form is recognized by marks that plain prose does not have. A text without them is read as it is. The functions
return what to leave out; they never change the text as received.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from itertools import pairwise

from standfirst.language.en.names import ordinary_stems
from standfirst.reading.notes import note_edits
from standfirst.reading.view import Edit, View

_I = re.IGNORECASE

_PAGE = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html|head|body)\b", _I | re.DOTALL
)
_BLOCK_NAMES = (
    "address|article|aside|blockquote|center|dd|details|div|dl|dt|figcaption|figure|footer|form|h[1-6]|header|hr|li|main|"
    "nav|ol|p|pre|section|summary|table|tbody|td|tfoot|th|thead|tr|ul"
)
_BLOCK_TAG = re.compile(rf"<(/?)({_BLOCK_NAMES})\b[^<>]*>", _I)
_BREAK_TAG = re.compile(rf"</?(?:{_BLOCK_NAMES}|br)\b", _I)
_HIDDEN_TAG = re.compile(r"<(/?)(script|style|template|noscript|svg|iframe|object|figcaption)\b", _I)
_MARKUP = re.compile(r"<!--|-->|</?[a-z][^<>]*>|&(?:#\w{1,8}|\w{2,32});|[\r\n\t]+", _I)

# No pattern may match across the start of another match: text that only consists of starts must not take quadratic
# time.
_TARGET = r"\([^()\s]*(?: \"[^\"()\n]*\")?\)"
_LINK = re.compile(rf"(?P<image>!\[[^\[\]\n]*\]{_TARGET})|(?P<open>\[)(?P<text>[^\[\]\n]+)(?P<close>\]{_TARGET})")
_LINE_MARK = re.compile(
    r"^[ \t]{0,3}(?:#{1,6}[ \t]+|>[ \t]?|[-*+][ \t]+(?=\S)|\d{1,2}\.[ \t]+(?=\S)|"
    r"(?:[-*_][ \t]*){3,}$|(?:=+|-+)[ \t]*$|```.*$)",
    re.MULTILINE,
)
_HEADING = re.compile(r"^[ \t]{0,3}#{1,6}[ \t]+\S", re.MULTILINE)
_EMPHASIS = re.compile(r"(?<![\w*])(\*\*\*|\*\*|__|\*|_|`)(?=\S)([^\n*_`]+?)(?<=\S)\1(?!\w)")
_STRONG = re.compile(r"\*\*\S[^\n*]*\S\*\*")
_ESCAPE = re.compile(r"\\(?=[\\`*_{}\[\]()#+.!>~|-])")

_HEADER_FIELD = re.compile(r"[ \t>*]*([^\W\d_][\w -]{1,20}?)\*?:\*?[ \t]+(\S.*)")
_MIN_HEADER_FIELDS = 3
_FORWARDED = re.compile(r"[ \t>]*(?:-{2,}[^\n-]{4,60}-{2,}|(?:begin )?forwarded message:?|_{10,})[ \t]*$", _I)
_ADDRESS = re.compile(r"[^\s@<>]+@[^\s@<>]+\.\w+")
_SUBJECT = re.compile(r"subject|betreff|objet|asunto|assunto|oggetto|onderwerp|ämne|emne|temat|тема", _I)
_SUBJECT_PREFIX = re.compile(r"(?:(?:fwd?|re|aw|wg|tr|rv|enc)\s*:\s*)+", _I)
_QUOTED = re.compile(r"^(?:[ \t]*>)+[ \t]?", re.MULTILINE)
#: The share of the lines of a quotation that are marked, where it is one.
_MIN_QUOTED = 2

_HYPHEN_BREAK = re.compile(r"(?<=[^\W\d_])[-\u00ad\u2010][ \t]*\n[ \t]*(?=[^\W\d_])")
_BROKEN_WORD = re.compile(rf"[^\W\d_]+{_HYPHEN_BREAK.pattern}[^\W\d_]+")
_BLANK_LINE = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
#: A line of a column is filled, with the next word, to this share of the column's width. A heading and the last line of
#: a paragraph are not.
_FILLED_SHARE = 0.85


def is_page(text: str) -> bool:
    """Return whether ``text`` is a whole page of HTML."""
    return _PAGE.match(text) is not None


def mail_subject(text: str) -> str | None:
    """Return the subject of the mail that ``text`` opens with, without "Fwd:", or None where it is no mail."""
    for _, _, fields in _mail_headers(text):
        for name, value in fields:
            if _SUBJECT.fullmatch(name.strip()):
                return _SUBJECT_PREFIX.sub("", value).strip() or None
    return None


def read_view(text: str) -> View:
    """Return ``text`` as it is to be read."""
    view = View(text)
    if is_fragment(text):
        view = view.edited(_html_edits(text))
    else:
        view = view.edited(Edit(start, end) for start, end, _ in _mail_headers(view.text))
        view = view.edited(_quote_edits(view.text))
        if is_markdown(view.text):
            for edits in (_link_edits, _line_edits, _emphasis_edits, _emphasis_edits, _escape_edits):
                view = view.edited(edits(view.text))
        view = view.edited(_column_edits(view.text))
    return view.edited(note_edits(view.text))


def is_fragment(text: str) -> bool:
    """Return whether ``text`` contains closed block elements of HTML."""
    opened: set[str] = set()
    for tag in _BLOCK_TAG.finditer(text):
        name = tag[2].lower()
        if tag[1] and name in opened:
            return True
        opened.add(name)
    return False


def is_markdown(text: str) -> bool:
    """Return whether ``text`` has headings, links, images or strong emphasis as Markdown writes them."""
    return any(pattern.search(text) for pattern in (_HEADING, _LINK, _STRONG))


def _html_edits(text: str) -> Iterator[Edit]:
    hidden: str | None = None  # what ends the comment or the element that is being left out
    start = 0
    for match in _MARKUP.finditer(text):
        markup = match.group()
        tag = _HIDDEN_TAG.match(markup)
        if hidden is not None:
            if markup == hidden or (tag is not None and tag[1] and tag[2].lower() == hidden):
                yield Edit(start, match.end())
                hidden = None
        elif markup == "<!--" or (tag is not None and not tag[1]):
            hidden, start = ("-->" if tag is None else tag[2].lower()), match.start()
        elif markup.startswith("&"):
            yield Edit(*match.span(), unescape(markup))
        elif markup.isspace():
            yield Edit(*match.span(), " ")
        elif markup != "-->":
            yield Edit(*match.span(), "\n\n" if _BREAK_TAG.match(markup) else "")
    if hidden is not None:
        yield Edit(start, len(text))


def _mail_headers(text: str) -> list[tuple[int, int, list[tuple[str, str]]]]:
    """Return the span and the fields of each block of a mail's header fields: several in a row, one with an address."""
    found = []
    fields: list[tuple[str, str]] = []
    start = end = offset = 0
    opened: int | None = None
    for line in [*text.splitlines(keepends=True), ""]:
        field = _HEADER_FIELD.fullmatch(line.rstrip())
        if field:
            start = start if fields else offset
            fields.append((field[1], field[2]))
            end = offset + len(line)
        elif not (fields and line[:1] in " \t" and line.strip()):
            if len(fields) >= _MIN_HEADER_FIELDS and any(_ADDRESS.search(value) for _, value in fields):
                found.append((start if opened is None else opened, end, fields))
            fields = []
            if line.strip():
                opened = offset if _FORWARDED.fullmatch(line.rstrip()) else None
        else:
            end = offset + len(line)
        offset += len(line)
    return found


def _quote_edits(text: str) -> Iterator[Edit]:
    marks = list(_QUOTED.finditer(text))
    if len(marks) >= _MIN_QUOTED:
        for match in marks:
            yield Edit(*match.span())


def _link_edits(text: str) -> Iterator[Edit]:
    for match in _LINK.finditer(text):
        if match["image"]:
            yield Edit(*match.span())
        else:
            yield Edit(*match.span("open"))
            yield Edit(*match.span("close"))


def _line_edits(text: str) -> Iterator[Edit]:
    """Yield the marks of headings, quotations, items and rules. A line that had one is a block of its own."""
    for match in _LINE_MARK.finditer(text):
        yield Edit(*match.span(), "\n" if match.start() and not text[: match.start()].endswith("\n\n") else "")


def _emphasis_edits(text: str) -> Iterator[Edit]:
    for match in _EMPHASIS.finditer(text):
        yield Edit(match.start(), match.start(2))
        yield Edit(match.end(2), match.end())


def _escape_edits(text: str) -> Iterator[Edit]:
    return (Edit(*match.span()) for match in _ESCAPE.finditer(text))


def _column_edits(text: str) -> Iterator[Edit]:
    """Yield the line breaks in blocks that were broken with hyphens, and the hyphens."""
    if not _HYPHEN_BREAK.search(text):
        return
    words = set(re.findall(r"[^\W\d_]+", _BROKEN_WORD.sub(" ", text.casefold()))) | ordinary_stems()
    start = 0
    for gap in [*_BLANK_LINE.finditer(text), None]:
        end = len(text) if gap is None else gap.start()
        if _HYPHEN_BREAK.search(text, start, end):
            yield from _unwrapped(text, start, end, words)
        start = end if gap is None else gap.end()


def _unwrapped(text: str, start: int, end: int, words: set[str]) -> Iterator[Edit]:
    lines = text[start:end].split("\n")
    width = max(len(line) for line in lines[1:] or lines)
    offset = start
    for line, following in pairwise(lines):
        offset += len(line)
        bare = line.rstrip()
        break_end = offset + 1 + len(following) - len(following.lstrip())
        hyphen = _HYPHEN_BREAK.match(text, offset - (len(line) - len(bare)) - 1) if bare else None
        if hyphen:
            is_compound = _is_compound(bare, following, words)
            yield Edit(hyphen.start() + is_compound, hyphen.end())
        else:
            first_word = following.split(maxsplit=1)[0] if following.strip() else ""
            is_filled = width >= len(bare) > _FILLED_SHARE * width - len(first_word) - 1
            yield Edit(offset, break_end, " " if is_filled else "\n\n")
        offset += 1


def _is_compound(line: str, following: str, words: set[str]) -> bool:
    """Whether a hyphen at a line's end is part of the word: "nine-" and "month", but not "even-" and "ing"."""
    first = re.split(r"[^\w-]", line.rstrip("-\u00ad\u2010"))[-1].casefold()
    second = re.match(r"[\w-]*", following.lstrip())
    rest = second[0].casefold() if second else ""
    if first + rest in words or "\u00ad" in line[-1:]:
        return False
    return "-" in first or rest[:1].isupper() or following.lstrip()[:1].isupper() or (first in words and rest in words)
