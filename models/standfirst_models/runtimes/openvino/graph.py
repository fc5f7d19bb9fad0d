"""The graph: a Llama's or Qwen2's weights as OpenVINO runs them, in eight bits, built once when the cache is filled.

Each row of a matrix is kept as whole numbers of -127 to 127 times one factor. Run as a program, so that its memory goes
back when it ends: ``python -m standfirst_models.runtimes.openvino.graph FOLDER INTO``.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import safe_open
from torch import Tensor
from transformers import AutoConfig, AutoTokenizer, GenerationConfig

from standfirst_models.errors import UnsuitableModel
from standfirst_models.protocols.writer import Prompt
from standfirst_models.runtimes.openvino.no_telemetry import openvino
from standfirst_models.runtimes.text.chat import Chat, asked, render
from standfirst_models.runtimes.text.tokenizing import load_tokenizer
from standfirst_models.runtimes.torch.generation import ends_of

ops = openvino.opset13
Node = Any

#: What OpenVINO GenAI looks for beside a model.
_READ_BY_GENAI = ("config.json", "generation_config.json")
#: What is asked to see where the question stands, and then to see that it stands there whatever it is.
_PROBES = (
    Prompt(" \n Shorten this.", "The “bridge” , said Ann , does n't close .\n ", 1),
    Prompt("Say it shorter, in {{ one }} line:", "<b>Busses</b>  go\tto 東京 & the sea 🙂; see http://a.b/c?d=1#e.", 1),
)


def build(folder: Path, into: Path) -> None:
    """Save the model in ``folder`` (config.json, safetensors, a tokenizer) into ``into``, as OpenVINO reads it."""
    config = AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    if getattr(config, "head_dim", None) is None:
        config.head_dim = config.hidden_size // config.num_attention_heads
    save_chat(folder, into)
    model = _Weights(folder).graph(config)
    openvino.save_model(model, into / "openvino_model.xml", compress_to_fp16=False)
    for name in _READ_BY_GENAI:
        if (folder / name).is_file():
            shutil.copyfile(folder / name, into / name)


def save_chat(folder: Path, into: Path) -> None:
    """Save what it takes to chat with the model in ``folder`` without transformers: its tokenizer and ``Chat``.

    Raises ``UnsuitableModel`` where that is not enough to have what transformers has.
    """
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    tokenizer.backend_tokenizer.save(str(into / "tokenizer.json"))
    chat = _chat(tokenizer, folder)
    chat.save(into)
    plain = load_tokenizer(into)
    for prompt in _PROBES:
        wanted = render(tokenizer, prompt)
        ids = tokenizer(wanted, add_special_tokens=False).input_ids
        found = plain.encode(chat.render(prompt), add_special_tokens=False).ids
        text = tokenizer.decode(ids, skip_special_tokens=True)
        if chat.render(prompt) != wanted or found != ids or plain.decode(ids, skip_special_tokens=True) != text:
            raise UnsuitableModel("The model's chat template or tokenizer does more than OpenVINO is told of.")


def _chat(tokenizer: Any, folder: Path) -> Chat:
    """The chat as ``tokenizer`` (transformers') has it, its template taken apart at what is asked."""
    config = AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    marks = tuple(tokenizer.all_special_tokens)
    question, whole = asked(_PROBES[0], marks), render(tokenizer, _PROBES[0])
    strips = question not in whole
    before, _, after = whole.partition(question.strip() if strips else question)
    ends = ends_of(GenerationConfig.from_pretrained(folder, local_files_only=True))
    return Chat(before, after, strips, marks, int(config.max_position_embeddings), tuple(sorted(ends)))


class _Weights:
    """The tensors of a folder by name, each read when it is wanted, and the layers that are made of them."""

    def __init__(self, folder: Path) -> None:
        self._files = [safe_open(path, framework="pt") for path in sorted(folder.glob("*.safetensors"))]
        self._where = {name: file for file in self._files for name in file.keys()}  # noqa: SIM118 - not a dict

    def graph(self, config: Any) -> openvino.Model:
        """The whole: token numbers and their positions in, the logits of what follows each out.

        Of the shapes in which OpenVINO GenAI recognises attention, and puts its paged one in its place.
        """
        ids, positions = _input("input_ids", 2), _input("position_ids", 2)
        beams = _input("beam_idx", 1, openvino.Type.i32)
        batch = ops.gather(ops.shape_of(ids), _whole([0]), _whole(0))
        embedding = self._matrix("model.embed_tokens.weight")
        hidden = ops.gather(embedding, ops.convert(ids, "i32"), _whole(0))
        rotate = _rotation(positions, batch, int(config.head_dim), float(config.rope_parameters["rope_theta"]))
        sinks: list[Node] = []
        for number in range(config.num_hidden_layers):
            layer = f"model.layers.{number}."
            read = self._norm(hidden, f"{layer}input_layernorm", config)
            hidden = ops.add(hidden, self._attention(read, layer, config, rotate, _Past(batch, beams, config, sinks)))
            read = self._norm(hidden, f"{layer}post_attention_layernorm", config)
            gate = ops.swish(self._linear(read, f"{layer}mlp.gate_proj"))
            up = self._linear(read, f"{layer}mlp.up_proj")
            hidden = ops.add(hidden, self._linear(ops.multiply(gate, up), f"{layer}mlp.down_proj"))
        head = embedding if config.tie_word_embeddings else self._matrix("lm_head.weight")
        logits = ops.matmul(self._norm(hidden, "model.norm", config), head, False, True)
        logits.output(0).set_names({"logits"})
        return openvino.Model([ops.result(logits)], sinks, [ids, positions, beams], config.model_type)

    def _attention(self, read: Node, layer: str, config: Any, rotate: Callable[[Node], Node], past: _Past) -> Node:
        """Grouped-query attention (Ainslie et al. 2023) with rotary positions (Su et al. 2021)."""
        heads, kept, size = config.num_attention_heads, config.num_key_value_heads, config.head_dim
        name = f"{layer}self_attn."

        def split(part: str, count: int) -> Node:
            whole = self._linear(read, f"{name}{part}_proj")
            return ops.transpose(ops.reshape(whole, _whole([0, 0, count, size]), True), _whole([0, 2, 1, 3]))

        key = past.keep(rotate(split("k", kept)), f"{name}key")
        value = past.keep(split("v", kept), f"{name}value")
        # The mask is not read where attention is causal, but looked for by those who replace it.
        mask = ops.constant(np.float32(0))
        found = ops.scaled_dot_product_attention(rotate(split("q", heads)), key, value, mask, causal=True)
        found = ops.reshape(ops.transpose(found, _whole([0, 2, 1, 3])), _whole([0, 0, heads * size]), True)
        return self._linear(found, f"{name}o_proj")

    def _norm(self, hidden: Node, name: str, config: Any) -> Node:
        """The root mean square norm (Zhang and Sennrich 2019)."""
        epsilon = ops.constant(np.full((1, 1, 1), config.rms_norm_eps, np.float32))
        mean = ops.reduce_mean(ops.power(hidden, ops.constant(np.float32(2))), _whole([-1]), True)
        scaled = ops.multiply(hidden, ops.divide(ops.constant(np.float32(1)), ops.sqrt(ops.add(mean, epsilon))))
        return ops.multiply(ops.constant(self._tensor(f"{name}.weight").numpy().reshape(1, 1, -1)), scaled)

    def _linear(self, hidden: Node, name: str) -> Node:
        product = ops.matmul(hidden, self._matrix(f"{name}.weight"), False, True)
        if f"{name}.bias" not in self._where:
            return product
        return ops.add(product, ops.constant(self._tensor(f"{name}.bias").numpy().reshape(1, 1, -1)))

    def _matrix(self, name: str) -> Node:
        """A matrix in eight bits, with a factor for each row."""
        matrix = self._tensor(name)
        factors = (matrix.abs().amax(1, keepdim=True) / 127).half().clamp(min=1e-7)
        numbers = (matrix / factors.float()).round().clamp(-127, 127).to(torch.int8)
        plain = ops.multiply(ops.convert(ops.constant(numbers.numpy()), "f16"), ops.constant(factors.numpy()))
        return ops.convert(plain, "f32")

    def _tensor(self, name: str) -> Tensor:
        tensor: Tensor = self._where[name].get_tensor(name)
        return tensor.float()


class _Past:
    """Keys and values of one layer that are kept from step to step."""

    def __init__(self, batch: Node, beams: Node, config: Any, sinks: list[Node]) -> None:
        self._batch = batch
        self._beams = beams
        self._heads = config.num_key_value_heads
        self._repeats = config.num_attention_heads // config.num_key_value_heads
        self._size = config.head_dim
        self._sinks = sinks

    def keep(self, new: Node, name: str) -> Node:
        """What is kept under ``name`` with ``new`` after it, each head repeated for the queries that share it."""
        none = ops.concat([self._batch, _whole([self._heads]), _whole([0]), _whole([self._size])], 0)
        shape = openvino.PartialShape([-1, self._heads, -1, self._size])
        kept = ops.read_value(ops.broadcast(ops.constant(np.float32(0)), none), name, openvino.Type.f32, shape)
        whole = ops.concat([ops.gather(kept, self._beams, _whole(0)), new], 2)
        self._sinks.append(ops.assign(whole, name))
        shared = ops.broadcast(
            ops.unsqueeze(whole, _whole(2)), _whole([1, 1, self._repeats, 1, 1]), broadcast_spec="BIDIRECTIONAL"
        )
        return ops.reshape(shared, _whole([0, self._heads * self._repeats, -1, self._size]), True)


def _rotation(positions: Node, batch: Node, size: int, base: float) -> Callable[[Node], Node]:
    """What turns heads of ``size`` by their positions, each pair of dimensions at a frequency of its own."""
    half = size // 2
    frequencies = (base ** -(np.arange(0, size, 2, dtype=np.float64) / size)).astype(np.float32)
    each = ops.concat([batch, _whole([1]), _whole([1])], 0)
    spread = ops.broadcast(ops.constant(frequencies.reshape(1, half, 1)), each, broadcast_spec="BIDIRECTIONAL")
    angles = ops.matmul(spread, ops.convert(ops.unsqueeze(positions, _whole(1)), "f32"), False, False)
    angles = ops.transpose(angles, _whole([0, 2, 1]))
    angles = ops.concat([angles, angles], -1)
    cosine, sine = ops.unsqueeze(ops.cos(angles), _whole(1)), ops.unsqueeze(ops.sin(angles), _whole(1))

    def rotate(heads: Node) -> Node:
        first = ops.slice(heads, _whole([0]), _whole([half]), _whole([1]), _whole([3]))
        second = ops.slice(heads, _whole([half]), _whole([size]), _whole([1]), _whole([3]))
        turned = ops.concat([ops.multiply(second, ops.constant(np.float32(-1))), first], -1)
        return ops.add(ops.multiply(heads, cosine), ops.multiply(turned, sine))

    return rotate


def _input(name: str, rank: int, kind: openvino.Type = openvino.Type.i64) -> Node:
    node = ops.parameter([-1] * rank, kind, name=name)
    node.output(0).set_names({name})
    return node


def _whole(numbers: int | list[int]) -> Node:
    return ops.constant(np.array(numbers, dtype=np.int64))


if __name__ == "__main__":
    build(*map(Path, sys.argv[1:]))
