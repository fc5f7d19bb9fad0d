"""A prompt: a message to a chat model, told apart into what it asks for and the article that it asks it of.

Pure, and careful in one direction: only what is recognised as a request, a label or a fence is taken away, at either
end of the message, so that nothing of the article is lost; a request that is not recognised stays with the article.
Requests are recognised in English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_I = re.IGNORECASE

#: Politeness and ceremony before a request.
_LEAD = (
    r"(?:(?:please|kindly|hi|hello|hey|okay|ok|now|then|briefly|concisely|can you|could you|would you|will you|task|"
    r"instructions?|prompt|your (?:task|job|goal|role) is to|you (?:must|should|will|are to)|"
    r"i (?:want|need|would like) you to|i'd like you to|read (?:the|this) [^.\n]{1,40}? and)[\s,:]+)*"
)
_GIVE = (
    r"(?:write|give|create|provide|generate|make|produce|extract|list|prepare|draft|compose|return|i want|i need|"
    r"i'd like)"
)
_DIGEST = (
    r"(?:summar(?:y|ies)|synopsis|abstract|tl;?dr|bullet[ -]?points?|bullets|(?:key|main) (?:points?|ideas?|facts?)|"
    r"takeaways?|gist|overview|briefing|digest|sentences?)"
)
_MESSAGE = r"(?:article|text|content|story|post|page|document|news|input)"
#: A sentence that asks for a summary.
_REQUEST = re.compile(
    rf"{_LEAD}(?:(?:summari[sz]e|condense|shorten|abridge|sum up|boil down)\b|{_GIVE}\b[^.\n]{{0,80}}?\b{_DIGEST}\b|"
    rf"(?:in|within|using) \w+(?: \w+)? (?:sentences?|bullet points|words)\b|"
    rf"what\b[^.\n]{{0,60}}\b(?:this|the|following|above)\b[^.\n]{{0,20}}\b{_MESSAGE}\b|"
    rf"(?:short |brief )?summary of the (?:following|above)\b|tl;?dr\W*$)",
    _I,
)
#: One that says how, and is a request only beside another: it begins like an order, and speaks of the answer.
_ASIDE = re.compile(
    r"(?:please|you (?:are|will|must|should)|your (?:task|job|role|goal)|act as|use|keep|do not|don't|never|always|"
    r"respond|reply|answer|output|return|write|be|focus|include|avoid|make sure|ensure|limit|start|format|only|no|"
    r"(?:the )?(?:summary|answer|response|output)|requirements?|rules?|guidelines?|language)\b[^\n]*?"
    r"(?:summar|sentence|word|paragraph|bullet|point|article|text|content|language|markdown|format|tone|style|answer|"
    r"respon|output|concise|brief|neutral|objective|opinion|preamble|heading|editor|assistant|expert|english|rules?\b|"
    r"requirements|guidelines)",
    _I,
)
#: What a list of rules follows.
_RULES = re.compile(r"(?:rules|requirements|guidelines|instructions|constraints)\s*:$", _I)
_ITEM = re.compile(r"\s*(?:[-*•]|\d{1,2}[.)])\s+")
_SENTENCE = re.compile(r"[^\n]*?(?:(?<!e\.g)(?<!i\.e)[.!?:](?=\s)|(?=\n)|$)", re.DOTALL)

#: What stands before the article, on its line or the line above.
_LABELLED = r"(?:article|text|content|document|input|transcript)"
_LABEL = re.compile(
    rf"[ \t#*>]*(?:(?:the |full )?{_LABELLED}(?: (?:text|content|body))?(?: (?:is|below|follows))*|"
    rf"(?:here is|here's|below is|the following is)\b[^.:\n]{{0,60}}\b{_LABELLED}\b[^.:\n]{{0,20}})"
    r"[ \t*]*:[ \t*]*",
    _I,
)
#: What readers say of an article in lines around it.
_ABOUT = re.compile(
    r"[ \t]*\**(title|headline|author|by|date|published|description|url|link|source|publisher|site|feed)\**[ \t]*:"
    r"[ \t]*([^\n]*)(?:\n|$)",
    _I,
)
_RULE = re.compile(r"[ \t]*(?:-{3,}|={3,}|\*{3,}|_{3,})[ \t]*(?:\n|$)")
_FENCE = re.compile(r"(```|~~~|\"\"\"|''')(?:[a-z]*\n)?", _I)
_TAG = re.compile(r"<(article|text|content|document|story|input|text_content)>", _I)
_SPACE = re.compile(r"\s*")
#: Words that may stand around a tagged article.
_MOST_AROUND = 200
_URL = re.compile(r"https?://[^\s<>\"']+", _I)
_LINE_OF_URL = re.compile(r"^[ \t]*https?://\S+[ \t]*$", _I | re.MULTILINE)
_STOP = re.compile(r"[.!?]['\"’”]?\s*$", re.MULTILINE)
#: A headline above a link, or a question about one, has no more words than these.
_FEW = 20
#: So far an opening request goes, and so far from the end a closing one begins, in characters.
_OPENING, _CLOSING = 20_000, 2000


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a message asks for (``instruction``), and of what: ``article``, a part of the message, or ``url``.

    ``article`` is empty where there is none. ``title`` is what the message says that it is.
    """

    instruction: str
    article: str
    title: str | None = None
    url: str | None = None


def read_prompt(message: str) -> Prompt:
    """Tell a message apart. Never fails: a message in which nothing is recognised is an article."""
    instruction, start, end, about = _inside(message)
    article = message[start:end]
    if not article.strip():
        article = about.get("description", "")
    address = _address(message, article)
    if address is not None:
        return Prompt(_URL.sub("", message).strip(), "", url=address)
    return Prompt(instruction, article, title=about.get("title") or about.get("headline"))


def _inside(message: str) -> tuple[str, int, int, dict[str, str]]:
    """What is asked for, where the article begins and ends, and what the lines around it say of it."""
    if tagged := _tagged(message):
        return *tagged, {}
    opened = _after_requests(message, 0)
    about, start, is_labelled = _after_label(message, opened)
    while rule := _RULE.match(message, _skipped(message, start)):
        start = rule.end()
    end = closed = _before_requests(message, start)
    if is_labelled and about:
        end = _before_about(message, start, end, about)
    if fence := _FENCE.match(message, _skipped(message, start)):
        closing = message.rfind(fence[1], start, end)
        if closing >= fence.end() and not message[closing + len(fence[1]) : end].strip():
            start, end = fence.end(), closing
    return f"{message[:opened]}\n{message[closed:]}".strip(), start, end, about


def _tagged(message: str) -> tuple[str, int, int] | None:
    """What stands around the tags of an article, and where it begins and ends within them.

    None unless what is around them is about it: no markup of a page, and not much.
    """
    if (opening := _TAG.search(message)) is None:
        return None
    closings = [found.span() for found in re.finditer(f"</{opening[1]}>", message, _I)]
    if not closings or closings[-1][0] < opening.end():
        return None
    closing, after = closings[-1]
    around = f"{message[: opening.start()]}\n{message[after:]}".strip()
    return None if "</" in around or len(around.split()) > _MOST_AROUND else (around, opening.end(), closing)


def _skipped(message: str, at: int) -> int:
    space = _SPACE.match(message, at)
    return space.end() if space else at


def _sentences(message: str, at: int) -> Iterator[tuple[int, int]]:
    """The sentences of ``message`` from ``at`` on, each on one line, and nothing but those that are asked for."""
    while at < len(message):
        at = _skipped(message, at)
        found = _SENTENCE.match(message, at)
        if found is None or not found[0]:
            return
        yield found.span()
        at = found.end()


def _after_requests(message: str, at: int) -> int:
    """Where the run of requests that opens ``message`` ends; ``at`` where it asks for nothing."""
    end, asked, listing = at, False, False
    for start, stop in _sentences(message, at):
        if start < end:  # within a rule that was taken as a whole
            continue
        if stop - at > _OPENING:
            break
        gap, sentence = message[end:start], message[start:stop]
        item = _ITEM.match(message, start) if gap.count("\n") or start == 0 else None
        if listing and item and gap.count("\n") == 1:
            end = _line_end(message, start)
            continue
        bare = sentence[item.end() - start :] if item and item.end() < stop else sentence
        is_request = _REQUEST.match(bare) is not None
        if asked and not listing and message[end - 1] == ":" and not is_request:
            break  # "Summarize this:" has what follows for its object
        is_heading = _RULES.match(bare) is not None
        # A blank line parts the request from the article, unless a heading of rules follows it.
        is_apart = asked and gap.count("\n") > 1
        if not (is_request or (asked and is_heading) or (not is_apart and _ASIDE.match(bare))):
            break
        asked |= is_request
        listing = _RULES.search(sentence) is not None or (listing and item is not None)
        end = stop
    return end if asked else at


def _line_end(message: str, at: int) -> int:
    found = message.find("\n", at)
    return len(message) if found < 0 else found


def _after_label(message: str, at: int) -> tuple[dict[str, str], int, bool]:
    """What the lines at ``at`` say of the article, where it begins, and whether it is labelled.

    Without a label, such lines belong to the article unless one of them is its title.
    """
    about: dict[str, str] = {}
    start = at
    while line := _ABOUT.match(message, _skipped(message, start)):
        about.setdefault(line[1].lower(), line[2].strip())
        start = line.end()
    if label := _LABEL.match(message, _skipped(message, start)):
        return about, label.end(), True
    return (about, start, False) if about.get("title") else ({}, at, False)


def _before_about(message: str, start: int, end: int, about: dict[str, str]) -> int:
    """Where the article ends before the lines that say more of it."""
    while end > start:
        bare = start + len(message[start:end].rstrip())
        begins = message.rfind("\n", start, bare) + 1
        line = _ABOUT.fullmatch(message, begins, bare) if begins > start else None
        if line is None or line[1].lower() in about:
            return end
        about.setdefault(line[1].lower(), line[2].strip())
        end = begins
    return end


def _before_requests(message: str, start: int) -> int:
    """Where the article that begins at ``start`` ends before the requests that close the message."""
    near = max(start, len(message) - _CLOSING)
    # A sentence counts from its beginning, and where the last part is cut out of one nobody knows it.
    spans = [span for span in _sentences(message, near) if span[0] > near or near == start]
    first: int | None = None
    for begin, stop in reversed(spans):
        sentence = message[begin:stop]
        if _REQUEST.match(sentence):
            first = begin
        elif not (_ASIDE.match(sentence) or _RULE.fullmatch(sentence)):
            break
    if first is None or first <= start:
        return len(message)
    before = message[:first].rstrip()
    rule = before.rfind("\n") + 1
    return rule if _RULE.fullmatch(before, rule) and rule > start else len(before)


def _address(message: str, article: str) -> str | None:
    """The one address that a message is about: all that it holds but requests, a question or a headline."""
    found = _URL.findall(message)
    if len(found) != 1 or (article.strip() and not _URL.search(article)):
        return None
    others = _URL.sub(" ", article).strip(" \t\n<>()[]*_`.,;:!")
    is_question = others.endswith("?") and "\n" not in others
    is_headline = _LINE_OF_URL.search(article) is not None and not _STOP.search(others)
    if others and not ((is_question or is_headline) and len(others.split()) <= _FEW):
        return None
    address: str = found[0].rstrip(".,;:!?)]}»”’*_`")
    return address
