"""Rows: the articles to evaluate on, from a file of JSON lines."""

from __future__ import annotations

from pathlib import Path

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError

from standfirst.errors import InvalidRequest


class Row(BaseModel):
    """An article, and what others made of it: a reference by people, and outputs of systems by their names."""

    model_config = ConfigDict(frozen=True, strict=True)

    text: str = Field(validation_alias=AliasChoices("text", "article"), min_length=1)
    title: str | None = None
    reference: str | None = None
    systems: dict[str, str] = Field(default_factory=dict)


def read_rows(path: Path) -> list[Row]:
    """The rows of a file, at least one. Raises ``InvalidRequest``, which names the line, and ``OSError``."""
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip():
            try:
                rows.append(Row.model_validate_json(line))
            except ValidationError as error:
                first = error.errors()[0]
                where = ".".join(map(str, first["loc"]))
                raise InvalidRequest(f"{path.name}, line {number}: {where or 'JSON'}: {first['msg']}.") from error
    if not rows:
        raise InvalidRequest(f"{path.name} holds no rows: one JSON object a line, each with 'text' or 'article'.")
    return rows
