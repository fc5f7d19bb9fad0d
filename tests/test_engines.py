"""The engines of a service as a whole."""

from __future__ import annotations

from dataclasses import replace

from standfirst.article import Article
from standfirst.briefing import Options
from tests.api.scripted_service import scripted_engines


def test_another_runtime_makes_another_briefing() -> None:
    engines = scripted_engines()
    article = Article(text="The bridge is closed.", sentences=())
    ids = {
        one.briefer(patient=False).briefing_id(article, Options())
        for one in (engines, engines, replace(engines, runtime="openvino"))
    }
    assert len(ids) == 2


def test_the_runtime_is_shown_with_the_writer() -> None:
    engines = replace(scripted_engines(), runtime="openvino")
    assert [listed.runtime for listed in engines.listed()] == ["openvino", "torch", "torch"]
    assert engines.stamp.runtime == "openvino"
