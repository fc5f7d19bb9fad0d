"""The conversation: which of its messages holds the article, and what the last one asks for.

The functions are pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from standfirst.api.chat.prompt import ParsedPrompt, parse_prompt
from standfirst.api.chat.task import Task, task_of, task_of_system
from standfirst.errors import NoArticle
from standfirst.reading.pasted import is_fragment, is_page
from standfirst.reading.source import Source

#: The start of a turn in a conversation that is quoted in a message.
_TURN = re.compile(r"^[ \t#*]*(system|user|human|assistant|ai|model)[ \t*]*:[ \t*]*", re.IGNORECASE | re.MULTILINE)
_ROLES = {"human": "user", "ai": "assistant", "model": "assistant"}
#: The fewest words of an article that nothing marks as one.
_MIN_WORDS = 40
#: A shorter text of which this share of the sentences speaks to the reader is a message to the service.
_MIN_WORDS_ADDRESSED = 120
_ADDRESSED_SHARE = 1 / 3
_ADDRESSES_READER = re.compile(r"\b(?:you|your|please|help me)\b", re.IGNORECASE)
_QUOTED = re.compile(r"\"[^\"\n]*\"|“[^”\n]*”")
_STATEMENT = re.compile(r"\w[.!…]['\"’”)]*(?:\s|\Z)")


@dataclass(frozen=True, slots=True)
class Message:
    """A message of a conversation: its role, as in OpenAI's interface, and its text."""

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class ChatTask:
    """What is asked for, of what: ``source`` is the article, None if the conversation has none.

    ``instruction`` is all that is said about the answer, ``question`` the question if the task is to answer one, and
    ``said`` what the user said in a conversation without an article.
    """

    task: Task
    source: Source | None
    instruction: str
    question: str = ""
    said: str = ""


def read_conversation(messages: Sequence[Message]) -> ChatTask:
    """Return what the conversation asks for. Raises ``NoArticle`` if no message has any text."""
    systems = [message.text for message in messages if message.role in ("system", "developer")]
    turns = _user_turns(messages)
    if not any(text.strip() for text in (*turns, *systems)):
        raise NoArticle("The messages hold neither an article nor a link to one.")
    last = parse_prompt(turns[-1]) if turns else ParsedPrompt("", "")
    system = "\n".join(systems)
    if (quoted := _quoted_turns(last.article)) is not None:
        return _about_quoted(last, quoted)
    if _has_article(last, system):
        task = _task(last, system)
        return ChatTask(task, _source(last), f"{last.instruction}\n{system}", _asked(last))
    asked = turns[-1].strip() if turns else ""
    for text in (*reversed(turns[:-1]), *systems):
        earlier = parse_prompt(text)
        if not _has_article(earlier, "" if text in systems else system):
            continue
        if not asked:  # a system message alone
            return ChatTask(_task(earlier, ""), _source(earlier), earlier.instruction, _asked(earlier))
        if text in systems and task_of(asked) is Task.OTHER and _task(earlier, "") is Task.BRIEFING:
            return ChatTask(Task.BRIEFING, _source(earlier), earlier.instruction)  # "Go ahead."
        others = "\n".join(other for other in systems if other != text)
        instruction = f"{asked}\n{earlier.instruction if text in systems else ''}\n{others}"
        return ChatTask(task_of(asked), _source(earlier), instruction, asked)
    return ChatTask(task_of(f"{last.instruction}\n{system}"), None, f"{asked}\n{system}", said=asked)


def _user_turns(messages: Sequence[Message]) -> list[str]:
    """Return the user's turns; messages of the user that follow one another are one turn."""
    turns: list[str] = []
    previous = ""
    for message in messages:
        if message.role == "user" and previous == "user":
            turns[-1] += f"\n\n{message.text}"
        elif message.role == "user":
            turns.append(message.text)
        if message.role not in ("system", "developer"):
            previous = message.role
    return turns


def _quoted_turns(text: str) -> list[Message] | None:
    """Return the messages of a conversation that ``text`` consists of, or None."""
    pieces = _TURN.split(text)
    if len(pieces) < 3 or pieces[0].strip():
        return None
    roles = (_ROLES.get(role.lower(), role.lower()) for role in pieces[1::2])
    return [Message(role, said.strip()) for role, said in zip(roles, pieces[2::2], strict=True)]


def _about_quoted(prompt: ParsedPrompt, quoted: Sequence[Message]) -> ChatTask:
    """Return the task of a prompt about a conversation: its article is the one that the conversation is about."""
    said = next((message.text for message in reversed(quoted) if message.role == "user"), "")
    for message in reversed(quoted):
        about = parse_prompt(message.text)
        if message.role == "user" and _has_article(about, ""):
            return ChatTask(task_of(prompt.instruction), _source(about), prompt.instruction, _asked(prompt))
    return ChatTask(task_of(prompt.instruction), None, prompt.instruction, said=said)


def _has_article(prompt: ParsedPrompt, system: str) -> bool:
    """Return whether the prompt has an article: one that is marked as one, or a text with the shape of one."""
    if prompt.url is not None:
        return True
    text = prompt.article.strip()
    if not text:
        return False
    if is_page(text) or is_fragment(text):
        return True
    if prompt.is_marked or prompt.instruction or prompt.title:
        return _STATEMENT.search(text) is not None or len(text.split()) >= _MIN_WORDS
    if task_of_system(system) is Task.BRIEFING and _STATEMENT.search(text):
        return True
    words = len(text.split())
    return words >= (_MIN_WORDS_ADDRESSED if _addresses_service(text) else _MIN_WORDS)


def _addresses_service(text: str) -> bool:
    """Return whether ``text`` asks or speaks to its reader in a good part of its sentences."""
    sentences = re.split(r"(?<=[.!?])\s+", _QUOTED.sub("", text))
    speaking = sum(s.endswith("?") or _ADDRESSES_READER.search(s) is not None for s in sentences)
    return bool(speaking >= _ADDRESSED_SHARE * len(sentences))


def _task(prompt: ParsedPrompt, system: str) -> Task:
    """Return the task for the article of ``prompt``; without an instruction it is what the system message sets."""
    if prompt.question is not None:
        task = task_of(prompt.question)
        return task if task in (Task.BRIEFING, Task.TITLE) else Task.ANSWER
    task = task_of(prompt.instruction)
    if task is Task.NONE or (prompt.is_marked and task is Task.OTHER):
        task = task_of_system(f"{prompt.instruction}\n{system}")
    return Task.BRIEFING if task is Task.NONE else task


def _asked(prompt: ParsedPrompt) -> str:
    return prompt.question or prompt.instruction


def _source(prompt: ParsedPrompt) -> Source:
    if prompt.url is not None:
        return Source(url=prompt.url)
    return Source(text=prompt.article, title=prompt.title)
