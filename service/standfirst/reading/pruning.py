"""Removal of what is no text of the article from a parsed page: what nobody sees, players, galleries, captions, notes.

An element is removed for what it is: its tag, a role, an attribute, a class by which sites commonly mark it, or its
structure. An element that holds most of the page's text is never removed, because then the sign misleads.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from lxml import etree

from standfirst.reading.notes import TO_SUPERSCRIPT, is_exponent, is_series

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_NO_TEXT = "script style template noscript svg iframe object video audio canvas select textarea button input".split()
_DIALOG_ROLES = frozenset({"dialog", "alertdialog", "alert", "tooltip", "menu", "search"})
_HIDING = frozenset({("aria-hidden", "true"), ("aria-modal", "true"), ("itemprop", "caption")})
_HIDDEN_STYLE = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)

#: Words in the names of classes: "visually-hidden", "sr-only", "vjs-modal", "wp-caption-text".
_HIDDEN_CLASS = re.compile(
    r"\b(?:sr-only|sr-text|visually-?hidden|visuallyhidden|screen-?reader(?:-text|-only)?|assistive-text|a11y-hidden|"
    r"is-hidden|u-hidden|offscreen|off-screen)\b"
)
_APART_CLASS = re.compile(
    # players
    r"\b(?:video-?js|vjs|jw-?player|video-?player|audio-?player|media-?player|plyr"
    # galleries
    r"|(?:photo-?|image-?|picture-?)?(?:gallery|galleries|slide-?show|carousel|slider|lightbox|filmstrip)"
    # captions
    r"|captions?|cutline|(?:image|img|photo|picture|media)-?(?:text|desc|description|credits?|info|legend|meta)|credits?"
    # polls and comments
    r"|polls?|quiz(?:zes)?|comments?(?:-?(?:list|area|section|thread|wrap|wrapper|container))?|disqus|respond)\b"
)
_NEVER_APART = frozenset("html body article main h1".split())
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")

#: The number of a picture in a series: "1/4 Picture", "Slide 2 of 9".
_COUNTER = re.compile(r"(?:(?:slide|photo|picture|image)\s*)?(\d{1,3})\s*(?:/|of)\s*(\d{1,3})\b", re.IGNORECASE)
#: A longer text beside a picture, in words, is a paragraph.
_MAX_CAPTION_WORDS = 60
#: Who made the picture, below its caption.
_MAX_CREDIT_WORDS = 6
_CAPTION_TAGS = frozenset("div small em i span cite dd font".split())

_NOTE_MARK = re.compile(r"\[?(?:\d{1,3}|[a-z]|[*†‡§¶]{1,3}|note \d{1,3})\]?", re.IGNORECASE)
_NOTE_NUMBER = re.compile(r"\[?(\d{1,3})\]?")
_NOTE_LIST = re.compile(r"\b(?:footnotes?|endnotes?|reflist|references)\b")


def prune(root: HtmlElement) -> None:
    """Remove from ``root``, in place, what is not to be read as text of the article."""
    etree.strip_elements(root, etree.Comment, *_NO_TEXT, with_tail=False)
    limit = len(root.text_content()) / 2
    unread = [
        each for each in root.iter(etree.Element) if each.tag == "figcaption" or (each.attrib and _is_unread(each))
    ]
    for element in unread:
        if len(element.text_content()) <= limit and next(element.iter("h1"), None) is None:
            _remove(element)
    _remove_notes(root)
    _remove_series(root, limit)
    _remove_captions(root, limit)
    _remove_teasers(root, limit)


def _remove(element: HtmlElement) -> None:
    """Remove ``element``, but not the text that follows it."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is None:
            parent.text = (parent.text or "") + element.tail
        else:
            before.tail = (before.tail or "") + element.tail
    parent.remove(element)


def class_names(element: HtmlElement) -> str:
    """Return the classes and the id of ``element``, "imageCaption" as "image-caption", "image_text" as "image-text"."""
    return _normal_names(element.get("class"), element.get("id"))


@lru_cache(maxsize=4096)
def _normal_names(classes: str | None, name: str | None) -> str:
    return _CAMEL.sub("-", f"{classes or ''} {name or ''}").replace("_", "-").lower()


def _is_unread(element: HtmlElement) -> bool:
    """Whether ``element`` is hidden, a dialog, a player, a gallery, a caption by its name, or readers' comments."""
    classes = name = None
    for key, value in element.items():
        if key == "class":
            classes = value
        elif key == "id":
            name = value
        elif key == "style":
            if _HIDDEN_STYLE.search(value):
                return True
        elif key == "role":
            if value in _DIALOG_ROLES:
                return True
        elif key == "hidden" or (key, value) in _HIDING:
            return True
    is_hidden, is_apart = _signs(classes, name)
    return is_hidden or (is_apart and element.tag not in _NEVER_APART)


@lru_cache(maxsize=4096)
def _signs(classes: str | None, name: str | None) -> tuple[bool, bool]:
    """Return whether classes hide an element, and whether they are of a player, a gallery, captions or comments."""
    names = _normal_names(classes, name)
    return _HIDDEN_CLASS.search(names) is not None, _APART_CLASS.search(names) is not None


def _remove_notes(root: HtmlElement) -> None:
    """Remove the marks of notes and the notes; write other superscripts as such, so that 10 to the 6th is not 106.

    A mark is a superscript that links to a place in the page, or one of a series 1, 2, 3.
    """
    marks = [mark for mark in root.iter("sup") if _NOTE_MARK.fullmatch(_text(mark)) and not is_exponent(_before(mark))]
    targets = {link.get("href")[1:] for mark in marks for link in _links(mark)}
    is_counted = is_series([int(found[1]) for mark in marks if (found := _NOTE_NUMBER.fullmatch(_text(mark)))])
    for mark in marks:
        if next(iter(_links(mark)), None) is not None or is_counted or not _NOTE_NUMBER.fullmatch(_text(mark)):
            _remove(mark)
    for element in root.iter("sup"):
        if element.text and not len(element):
            element.text = element.text.strip().translate(TO_SUPERSCRIPT)
    if targets:
        for element in list(root.iter("li", "p", "div", "aside", "ol", "section")):
            if element.get("id") in targets or _NOTE_LIST.search(class_names(element)):
                _remove(element)


def _before(element: HtmlElement) -> str:
    """Return the text right before ``element`` in its parent."""
    previous, parent = element.getprevious(), element.getparent()
    if previous is not None:
        return previous.tail or ""
    return "" if parent is None else parent.text or ""


def _links(mark: HtmlElement) -> Iterable[HtmlElement]:
    """Return the links of a note's mark, inside of it or around it, to places in the page."""
    around = mark.getparent()
    candidates = [*mark.iter("a"), *([around] if around is not None and around.tag == "a" else [])]
    return [link for link in candidates if (link.get("href") or "").startswith("#") and len(link.get("href")) > 1]


def _remove_series(root: HtmlElement, limit: float) -> None:
    """Remove the lists of pictures whose items are numbered "1/4", "2/4"."""
    counters = [
        (element, found[2])
        for element in root.iter("h2", "h3", "h4", "h5", "p", "span", "div")
        if (found := _COUNTER.match((element.text or "").strip())) and int(found[1]) <= int(found[2])
    ]
    for (first, total), (second, other_total) in pairwise(counters):
        around = set(first.iterancestors())
        shared = next((element for element in second.iterancestors() if element in around), None)
        if total != other_total or shared is None or shared.tag in ("html", "body", "article"):
            continue
        if shared.getparent() is not None and len(shared.text_content()) <= limit:
            _remove(shared)


def _remove_captions(root: HtmlElement, limit: float) -> None:
    """Remove the text that alone accompanies a picture: ``<div><img><div>…</div></div>``, ``<p><img><small>…``."""
    for image in list(root.iter("img", "picture", "amp-img")):
        container = image.getparent()
        while container is not None and not _text(container) and container.tag not in ("body", "article"):
            container = container.getparent()
        if container is None or container.tag not in ("div", "p", "figure", "li", "td", "center", "dt", "span", "a"):
            continue
        texts = [child for child in container if _text(child)]
        own = (container.text or "") + "".join(child.tail or "" for child in container)
        length = len(_text(container))
        if own.strip() or len(_text(container).split()) > _MAX_CAPTION_WORDS or length > limit:
            continue
        is_credited = len(texts) == 2 and len(_text(texts[1]).split()) <= _MAX_CREDIT_WORDS
        if (len(texts) == 1 or is_credited) and all(map(_may_be_caption, texts)):
            for text in texts:
                _remove(text)


def _may_be_caption(element: HtmlElement) -> bool:
    return element.tag in _CAPTION_TAGS and next(element.iter("p", "h1", "h2", "h3", "li"), None) is None


def _remove_teasers(root: HtmlElement, limit: float) -> None:
    """Remove lists of other articles: each item has a link alone in its block, and a block that says more."""
    for listing in list(root.iter("ul", "ol")):
        items = [item for item in listing if item.tag == "li"]
        if len(items) > 1 and all(map(_is_teaser, items)) and len(listing.text_content()) <= limit:
            _remove(listing)


def _is_teaser(item: HtmlElement) -> bool:
    texts = [child for child in item if _text(child)]
    if (item.text or "").strip() or len(texts) < 2 or texts[1].tag not in {"p", "div"}:
        return False
    first = texts[0]
    linked = sum(len(_text(link)) for link in first.iter("a"))
    return linked == len(_text(first)) and not (first.tail or "").strip()


def _text(element: HtmlElement) -> str:
    return str(element.text_content()).strip()
