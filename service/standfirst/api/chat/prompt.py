"""The prompt of a chat: a message, parsed into an instruction and the article that it is about.

An article is found by what marks it off (``blocks``), or as what is left when the requests and labels at the ends of
the message are taken away. Nothing else is taken away, so that nothing of the article is lost: a request that is not
recognised stays with the article. Requests are recognised in English. The functions are pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from standfirst.api.chat.blocks import find_marked, without_fence
from standfirst.language.en.lexicon import numerals

_I = re.IGNORECASE

#: Polite or formal words before a request.
_LEAD = (
    r"(?:(?:please|kindly|hi|hello|hey|okay|ok|now|then|briefly|concisely|can you|could you|would you|will you|task|"
    r"instructions?|prompt|your (?:task|job|goal|role) is to|you (?:must|should|will|are to)|"
    r"i (?:want|need|would like) you to|i'd like you to|given the (?:following|above)[.…]*|"
    r"read (?:the|this) [^.\n]{1,40}? and)[\s,:]+)*"
)
_VERB = (
    r"(?:write|give|create|provide|generate|make|produce|extract|list|prepare|draft|compose|return|i want|i need|"
    r"i'd like)"
)
_SUMMARY = (
    r"(?:summar(?:y|ies)|synopsis|abstract|tl;?dr|bullet[ -]?points?|bullets|(?:key|main) (?:points?|ideas?|facts?)|"
    r"takeaways?|gist|overview|briefing|digest|sentences?)"
)
_NUMBERS = "|".join(numerals(1, 12))
_ARTICLE = r"(?:article|text|content|context|story|post|page|document|news|input|conversation|chat|message)s?"
#: A sentence that asks for a summary.
_REQUEST = re.compile(
    rf"{_LEAD}(?:(?:summari[sz]e|condense|shorten|abridge|sum up|boil down)\b|{_VERB}\b[^.\n]{{0,80}}?\b{_SUMMARY}\b|"
    rf"(?:in|within|using) \w+(?: \w+)? (?:sentences?|bullet points|words)\b|"
    rf"what\b(?![^.\n]*\byou\b)[^.\n]{{0,60}}\b(?:this|the|following|above)\b[^.\n]{{0,20}}\b{_ARTICLE}\b|"
    rf"(?:short |brief )?summary of the (?:following|above)\b|"
    # "TL;DR please, max 2 sentences:"
    r"tl;?dr\b\W*(?:(?:please|(?:of |for )?this)\b\W*)?(?:(?:in|within|under|max(?:imum)?|at most)\b[^.\n]{1,30})?$)",
    _I,
)
#: A sentence that asks for a title.
_TITLE_REQUEST = re.compile(
    rf"{_LEAD}(?:{_VERB}|suggest|propose|choose|(?:reply|respond|answer|come up) with)\b[^.\n]{{0,60}}?"
    r"\b(?:titles?|headlines?|subject lines?)\b",
    _I,
)
#: A sentence that asks for anything else about the text: an imperative whose object is the text, or that points at it.
#: What stands before the object is no word that begins a statement or a question.
_OTHER_REQUEST = re.compile(
    rf"(?!{_LEAD}(?:a|an|the|this|that|these|those|here|there|it|he|she|they|we|i|you|who|what|when|where|why|how|in|on|"
    r"at|by|for|from|of|to|with|after|before|as|if|and|but|or|not|is|are|was|were)\b)"
    rf"{_LEAD}[a-z]+(?: (?:out|up|down|into|to|on|for|like|with|only))? "
    r"(?:(?:this|it)(?: (?:into|to|as|for|in)\b|[.:]?$)|"
    rf"(?=[^.\n]*?\b(?:(?:the|this|these|that) (?:\w+ ){{0,2}}?{_ARTICLE}|following|below|above|the user|"
    rf"given {_ARTICLE})\b)"
    r"(?:(?:me|us|a|an|all|every|each|any|only|up|the|this|these|that|its|your|everything|whatever|\w+ly|"
    rf"\d+(?:-\d+)?|{_NUMBERS})\b))",
    _I,
)
_INTERROGATIVE = r"(?:is|are|was|were|does|do|did|what|who|whom|whose|when|where|why|which|how)"
#: A question that points at the text.
_ABOUT_TEXT = re.compile(
    rf"{_INTERROGATIVE}\b(?![^.\n]*\byou\b)[^.\n]*\b(?:this|the given|the above|the following)\b"
    rf"[^.\n]{{0,20}}\b{_ARTICLE}\b[^.\n]*\?",
    _I,
)
#: A short question as the last paragraph, which does not speak to the readers of an article.
_LAST_QUESTION = re.compile(rf"\n[ \t]*\n[ \t]*((?!.*\byour?\b){_INTERROGATIVE}(?: [^\s?]+){{1,14}}\?)\s*\Z", _I)
#: A sentence about the answer, in the imperative; it is a request only next to another request.
_DETAIL = re.compile(
    r"(?:please|you (?:are|will|must|should)|your (?:task|job|role|goal)|act as|use|keep|do not|don't|never|always|"
    r"respond|reply|answer|output|return|write|be|focus|include|avoid|make sure|ensure|limit|start|format|only|no|try|"
    r"given|(?:the )?(?:summary|answer|response|output)|requirements?|rules?|guidelines?|language)\b[^\n]*?"
    r"(?:summar|sentence|word|paragraph|bullet|point|article|text|content|language|markdown|format|tone|style|answer|"
    r"respon|output|concise|brief|neutral|objective|opinion|preamble|heading|editor|assistant|expert|english|rules?\b|"
    r"requirements|guidelines|information|details)",
    _I,
)
#: The heading of a list of rules.
_RULES = re.compile(r"(?:rules|requirements|guidelines|instructions|constraints)\s*:$", _I)
_ITEM = re.compile(r"\s*(?:[-*•]|\d{1,2}[.)])\s+")
_SENTENCE = re.compile(r"[^\n]*?(?:[!?:](?=\s)|\.(?=\s)(?![ \t]+[a-z])|(?=\n)|$)", re.DOTALL)

#: A label before the article, on its line or the line above. "The story: nobody had asked" goes on in small letters.
_LABELLED = r"(?:article|text|content|context|document|passage|story|input|transcript)"
_LABEL = re.compile(
    rf"[ \t#*>]*(?:(?:the |full )?{_LABELLED}(?: (?:text|content|body))?(?: (?:is|below|follows))*|"
    rf"(?:here is|here's|below is|the following is)\b[^.:\n]{{0,60}}\b{_LABELLED}\b[^.:\n]{{0,20}})"
    r"[ \t*]*:[ \t*]*+(?-i:(?![a-z]))",
    _I,
)
#: The label of the answer, which ends a prompt for a model that completes texts.
_ANSWER_LABEL = re.compile(r"\n[ \t#*]*[A-Za-z](?:[\w'-]*[ \t]?){1,5}:[ \t*]*(?:\"\"\"|''')?\s*\Z")
#: A question that is labelled as one.
_QUESTION = re.compile(r"^[ \t#*]*(?:user )?(?:query|question)[ \t*]*:[ \t]*(\S[^\n]*)$", _I | re.MULTILINE)
#: A line of metadata before or after the article.
_METADATA = re.compile(
    r"[ \t]*\**(title|headline|summary|author|by|date|published|description|url|source url|link|source|publisher|site|"
    r"feed)\**[ \t]*:[ \t]*([^\n]*)(?:\n|$)",
    _I,
)
_RULE = re.compile(r"[ \t]*(?:-{3,}|={3,}|\*{3,}|_{3,})[ \t]*(?:\n|$)")
_SPACE = re.compile(r"\s*")
_URL = re.compile(r"https?://[^\s<>\"']+", _I)
_LINE_OF_URL = re.compile(r"^[ \t]*https?://\S+[ \t]*$", _I | re.MULTILINE)
_STOP = re.compile(r"[.!?]['\"’”]?\s*$", re.MULTILINE)
_STOP_WITHIN = re.compile(r"[.!?]['\"’”]?\s+\S")
#: The most words of a headline above a link, or of a question about one.
_MAX_WORDS_BY_LINK = 20
#: The most characters of the requests at the start of a message, and of those at its end.
_OPENING, _CLOSING = 20_000, 2000


@dataclass(frozen=True, slots=True)
class ParsedPrompt:
    """The ``instruction`` of a message, and what it is about: ``article``, a part of the message, or ``url``.

    ``article`` is empty if there is none. ``is_marked`` says that tags, rules or a label set it apart. ``title`` is the
    title that the message states before the article, ``question`` a question that the message labels as one.
    """

    instruction: str
    article: str
    title: str | None = None
    url: str | None = None
    question: str | None = None
    is_marked: bool = False


def parse_prompt(message: str) -> ParsedPrompt:
    """Parse a message. A message in which nothing is recognised is an article."""
    marked = find_marked(message)
    if marked is not None:
        start, end = without_fence(message, marked.start, marked.end)
        metadata, start, _ = _after_label(message, start)
        around = _metadata_in(marked.around)
        question = _QUESTION.search(marked.around)
        return ParsedPrompt(
            instruction=_without_metadata(marked.around),
            article=message[start:end],
            title=_title(metadata) or _title(around),
            question=question[1].strip() if question else None,
            is_marked=True,
        )
    instruction, start, end, metadata, is_marked = _locate_article(message)
    article = message[start:end]
    if not article.strip():
        article = metadata.get("description", "")
    url = _subject_url(message, article)
    if url is not None:
        return ParsedPrompt(_URL.sub("", message).strip(), "", url=url)
    question = _QUESTION.search(instruction)
    return ParsedPrompt(
        instruction, article, _title(metadata), None, question[1].strip() if question else None, is_marked
    )


def is_request(sentence: str) -> bool:
    """Return whether ``sentence`` asks for something about a text."""
    return any(form.match(sentence) for form in (_REQUEST, _TITLE_REQUEST, _OTHER_REQUEST))


def _title(metadata: dict[str, str]) -> str | None:
    return metadata.get("title") or metadata.get("headline") or None


def _locate_article(message: str) -> tuple[str, int, int, dict[str, str], bool]:
    """Return the instruction, the article's start and end, the metadata around it, and whether a label is before it."""
    label = _ANSWER_LABEL.search(message)
    body = message[: label.start()].rstrip() if label else message
    asked = ""
    last_line = body.rfind("\n") + 1
    if _QUESTION.fullmatch(body, last_line) and last_line:
        body, asked = body[:last_line].rstrip(), body[last_line:]
    elif last := _LAST_QUESTION.search(body):
        body, asked = body[: last.start()], f"Question: {last[1]}"
    opened = _after_requests(body, 0)
    if first := _QUESTION.match(body, _skip_space(body, opened)):
        opened = first.end()
    metadata, start, is_labelled = _after_label(body, opened)
    while rule := _RULE.match(body, _skip_space(body, start)):
        start = rule.end()
    end = closed = _before_requests(body, start)
    end = _before_metadata(body, start, end)
    start, end = without_fence(body, start, end) if opened or is_labelled else (start, end)
    if not body[start:end].strip():  # what seemed to be the label of the answer is all that there is
        closed = len(body)
    return f"{body[:opened]}\n{body[closed:]}\n{asked}".strip(), start, end, metadata, is_labelled


def _skip_space(message: str, at: int) -> int:
    space = _SPACE.match(message, at)
    return space.end() if space else at


def _sentences(message: str, at: int) -> Iterator[tuple[int, int]]:
    """Yield the spans of the sentences from ``at`` on, one at a time; a sentence never exceeds its line."""
    while at < len(message):
        at = _skip_space(message, at)
        found = _SENTENCE.match(message, at)
        if found is None or not found[0]:
            return
        yield found.span()
        at = found.end()


def _after_requests(message: str, at: int) -> int:
    """Return the end of the requests that the message starts with; ``at`` if there are none."""
    end, asked, listing = at, False, False
    for start, stop in _sentences(message, at):
        if start < end:  # part of a rule that was taken as a whole line
            continue
        if stop - at > _OPENING:
            break
        gap, sentence = message[end:start], message[start:stop]
        item = _ITEM.match(message, start) if gap.count("\n") or start == 0 else None
        if listing and item and gap.count("\n") == 1:
            end = _line_end(message, start)
            continue
        bare = sentence[item.end() - start :] if item and item.end() < stop else sentence
        asks = is_request(bare) or _ABOUT_TEXT.match(bare) is not None
        if asked and not listing and message[end - 1] == ":" and not asks:
            break  # "Summarize this:" is about what follows
        is_heading = _RULES.match(bare) is not None
        # A blank line separates the request from the article, unless a heading of rules follows.
        is_apart = asked and gap.count("\n") > 1
        if not (asks or (asked and is_heading) or (not is_apart and _DETAIL.match(bare))):
            break
        asked |= asks
        listing = _RULES.search(sentence) is not None or (listing and item is not None)
        end = stop
    return end if asked else at


def _line_end(message: str, at: int) -> int:
    found = message.find("\n", at)
    return len(message) if found < 0 else found


def _after_label(message: str, at: int) -> tuple[dict[str, str], int, bool]:
    """Return the metadata from the lines at ``at``, the start of the article, and whether it has a label.

    Without a label, such lines belong to the article unless one of them is its title.
    """
    metadata: dict[str, str] = {}
    start = at
    while line := _METADATA.match(message, _skip_space(message, start)):
        metadata.setdefault(line[1].lower(), line[2].strip())
        start = line.end()
    if label := _LABEL.match(message, _skip_space(message, start)):
        return metadata, label.end(), True
    return (metadata, start, False) if _title(metadata) else ({}, at, False)


def _metadata_in(text: str) -> dict[str, str]:
    found = (_METADATA.fullmatch(line) for line in text.splitlines())
    return {line[1].lower(): line[2].strip() for line in found if line}


def _without_metadata(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not _METADATA.fullmatch(line))


def _before_metadata(message: str, start: int, end: int) -> int:
    """Return the end of the article without the lines of metadata after it. A title there is not the article's."""
    while end > start:
        bare = start + len(message[start:end].rstrip())
        begins = message.rfind("\n", start, bare) + 1
        if begins <= start or not _METADATA.fullmatch(message, begins, bare):
            return end
        end = begins
    return end


def _before_requests(message: str, start: int) -> int:
    """Return the end of the article at ``start`` without the requests at the end of the message."""
    tail = max(start, len(message) - _CLOSING)
    # The tail may begin within a sentence, which must be judged as a whole or not at all.
    spans = [span for span in _sentences(message, tail) if span[0] > tail or tail == start]
    first: int | None = None
    for begin, stop in reversed(spans):
        sentence = message[begin:stop]
        if is_request(sentence):
            first = begin
        elif not (_DETAIL.match(sentence) or _RULE.fullmatch(sentence)):
            break
    if first is None or first <= start:
        return len(message)
    before = message[:first].rstrip()
    rule = before.rfind("\n") + 1
    return rule if _RULE.fullmatch(before, rule) and rule > start else len(before)


def _subject_url(message: str, article: str) -> str | None:
    """Return the only URL of a message that holds nothing else but requests, a question or a headline."""
    urls = _URL.findall(message)
    if len(urls) != 1 or (article.strip() and not _URL.search(article)):
        return None
    others = _URL.sub(" ", article).strip(" \t\n<>()[]*_`.,;:!")
    is_question = others.endswith("?") and "\n" not in others and not _STOP_WITHIN.search(others)
    is_headline = _LINE_OF_URL.search(article) is not None and not _STOP.search(others)
    if others and not ((is_question or is_headline) and len(others.split()) <= _MAX_WORDS_BY_LINK):
        return None
    url: str = urls[0].rstrip(".,;:!?)]}»”’*_`")
    return url
