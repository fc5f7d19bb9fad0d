"""Answers in JSON, for programs that state the form: a JSON schema, or a pattern in the instruction.

Each field gets what a briefing has for a field of that name. One for which it has nothing, such as tags, stays empty:
nothing is made up to fill it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from standfirst.errors import InvalidRequest

#: ``{ "tags": ["tag1", "tag2"] }``, ``the key "tags"``, and ``the keys "title" and "summary"``.
_PATTERN = re.compile(r"\{\s*[\"'](\w+)[\"']\s*:\s*(\[|[\"'])")
_KEY = re.compile(r"\bkey\s+[`\"'](\w+)[`\"']([^.\n]{0,60})", re.IGNORECASE)
_KEYS = re.compile(
    r"\b(?:keys|fields|properties)\b[^\"'`.\n]{0,20}((?:[`\"']\w+[`\"'](?:,? and |, ?|/)?){2,12})", re.IGNORECASE
)
_LIST = re.compile(r"\b(?:array|list)\b", re.IGNORECASE)

_TITLES = frozenset("title headline heading subject".split())
_SUMMARIES = frozenset("summary abstract synopsis gist tldr overview description briefing text".split())
_POINTS = frozenset("points bullets highlights takeaways facts sentences summary".split())


@dataclass(frozen=True, slots=True)
class JsonForm:
    """The fields of an object, and whether each is a list of strings or one string."""

    fields: Mapping[str, bool]

    def fill(self, headline: str | None = None, sentences: Sequence[str] = ()) -> str:
        """Return the object as JSON, with the headline and the sentences of a briefing in the fields named for them."""
        return json.dumps(
            {name: self._value(name, is_list, headline, sentences) for name, is_list in self.fields.items()},
            ensure_ascii=False,
        )

    def _value(self, name: str, is_list: bool, headline: str | None, sentences: Sequence[str]) -> str | list[str]:
        parts = set(re.findall(r"[a-z]+", re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()))
        if is_list:
            return list(sentences) if parts & _POINTS else []
        if parts & _TITLES:
            return headline or (sentences[0] if sentences else "")
        return " ".join(sentences) if parts & _SUMMARIES else ""


#: The form for a program that asks for JSON and names no field.
ANY_FORM = JsonForm({"title": False, "summary": False})


def form_of_schema(schema: Mapping[str, Any]) -> JsonForm:
    """Return the form of a JSON schema of an object. Raises ``InvalidRequest`` for other schemas.

    Its fields must be strings or lists of strings: a number or a truth value would have to be made up.
    """
    properties = schema.get("properties")
    if not isinstance(properties, Mapping) or not properties:
        raise InvalidRequest("The answer can be JSON if its schema is an object with named properties.")
    fields: dict[str, bool] = {}
    for name, field in properties.items():
        kind = field.get("type") if isinstance(field, Mapping) else None
        kinds = set(kind) - {"null"} if isinstance(kind, list) else {kind}
        if kinds not in ({"string"}, {"array"}):
            raise InvalidRequest(f"The answer's field {name!r} can only be a string or a list of strings.")
        fields[str(name)] = kinds == {"array"}
    return JsonForm(fields)


def form_of_instruction(instruction: str) -> JsonForm | None:
    """Return the form that an instruction describes, or None if it does not ask for JSON."""
    if "json" not in instruction.lower():
        return None
    if pattern := _PATTERN.search(instruction):
        return JsonForm({pattern[1]: pattern[2] == "["})
    if keys := _KEYS.search(instruction):
        return JsonForm(dict.fromkeys(re.findall(r"\w+(?=[`\"'])", keys[1]), False))
    if key := _KEY.search(instruction):
        return JsonForm({key[1]: _LIST.search(key[2]) is not None})
    return None
