"""Which sentences of an article a briefing may say: the story in its newest state, in the publisher's neutral voice.

Not among them are questions, announcements of what follows ("Here is what changes"), captions, halves of quotations,
the answers of an interview, what a journalist says of himself in a report, instructions to a model, notes about an
earlier version of the article, those posts of a live blog that a newer one overtakes, and what happened to somebody who
"was later released" from it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence, Set
from itertools import chain, groupby, pairwise

from standfirst.condensing.source_sentence import SourceSentence
from standfirst.domain.article import Article
from standfirst.language.en.sentence_form import SentenceForm
from standfirst.language.quotation_marks import quotation_marks
from standfirst.language.words import Lexer, stems_of

#: "Q:", "A:", "MARQUAND:", "Peter Dunmore:" before what somebody says in an interview.
#: Each word begins behind a white space, or the search takes the cube of the length of a long word.
_SPEAKER = re.compile(r"^([A-Z][\w.’'-]*(?:\s[A-Z][\w.’'-]*){0,2})\s?[:.]\s+(?=\S)")
_INITIALS = frozenset({"Q", "A"})
_I = re.compile(r"\b(?:I|[Mm]y|[Mm]e)\b(?!\.)")
#: A speaker speaks at least so often.
_TURNS = 2
#: "18:10 Man found alive", "6.05pm: …": the time of a post.
_TIME = re.compile(r"^(?P<hour>[01]?\d|2[0-3])[:.h](?P<minute>[0-5]\d)\s*(?P<half>[ap]\.?m)?\b", re.IGNORECASE)
#: "Proud: The mayor with her husband": a label before what stands under a picture.
_LABEL = re.compile(r"^(?:[A-Z][\w’'-]*)(?: [\w’'-]+){0,5}:\s+(?=[A-Z\d])")
#: "Ann Lee (left) won", "Ann Lee, right, and her son", "Above, the bridge": it points into a picture.
_POINTS = re.compile(
    r"\((?:(?:far|top|bottom|second|third|\w+ from) )*"
    r"(?:left|right|above|below|cent(?:re|er)|top|bottom|pictured?|file photo|stock image)\b[^()]*\)"
    r"|, (?:far )?(?:left|right|cent(?:re|er)|pictured|above)(?:,| and )"
    r"|(?<!was )(?<!were )(?<!been )(?<!be )\bpictured\b"
    r"|^(?:Above|Below|Left|Right|Seen here)\b(?:,|:| is | are )|\bfile photo\b",
    re.IGNORECASE,
)
#: Where so many captions have labels, the lead with a label is one.
_LABELS = 3
#: Half of a quotation: it opens and does not close, or closes and has not opened.
_TORN = re.compile(r"^(?:[`'‘\"“](?!.*\w[,.!?]?\s?['’\"”](?:\s|$))|[^`'‘’\"“]*[,.!?]\s?['’\"”]\s)")
#: The number of characters of the longest quotation.
_LONGEST_QUOTATION = 2_000
#: A quotation that begins with a whole sentence.
_WHOLE_SENTENCE = re.compile(r"(?:^|[.,:;?!…”’'\"])\s*[\"“`‘’']\s?[A-Z]")
_SAYS = re.compile(r"\b(?:said|says|asked|told|added|wrote|read|reads)\b", re.IGNORECASE)
#: A live blog has at least so many posts.
_POSTS = 3
#: A post that shares so many content words with a newer one is overtaken by it.
_SHARED = 2
_NOTE = re.compile(
    r"^(?:correction|clarification|editor[’']s note|update)\b[^.]{0,40}[:—–-]"
    r"|\b(?:earlier|previous|original|first) version of (?:this|the|our) (?:article|story|report|post|headline)\b",
    re.IGNORECASE,
)
#: What a text says to the model that is to summarize it.
_TO_MODEL = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b[^.!?]{0,40}\b(?:instructions?|prompts?)\b"
    r"|\byou\b[^.!?]{0,20}\b(?:must|should|will|are to)\b[^.!?]{0,20}"
    r"\b(?:say|answer|reply|respond|write|output|state|claim|summari[sz]e)\b",
    re.IGNORECASE,
)
#: What announces the sentences below it.
_ANNOUNCEMENT = re.compile(r"^here(?:[’']s| is| are)\b", re.IGNORECASE)
_FIRST_PERSON = re.compile(r"\b(?:I|me|my|mine|we|our|us)\b(?!\.)")
#: What became of somebody of whom the sentence before tells: "He was later cleared", "She … is no longer a suspect".
_UNDONE = re.compile(
    r"^(?:He|She|They)\s(?:(?:was|were)\s(?:later|subsequently|eventually)\s\w+(?:ed|en)\b"
    r"|(?:has|have|had)\s(?:since|later|subsequently)\sbeen\b|[^.;]{0,80}\b(?:is|are|was|were)\sno\slonger\b)"
)
_QUOTED = re.compile(r"[\"“][^\"”]*[\"”]?|(?<!\w)['‘].*?['’](?!\w)")
#: An article is written in the first person if one of so many first sentences is, or this share of all.
_FIRST, _PERSONAL = 2, 0.3


def admissible(article: Article, sources: Sequence[SourceSentence], first_person: Set[int]) -> list[bool]:
    """Return which of ``sources``, the sentences of ``article``, may be said: at least one.

    A sentence that depends on the one before it may be said. If no whole sentence is left, those of the best form may.
    ``first_person`` are the indices of the sentences that ``first_person_sentences`` returns.
    """
    barred = (
        _questions(sources)
        | _inside_quotations(article)
        | {source.index for source in sources if _ANNOUNCEMENT.search(source.text)}
        | _captions(sources)
        | _speech(article)
        | _answers(article)
        | _notes(article)
        | _overtaken(article)
        | (set() if is_personal(first_person, sources) else first_person)
        | _to_model(sources)
        | {source.index - 1 for source in sources[2:] if _UNDONE.search(source.text)}
    )
    allowed = [source.form is not SentenceForm.FRAGMENT and source.index not in barred for source in sources]
    if any(allowed):
        return allowed
    best = max(source.form for source in sources)
    return [source.form is best for source in sources]


def _paragraphs(article: Article) -> list[tuple[str, range]]:
    """Return the first sentence of each paragraph, and the indices of its sentences."""
    found = []
    for _, group in groupby(enumerate(article.sentences), key=lambda pair: pair[1].paragraph):
        members = list(group)
        found.append((members[0][1].text, range(members[0][0], members[-1][0] + 1)))
    return found


def _questions(sources: Sequence[SourceSentence]) -> set[int]:
    return {source.index for source in sources if source.text.rstrip("\"”’'").endswith("?")}


def _to_model(sources: Sequence[SourceSentence]) -> set[int]:
    """Return the instructions that the text itself gives, outside of quotations."""
    return {source.index for source in sources if _TO_MODEL.search(_QUOTED.sub("", source.text))}


def _captions(sources: Sequence[SourceSentence]) -> set[int]:
    """Return captions of pictures and halves of quotations. A label before the lead may be a place."""
    pointing = {source.index for source in sources if _POINTS.search(_QUOTED.sub("", source.text))}
    torn = {source.index for source in sources[1:] if _TORN.search(source.text)}
    labels = [(source.index, _LABEL.search(source.text)) for source in sources]
    labelled = {index for index, label in labels if label is not None and not _SAYS.search(label.group())}
    return pointing | torn | (labelled if len(labelled) >= _LABELS else labelled - {0})


def _speech(article: Article) -> set[int]:
    """Return what the speakers of an interview say, with their names or letters before it."""
    paragraphs = _paragraphs(article)
    labels = [match[1].strip() if (match := _SPEAKER.match(text)) else None for text, _ in paragraphs]
    turns = Counter(label for label in labels if label is not None)
    speakers = {label for label, count in turns.items() if count >= _TURNS}
    if len(speakers) < _TURNS and not speakers & _INITIALS:
        return set()
    return {i for (_, members), label in zip(paragraphs, labels, strict=True) if label in speakers for i in members}


def _answers(article: Article) -> set[int]:
    """Return what stands behind the first question of an interview without names: "I" stands in the answers alone."""
    paragraphs = [[article.sentences[i].text for i in members] for _, members in _paragraphs(article)]
    asked = [at for at, texts in enumerate(paragraphs) if texts[-1].endswith("?")]
    bounds = pairwise([0, *asked, len(paragraphs)])
    before, *answers = (_QUOTED.sub("", " ".join(chain(*paragraphs[start:end]))) for start, end in bounds)
    if _I.search(before) or sum(_I.search(answer) is not None for answer in answers) < _TURNS:
        return set()
    return set(range(sum(map(len, paragraphs[: asked[0]])), len(article.sentences)))


def _notes(article: Article) -> set[int]:
    """Return the paragraphs that tell what the publisher has changed in the article."""
    noted: set[int] = set()
    for _, members in _paragraphs(article):
        first = next((i for i in members if _NOTE.search(article.sentences[i].text)), None)
        if first is not None:
            noted.update(range(first, members.stop))
    return noted


def _overtaken(article: Article) -> set[int]:
    """Return the sentences of a live blog's posts that say something of what a newer post speaks of.

    Where a post begins with one, what the post goes on to say is overtaken as well.
    """
    posts: list[tuple[int, list[int]]] = []
    # The heading of the first post may have been read as the article's title.
    for text, members in [(article.title or "", range(0)), *_paragraphs(article)]:
        if time := _TIME.match(text):
            hour = int(time["hour"]) % 12 + 12 * (time["half"][0] in "pP") if time["half"] else int(time["hour"])
            posts.append((60 * hour + int(time["minute"]), []))
        if posts:
            posts[-1][1].extend(members)
    if len(posts) < _POSTS:
        return set()
    if posts[0][0] < posts[-1][0]:
        posts.reverse()
    lexer = Lexer()
    stems = [stems_of(lexer.words(sentence.text)) for sentence in article.sentences]
    told: list[frozenset[str]] = []
    overtaken: set[int] = set()
    for _, indices in posts:
        old = [i for i in indices if any(len(stems[i] & newer) >= _SHARED for newer in told)]
        overtaken.update(indices if old[:1] == indices[:1] else old)
        told += [stems[i] for i in indices]
    return overtaken


def first_person_sentences(article: Article, sources: Sequence[SourceSentence]) -> set[int]:
    """Return the indices of those of ``sources`` in which the author speaks of himself, not somebody who is quoted."""
    found = {source.index for source in sources if _FIRST_PERSON.search(_QUOTED.sub("", source.text))}
    return found - _inside_quotations(article)


def is_personal(first_person: Set[int], sources: Sequence[SourceSentence]) -> bool:
    """Return whether the article as a whole is written in the first person, as a review is.

    ``first_person`` are the indices of the sentences that ``first_person_sentences`` returns.
    """
    return min(first_person, default=_FIRST) < _FIRST or len(first_person) >= _PERSONAL * len(sources)


def _inside_quotations(article: Article) -> set[int]:
    """Return the sentences of quotations that begin in an earlier sentence of their paragraphs."""
    found: set[int] = set()
    for _, members in _paragraphs(article):
        start, end = article.sentences[members[0]].start, article.sentences[members[-1]].end
        text = article.text[start:end]
        marks = quotation_marks(text, _LONGEST_QUOTATION)
        begins = [article.sentences[i].start - start for i in members]
        for left, right in (*marks.pairs, *marks.resumed):
            if _WHOLE_SENTENCE.search(text, max(0, left - 2), left + 3):
                found.update(members[bisect_right(begins, left) : bisect_left(begins, right)])
    return found
