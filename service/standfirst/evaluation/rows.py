"""The rows of an evaluation file: articles as JSON lines."""

from __future__ import annotations

from pathlib import Path

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError

from standfirst.errors import InvalidRequest


class Row(BaseModel):
    """An article, with a human reference summary and the summaries of other systems by name, if there are any."""

    model_config = ConfigDict(frozen=True, strict=True)

    text: str = Field(validation_alias=AliasChoices("text", "article"), min_length=1)
    title: str | None = None
    reference: str | None = None
    systems: dict[str, str] = Field(default_factory=dict)


def read_rows(path: Path) -> list[Row]:
    """Return the rows of the file, at least one.

    Raises ``OSError``, and ``InvalidRequest`` with the number of the first wrong line.
    """
    rows = []
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        if not line.strip():
            continue
        try:
            rows.append(Row.model_validate_json(line))
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(map(str, first["loc"])) or "JSON"
            raise InvalidRequest(f"{path.name}, line {number}: {field}: {first['msg']}.") from error
    if not rows:
        raise InvalidRequest(f"{path.name} holds no rows: one JSON object a line, each with 'text' or 'article'.")
    return rows
