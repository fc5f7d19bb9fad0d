"""OpenVINO GenAI by itself: all articles at once by continuous batching, without HTTP and checks.

python -m benchmarks.competitors.openvino_alone FOLDER ARTICLES.jsonl COUNT

FOLDER is a writer that Standfirst has built for OpenVINO. Prints a line when it is loaded, and then the seconds.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np

from benchmarks.competitors import TOKENS, summary_prompt
from standfirst_models.runtimes.openvino.no_telemetry import openvino, openvino_genai
from standfirst_models.runtimes.text.chat import Chat
from standfirst_models.runtimes.text.tokenizer import load_tokenizer


def main(folder: Path, articles: Path, count: int) -> None:
    tokenizer, chat = load_tokenizer(folder), Chat.load(folder)
    scheduling = openvino_genai.SchedulerConfig()
    scheduling.enable_prefix_caching = True
    unused = openvino_genai.Tokenizer(folder)
    pipeline = openvino_genai.ContinuousBatchingPipeline(folder, unused, scheduling, "CPU")
    length = openvino_genai.GenerationConfig(max_new_tokens=TOKENS, min_new_tokens=TOKENS, ignore_eos=True)
    print("loaded", flush=True)
    started = time.perf_counter()
    prompts = []
    for line in articles.read_text(encoding="utf-8").splitlines()[:count]:
        rendered = f"{chat.before}{summary_prompt(json.loads(line)['text'])}{chat.after}"
        ids = tokenizer.encode(rendered, add_special_tokens=False).ids
        prompts.append(openvino.Tensor(np.array([ids], dtype=np.int64)))
    pipeline.generate(prompts, [length] * len(prompts))
    print(time.perf_counter() - started, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
