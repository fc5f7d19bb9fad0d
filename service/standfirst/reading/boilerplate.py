"""Boilerplate: lines that a page puts around its article, each recognized by its own form.

A line is classified by its whole form (a byline is "By" and names and nothing else), never by one word in it, so
that an article about cookies or newsletters keeps its paragraphs. ``main_text`` considers where the line stands.
"""

from __future__ import annotations

import re
from enum import Enum, auto

from standfirst.language.en.lexicon import MONTHS, WEEKDAYS
from standfirst.reading.authors import author_names
from standfirst.reading.publication_date import is_date_of_change, parse_publication_date


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
    CLOCK_TIME = auto()
    CAPTION = auto()
    CORRECTION = auto()
    BIOGRAPHY = auto()
    #: A title or a summary that the text states of itself, or a line of a chat: nobody's report.
    LABELLED = auto()
    #: Judged by its words, not by its form: see ``paragraph_classifier``.
    PUBLISHER = auto()


_I = re.IGNORECASE

_NAME = r"(?:[A-Z][\w.'’-]*|d[aeiu]|de la|v[ao]n|der|bin|al-\w+|of|the)"
_NAMES = rf"{_NAME}(?:\s+{_NAME}){{0,5}}"
_BYLINE = re.compile(
    rf"(?:By|BY|by|Words by|Written by|Story by|Posted by|Reported by|Author:)\s+"
    rf"(?P<author>{_NAMES}(?:(?:,|\s+and|\s+AND|\s+&)\s+{_NAMES}){{0,5}})"
    r"(?P<post>\s*[,|·–—-]\s*[^.!?]{0,60})?"
)
#: The beginning of a date behind the names of a byline: "By Ann Lee March 11, 2015 3:46 PM".
_DATE_IN_BYLINE = re.compile(rf"\s+(?=(?:{'|'.join(WEEKDAYS)}|{'|'.join(MONTHS)}|\d{{1,2}} |\d{{4}}-)).*", _I)
_POST = r"(?:editor|correspondent|reporter|writer|columnist|critic)"
#: A byline without "By": "Ann Lee Transport editor".
_NAME_AND_POST = re.compile(
    rf"(?P<author>[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){{1,2}}?),?\s(?:[A-Z]\w+\s)?(?:[a-z]+\s){{0,2}}{_POST}"
    r"(?: in [A-Z]\w+)?"
)
_NEWSROOM_CREDIT = re.compile(
    r"[(\[]?(?:Additional |Further )?(?:Reporting|Writing|Editing|Compiled|Translated) by [^!?]{3,120}[)\]]?\.?"
)

#: A label of a text about itself, or of a speaker in a chat.
_LABELLED = re.compile(
    r"[\W_]*(?:title|headline|subject|summary|abstract|tl;?dr|system|assistant|user|prompt|instructions?|"
    r"note to (?:the )?(?:ai|llm|model|assistant)s?)[*_]*\s*:.*",
    _I | re.DOTALL,
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
    r"|.{0,80}\bAll rights reserved\.?"
    # WordPress's last line of an entry in a feed
    r"|(?:The post|L['’]article|Der Beitrag|La entrada|O post|L['’]articolo) .{1,200} (?:appeared first|first appeared|"
    r"est apparu en premier|erschien zuerst|(?:se publicó|apareció|aparece) primero|apareceu primeiro|proviene) "
    r"(?:on|sur|auf|en|em|da) .{1,100}",
)

#: A button or a menu item, and nothing else in the line.
_CONTROL = re.compile(
    r"(?:share(?: (?:this|on|via|by|with)\b.{0,40})?|tweet(?: this)?|e-?mail(?: this(?: article)?)?|print(?: this)?|"
    r"pin(?: it)?|"
    r"save|like|reply|repost|copy (?:this )?link|link copied!?|copied!?|facebook|twitter|x|linkedin|whatsapp|"
    r"reddit|telegram|pinterest|flipboard|messenger|bluesky|threads|youtube|instagram|rss|"
    r"share full article|gift (?:this )?article|listen(?: to (?:this )?article)?|"
    r"(?:view|show|hide|read|post|leave|add|see|load)?(?: a| all| more)? ?\d* ?comments?(?: \(?\d+\)?)?|"
    r"[\d,.]+k? (?:shares?|likes?|views?|comments?|votes?)|\d+[- ]min(?:ute)?s? read|reading time:? .{1,20}|"
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

#: The time of a post in a live blog: "09:12", "9.12am", "14:05 GMT".
CLOCK_TIME = re.compile(r"(?:at )?\d{1,2}[.:h]\d{2}(?:\s?[ap]\.?m\.?)?(?:\s?[A-Z]{2,4})?", _I)

#: The maker of a picture at the end of its caption.
_CAPTION_END = re.compile(
    r".{10,400}?[\s.(\[](?:(?:Photo(?:graph)?|Picture|Image|Illustration|Graphic)s?(?: credit| courtesy)?(?: by|:| ©)"
    r"\s*[^.!?]{2,80}|"
    rf"(?:Credit|Foto|Fotografía|Photographie|Bild)s?:\s*[^.!?]{{2,80}}|\(?{_NAMES}\s?/\s?{_NAMES}\)?)[.)\]]?",
    re.DOTALL,
)
_CAPTION_START = re.compile(
    r"(?:Pictured(?:,|:| here| above| below| in)|(?:An?|The) (?:map|chart|graph|graphic|diagram|drawing|"
    r"file (?:photo|picture|image)|satellite image|screen ?shot|screen ?grab|still|aerial (?:view|photo)|"
    r"artist['’]s impression)\b[^.!?]{0,60}?\b"
    r"(?:showing|shows|from|of|taken)\b|In this (?:undated |file |[A-Z]\w+ )?(?:photo|picture|image)\b|"
    r"[A-Z][\w’' -]{2,30}: [A-Z][^.!?]{8,200}$)"
)
#: A publisher's own words about a change of its text.
_CORRECTION = re.compile(
    r"(?:correction|clarification|erratum|editor['’]?s['’]? note|note to readers)s?\b"
    r"[^a-z]{0,30}?(?:\([^)]*\)|,[^:]{0,30})?\s*[:—–-].{5,600}"
    r"|.{0,80}\b(?:an? |the |our )?(?:earlier|previous|original|prior) versions? of (?:this|our) "
    r"(?:article|story|report|post|piece|page|headline|column)\b.{5,500}"
    r"|(?:[•*·]\s*)?this (?:article|story|report|post|piece|headline) (?:was|has been|is) (?:since )?"
    r"(?:amended|corrected|updated|clarified|changed|edited)\b.{0,500}",
    _I | re.DOTALL,
)
#: What a publisher says of its author, in the present tense: "Ann Lee is a reporter at the Courier."
_BIOGRAPHY = re.compile(
    rf"(?:{_NAMES}|The (?:author|writer)) "
    r"(?:is (?:an? |our |based |(?:the )?[\w ]{2,30}[’']s )|covers|writes|reports|edits|works|"
    r"has (?:been|covered|written|worked))\b"
    r"(?=.{0,160}\b(?:reporter|correspondent|editor|writer|columnist|journalist|contributor|freelance|newsroom|"
    r"author of|covers|writes about|reports on|professor|fellow)\b).{5,500}",
    re.DOTALL,
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
    for kind, pattern in _LONG_PATTERNS:
        if pattern.fullmatch(line):
            return kind
    if len(line) > _MAX_LENGTH:
        return None
    if parse_publication_date(line) or is_date_of_change(line):
        return Boilerplate.PUBLICATION_DATE
    for kind, pattern in _PATTERNS:
        if pattern.fullmatch(line):
            return kind
    if stated_date(line):
        return Boilerplate.BYLINE
    return None


_LONG_PATTERNS = (
    (Boilerplate.LABELLED, _LABELLED),
    (Boilerplate.LEGAL_NOTICE, _LEGAL_NOTICE),
    (Boilerplate.CORRECTION, _CORRECTION),
    (Boilerplate.CAPTION, _CAPTION_END),
    (Boilerplate.BIOGRAPHY, _BIOGRAPHY),
)
_PATTERNS = (
    (Boilerplate.CLOCK_TIME, CLOCK_TIME),
    (Boilerplate.BYLINE, _BYLINE),
    (Boilerplate.BYLINE, _NAME_AND_POST),
    (Boilerplate.BYLINE, _NEWSROOM_CREDIT),
    (Boilerplate.CONTROL, _CONTROL),
    (Boilerplate.CREDIT, _CREDIT),
    (Boilerplate.LINK, _LINK),
    (Boilerplate.CALL_TO_ACTION, _CALL_TO_ACTION),
)


def opens_as_caption(line: str) -> bool:
    """Whether ``line`` opens as a caption does: "Pictured: …", "A map showing …", "Happy couple: Ann and Bo …"."""
    return _CAPTION_START.match(line) is not None


def stated_date(line: str) -> str | None:
    """Return the ISO 8601 date that a line of boilerplate states as that of publication, else None."""
    if found := parse_publication_date(line):
        return found
    if line[:3].lower() == "by " and (dated := _DATE_IN_BYLINE.search(line)):
        return parse_publication_date(dated[0].strip())
    return None


def byline_authors(line: str) -> str | None:
    """Return the names of a byline, else None: of "By Ann Lee and Bo Ek | Reuters" it is "Ann Lee, Bo Ek"."""
    undated = _DATE_IN_BYLINE.sub("", line).rstrip(" ,|·–—-") if line[:3].lower() == "by " else line
    found = _BYLINE.fullmatch(undated) or _NAME_AND_POST.fullmatch(undated)
    return author_names(found["author"]) if found else None
