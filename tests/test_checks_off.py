"""Checks that are switched off: by a setting, for all who judge claims, and in the briefing's id."""

from __future__ import annotations

import pytest

from standfirst.condensing.briefer import Briefer
from standfirst.domain.briefing import Options
from standfirst.errors import StandfirstError
from standfirst.grounding.registry import ENGLISH
from standfirst.reading.text import read_text
from standfirst.settings import Settings
from standfirst.wiring import open_checks
from tests.condensing.scripted_briefer import STAMP, encode, verify


async def write(*_: object) -> list[str]:
    return []


def test_the_checks_that_a_setting_names_are_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STANDFIRST_CHECKS_OFF", "hedge, number")
    assert open_checks(Settings()).off == {"hedge", "number"}


def test_an_unknown_code_ends_the_start_and_the_codes_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STANDFIRST_CHECKS_OFF", "numbers")
    with pytest.raises(StandfirstError, match=r"STANDFIRST_CHECKS_OFF.*numbers.*number, date"):
        open_checks(Settings())


def test_a_briefing_made_without_a_check_has_another_id() -> None:
    article = read_text("Harwick council voted to close the bridge.")
    ids = {
        Briefer(encode, write, verify, STAMP, None, checks).briefing_id(article, Options())
        for checks in (ENGLISH, ENGLISH.without(["hedge"]), ENGLISH.without(["number"]))
    }
    assert len(ids) == 3
