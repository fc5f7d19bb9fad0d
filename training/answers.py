"""Answers: what the writer says, drawn many times over, to what the service asks it.

    python -m training.answers OUT.jsonl --pairs CNNDM.jsonl.gz --more BBC.jsonl --models MODELS

PAIRS and MORE as for ``training.writer``. Drawn at temperature one by OpenVINO on a CPU, some seven questions a second
a core; OUT grows with every 64 questions, and a run that was stopped goes on after them.
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
from standfirst.condensing import drafting
from standfirst.reading.text import read_text
from standfirst_models.cache import ModelCache
from standfirst_models.catalog import resolve
from standfirst_models.protocols.writer import Prompt
from standfirst_models.runtimes.openvino.no_telemetry import openvino, openvino_genai
from standfirst_models.runtimes.text.chat import Chat
from standfirst_models.runtimes.text.tokenizer import decode, load_tokenizer
from training.lessons import KEPT, asked_of, mended

#: Answers to each question, and questions asked together.
_DRAWN, _TOGETHER = 5, 64
#: Of an article this many sentences are taken, rather from its beginning, where what is chosen stands.
_TAKEN, _FIRST = 2, 14
#: The share of articles of which a headline is asked.
_HEADED = 0.3


@dataclass(frozen=True, slots=True)
class Drawn:
    """A question, be it for a "headline" or for a "sentence", and what the writer answered, each time."""

    kind: str
    instruction: str
    passage: str
    answers: tuple[str, ...]


class Sampler:
    """The model in ``folder``, as ``graph`` has built it, drawing its words by their likelihood."""

    def __init__(self, folder: Path) -> None:
        scheduling = openvino_genai.SchedulerConfig()
        scheduling.num_kv_blocks = 1200
        scheduling.max_num_seqs = 96
        scheduling.enable_prefix_caching = True
        nothing = openvino_genai.Tokenizer(folder)
        self._pipeline = openvino_genai.ContinuousBatchingPipeline(folder, nothing, scheduling, "CPU")
        self._chat = Chat.load(folder)
        self._tokenizer = load_tokenizer(folder)

    def draw(self, prompts: Sequence[Prompt], seed: int) -> list[tuple[str, ...]]:
        """Some answers to each of ``prompts``."""
        handles = []
        for number, prompt in enumerate(prompts):
            asked = openvino_genai.GenerationConfig(
                max_new_tokens=prompt.max_new_tokens,
                do_sample=True,
                top_p=0.95,
                num_return_sequences=_DRAWN,
                rng_seed=seed,
                stop_token_ids=set(self._chat.ends),
            )
            tokens = self._tokenizer.encode(self._chat.render(prompt), add_special_tokens=False).ids
            ids = openvino.Tensor(np.array([tokens], dtype=np.int64))
            handles.append(self._pipeline.add_request(number, ids, asked))
        while self._pipeline.has_non_finished_requests():
            self._pipeline.step()
        return [
            tuple(
                decode(self._tokenizer, answer.generated_ids, prompt.max_new_tokens, self._chat.ends)
                for answer in handle.read_all()
            )
            for handle, prompt in zip(handles, prompts, strict=True)
        ]


def questions(articles: Sequence[str], random: Random) -> Iterator[tuple[str, Prompt]]:
    """What the service would ask of each article, and for what."""
    for text in articles:
        sources = [mended(source) for source in asked_of(read_text(text))[:_FIRST]]
        nearer = [1 / (index + 1) ** 0.5 for index in range(len(sources))]
        taken = sorted(set(random.choices(range(len(sources)), nearer, k=_TAKEN))) if sources else []
        for index in taken:
            yield "sentence", drafting.sentence_prompt(sources[index])
        if taken and random.random() < _HEADED:
            yield "headline", drafting.headline_prompt(sources[taken[0] : taken[0] + 2])


def read_drawn(path: Path) -> Iterator[Drawn]:
    """What ``main`` has written."""
    for row in read_rows(path):
        yield Drawn(**row | {"answers": tuple(row["answers"])})


def main() -> None:
    """Draw, and write the answers."""
    parser = argparse.ArgumentParser(description="Draw answers from the writer.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--pairs", type=Path, required=True)
    parser.add_argument("--more", type=Path, required=True)
    parser.add_argument("--models", type=Path, required=True, help="the models folder, where the writer is")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    cache = ModelCache(given.models)
    spec = resolve("standfirst-135m", "writer")
    sampler = Sampler(cache.ensure(spec.for_openvino(cache.locate(spec).revision)).folder)
    random = Random(given.seed)
    articles = [row["article"] for row in read_rows(given.pairs)]
    articles += [row["text"] for row in read_rows(given.more)][KEPT:]
    random.shuffle(articles)
    done = sum(1 for _ in read_drawn(given.out)) if given.out.exists() else 0
    left = islice(questions(articles, random), done, None)
    while batch := list(islice(left, _TOGETHER)):
        drawn = sampler.draw([prompt for _, prompt in batch], given.seed + done)
        with given.out.open("a", encoding="utf-8") as out:
            for (kind, prompt), answers in zip(batch, drawn, strict=True):
                row = asdict(Drawn(kind, prompt.instruction, prompt.passage, answers))
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
        done += len(batch)
        print(f"{done} questions", flush=True)


if __name__ == "__main__":
    main()
