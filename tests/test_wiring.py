"""The wiring: what the settings build, and that it is closed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from standfirst.application.weights import VerifierWeights
from standfirst.domain.verification import ServedVerification
from standfirst.errors import StandfirstError
from standfirst.reading.source import Source
from standfirst.services import open_services
from standfirst.settings import Settings
from standfirst.wiring import open_checks, open_engines, running_engines, running_verification
from standfirst_models.protocols.served_model import State
from standfirst_models.protocols.verifier import Finding, Pair
from tests.application.scripted_engines import scripted_engines
from tests.models import tiny

_ARTICLE = "The council voted on Tuesday to close the old bridge. Buses will be sent over the ring road."


def test_only_the_encoder_that_the_ranker_was_trained_for_has_it(models_dir: Path, tmp_path: Path) -> None:
    settings = Settings(models_dir=models_dir, offline=True, runtime="torch")
    assert open_engines(settings).ranker is not None
    other = settings.model_copy(update={"encoder": str(tiny.save_bert(tmp_path / "bert"))})
    assert open_engines(other).ranker is None


def test_the_writers_strategy_is_that_of_the_setting_or_of_the_model(models_dir: Path, tmp_path: Path) -> None:
    embedded = Settings(models_dir=models_dir, offline=True, runtime="torch")
    server = embedded.model_copy(update={"writer": "openai:http://127.0.0.1:9/v1#a-model"})
    summarizer = embedded.model_copy(update={"writer": str(tiny.save_bart(tmp_path / "bart"))})
    found = [open_engines(settings) for settings in (embedded, server, summarizer)]
    assert [engines.strategy for engines in found] == ["shorten", "compose", "summarize"]
    asked = open_engines(server.model_copy(update={"strategy": "shorten"}))
    assert asked.strategy == "shorten"
    assert asked.stamp != found[1].stamp, "briefings of another strategy have other ids"


def test_engines_are_ready_in_the_block_and_closed_after_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    engines = scripted_engines()
    monkeypatch.setattr("standfirst.wiring.open_engines", lambda *_, **__: engines)

    async def run() -> None:
        async with running_engines(Settings()):
            assert {status.state for status in engines.statuses()} == {State.READY}
            raise RuntimeError

    with pytest.raises(RuntimeError):
        asyncio.run(run())
    assert {status.state for status in engines.statuses()} == {State.STOPPED}


def test_services_stop_their_engines_and_background_work(tmp_path: Path) -> None:
    engines = scripted_engines()
    services = open_services(Settings(data_dir=tmp_path), engines)

    async def run() -> int:
        async with services.running():
            await engines.ready()
            running = len(asyncio.all_tasks())
        assert len(asyncio.all_tasks()) == 1
        return running

    assert asyncio.run(run()) > 1
    assert {status.state for status in engines.statuses()} == {State.STOPPED}


def test_the_checks_that_a_setting_names_are_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STANDFIRST_CHECKS_OFF", "hedge, number")
    assert open_checks(Settings()).off == {"hedge", "number"}


def test_the_code_of_no_check_is_an_error_that_names_the_codes() -> None:
    with pytest.raises(StandfirstError, match=r"STANDFIRST_CHECKS_OFF.*numbers.*number, date"):
        open_checks(Settings(checks_off=frozenset({"numbers"})))


@pytest.mark.parametrize(("verifier", "support"), [("standfirst-verifier", 0.25), ("reader-110m", 0.30)])
def test_the_support_of_a_claim_depends_on_the_calibration_of_the_verifier(
    verifier: str, support: float, models_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Doubting:
        def verify(self, pairs: Sequence[Pair], _: object) -> list[Finding]:
            return [Finding(-1.0, (0, 0)) for _ in pairs]

    weights = VerifierWeights(verifier, Path(), Path(), "pair", "1", "torch")
    monkeypatch.setattr("standfirst.wiring.ensure_verifier", lambda *_: weights)
    monkeypatch.setattr("standfirst.application.weights.load_verifier", lambda *_: Doubting())

    async def run() -> ServedVerification:
        async with running_verification(Settings(verifier=verifier, models_dir=models_dir, offline=True)) as service:
            return await service.verify(Source(text=_ARTICLE), "The council voted on Tuesday.")

    (sentence,) = asyncio.run(run()).verification.sentences
    assert sentence.support == pytest.approx(support, abs=0.01)
