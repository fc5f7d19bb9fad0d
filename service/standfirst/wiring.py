"""The wiring: builds the engines, and what commands do with them, from the settings.

``services`` builds what the HTTP API serves. No other module joins the parts.
Nothing happens at import, and what loads no model is imported where it is built: ``standfirst serve`` loads the models
meanwhile.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from pydantic import SecretStr

from standfirst.application.tokens import CountTokens, estimate_tokens
from standfirst.application.weights import ensure_model, ensure_verifier
from standfirst.errors import StandfirstError
from standfirst.language.parser import SentenceParser
from standfirst.settings import Settings
from standfirst_models.cache import ModelCache
from standfirst_models.catalog import ENGLISH_PARSER, RANKER_ENCODER, RANKER_WEIGHTS, Folder, Strategy, resolve
from standfirst_models.engine.roles import encoder_engine, verifier_engine, writer_engine
from standfirst_models.protocols.served_model import ServedModel
from standfirst_models.protocols.verifier import Finding, Pair
from standfirst_models.protocols.writer import Prompt
from standfirst_models.remote.endpoint import SCHEME
from standfirst_models.remote.judge import open_judge
from standfirst_models.remote.writer import open_remote_writer
from standfirst_models.runtimes.loading import load_encoder, load_writer
from standfirst_models.runtimes.text.tokenizer import TokenCounter
from standfirst_models.strategy import strategy_of

if TYPE_CHECKING:
    from standfirst.application.admission import OpenSlot
    from standfirst.application.briefing_service import BriefingService
    from standfirst.application.engines import Engines, ModelRuntime
    from standfirst.application.verification_service import VerificationService
    from standfirst.domain.briefing import ServedBriefing
    from standfirst.grounding.index import Grounding
    from standfirst.grounding.registry import CheckRegistry
    from standfirst.grounding.review import Verify
    from standfirst.reading.fetch import FetchPolicy
    from standfirst.reading.source import Reader
    from standfirst.store.briefings import BriefingStore

_log = logging.getLogger(__name__)


def open_engines(settings: Settings, *, progress: bool = False, start: bool = False) -> Engines:
    """Return the engines that the settings name. Their weights are fetched and verified; ``Engines.start`` loads them.

    ``start`` loads the writer and the parser, which take longest, while the weights of the others are verified.
    ``progress`` shows progress bars on standard error. Raises ``ModelError``, and what ``open_checks`` raises.
    """
    cache = _model_cache(settings, progress=progress)
    writer, writer_revision, writer_runtime, count_tokens = _open_writer(settings, cache)
    if start:
        writer.start()
    parser, parser_revision = _open_parser(cache)
    if start:
        parser.start()

    from standfirst.application.calibrations import find_calibration
    from standfirst.application.engines import Engines
    from standfirst.condensing.ranker import Ranker
    from standfirst.grounding.index import Grounding

    checks = open_checks(settings)
    spec = resolve(settings.encoder, "encoder")
    encoder_weights, encoder_runtime = ensure_model(spec, settings, cache)
    verifier, verifier_revision, verifier_runtime = _open_verifier(settings, cache)
    strategy = _strategy(settings, cache)
    _log.info("%s runs the writer %s, %s the encoder %s", writer_runtime, writer.name, encoder_runtime, spec.name)
    _log.info("the writer's strategy is to %s", strategy)
    return Engines(
        writer=writer,
        encoder=encoder_engine(spec.name, lambda: load_encoder(encoder_weights.folder)),
        verifier=verifier,
        writer_revision=writer_revision,
        encoder_revision=encoder_weights.revision,
        verifier_revision=verifier_revision,
        parser_revision=parser_revision,
        runtime=writer_runtime,
        parser=parser,
        grounding=Grounding(parser, checks, find_calibration(settings, settings.verifier, verifier_revision)),
        encoder_runtime=encoder_runtime,
        verifier_runtime=verifier_runtime,
        ranker=Ranker.load(RANKER_WEIGHTS) if spec == resolve(RANKER_ENCODER, "encoder") else None,
        count_tokens=count_tokens,
        strategy=strategy,
    )


def open_checks(settings: Settings) -> CheckRegistry:
    """Return the checks without those that are off. Raises ``StandfirstError`` for a code that no check has."""
    from standfirst.grounding.registry import ENGLISH, UnknownCheck

    try:
        return ENGLISH.without(settings.checks_off)
    except UnknownCheck as error:
        raise StandfirstError(f"STANDFIRST_CHECKS_OFF cannot be read. {error}") from None


@asynccontextmanager
async def running_engines(settings: Settings, *, progress: bool = False) -> AsyncIterator[Engines]:
    """Open the engines, load their models, and close them when the block ends. Raises ``ModelError``."""
    engines = open_engines(settings, progress=progress, start=True)
    engines.start()
    try:
        await engines.ready()
        yield engines
    finally:
        await engines.close()


@asynccontextmanager
async def running_verifier(
    settings: Settings, *, progress: bool = False
) -> AsyncIterator[tuple[ServedModel[Pair, Finding], str, Grounding]]:
    """Do the same for the verifier and the parser alone: give the verifier, its revision, and grounding.

    Grounding has the calibration that comes with Standfirst. Raises ``ModelError``, and what ``open_checks`` raises.
    """
    from standfirst.application.calibrations import known_calibration
    from standfirst.grounding.index import Grounding

    cache = _model_cache(settings, progress=progress)
    checks = open_checks(settings)
    parser, _ = _open_parser(cache)
    verifier, revision, _ = _open_verifier(settings, cache)
    verifier.start()
    parser.start()
    try:
        await verifier.ready()
        yield verifier, revision, Grounding(parser, checks, known_calibration(settings.verifier))
    finally:
        await verifier.close()


@asynccontextmanager
async def running_verification(settings: Settings, *, progress: bool = False) -> AsyncIterator[VerificationService]:
    """Give the verification service for a command that writes nothing. Raises as ``running_verifier`` does."""
    from standfirst.application.calibrations import find_calibration

    async with running_verifier(settings, progress=progress) as (verifier, revision, grounding):
        calibration = find_calibration(settings, settings.verifier, revision)
        yield open_verification_service(settings, verifier.submit, replace(grounding, calibration=calibration))


def fetch_policy(settings: Settings) -> FetchPolicy:
    """Return what may be fetched: from which ports and networks, how many bytes, and in how many seconds."""
    from standfirst.reading.fetch import FetchPolicy

    return FetchPolicy(
        max_bytes=settings.max_page_bytes,
        timeout_s=settings.fetch_timeout,
        ports=settings.fetch_ports,
        networks=settings.fetch_networks,
    )


def open_reader(settings: Settings) -> Reader:
    """Return the reader that makes articles of sources."""
    from standfirst.reading.source import Reader

    return Reader(fetch_policy(settings), settings.max_words)


def open_briefing_service(
    settings: Settings,
    engines: Engines,
    store: BriefingStore | None = None,
    *,
    patient: bool = False,
    on_served: Callable[[ServedBriefing], None] = lambda _: None,
    open_slot: OpenSlot | None = None,
) -> BriefingService:
    """Return the briefing service. The models work for a ``patient`` one when nothing else waits for them."""
    from standfirst.application.admission import unlimited
    from standfirst.application.briefing_service import BriefingService

    briefer = engines.briefer(patient=patient)
    return BriefingService(open_reader(settings), briefer, store, on_served, open_slot or unlimited)


def open_verification_service(
    settings: Settings, verify: Verify, grounding: Grounding, *, open_slot: OpenSlot | None = None
) -> VerificationService:
    """Return the verification service with that verifier."""
    from standfirst.application.admission import unlimited
    from standfirst.application.verification_service import VerificationService

    return VerificationService(open_reader(settings), verify, grounding, open_slot or unlimited)


def _open_parser(cache: ModelCache) -> tuple[SentenceParser, str]:
    """Return the parser of English sentences, not yet loaded, and its revision."""
    weights = cache.ensure(resolve(ENGLISH_PARSER, "analysis"))
    return SentenceParser(weights.folder), weights.revision


def _open_writer(
    settings: Settings, cache: ModelCache
) -> tuple[ServedModel[Prompt, str], str, ModelRuntime, CountTokens]:
    """Return the writer, its revision, what runs it, and what counts its tokens."""
    if settings.writer.startswith(SCHEME):
        remote = open_remote_writer(settings.writer, _secret(settings.writer_key))
        return remote, remote.revision, "openai", estimate_tokens
    spec = resolve(settings.writer, "writer")
    weights, runtime = ensure_model(spec, settings, cache)
    has_tokenizer = (weights.folder / "tokenizer.json").exists()
    count = TokenCounter(weights.folder) if has_tokenizer else estimate_tokens
    return writer_engine(spec.name, lambda: load_writer(weights.folder)), weights.revision, runtime, count


def _strategy(settings: Settings, cache: ModelCache) -> Strategy:
    """Return how the writer drafts. Any model that is worth a server can be asked for a whole briefing."""
    if settings.strategy != "auto":
        return settings.strategy
    if settings.writer.startswith(SCHEME):
        return "compose"
    spec = resolve(settings.writer, "writer")
    return strategy_of(spec, spec.source.path if isinstance(spec.source, Folder) else cache.locate(spec).folder)


def _open_verifier(settings: Settings, cache: ModelCache) -> tuple[ServedModel[Pair, Finding], str, ModelRuntime]:
    """Return the verifier, its revision, and what runs it."""
    if settings.verifier.startswith(SCHEME):
        judge = open_judge(settings.verifier, _secret(settings.verifier_key))
        return judge, judge.revision, "openai"
    weights = ensure_verifier(settings, cache)
    return verifier_engine(weights.name, weights.load), weights.revision, weights.runtime


def _secret(key: SecretStr | None) -> str | None:
    return None if key is None else key.get_secret_value()


def _model_cache(settings: Settings, *, progress: bool) -> ModelCache:
    return ModelCache(settings.models_dir, offline=settings.offline, progress=progress)
