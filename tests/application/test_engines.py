"""The engines: their stamp, their status, and waiting until they are available."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from standfirst.condensing.ranker import Ranker
from standfirst.domain.article import Article
from standfirst.domain.briefing import Options
from standfirst_models.catalog import RANKER_WEIGHTS
from standfirst_models.protocols.served_model import State
from tests.application.scripted_engines import scripted_engines


def test_another_runtime_has_another_briefing_id() -> None:
    engines = scripted_engines()
    article = Article(text="The bridge is closed.", sentences=())
    ids = {
        one.briefer(patient=False).briefing_id(article, Options())
        for one in (engines, engines, replace(engines, runtime="openvino"))
    }
    assert len(ids) == 2


def test_the_status_of_each_engine_has_its_runtime() -> None:
    engines = replace(scripted_engines(), runtime="openvino", verifier_runtime="openvino")
    assert [status.runtime for status in engines.statuses()] == ["openvino", "torch", "openvino"]
    assert engines.stamp.runtime == "openvino"


def test_the_ranker_is_part_of_the_stamp() -> None:
    engines, ranker = scripted_engines(), Ranker.load(RANKER_WEIGHTS)
    ranked, retrained = replace(engines, ranker=ranker), replace(engines, ranker=replace(ranker, revision="another"))
    assert len({engines.stamp, ranked.stamp, retrained.stamp}) == 3


def test_available_waits_while_a_model_is_loading() -> None:
    async def run() -> None:
        engines = scripted_engines()
        serving = asyncio.create_task(engines.available())
        engines.encoder.start()
        engines.verifier.start()
        await asyncio.gather(engines.encoder.ready(), engines.verifier.ready())
        assert not serving.done()
        engines.writer.start()
        await serving
        assert {status.state for status in engines.statuses()} == {State.READY}
        await engines.close()

    asyncio.run(asyncio.wait_for(run(), 60))
