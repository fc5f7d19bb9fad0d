"""The settings: lists are separated by commas, and an exposed service is recognized."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from pydantic import ValidationError

from standfirst.settings import Settings


@pytest.mark.parametrize(
    ("settings", "is_exposed"),
    [
        ({}, False),
        ({"HOST": "localhost"}, False),
        ({"HOST": "::1"}, False),
        ({"HOST": "0.0.0.0"}, True),
        ({"HOST": "::"}, True),
        ({"HOST": "standfirst.example"}, True),
        ({"HOST": "0.0.0.0", "API_KEYS": "reader:a-key"}, False),
        ({"HOST": "0.0.0.0", "API_KEYS_FILE": "keys.toml"}, False),
        ({"HOST": "0.0.0.0", "ALLOW_OPEN": "1"}, False),
    ],
)
def test_a_service_without_keys_is_exposed_unless_it_listens_on_loopback(
    settings: dict[str, str], is_exposed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(f"STANDFIRST_{name}", value)
    assert Settings().is_exposed is is_exposed


def test_lists_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STANDFIRST_FETCH_PORTS", "80, 8080,")
    monkeypatch.setenv("STANDFIRST_FETCH_NETWORKS", "10.0.0.0/8,fd00::/8")
    monkeypatch.setenv("STANDFIRST_API_KEYS", "")
    settings = Settings()
    assert settings.fetch_ports == {80, 8080}
    assert settings.fetch_networks == (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))
    assert settings.api_keys == ()


def test_keys_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STANDFIRST_API_KEYS", "reader:a-key")
    assert "a-key" not in repr(Settings())


def test_a_value_out_of_range_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STANDFIRST_PORT", "65536")
    with pytest.raises(ValidationError, match="port"):
        Settings()
