"""The graph of a Llama or a Qwen2 for OpenVINO, with weights in eight bits, built once when the cache is filled.

Each row of a matrix is stored as integers from -127 to 127 and one factor. This runs as a child process, which frees
its memory: ``python -m standfirst_models.runtimes.openvino.graph FOLDER INTO``.
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
from transformers import AutoConfig

from standfirst_models.runtimes.openvino.chat_export import export_chat
from standfirst_models.runtimes.openvino.no_telemetry import openvino

ops = openvino.opset13
Node = Any

#: The files that OpenVINO GenAI reads beside a model.
_READ_BY_GENAI = ("config.json", "generation_config.json")


def build(folder: Path, into: Path) -> None:
    """Build the model in ``folder`` (config.json, safetensors, a tokenizer) for OpenVINO, and save it in ``into``."""
    config = AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    if getattr(config, "head_dim", None) is None:
        config.head_dim = config.hidden_size // config.num_attention_heads
    export_chat(folder, into)
    model = _Weights(folder).graph(config)
    openvino.save_model(model, into / "openvino_model.xml", compress_to_fp16=False)
    for name in _READ_BY_GENAI:
        if (folder / name).is_file():
            shutil.copyfile(folder / name, into / name)


class _Weights:
    """The tensors of a folder, each read when it is needed, and the layers that use them."""

    def __init__(self, folder: Path) -> None:
        self._files = [safe_open(path, framework="pt") for path in sorted(folder.glob("*.safetensors"))]
        self._files_by_name = {name: file for file in self._files for name in file.keys()}  # noqa: SIM118 - not a dict

    def graph(self, config: Any) -> openvino.Model:
        """Return the graph: token numbers and their positions in, the logits of each next token out.

        Its nodes have the form in which OpenVINO GenAI recognises attention and replaces it with paged attention.
        """
        ids, positions = _input("input_ids", 2), _input("position_ids", 2)
        beams = _input("beam_idx", 1, openvino.Type.i32)
        batch = ops.gather(ops.shape_of(ids), _integers([0]), _integers(0))
        embedding = self._matrix("model.embed_tokens.weight")
        hidden = ops.gather(embedding, ops.convert(ids, "i32"), _integers(0))
        rotate = _rotation(positions, batch, int(config.head_dim), float(config.rope_parameters["rope_theta"]))
        sinks: list[Node] = []
        for number in range(config.num_hidden_layers):
            layer = f"model.layers.{number}."
            normed = self._norm(hidden, f"{layer}input_layernorm", config)
            hidden = ops.add(
                hidden, self._attention(normed, layer, config, rotate, _Cache(batch, beams, config, sinks))
            )
            normed = self._norm(hidden, f"{layer}post_attention_layernorm", config)
            gate = ops.swish(self._linear(normed, f"{layer}mlp.gate_proj"))
            up = self._linear(normed, f"{layer}mlp.up_proj")
            hidden = ops.add(hidden, self._linear(ops.multiply(gate, up), f"{layer}mlp.down_proj"))
        head = embedding if config.tie_word_embeddings else self._matrix("lm_head.weight")
        logits = ops.matmul(self._norm(hidden, "model.norm", config), head, False, True)
        logits.output(0).set_names({"logits"})
        return openvino.Model([ops.result(logits)], sinks, [ids, positions, beams], config.model_type)

    def _attention(self, hidden: Node, layer: str, config: Any, rotate: Callable[[Node], Node], cache: _Cache) -> Node:
        """Return grouped-query attention (Ainslie et al. 2023) with rotary positions (Su et al. 2021)."""
        heads, shared, size = config.num_attention_heads, config.num_key_value_heads, config.head_dim
        name = f"{layer}self_attn."

        def split(part: str, count: int) -> Node:
            whole = self._linear(hidden, f"{name}{part}_proj")
            return ops.transpose(ops.reshape(whole, _integers([0, 0, count, size]), True), _integers([0, 2, 1, 3]))

        key = cache.append(rotate(split("k", shared)), f"{name}key")
        value = cache.append(split("v", shared), f"{name}value")
        # Causal attention reads no mask, but the pass that replaces it looks for one.
        mask = ops.constant(np.float32(0))
        attended = ops.scaled_dot_product_attention(rotate(split("q", heads)), key, value, mask, causal=True)
        attended = ops.reshape(ops.transpose(attended, _integers([0, 2, 1, 3])), _integers([0, 0, heads * size]), True)
        return self._linear(attended, f"{name}o_proj")

    def _norm(self, hidden: Node, name: str, config: Any) -> Node:
        """Return the root mean square norm (Zhang and Sennrich 2019)."""
        epsilon = ops.constant(np.full((1, 1, 1), config.rms_norm_eps, np.float32))
        mean = ops.reduce_mean(ops.power(hidden, ops.constant(np.float32(2))), _integers([-1]), True)
        scaled = ops.multiply(hidden, ops.divide(ops.constant(np.float32(1)), ops.sqrt(ops.add(mean, epsilon))))
        return ops.multiply(ops.constant(self._tensor(f"{name}.weight").numpy().reshape(1, 1, -1)), scaled)

    def _linear(self, hidden: Node, name: str) -> Node:
        product = ops.matmul(hidden, self._matrix(f"{name}.weight"), False, True)
        if f"{name}.bias" not in self._files_by_name:
            return product
        return ops.add(product, ops.constant(self._tensor(f"{name}.bias").numpy().reshape(1, 1, -1)))

    def _matrix(self, name: str) -> Node:
        """Return a matrix in eight bits, with a factor for each row."""
        matrix = self._tensor(name)
        factors = (matrix.abs().amax(1, keepdim=True) / 127).half().clamp(min=1e-7)
        numbers = (matrix / factors.float()).round().clamp(-127, 127).to(torch.int8)
        plain = ops.multiply(ops.convert(ops.constant(numbers.numpy()), "f16"), ops.constant(factors.numpy()))
        return ops.convert(plain, "f32")

    def _tensor(self, name: str) -> Tensor:
        tensor: Tensor = self._files_by_name[name].get_tensor(name)
        return tensor.float()


class _Cache:
    """The keys and values of one layer, kept from step to step."""

    def __init__(self, batch: Node, beams: Node, config: Any, sinks: list[Node]) -> None:
        self._batch = batch
        self._beams = beams
        self._heads = config.num_key_value_heads
        self._repeats = config.num_attention_heads // config.num_key_value_heads
        self._size = config.head_dim
        self._sinks = sinks

    def append(self, new: Node, name: str) -> Node:
        """Append ``new`` to what is kept as ``name``.

        Return all of it, with each head repeated for the queries that share it.
        """
        empty = ops.concat([self._batch, _integers([self._heads]), _integers([0]), _integers([self._size])], 0)
        shape = openvino.PartialShape([-1, self._heads, -1, self._size])
        kept = ops.read_value(ops.broadcast(ops.constant(np.float32(0)), empty), name, openvino.Type.f32, shape)
        whole = ops.concat([ops.gather(kept, self._beams, _integers(0)), new], 2)
        self._sinks.append(ops.assign(whole, name))
        shared = ops.broadcast(
            ops.unsqueeze(whole, _integers(2)), _integers([1, 1, self._repeats, 1, 1]), broadcast_spec="BIDIRECTIONAL"
        )
        return ops.reshape(shared, _integers([0, self._heads * self._repeats, -1, self._size]), True)


def _rotation(positions: Node, batch: Node, size: int, base: float) -> Callable[[Node], Node]:
    """Return a function that rotates heads of ``size`` by their positions, each pair of dimensions at its frequency."""
    half = size // 2
    frequencies = (base ** -(np.arange(0, size, 2, dtype=np.float64) / size)).astype(np.float32)
    each = ops.concat([batch, _integers([1]), _integers([1])], 0)
    spread = ops.broadcast(ops.constant(frequencies.reshape(1, half, 1)), each, broadcast_spec="BIDIRECTIONAL")
    angles = ops.matmul(spread, ops.convert(ops.unsqueeze(positions, _integers(1)), "f32"), False, False)
    angles = ops.transpose(angles, _integers([0, 2, 1]))
    angles = ops.concat([angles, angles], -1)
    cosine, sine = ops.unsqueeze(ops.cos(angles), _integers(1)), ops.unsqueeze(ops.sin(angles), _integers(1))

    def rotate(heads: Node) -> Node:
        first = ops.slice(heads, _integers([0]), _integers([half]), _integers([1]), _integers([3]))
        second = ops.slice(heads, _integers([half]), _integers([size]), _integers([1]), _integers([3]))
        turned = ops.concat([ops.multiply(second, ops.constant(np.float32(-1))), first], -1)
        return ops.add(ops.multiply(heads, cosine), ops.multiply(turned, sine))

    return rotate


def _input(name: str, rank: int, kind: openvino.Type = openvino.Type.i64) -> Node:
    node = ops.parameter([-1] * rank, kind, name=name)
    node.output(0).set_names({name})
    return node


def _integers(numbers: int | list[int]) -> Node:
    return ops.constant(np.array(numbers, dtype=np.int64))


if __name__ == "__main__":
    build(*map(Path, sys.argv[1:]))
