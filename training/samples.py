"""Sample from the writer: several outputs for each of the service's prompts.

    python -m training.samples OUT.jsonl --pairs CNNDM.jsonl.gz --more BBC.jsonl --models MODELS

PAIRS and MORE are as for ``training.writer``. The prompts are about the sentences that the service would choose of each
article, before grounding. OpenVINO samples at temperature one, about seven prompts a second and
core on a CPU. OUT grows with every 64 prompts, and a stopped run resumes there.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import islice
from pathlib import Path
from random import Random

import numpy as np

from judgements.judged import open_grounding, read_rows
from standfirst.application.weights import ensure_model
from standfirst.condensing.drafting.shortening import headline_prompt, sentence_prompt
from standfirst.condensing.generation import Generator
from standfirst.condensing.information import information_of
from standfirst.condensing.ranker import Ranker
from standfirst.condensing.selection import choose
from standfirst.condensing.source_sentence import source_sentences_of
from standfirst.domain.briefing import Options
from standfirst.errors import StandfirstError
from standfirst.grounding.index import Grounding
from standfirst.language.words import Lexer, stems_of
from standfirst.reading.text import read_text
from standfirst.settings import Settings
from standfirst_models.cache import ModelCache
from standfirst_models.catalog import RANKER_ENCODER, RANKER_WEIGHTS, resolve
from standfirst_models.protocols.encoder import Encoder
from standfirst_models.protocols.writer import Prompt
from standfirst_models.runtimes.loading import load_encoder
from standfirst_models.runtimes.openvino.no_telemetry import openvino, openvino_genai
from standfirst_models.runtimes.text.chat import Chat
from standfirst_models.runtimes.text.tokenizer import decode, load_tokenizer
from training.writer_examples import HELD_OUT_ARTICLES, detokenized

#: Samples a prompt, and prompts a batch.
_SAMPLES, _BATCH = 5, 64
#: Sentences of fewer words are not drafted by the service.
_MIN_WORDS = 15
#: The share of articles with a prompt for a headline.
_HEADLINES = 0.3


@dataclass(frozen=True, slots=True)
class Samples:
    """A prompt, of the kind "headline" or "sentence", the writer's outputs, and what people wrote of the article.

    ``worth`` is how salient each stem of the passage is in its article.
    """

    kind: str
    instruction: str
    passage: str
    outputs: tuple[str, ...]
    reference: str = ""
    worth: Mapping[str, float] = field(default_factory=dict)


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


class Asker:
    """Asks what the service could ask the writer: for shorter forms of the sentences that it chooses."""

    def __init__(self, encoder: Encoder, ranker: Ranker, grounding: Grounding) -> None:
        self._encoder = encoder
        self._ranker = ranker
        self._grounding = grounding
        self._lexer = Lexer()

    def prompts_of(self, articles: Iterable[tuple[str, str]], random: Random) -> Iterator[tuple[Samples, Prompt]]:
        """Yield samples without outputs: the prompts about each article.

        ``articles`` are texts with references, which may be empty.
        """
        for text, reference in articles:
            try:
                article = read_text(detokenized(text))
            except StandfirstError:
                continue
            sources = source_sentences_of(article)
            vectors = self._encoder.encode([source.text for source in sources], lambda: False)
            information = information_of(sources, vectors, None, self._ranker, is_english=True)
            generator = Generator(article, sources, self._grounding.index(article), information)
            chosen = choose(generator.candidates(Options()), information, Options())
            texts = [generator.sources[candidate.sources[0]].text for candidate in chosen]
            asked = [("sentence", sentence_prompt(text)) for text in texts if len(text.split()) >= _MIN_WORDS]
            if texts and random.random() < _HEADLINES:
                asked.append(("headline", headline_prompt(texts[:1])))
            for kind, prompt in asked:
                stems = sorted(stems_of(self._lexer.words(prompt.passage)))
                worth = {stem: round(information.salience([stem]), 4) for stem in stems}
                yield Samples(kind, prompt.instruction, prompt.passage, (), reference, worth), prompt


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
    encoder = load_encoder(ensure_model(resolve(RANKER_ENCODER, "encoder"), Settings(), cache)[0].folder)
    asker = Asker(encoder, Ranker.load(RANKER_WEIGHTS), open_grounding())
    remaining = islice(asker.prompts_of(articles, random), done, None)
    while batch := list(islice(remaining, _BATCH)):
        outputs = sampler.sample([prompt for _, prompt in batch], arguments.seed + done)
        with arguments.out.open("a", encoding="utf-8") as out:
            for (asked, _), drawn in zip(batch, outputs, strict=True):
                row = asdict(replace(asked, outputs=drawn))
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
        done += len(batch)
        print(f"{done} prompts", flush=True)


if __name__ == "__main__":
    main()
