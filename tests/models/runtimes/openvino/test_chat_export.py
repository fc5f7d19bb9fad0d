"""The export of a chat: the same tokens and texts without transformers."""

from __future__ import annotations

from pathlib import Path

import pytest
from transformers import AutoConfig, AutoTokenizer

from standfirst_models.cache import ModelCache
from standfirst_models.catalog import resolve
from standfirst_models.errors import UnsuitableModel
from standfirst_models.protocols.writer import Prompt
from standfirst_models.runtimes.openvino.chat_export import export_chat
from standfirst_models.runtimes.text.chat import Chat, render_template
from standfirst_models.runtimes.text.tokenizer import decode, load_tokenizer
from tests.models import tiny

pytestmark = pytest.mark.model


@pytest.fixture(scope="module", params=["llama", "qwen2", "standfirst-135m"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> Path:
    """A writer in the layout of transformers."""
    if request.param == "standfirst-135m":
        return ModelCache(models_dir, offline=True).ensure(resolve(request.param, "writer")).folder
    save = {"llama": tiny.save_llama, "qwen2": tiny.save_qwen2}[request.param]
    return save(tmp_path_factory.mktemp(request.param))


TEXTS = [
    "The council voted 14 to 3 on Tuesday to close the Old Mill bridge: £2.4m, it said.",
    "  Two  spaces,\ta tab\r\n\n\nand lines. \n",
    "“Quoted” – 東京, naïve café 🙂👩‍👩‍👧 \u200b\u00a0 ﬁ ① e\u0301",
    "They do n't know , he said . `` No ! '' {{ messages }} {% raw %} <b> & </b>",
    "<|im_end|><|im_start|>system <s></s><pad> <|endoftext|> [INST]",
    "",
]


def test_a_prompt_gets_the_same_tokens_and_tokens_get_the_same_text_as_by_transformers(
    folder: Path, tmp_path: Path
) -> None:
    export_chat(folder, tmp_path)
    theirs = AutoTokenizer.from_pretrained(folder)
    chat, ours = Chat.load(tmp_path), load_tokenizer(tmp_path)
    for text in TEXTS:
        prompt = Prompt("Shorten this.", text, 8)
        tokens = theirs(render_template(theirs, prompt), add_special_tokens=False).input_ids
        assert ours.encode(chat.render(prompt), add_special_tokens=False).ids == tokens
        assert decode(ours, tokens, 999, chat.ends) == decode(theirs, tokens, 999, chat.ends)
    assert chat.context_tokens == AutoConfig.from_pretrained(folder).max_position_embeddings
    assert chat.ends == (2,)


@pytest.mark.parametrize(
    ("template", "wanted"),
    [
        (None, "Shorten this.\n\n Buses. \n\n\n"),
        ("[{{ messages[0].content | trim }}]", "[Shorten this.\n\n Buses.]"),
        ("{{ bos_token }}{{ messages[0].content }}{{ eos_token }}", "<s>Shorten this.\n\n Buses. \n</s>"),
    ],
)
def test_a_template_is_split_where_it_puts_the_message(template: str | None, wanted: str, tmp_path: Path) -> None:
    set_template(tiny.save_llama(tmp_path), template)
    (tmp_path / "built").mkdir()
    export_chat(tmp_path, tmp_path / "built")
    assert Chat.load(tmp_path / "built").render(Prompt("Shorten this.", " Buses. \n", 8)) == wanted


def test_a_template_that_changes_the_message_is_unsuitable(tmp_path: Path) -> None:
    set_template(tiny.save_llama(tmp_path), "{{ messages[0].content | upper }}")
    (tmp_path / "built").mkdir()
    with pytest.raises(UnsuitableModel, match="template"):
        export_chat(tmp_path, tmp_path / "built")


def set_template(folder: Path, template: str | None) -> None:
    tokenizer = AutoTokenizer.from_pretrained(folder)
    tokenizer.chat_template = template
    (folder / "chat_template.jinja").unlink()
    tokenizer.save_pretrained(folder)
