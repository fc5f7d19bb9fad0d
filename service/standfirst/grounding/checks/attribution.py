"""The check of attribution: a claim must name the speaker whom its sentence names.

"Nadia Bell gave the patients insulin, Harwick Crown Court heard" is not "Nadia Bell gave the patients insulin". What
somebody says is a complement of the clause that says so, whatever its verb and wherever it stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from standfirst.grounding.case import Case, Kind, Problem
from standfirst.language.en.syntax import (
    FINITE,
    clause_openers,
    clause_verbs,
    has_pronoun_subject,
    has_subject,
    introduces,
    phrase,
    quoted_tokens,
    subject_of,
)
from standfirst.language.punctuation import is_quoted_from, quotations, without_marks

if TYPE_CHECKING:
    from spacy.tokens import Token

    from standfirst.grounding.checks.alignment import Alignment

#: "A company known for ships", "a plan agreed by the council".
_AFTER_PARTICIPLES = frozenset({"for", "as", "by", "to"})
_SPEAKING_TAGS = frozenset({"VBD", "VBN", "VBZ", "VBP"})
_BREAKS = frozenset({";", ":"})
#: "By his own account", "in the view of the engineer".
_VIEWS = frozenset("account view opinion estimate judgement judgment word reckoning".split())


class AttributionCheck:
    """Finds claims without the speaker whom their sentence names, or with one whom it does not name."""

    code = "attribution"
    kinds = frozenset({Kind.CLAIM, Kind.DRAFT, Kind.HEADLINE})

    def __call__(self, case: Case) -> Iterator[Problem]:
        """Yield a problem for the first speaker that the claim leaves out or makes up."""
        message = None if case.alignment is None else _message(case, case.alignment)
        if message is not None:
            yield Problem(self.code, message, is_doubt=case.kind is Kind.CLAIM)


def _message(case: Case, alignment: Alignment) -> str | None:
    """Return what is wrong with the speaker, in plain words, or None."""
    lost = next(_lost_speakers(alignment), None)
    if lost is not None:
        return f"the article says who says so: “{_speaker_text(*lost)}”"
    if (aside := _lost_aside(alignment)) is not None:
        return f"the article says who says so: “{aside}”"
    if _is_made_up(alignment):
        return "the article does not say who says so"
    is_speech = case.shortened is not None and _is_speech(case.claim.text, case.shortened.text)
    if is_speech or _is_cut_from_speech(alignment):
        return "the article has this as somebody's words"
    return None


def with_speaker(draft: str, alignment: Alignment) -> str:
    """Return ``draft``, which ``alignment`` aligns with its sentence, with the words that name the lost speaker.

    The words stand before or behind the draft, as they do in the sentence. The draft is returned as it is where no
    speaker is lost, where the speaker is a pronoun, and where the speaker's words stand in the middle of a clause.
    """
    lost = next(_lost_speakers(alignment), None)
    if lost is None or not draft.endswith("."):
        return draft
    speaker, clause = lost
    if has_pronoun_subject(speaker) or _says_we(alignment):
        return draft
    inside = {t.i for t in clause.subtree} if clause is not None else set()
    words = [t.i for t in speaker.subtree if t.i not in inside and t.text not in {",", ".", '"', "“", "”"}]
    if not words or words[-1] - words[0] + 1 > len(words) + 1:
        return draft
    end = words[-1] + 1
    end += end < len(alignment.source) and alignment.source[end].lower_ == "that"
    text = alignment.source[words[0] : end].text
    said = clause if clause is not None else alignment.predicate()
    if said is None or words[0] > said.i:
        return f"{draft[:-1]}, {text}."
    shared = [token for token in alignment.claim if alignment.pairs.get(token.i) in words]
    if shared:
        return _with_pronoun(draft, text, clause, shared[-1]) or draft
    first = alignment.claim[0]
    origin = alignment.origin(first)
    lowered = first.text if first.pos_ == "PROPN" or first.text == "I" else first.text.lower()
    opening = origin.text if origin is not None and origin.i > 0 else lowered
    return f"{text}{'' if clause is not None else ','} {opening}{draft[len(first.text) :]}"


def _with_pronoun(draft: str, speaker: str, clause: Token | None, last: Token) -> str | None:
    """Return ``draft``, whose subject ends with ``last`` and is the speaker's name, as the sentence has it.

    "The council wants to sell it" is drafted of "The council said it wants to sell it". Return None where the subject
    of the sentence's ``clause`` is no pronoun.
    """
    pronoun = None if clause is None else subject_of(clause)
    own = subject_of(last.sent.root)
    if pronoun is None or pronoun.pos_ != "PRON" or own is None or own.right_edge != last:
        return None
    return f"{speaker} {pronoun.text}{draft[last.idx + len(last) :]}"


def _lost_speakers(alignment: Alignment) -> Iterator[tuple[Token, Token | None]]:
    """Yield each word that says who says so and that the claim lost, with the clause it governs, if it governs one."""
    predicate = alignment.predicate()
    for token in alignment.governors():
        governor = token.head
        if token.dep_ == "ccomp" and not alignment.is_kept(governor) and _may_govern(governor, token):
            # "The mayor believes it was right, he said": the claim names the same speaker already.
            is_named = predicate is not None and token.i == predicate.i and introduces(token)
            if not (is_named and has_pronoun_subject(governor)):
                yield governor, token
        if token.dep_ == "acl" and not alignment.is_kept(governor) and "that" in clause_openers(token):
            yield governor, token  # "reports that", "the allegation that"
        for child in token.children:
            if not alignment.is_kept(child) and _is_aside_of_a_speaker(child):
                yield child, None
    for token in alignment.lost():  # "…, as survivors tell it", which the parser attaches to the nearest verb
        if token.dep_ == "advcl" and alignment.is_kept(token.head) and _is_aside_of_a_speaker(token):
            yield token, None


def _may_govern(governor: Token, clause: Token) -> bool:
    """Whether ``governor`` may say what ``clause`` says, where the parser has ``clause`` as its complement.

    It takes much for complements: clauses beside a semicolon, "had it not rained" behind "she would have won", and
    whole clauses behind which another one follows, with an object of its own.
    """
    between = clause.doc[min(clause.i, governor.i) : max(clause.i, governor.i)]
    subject = subject_of(governor)
    if subject is None or any(token.text in _BREAKS for token in between):
        return False
    if any(child.dep_ == "aux" and child.i < subject.i for child in governor.children):
        return False
    has_object = any(child.dep_ == "dobj" for child in governor.children)
    return governor.i < clause.i or not has_object or governor.lemma_.lower() in clause_verbs()


def _is_aside_of_a_speaker(token: Token) -> bool:
    """Whether the token opens "according to …", "in the view of …", "as Jo Lee says" or ", Jo Lee says,"."""
    if token.dep_ == "prep":
        return token.lower_ == "according" or any(_is_view(child) for child in token.children)
    # "As he admits he may leave" and "otherwise he may say so" speak of something else.
    is_bare = not introduces(token) and not any(child.tag_ == "MD" for child in token.children)
    is_speaker = is_bare and has_subject(token) and token.lemma_.lower() in clause_verbs()
    return is_speaker and (token.dep_ == "parataxis" or (token.dep_ == "advcl" and "as" in clause_openers(token)))


def _is_view(noun: Token) -> bool:
    return noun.lemma_.lower() in _VIEWS and any(
        child.dep_ == "poss" or child.lower_ == "of" for child in noun.children
    )


def _lost_aside(alignment: Alignment) -> str | None:
    """Return the words behind a comma that end in a verb of speaking and are lost, whatever the parser makes of them.

    "In Harwick, an inquest heard on Tuesday": it takes the inquest for an apposition, and "heard" for its participle.
    "Hid the gold, a court was told" is a second thing that he did.
    """
    predicate = alignment.predicate()
    if predicate is None or predicate.dep_ in {"advcl", "relcl"}:
        return None
    for verb in predicate.sent:
        if verb.lemma_.lower() not in clause_verbs() or verb.tag_ not in _SPEAKING_TAGS or alignment.is_kept(verb):
            continue
        auxiliaries = {child.i for child in verb.children if child.dep_ in {"aux", "auxpass"}}
        is_participle = verb.tag_ == "VBN" and not auxiliaries
        if is_participle and verb.i + 1 < len(alignment.source) and verb.nbor().lower_ in _AFTER_PARTICIPLES:
            continue
        start = next((i + 1 for i in range(verb.i, 0, -1) if alignment.source[i].text == ","), None)
        if start is None or predicate.i >= start:
            continue
        before = [token for token in alignment.source[start : verb.i] if token.i not in auxiliaries]
        has_object = any(child.dep_ in {"dobj", "agent", "xcomp"} for child in verb.children)
        if before and _may_speak(before) and not has_object and not any(alignment.is_kept(t) for t in before):
            return alignment.source[start : verb.i + 1].text
    return None


def _may_speak(words: Sequence[Token]) -> bool:
    """Whether the words are a noun with what belongs to it, and no clause is joined but a relative one."""
    is_noun = any(t.pos_ in {"NOUN", "PROPN"} for t in words) and words[0].pos_ in {"DET", "PROPN", "NOUN", "ADJ"}
    relatives = sum(t.tag_ in {"WDT", "WP", "WRB"} for t in words)
    finite = sum(t.tag_ in FINITE for t in words)
    return is_noun and relatives == finite and not any(t.dep_ in {"mark", "cc"} for t in words)


def _is_made_up(alignment: Alignment) -> bool:
    """Whether the claim says that somebody says so, and the source has no clause that says something."""
    roots = alignment.roots()
    if not roots or alignment.origin(roots[0]) is not None or not introduces(roots[0]) or not has_subject(roots[0]):
        return False
    return not any(t.dep_ in {"ccomp", "parataxis"} or t.lower_ == "according" for t in alignment.source)


def _is_speech(claim: str, source: str) -> bool:
    return any(is_quoted_from(claim, without_marks(quotation)) for _, quotation in quotations(source))


def _is_cut_from_speech(alignment: Alignment) -> bool:
    """Whether all words of the claim, which quotes nothing, stand in quotation marks in the sentence."""
    quoted = quoted_tokens(alignment.source)
    words = [index for index in alignment.pairs.values() if not alignment.source[index].is_punct]
    return bool(words) and quoted.issuperset(words) and not any(token.is_quote for token in alignment.claim)


def _speaker_text(speaker: Token, clause: Token | None) -> str:
    if clause is None:
        return phrase(speaker)
    inside = {t.i for t in clause.subtree}
    words = [t for t in speaker.subtree if t.i not in inside and not t.is_quote]
    return "".join(t.text_with_ws for t in words[:15]).strip(" ,.")


def _says_we(alignment: Alignment) -> bool:
    """Whether the claim speaks of "we" or "I": nobody but the speaker may say that."""
    return any(t.lower_ in {"we", "us", "our", "i", "my", "me"} for t in alignment.claim)
