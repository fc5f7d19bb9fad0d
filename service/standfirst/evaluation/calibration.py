"""The calibration of a verifier by name, from a file of judged sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from standfirst.errors import InvalidRequest
from standfirst.grounding.fitting import Fit, JudgedArticle, fit_readings, judge
from standfirst.grounding.support import Calibration
from standfirst.reading.text import read_text
from standfirst.settings import Settings
from standfirst.wiring import running_verifier


class JudgedSentence(BaseModel):
    """A sentence, and whether people found that its article backs it."""

    model_config = ConfigDict(frozen=True)

    text: str = Field(min_length=1)
    supported: bool


class JudgedRow(BaseModel):
    """An article and judged sentences about it."""

    model_config = ConfigDict(frozen=True)

    article: str = Field(min_length=1)
    sentences: tuple[JudgedSentence, ...]


@dataclass(frozen=True, slots=True)
class Calibrated:
    """The calibration of a revision of ``verifier``, and the fits that it is made of, by the sort of claims."""

    verifier: str
    revision: str
    calibration: Calibration
    fits: tuple[tuple[str, Fit | None], ...]

    def report(self) -> Iterator[str]:
        """Yield lines that say what each reading decides, by cross-validation."""
        for sort, fitted in self.fits:
            if fitted is None:
                yield f"{sort}: too few sentences, or too few are right at any support"
                continue
            labels, support, reading = fitted.judged.labels, fitted.support, fitted.reading
            backed, refuted = support >= reading.backed_from, support <= reading.not_backed_to
            yield (
                f"{sort}: {len(labels)} sentences, {labels.sum()} of them backed; finds {backed.sum()} backed, of "
                f"which {labels[backed].sum()} are, and {refuted.sum()} not backed, of which "
                f"{labels[refuted].sum()} are backed"
            )


def read_judged(path: Path) -> list[JudgedArticle]:
    """Return the articles of a file of JSON lines with their judged sentences.

    Raises ``OSError``, and ``InvalidRequest`` with the number of the first wrong line.
    """
    articles: list[JudgedArticle] = []
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = JudgedRow.model_validate_json(line)
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(map(str, first["loc"])) or "JSON"
            raise InvalidRequest(f"{path.name}, line {number}: {field}: {first['msg']}.") from error
        articles.append((read_text(row.article), [(sentence.text, sentence.supported) for sentence in row.sentences]))
    return articles


async def calibrate(articles: Sequence[JudgedArticle], settings: Settings, *, progress: bool) -> Calibrated:
    """Return the calibration of the verifier that the settings name, fitted to ``articles``.

    A verifier that cannot judge claims in other words has no reading of them. If no claims are cut from sentences, they
    are read as those in other words are. Raises ``InvalidRequest`` if there is no reading at all, and ``ModelError``.
    """
    async with running_verifier(settings, progress=progress) as (verifier, revision, grounding):
        judged = await judge(articles, grounding, verifier.submit)
    cut, reworded = fit_readings(judged)
    best = cut or reworded
    if best is None:
        raise InvalidRequest(
            f"{len(judged.labels)} judged sentences, {judged.labels.sum()} of them backed, are too few, or "
            f"{verifier.name} tells them apart too badly: at no support are 95 in 100 backed. A few hundred of both "
            "sorts are needed."
        )
    calibration = Calibration(
        best.reading, None if reworded is None else reworded.reading, grounding.calibration.document_words
    )
    fits = (("cut from a sentence of the article", cut), ("in other words", reworded))
    return Calibrated(verifier.name, revision, calibration, fits)
