"""Boilerplate: lines that a page puts around its article, each recognized by its own form.

A line is classified by its whole form (a byline is "By" and names and nothing else), never by one word in it, so
that an article about cookies or newsletters keeps its paragraphs. ``main_text`` considers where the line stands.
"""

from __future__ import annotations

import re
from enum import Enum, auto

from standfirst.reading.publication_date import parse_publication_date


class Boilerplate(Enum):
    """The kinds of lines that are not part of an article's main text."""

    BYLINE = auto()
    PUBLICATION_DATE = auto()
    CREDIT = auto()
    CONTROL = auto()
    LINK = auto()
    CALL_TO_ACTION = auto()
    LEGAL_NOTICE = auto()
    TABLE_ROW = auto()


_I = re.IGNORECASE

_NAME = r"(?:[A-Z][\w.'’-]*|d[aeiu]|de la|v[ao]n|der|bin|al-\w+|of|the)"
_NAMES = rf"{_NAME}(?:\s+{_NAME}){{0,5}}"
_BYLINE = re.compile(
    rf"(?:By|BY|by|Words by|Written by|Story by|Posted by|Reported by|Author:)\s+"
    rf"(?P<author>{_NAMES}(?:(?:,|\s+and|\s+AND|\s+&)\s+{_NAMES}){{0,5}})"
    r"(?P<post>\s*[,|·–-]\s*[^.!?]{0,60})?"
)
_NEWSROOM_CREDIT = re.compile(
    r"[(\[]?(?:Additional |Further )?(?:Reporting|Writing|Editing|Compiled|Translated) by [^!?]{3,120}[)\]]?\.?"
)

#: The source of a picture or of the article, in brackets or after a label.
_CREDIT = re.compile(
    r"[(\[](?:[^()\[\]]{0,80}\b)?(?:Getty(?: Images)?|Reuters|AP|AFP|EPA|Photos?|Pictures?|Images?|Shutterstock|"
    r"Courtesy)\b[^()\[\]]{0,80}[)\]]"
    r"|(?:Photo(?:graph)?|Image|Picture|Video|Illustration)s?(?: source| credit)?(?: by|:)\s[^!?]{2,80}"
    r"|(?:Credits?:|(?:Image|Photo|Picture) (?:source|credit|caption),)\s[^!?]{2,80}"
    r"|(?:From|Via|Source:|First published (?:in|by|on)|This (?:article|story) (?:was )?(?:originally|first) "
    rf"(?:appeared|published) (?:in|on|by|at)) (?:the )?{_NAMES}\.?"
    r"|(?:©|\(c\)|Copyright\s+(?:©|\(c\)|by\b|\d{4})).{0,200}"
    r"|.{0,80}\bAll rights reserved\.?",
)

#: A button or a menu item, and nothing else in the line.
_CONTROL = re.compile(
    r"(?:share(?: (?:this|on|via|by|with)\b.{0,40})?|tweet(?: this)?|e-?mail(?: this(?: article)?)?|print(?: this)?|"
    r"pin(?: it)?|"
    r"save|like|reply|repost|copy (?:this )?link|link copied!?|copied!?|facebook|twitter|x|linkedin|whatsapp|"
    r"reddit|telegram|pinterest|flipboard|messenger|bluesky|threads|youtube|instagram|rss|"
    r"share full article|gift (?:this )?article|listen(?: to (?:this )?article)?|"
    r"(?:view|show|hide|read|post|leave|add|see|load)?(?: a| all| more)? ?\d* ?comments?(?: \(?\d+\)?)?|"
    r"\d+ (?:shares?|likes?|views?|comments?)|\d+[- ]min(?:ute)?s? read|reading time:? .{1,20}|"
    r"skip to (?:main )?content|menu|search|home|close|play|pause|next|previous|back to top|"
    r"sign in|sign up|log ?in|register|subscribe(?: now)?|accept(?: all)?(?: cookies)?|reject(?: all)?|"
    r"manage (?:cookies|preferences|consent)|cookie settings|privacy(?: policy)?|terms(?: of (?:use|service))?|"
    r"contact(?: us)?|about(?: us)?|advertise(?: with us)?|"
    r"(?:continue|keep) reading|read (?:the )?full (?:story|article)|"
    r"[\w ]{1,30} (?:newsletter )?(?:icon|logo))",
    _I,
)

#: A label that leads to other articles, alone or with the link's text.
_LINK = re.compile(
    r"(?:advertisement|advertising|sponsored(?: content)?|promoted|paid post|"
    r"(?:story|article) continues (?:below|after).{0,30}|"
    r"scroll down (?:for|to) .{1,40}|"
    r"(?:most|more) (?:read|popular|viewed|stories|news)|trending(?: now)?|top stories|latest(?: news)?|"
    r"more (?:on|from|about) .{1,60}|"
    r"you (?:may|might) (?:also )?(?:like|be interested in).{0,20}|recommended(?: for you)?|"
    r"(?:related|see also|read (?:more|also|next)|also read|up next|watch|listen|topics?|tags?|filed under)"
    r"(?: (?:stories|articles|topics|content|coverage|links|news|now|on this story))?(?:\s*[:|»>–-].{0,200})?)"
    r"[:»>]?",
    _I,
)

#: A request of the publisher to the reader: an imperative and its object.
_CALL_TO_ACTION = re.compile(
    r"(?:(?:please )?(?:sign up|subscribe|register)(?: now| today| here)? (?:for|to|now|here|and)\b.{1,120}"
    r"|(?:get|receive) (?:the|our|your|all the|more)\b.{1,80}\b(?:inbox|e-?mail|newsletter|alerts?)\b.{0,40}"
    r"|(?:(?:please )?follow|like|join|find|connect with) (?:us|@?\w+(?: \w+){0,2}) (?:on|at) "
    r"(?:facebook|twitter|x\b|instagram|youtube|telegram|whatsapp|google|tiktok|linkedin|threads|bluesky).{0,100}"
    r"|(?:download|get) (?:the|our) .{0,40}\bapp\b.{0,60}"
    r"|(?:support|donate to) (?:us|our|independent)\b.{0,80}"
    r"|(?:got|have|do you have) (?:a|any) (?:tips?|story|stories|news|question|comment)\b.{0,20}\?.{0,120}"
    r"|join the (?:conversation|discussion|debate).{0,60}"
    r"|(?:let us know|tell us) (?:what you think|your (?:thoughts|views|story)).{0,60}"
    r"|(?:leave|post|write) (?:a|your) (?:comment|reply).{0,60}"
    r"|click here (?:to|for)\b.{1,100}"
    r"|you(?:'ve|’ve| have) (?:read|reached|used) (?:all )?(?:of )?(?:your|the) .{0,40}\barticles?\b.{0,60}"
    r"|(?:this (?:article|story) is|to (?:read|continue reading) .{0,30}) (?:only )?(?:for|available to) subscribers"
    r".{0,60}"
    r"|enter your e-?mail(?: address)?.{0,60}"
    r"|your e-?mail(?: address)?(?: will not be published)?.{0,60})",
    _I,
)

#: Legal text in the publisher's own voice: "you agree", "this site", "our use of cookies".
_LEGAL_NOTICE = re.compile(
    r"(?:by (?:registering|signing up|subscribing|clicking|continuing|submitting|entering|providing|using)\b"
    r"[^.]{0,120}\byou(?:'re|’re| are)? (?:agree|accept|consent|acknowledge|confirm|opt)\w*\b.{0,300}"
    r"|(?:we|this (?:web ?)?site|our (?:web ?)?sites?)(?: and (?:our|its) .{1,40})? uses? (?:\w+ )?cookies\b.{0,300}"
    r"|this (?:site|form|page) is protected by\b.{0,200}"
    r"|(?:you can|you may) (?:unsubscribe|opt out|withdraw|change your)\b.{0,150}"
    r"|(?:unsubscribe|opt out) (?:at )?any ?time.{0,80}"
    r"|(?:read|see|view) our (?:privacy|cookie|terms)\b.{0,100}"
    r"|(?:we|our partners)(?:'ll| will)? (?:may )?(?:never|not) (?:share|sell|spam)\b.{0,120}"
    r"|(?:the )?views expressed (?:in this|are)\b.{0,250}"
    r"|this material may not be (?:published|reproduced)\b.{0,200}"
    r"|(?:our standards|standards): .{0,80}principles\.?)",
    _I | re.DOTALL,
)

#: A line of more characters is a paragraph, whatever it begins with.
_MAX_NOTICE_LENGTH = 400
_MAX_LENGTH = 200


def classify_line(line: str) -> Boilerplate | None:
    """Return the kind of boilerplate that ``line``, a whole block of a text, looks like, else None.

    Only the line's form counts. A line of most of these forms may also stand within an article, so the caller
    must consider the line's position.
    """
    if len(line) > 1 and line.startswith("|") and line.endswith("|"):
        return Boilerplate.TABLE_ROW
    if len(line) > _MAX_NOTICE_LENGTH:
        return None
    if _LEGAL_NOTICE.fullmatch(line):
        return Boilerplate.LEGAL_NOTICE
    if len(line) > _MAX_LENGTH:
        return None
    if parse_publication_date(line):
        return Boilerplate.PUBLICATION_DATE
    for kind, pattern in _PATTERNS:
        if pattern.fullmatch(line):
            return kind
    return None


_PATTERNS = (
    (Boilerplate.BYLINE, _BYLINE),
    (Boilerplate.BYLINE, _NEWSROOM_CREDIT),
    (Boilerplate.CONTROL, _CONTROL),
    (Boilerplate.CREDIT, _CREDIT),
    (Boilerplate.LINK, _LINK),
    (Boilerplate.CALL_TO_ACTION, _CALL_TO_ACTION),
)


def byline_authors(line: str) -> str | None:
    """Return the names of a byline, else None: of "By Ann Lee and Bo Ek | Reuters" it is "Ann Lee and Bo Ek"."""
    found = _BYLINE.fullmatch(line)
    return found["author"].strip() if found else None
