"""The chat route with the embedded models."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tokenizers import Tokenizer

from standfirst.api.app import create_app
from standfirst.application.tokens import estimate_tokens
from standfirst.reading.extract import read_html
from standfirst.services import open_services
from standfirst.settings import Settings
from standfirst.wiring import open_engines
from standfirst_models.cache import ModelCache
from standfirst_models.catalog import resolve

PAGES = sorted((Path(__file__).parents[1] / "fixtures/pages").glob("*.html"))
ENGLISH = [page for page in PAGES if json.loads(page.with_suffix(".json").read_text("utf-8"))["language"] == "en"]
SAMPLE = Path(__file__).parents[2] / "service/standfirst/sample.json"


@pytest.fixture(scope="module")
def client(models_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    settings = Settings(models_dir=models_dir, offline=True, data_dir=tmp_path_factory.mktemp("data"))
    with TestClient(create_app(open_services(settings, open_engines(settings)))) as running:
        while running.get("/readyz").status_code != 200:
            pass
        yield running


def test_a_chat_gets_as_many_sentences_as_it_asks_for_and_each_is_backed(client: TestClient) -> None:
    content = f"Summarize this in 3 sentences.\n\n{json.loads(SAMPLE.read_text())['text']}"
    body = {"model": "standfirst", "messages": [{"role": "user", "content": content}], "max_tokens": 200}
    told = client.post("/v1/chat/completions", json=body).json()
    briefing = client.get(f"/v1/briefings/{told['id'].removeprefix('chatcmpl-')}").json()
    sentences = [*briefing["standfirst"], *briefing["points"]]
    assert len(sentences) == 3
    assert told["choices"][0]["message"]["content"] == " ".join(sentence["text"] for sentence in sentences)
    assert all(sentence["sources"] for sentence in sentences)
    assert told["model"] == "standfirst-135m"


@pytest.mark.parametrize("page", ENGLISH, ids=lambda page: page.stem)
def test_tokens_of_english_are_counted_as_no_fewer_than_the_writers(page: Path, models_dir: Path) -> None:
    article = read_html(page.read_bytes())
    folder = ModelCache(models_dir).ensure(resolve("standfirst-135m", "writer")).folder
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokens = len(tokenizer.encode(article.text, add_special_tokens=False).ids)
    assert tokens <= estimate_tokens(article.text) <= 1.5 * tokens
