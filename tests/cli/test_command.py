"""The command: usage and settings that are wrong end it with a clear message."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from standfirst.cli import main


def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, fails: Callable[..., str]) -> None:
    monkeypatch.setenv("STANDFIRST_PORT", "eighty")
    assert "STANDFIRST_PORT" in fails("serve")


def test_an_exposed_service_needs_keys(monkeypatch: pytest.MonkeyPatch, fails: Callable[..., str]) -> None:
    monkeypatch.setenv("STANDFIRST_HOST", "0.0.0.0")
    assert "STANDFIRST_API_KEYS" in fails("serve")


def test_wrong_usage_exits_with_status_two() -> None:
    with pytest.raises(SystemExit) as ended:
        main(["brief", "--points", "eleven"])
    assert ended.value.code == 2
