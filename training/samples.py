"""Sample from the writer: several outputs for each of the service's prompts.

    python -m training.samples OUT.jsonl --pairs CNNDM.jsonl.gz --more BBC.jsonl --models MODELS

PAIRS and MORE are as for ``training.writer``. OpenVINO samples at temperature one, about seven prompts a second and
core on a CPU. OUT grows with every 64 prompts, and a stopped run resumes there.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from random import Random

import numpy as np

from judgements.judged import read_rows
from standfirst.condensing.drafting.shortening import headline_prompt, sentence_prompt
from standfirst.reading.text import read_text
from standfirst_models.cache import ModelCache
from standfirst_models.catalog import resolve
from standfirst_models.protocols.writer import Prompt
from standfirst_models.runtimes.openvino.no_telemetry import openvino, openvino_genai
from standfirst_models.runtimes.text.chat import Chat
from standfirst_models.runtimes.text.tokenizer import decode, load_tokenizer
from training.writer_examples import HELD_OUT_ARTICLES, detokenized, shortenable_sentences

#: Samples a prompt, and prompts a batch.
_SAMPLES, _BATCH = 5, 64
#: Sentences that are drawn of each article, from so many first ones: briefings mostly use an article's beginning.
_SENTENCES, _FIRST = 2, 14
#: The share of articles with a prompt for a headline.
_HEADLINES = 0.3


@dataclass(frozen=True, slots=True)
class Samples:
    """A prompt, of the kind "headline" or "sentence", the writer's outputs, and what people wrote of the article."""

    kind: str
    instruction: str
    passage: str
    outputs: tuple[str, ...]
    reference: str = ""


class Sampler:
    """The OpenVINO model in ``folder``, with random sampling."""

    def __init__(self, folder: Path) -> None:
        scheduling = openvino_genai.SchedulerConfig()
        scheduling.num_kv_blocks = 1200
        scheduling.max_num_seqs = 96
        scheduling.enable_prefix_caching = True
        tokenizer = openvino_genai.Tokenizer(folder)
        self._pipeline = openvino_genai.ContinuousBatchingPipeline(folder, tokenizer, scheduling, "CPU")
        self._chat = Chat.load(folder)
        self._tokenizer = load_tokenizer(folder)

    def sample(self, prompts: Sequence[Prompt], seed: int) -> list[tuple[str, ...]]:
        """Return ``_SAMPLES`` outputs for each of ``prompts``."""
        handles = []
        for number, prompt in enumerate(prompts):
            config = openvino_genai.GenerationConfig(
                max_new_tokens=prompt.max_new_tokens,
                do_sample=True,
                top_p=0.95,
                num_return_sequences=_SAMPLES,
                rng_seed=seed,
                stop_token_ids=set(self._chat.ends),
            )
            tokens = self._tokenizer.encode(self._chat.render(prompt), add_special_tokens=False).ids
            ids = openvino.Tensor(np.array([tokens], dtype=np.int64))
            handles.append(self._pipeline.add_request(number, ids, config))
        while self._pipeline.has_non_finished_requests():
            self._pipeline.step()
        return [
            tuple(
                decode(self._tokenizer, output.generated_ids, prompt.max_new_tokens, self._chat.ends)
                for output in handle.read_all()
            )
            for handle, prompt in zip(handles, prompts, strict=True)
        ]


def prompts_of(articles: Sequence[tuple[str, str]], random: Random) -> Iterator[tuple[str, Prompt, str]]:
    """Yield kind and prompt of what the service could ask the writer about each article, and the article's reference.

    ``articles`` are texts with references, which may be empty.
    """
    for text, reference in articles:
        sources = [detokenized(source) for source in shortenable_sentences(read_text(text))[:_FIRST]]
        weights = [1 / (index + 1) ** 0.5 for index in range(len(sources))]
        drawn = sorted(set(random.choices(range(len(sources)), weights, k=_SENTENCES))) if sources else []
        for index in drawn:
            yield "sentence", sentence_prompt(sources[index]), reference
        if drawn and random.random() < _HEADLINES:
            yield "headline", headline_prompt(sources[drawn[0] : drawn[0] + 2]), reference


def read_samples(path: Path) -> Iterator[Samples]:
    """Yield the rows of a file of samples."""
    for row in read_rows(path):
        yield Samples(**row | {"outputs": tuple(row["outputs"])})


def main() -> None:
    """Sample, and write the outputs."""
    parser = argparse.ArgumentParser(description="Sample from the writer.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--pairs", type=Path, required=True)
    parser.add_argument("--more", type=Path, required=True)
    parser.add_argument("--models", type=Path, required=True, help="the models folder")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    cache = ModelCache(arguments.models)
    spec = resolve("standfirst-135m", "writer")
    sampler = Sampler(cache.ensure(spec.for_openvino(cache.locate(spec).revision)).folder)
    random = Random(arguments.seed)
    articles = [(row["article"], row["reference"]) for row in read_rows(arguments.pairs)]
    articles += [(row["text"], row.get("reference", "")) for row in read_rows(arguments.more)][HELD_OUT_ARTICLES:]
    random.shuffle(articles)
    done = sum(1 for _ in read_samples(arguments.out)) if arguments.out.exists() else 0
    remaining = islice(prompts_of(articles, random), done, None)
    while batch := list(islice(remaining, _BATCH)):
        samples = sampler.sample([prompt for _, prompt, _ in batch], arguments.seed + done)
        with arguments.out.open("a", encoding="utf-8") as out:
            for (kind, prompt, reference), outputs in zip(batch, samples, strict=True):
                row = asdict(Samples(kind, prompt.instruction, prompt.passage, outputs, reference))
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
        done += len(batch)
        print(f"{done} prompts", flush=True)


if __name__ == "__main__":
    main()
