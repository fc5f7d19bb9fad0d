"""The parser of sentences: what is parsed, how often, and what loading raises."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from spacy.tokens import Doc

from standfirst.language.parser import Parses, SentenceParser

SENTENCE = "The council closed the bridge in Felden on Friday."


class CountingParser(SentenceParser):
    """A parser that records the sentences that it parses."""

    def __init__(self, parser: SentenceParser) -> None:
        super().__init__(Path())
        self._parser = parser
        self.parsed: list[str] = []

    def parse(self, sentences: Sequence[str], *, entities: bool = True) -> list[Doc]:
        """Record and parse ``sentences``."""
        self.parsed += sentences
        return self._parser.parse(sentences, entities=entities)

    def add_entities(self, parsed: Doc) -> None:
        """Add the entities to ``parsed``."""
        self._parser.add_entities(parsed)


def test_a_parse_has_relations_tags_and_entities(parser: SentenceParser) -> None:
    [parsed] = parser.parse([SENTENCE])
    by_text = {token.text: token for token in parsed}
    assert by_text["council"].dep_ == "nsubj"
    assert by_text["closed"].tag_ == "VBD"
    assert by_text["Friday"].ent_type_ == "DATE"


def test_sentences_are_parsed_in_order_and_alone(parser: SentenceParser) -> None:
    sentences = [SENTENCE, "Buses run at night.", ""]
    assert [parsed.text for parsed in parser.parse(sentences)] == sentences


def test_threads_may_share_a_parser(parser: SentenceParser) -> None:
    sentences = [f"Councillor number {n} voted against the plan." for n in range(40)]
    with ThreadPoolExecutor(4) as pool:
        parsed = pool.map(lambda sentence: parser.parse([sentence])[0].text, sentences)
    assert list(parsed) == sentences


def test_a_folder_without_a_pipeline_is_an_error_when_it_is_waited_for(tmp_path: Path) -> None:
    broken = SentenceParser(tmp_path)
    broken.start()
    with pytest.raises(OSError, match=r"meta\.json"):
        broken.wait()


def test_each_sentence_is_parsed_once(parser: SentenceParser) -> None:
    counting = CountingParser(parser)
    parses = Parses(counting)
    parses.prepare([SENTENCE, SENTENCE, "Buses run at night."])
    first = parses.of(SENTENCE)
    assert first is not None
    assert parses.of(SENTENCE) is first
    parses.of("Buses run at night.")
    assert counting.parsed == [SENTENCE, "Buses run at night."]


def test_a_claim_has_entities_once_it_is_asked_for_as_a_sentence(parser: SentenceParser) -> None:
    counting = CountingParser(parser)
    parses = Parses(counting)
    claim = parses.of_claim(SENTENCE)
    assert claim is not None
    assert not claim.has_annotation("ENT_IOB")
    assert parses.of(SENTENCE) is claim
    assert claim.ents[-1].text == "Friday"
    assert counting.parsed == [SENTENCE]


def test_without_a_parser_nothing_is_parsed() -> None:
    assert Parses(None).of(SENTENCE) is None


def test_a_text_without_full_stops_is_not_parsed(parser: SentenceParser) -> None:
    counting = CountingParser(parser)
    assert Parses(counting).of("word " * 500) is None
    assert Parses(counting).of_claim("word " * 500) is None
    assert counting.parsed == []


def test_the_parser_loads_without_torch_which_can_be_imported_after_it(models_dir: Path) -> None:
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from standfirst.language.parser import SentenceParser\n"
        "from standfirst_models.cache import ModelCache\n"
        "from standfirst_models.catalog import ENGLISH_PARSER, resolve\n"
        "weights = ModelCache(Path(sys.argv[1]), offline=True).ensure(resolve(ENGLISH_PARSER, 'analysis'))\n"
        "SentenceParser(weights.folder).parse(['Buses run.'])\n"
        "print('torch' in sys.modules)\n"
        "import torch\n"
    )
    command = [sys.executable, "-c", code, str(models_dir)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "False\n"
