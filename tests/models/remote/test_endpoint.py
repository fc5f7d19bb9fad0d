"""The endpoint of a remote writer, parsed from its name."""

from __future__ import annotations

import pytest

from standfirst_models.errors import UnknownModel
from standfirst_models.remote.endpoint import Endpoint, parse_endpoint


def test_a_name_gives_the_base_without_a_final_slash_and_the_model() -> None:
    assert parse_endpoint("openai:http://host:8000/v1/#a/model") == Endpoint("http://host:8000/v1", "a/model")
    assert parse_endpoint("openai:https://host/v1#").model is None


def test_the_origin_leaves_out_the_path() -> None:
    assert parse_endpoint("openai:http://host:8000/a-secret/v1").origin == "http://host:8000"


@pytest.mark.parametrize(
    "name",
    [
        "openai:http://user:password@host/v1#m",
        "openai:http://host/v1?api-key=password#m",
        "openai:ftp://password.host/v1",
        "openai:password",
        "openai:http://password:port/v1",
        "openai:",
    ],
)
def test_a_malformed_address_or_one_with_a_secret_is_refused_and_not_repeated(name: str) -> None:
    with pytest.raises(UnknownModel) as raised:
        parse_endpoint(name)
    assert "password" not in str(raised.value).replace("user, password or query", "")
