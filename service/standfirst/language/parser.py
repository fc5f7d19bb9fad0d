"""The parser of sentences: tags, dependency trees and named entities, by spaCy."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from pathlib import Path
from threading import Lock, get_ident
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.language import Language as Pipeline
    from spacy.tokens import Doc


#: The number of characters of the longest sentence that is parsed. A longer one is a text without full stops.
_MAX_CHARACTERS = 2_000
#: The part of the pipeline that finds named entities.
_ENTITIES = "ner"
#: A part that stands for the parser where that is switched off.
_UNUSED = ("senter",)
#: The module that makes ``spacy`` import spaCy's command line.
_COMMANDS = "spacy.cli.info"


class SentenceParser:
    """Parses sentences with the spaCy pipeline in ``folder``. Safe to share between threads.

    spaCy takes a second to import and to load the pipeline, so ``start`` does this in a thread of its own.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._loading: Future[Pipeline] | None = None
        #: A pipeline adds words to its vocabulary, and spaCy does not promise that threads may do so together.
        self._lock = Lock()

    def start(self) -> None:
        """Start to load the pipeline. Starting twice has no effect."""
        if self._loading is None:
            pool = ThreadPoolExecutor(1, "parser")
            self._loading = pool.submit(_load, self._folder)
            pool.shutdown(wait=False)

    def wait(self) -> None:
        """Wait until the pipeline is loaded. Raises what loading raised."""
        self._pipeline()

    def parse(self, sentences: Sequence[str], *, entities: bool = True) -> list[Doc]:
        """Return the parse of each of ``sentences``, in order; without ``entities`` in little more than half the time.

        It takes about 0.15 ms a word.
        """
        pipeline = self._pipeline()
        with self._lock:
            return list(pipeline.pipe(sentences, disable=() if entities else (_ENTITIES,)))

    def add_entities(self, parsed: Doc) -> None:
        """Add the entities to a parse that was made without them."""
        recognizer = self._pipeline().get_pipe(_ENTITIES)
        with self._lock:
            recognizer(parsed)

    def _pipeline(self) -> Pipeline:
        self.start()
        assert self._loading is not None  # noqa: S101
        return self._loading.result()


class Parses:
    """The parses of sentences, each made once, when it is first asked for.

    ``parser`` is None for a language that it does not know. Not safe to share between threads.
    """

    def __init__(self, parser: SentenceParser | None) -> None:
        self._parser = parser
        self._by_text: dict[str, Doc] = {}

    def of(self, sentence: str) -> Doc | None:
        """Return the parse of ``sentence``; None if there is no parser or it is too long to be parsed."""
        self.prepare((sentence,))
        parsed = self._by_text.get(sentence)
        if self._parser is not None and parsed is not None and not parsed.has_annotation("ENT_IOB"):
            self._parser.add_entities(parsed)
        return parsed

    def of_claim(self, claim: str) -> Doc | None:
        """Return the parse of ``claim`` as ``of`` does, without entities if it was not made before."""
        self.prepare((), (claim,))
        return self._by_text.get(claim)

    def prepare(self, sentences: Iterable[str], claims: Iterable[str] = ()) -> None:
        """Parse those texts that are not too long, ``claims`` without entities.

        Many at a time take half the time of one by one.
        """
        for texts, entities in ((sentences, True), (claims, False)):
            missing = [s for s in dict.fromkeys(texts) if s not in self._by_text and len(s) <= _MAX_CHARACTERS]
            if self._parser is not None and missing:
                self._by_text.update(zip(missing, self._parser.parse(missing, entities=entities), strict=True))


def _load(folder: Path) -> Pipeline:
    collects = gc.isenabled()
    gc.disable()  # an import makes no garbage, and looking for it takes a sixth of the time
    try:
        with _without_torch(), _without_commands():
            import spacy
        return spacy.load(folder, exclude=_UNUSED)
    finally:
        if collects:
            gc.enable()


class _HiddenTorch(MetaPathFinder):
    """Finds no torch for the thread that has made it. Other threads import it as ever."""

    def __init__(self) -> None:
        self._thread = get_ident()

    def find_spec(self, fullname: str, *_: object) -> None:
        """Raise ``ModuleNotFoundError`` for torch in that thread."""
        if fullname == "torch" and get_ident() == self._thread:
            raise ModuleNotFoundError("torch is hidden")


@contextmanager
def _without_torch() -> Iterator[None]:
    """Hide torch from what this thread imports: spaCy would import it, at a second and 180 MB, and never use it."""
    finder = _HiddenTorch()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


@contextmanager
def _without_commands() -> Iterator[None]:
    """Put an empty module in the place of spaCy's command line, a third of what it imports, while spaCy is imported."""
    if _COMMANDS in sys.modules:
        yield
        return
    empty = ModuleType(_COMMANDS)
    empty.info = None  # type: ignore[attr-defined]
    sys.modules[_COMMANDS] = empty
    try:
        yield
    finally:
        del sys.modules[_COMMANDS]
