"""``standfirst models``: lists, fetches, verifies, trims and removes weights in the cache, and calibrates verifiers."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from standfirst.cli.arguments import Commands
from standfirst.settings import Settings
from standfirst_models.cache import ModelCache
from standfirst_models.catalog import (
    EMBEDDED_VERIFIER,
    ENGLISH_PARSER,
    VERIFIER_ENCODER,
    Folder,
    ModelSpec,
    catalog,
    resolve,
)
from standfirst_models.remote.endpoint import SCHEME, RemoteRole, parse_endpoint

#: A model fits if it needs less than this share of the machine's memory.
_MEMORY_SHARE = 0.8


def add_to(commands: Commands) -> None:
    """Add the subcommand and its actions to the parser."""
    models = commands.add_parser(
        "models", help="the model weights in the cache", description="The model weights in the cache."
    )
    actions = models.add_subparsers(required=True, metavar="ACTION")
    actions.add_parser(
        "list", help="list the known models: which are in the cache, and which fit into this machine's memory"
    ).set_defaults(command=_list)
    for action, command, what in (
        ("pull", _pull, "download into the cache"),
        ("verify", _verify, "compare every file in the cache with its hash"),
        ("trim", _trim, "delete the weights from which the models that run were built"),
        ("remove", _remove, "delete from the cache"),
    ):
        parsed = actions.add_parser(action, help=what)
        parsed.add_argument("names", nargs="+" if action == "remove" else "*", metavar="NAME")
        parsed.set_defaults(command=command)
    calibrate = actions.add_parser("calibrate", help="fit how a verifier is read to sentences that people judged")
    calibrate.add_argument("name", metavar="NAME", help="the verifier: a name as for STANDFIRST_VERIFIER")
    calibrate.add_argument(
        "judged",
        type=Path,
        metavar="JUDGED.jsonl",
        help="a JSON object a line: article, and sentences, each with text and supported (true or false)",
    )
    calibrate.set_defaults(command=_calibrate)


def _cache(settings: Settings) -> ModelCache:
    return ModelCache(settings.models_dir, offline=settings.offline, progress=sys.stderr.isatty())


def _specs(settings: Settings, names: Sequence[str]) -> list[ModelSpec]:
    """Return the models of those names, or without names those that the service would run."""
    if not names:
        embedded = settings.verifier == EMBEDDED_VERIFIER
        encoders = dict.fromkeys((settings.encoder, VERIFIER_ENCODER) if embedded else (settings.encoder,))
        specs = [resolve(name, "encoder") for name in encoders]
        if not embedded and not settings.verifier.startswith(SCHEME):
            specs.append(resolve(settings.verifier, "verifier"))
        if not settings.writer.startswith(SCHEME):
            specs.append(resolve(settings.writer, "writer"))
        return [*specs, resolve(ENGLISH_PARSER, "analysis")]
    known = {spec.name: spec for spec in catalog()}
    return [known.get(name) or resolve(name, "verifier" if name == settings.verifier else "writer") for name in names]


def _report_remote(settings: Settings, names: Sequence[str]) -> None:
    """Report that models behind a server have no weights here, unless other models were named."""
    roles: tuple[tuple[str, RemoteRole], ...] = ((settings.writer, "writer"), (settings.verifier, "verifier"))
    for name, role in roles:
        if not names and name.startswith(SCHEME):
            endpoint = parse_endpoint(name, role)
            print(f"{endpoint.model or f'the {role}'}: served by {endpoint.origin}, nothing of it is kept here")


def _list(_: argparse.Namespace, settings: Settings) -> int:
    kept = {model.folder_name: model for model in _cache(settings).models()}
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    print(f"{'name':34} {'role':8} {'kept':>9} {'memory':>8}  {'fits':4} {'licence':11} origin")
    for spec in catalog():
        model = kept.pop(spec.folder_name, None)
        state = f"{model.bytes / 1e6:.0f} MB" if model else "not kept"
        needed = spec.memory_bytes or 0
        fits = "yes" if needed < _MEMORY_SHARE * memory else "no"
        line = (
            f"{spec.name:34} {spec.role:8} {state:>9} {needed / 1e9:5.1f} GB  {fits:4} {spec.licence:11} {spec.origin}"
        )
        print(line)
    for other in kept.values():
        print(f"{other.name:34} {other.role:8} {other.bytes / 1e6:6.0f} MB")
    _report_remote(settings, ())
    return 0


def _pull(arguments: argparse.Namespace, settings: Settings) -> int:
    from standfirst.application.weights import ensure_model, ensure_verifier

    cache = _cache(settings)
    for spec in _specs(settings, arguments.names):
        if spec.role == "verifier":
            revision = ensure_verifier(settings.model_copy(update={"verifier": spec.name}), cache).revision
        elif spec.role == "analysis":
            revision = cache.ensure(spec).revision
        else:
            revision = ensure_model(spec, settings, cache)[0].revision
        if spec.name == VERIFIER_ENCODER:
            ensure_verifier(settings.model_copy(update={"verifier": EMBEDDED_VERIFIER}), cache)
        print(f"{spec.name}: kept, revision {revision}")
    _report_remote(settings, arguments.names)
    return 0


def _verify(arguments: argparse.Namespace, settings: Settings) -> int:
    status = 0
    for spec in _specs(settings, arguments.names):
        damaged = _cache(settings).damaged_files(spec)
        sound = "a folder of yours, which has no hashes" if isinstance(spec.source, Folder) else "sound"
        print(f"{spec.name}: {'damaged: ' + ', '.join(damaged) if damaged else sound}")
        status = status or bool(damaged)
    _report_remote(settings, arguments.names)
    return int(status)


def _trim(arguments: argparse.Namespace, settings: Settings) -> int:
    for spec in _specs(settings, arguments.names):
        print(f"{spec.name}: {_cache(settings).trim(spec) / 1e6:.0f} MB deleted")
    return 0


def _remove(arguments: argparse.Namespace, settings: Settings) -> int:
    for spec in _specs(settings, arguments.names):
        _cache(settings).remove(spec)
        print(f"{spec.name}: removed")
    return 0


def _calibrate(arguments: argparse.Namespace, settings: Settings) -> int:
    from standfirst.application.calibrations import keep_calibration
    from standfirst.evaluation.calibration import calibrate, read_judged

    settings = settings.model_copy(update={"verifier": arguments.name})
    articles = read_judged(arguments.judged)
    calibrated = asyncio.run(calibrate(articles, settings, progress=sys.stderr.isatty()))
    for line in calibrated.report():
        print(line)
    path = keep_calibration(settings, calibrated.verifier, calibrated.revision, calibrated.calibration)
    print(f"kept in {path}")
    return 0
