"""The export of a model's chat: its tokenizer and ``Chat``, which together need no transformers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from transformers import AutoConfig, AutoTokenizer, GenerationConfig

from standfirst_models.errors import UnsuitableModel
from standfirst_models.protocols.writer import Prompt
from standfirst_models.runtimes.text.chat import Chat, render_template, user_message
from standfirst_models.runtimes.text.tokenizer import load_tokenizer
from standfirst_models.runtimes.torch.generation import end_tokens

#: Prompts with all kinds of characters. The first shows where the template puts a message; both are then rendered by
#: the template and by ``Chat`` and compared.
_PROBES = (
    Prompt(" \n Shorten this.", "The “bridge” , said Ann , does n't close .\n ", 1),
    Prompt("Say it shorter, in {{ one }} line:", "<b>Busses</b>  go\tto 東京 & the sea 🙂; see http://a.b/c?d=1#e.", 1),
)


def export_chat(folder: Path, into: Path) -> None:
    """Save the tokenizer and the chat of the model in ``folder`` in ``into``.

    Raises ``UnsuitableModel`` if they give other tokens or texts than transformers does.
    """
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    tokenizer.backend_tokenizer.save(str(into / "tokenizer.json"))
    chat = _chat(tokenizer, folder)
    chat.save(into)
    exported = load_tokenizer(into)
    for prompt in _PROBES:
        rendered = render_template(tokenizer, prompt)
        ids = tokenizer(rendered, add_special_tokens=False).input_ids
        text = tokenizer.decode(ids, skip_special_tokens=True)
        if (
            chat.render(prompt) != rendered
            or exported.encode(rendered, add_special_tokens=False).ids != ids
            or exported.decode(ids, skip_special_tokens=True) != text
        ):
            raise UnsuitableModel("The model's chat template or tokenizer cannot be exported for OpenVINO.")


def _chat(tokenizer: Any, folder: Path) -> Chat:
    """Return the chat of ``tokenizer``, one of transformers. Its template is split where it puts the message."""
    config = AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    marks = tuple(tokenizer.all_special_tokens)
    message, rendered = user_message(_PROBES[0], marks), render_template(tokenizer, _PROBES[0])
    strips = message not in rendered
    before, _, after = rendered.partition(message.strip() if strips else message)
    ends = end_tokens(GenerationConfig.from_pretrained(folder, local_files_only=True))
    return Chat(before, after, strips, marks, int(config.max_position_embeddings), tuple(sorted(ends)))
