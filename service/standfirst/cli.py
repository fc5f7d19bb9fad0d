"""The command: ``standfirst brief | verify | serve | models``.

What goes wrong is told in one line on standard error, with a non-zero exit; what was asked for goes to standard
output and nothing else does.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import re
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path

from pydantic import ValidationError

from standfirst import __version__
from standfirst.briefing import Options
from standfirst.desk import Served
from standfirst.errors import NotText, StandfirstError
from standfirst.reading.source import Source
from standfirst.settings import Settings
from standfirst_models.cache import ModelCache
from standfirst_models.catalog import ModelSpec, catalog, resolve
from standfirst_models.errors import ModelError

_log = logging.getLogger(__name__)
_INTERRUPTED = 130
#: Seconds that requests have to end by themselves when the service is told to.
_GRACE = 10
#: Connections that may wait to be taken.
_BACKLOG = 2048
_HTML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|\?xml|head|body|article|div|p)\b", re.IGNORECASE)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command with ``arguments``, by default the process's own; the exit status."""
    asked = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace, Settings], int] = asked.command
    try:
        return command(asked, Settings())
    except ValidationError as error:
        return _failed("; ".join(_setting(one["loc"], one["msg"]) for one in error.errors()))
    except (StandfirstError, ModelError) as error:
        return _failed(str(error))
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            # Whoever read the output has had enough; the interpreter must not complain of it at its end either.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 1
        return _failed(f"{error.filename or 'the file system'}: {error.strerror or error}")
    except KeyboardInterrupt:
        return _INTERRUPTED


def run() -> None:
    """The entry point of the installed command."""
    sys.exit(main())


def _failed(message: str) -> int:
    print(f"standfirst: {message}", file=sys.stderr)
    return 1


def _setting(where: tuple[int | str, ...], message: str) -> str:
    name = f"STANDFIRST_{str(where[0]).upper()}: " if where else ""
    return name + message.removeprefix("Value error, ")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="standfirst",
        description="Condense news articles into short briefings whose every sentence points at what backs it.",
        epilog="Settings are read from the environment: STANDFIRST_PORT and others, listed in docs/operating.md.",
    )
    parser.add_argument("--version", action="version", version=f"standfirst {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    brief = commands.add_parser("brief", help="condense one article", description="Condense one article.")
    brief.add_argument(
        "source", nargs="?", default="-", metavar="FILE | URL | -", help="text or HTML; - is standard input (default)"
    )
    brief.add_argument("--title", help="the article's title, where it is known")
    brief.add_argument("--points", type=_between(0, 10), default=3, metavar="N", help="key points, 0 to 10 (3)")
    brief.add_argument(
        "--max-words", type=_between(10, 2000), default=120, metavar="N", help="words in all, 10 to 2000 (120)"
    )
    brief.add_argument(
        "--on-unsupported",
        choices=("replace", "drop", "flag"),
        default="replace",
        help="what becomes of a drafted sentence that the article does not back (replace)",
    )
    form = brief.add_mutually_exclusive_group()
    form.add_argument("--json", dest="form", action="store_const", const="json", help="as the service answers")
    form.add_argument("--markdown", dest="form", action="store_const", const="markdown", help="to be pasted")
    brief.set_defaults(command=_brief)

    verify = commands.add_parser(
        "verify", help="hold a summary against its article", description="Hold a summary against its article."
    )
    verify.add_argument("source", metavar="ARTICLE", help="a file, a URL, or - for standard input")
    verify.add_argument("summary", metavar="SUMMARY", help="a file of text, or - for standard input")
    verify.add_argument("--title", help="the article's title, where it is known")
    verify.add_argument("--json", action="store_true", help="as the service answers")
    verify.set_defaults(command=_verify)

    serve = commands.add_parser("serve", help="run the service", description="Run the service until SIGTERM.")
    serve.set_defaults(command=_serve)

    models = commands.add_parser("models", help="the weights that are kept", description="The weights that are kept.")
    actions = models.add_subparsers(required=True, metavar="ACTION")
    actions.add_parser("list", help="which models are known and kept").set_defaults(command=_models_list)
    for action, command, what in (
        ("pull", _models_pull, "fetch and keep"),
        ("verify", _models_verify, "hold every kept file against its hash"),
        ("remove", _models_remove, "delete from the cache"),
    ):
        parsed = actions.add_parser(action, help=what)
        parsed.add_argument("names", nargs="+" if action == "remove" else "*", metavar="NAME")
        parsed.set_defaults(command=command)
    return parser


def _between(low: int, high: int) -> Callable[[str], int]:
    def number(given: str) -> int:
        value = int(given)
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"{value} is not between {low} and {high}")
        return value

    number.__name__ = "number"
    return number


def _brief(asked: argparse.Namespace, settings: Settings) -> int:
    from standfirst.api import presenting
    from standfirst.api.schemas import BriefingOut

    source = _source(asked.source, asked.title)
    options = Options(asked.points, asked.max_words, asked.on_unsupported)
    served = asyncio.run(_briefed(settings, source, options))
    if asked.form == "json":
        print(BriefingOut.of(served).model_dump_json(indent=2))
    elif asked.form == "markdown":
        print(presenting.markdown(served.article, served.briefing), end="")
    else:
        print(presenting.plain(served.article, served.briefing), end="")
    return 0


async def _briefed(settings: Settings, source: Source, options: Options) -> Served:
    from standfirst.app import open_desk
    from standfirst.engines import open_engines

    progress = sys.stderr.isatty()
    engines = open_engines(settings, progress=progress)
    desk = open_desk(settings, engines, store=None)
    engines.start()
    try:
        if progress:
            print("loading the models …", end="", file=sys.stderr, flush=True)
        await engines.ready()
        return await desk.serve(source, options)
    finally:
        if progress:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
        await engines.close()


def _verify(asked: argparse.Namespace, settings: Settings) -> int:
    from standfirst.api import presenting
    from standfirst.api.schemas import VerificationOut
    from standfirst.app import open_reader
    from standfirst.desk import verify

    if asked.source == asked.summary == "-":
        return _failed("the article and its summary cannot both come from standard input")
    source = _source(asked.source, asked.title)
    summary = _text(asked.summary, _content(asked.summary, "the summary"))
    verified = asyncio.run(verify(open_reader(settings), source, summary))
    if asked.json:
        print(VerificationOut.of(verified).model_dump_json(indent=2))
    else:
        print(presenting.judged(verified.verification), end="")
    return 0


def _source(given: str, title: str | None) -> Source:
    """What the argument names: an address, a file of text or HTML, or standard input."""
    if given.startswith(("http://", "https://")):
        return Source(url=given, title=title)
    content = _content(given, "the article")
    if _HTML.match(content) or given.lower().endswith((".html", ".htm", ".xhtml")):
        return Source(html=content, title=title)
    return Source(text=_text(given, content), title=title)


def _content(given: str, what: str) -> bytes:
    if given == "-" and sys.stdin.isatty():
        print(f"paste {what}, then press Ctrl-D", file=sys.stderr)
    return sys.stdin.buffer.read() if given == "-" else Path(given).read_bytes()


def _text(given: str, content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise NotText(f"{'Standard input' if given == '-' else given} is neither text in UTF-8 nor HTML.")
    return text


def _serve(_: argparse.Namespace, settings: Settings) -> int:
    from standfirst.telemetry import configure_logging

    if settings.stands_open:
        return _failed(
            f"listening on {settings.host} would let anyone use this service: set STANDFIRST_API_KEYS, "
            "or STANDFIRST_ALLOW_OPEN=1 if something before it checks who calls"
        )
    configure_logging(settings.log_level)
    # uvicorn ends what runs and then raises the signal anew: being told to end is no failure.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    return asyncio.run(_served(settings))


async def _served(settings: Settings) -> int:
    import uvicorn

    from standfirst.app import create_app
    from standfirst.engines import open_engines

    listening = _listening(settings)
    engines = open_engines(settings, progress=sys.stderr.isatty())
    config = uvicorn.Config(
        create_app(settings, engines),
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE,
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve([listening]))
    _log.info("listening on %s port %d; loading the models", *listening.getsockname()[:2])
    ready = asyncio.create_task(engines.ready())
    await asyncio.wait({serving, ready}, return_when=asyncio.FIRST_COMPLETED)
    failure = ready.exception() if ready.done() else None
    if failure is not None:
        server.should_exit = True
    elif ready.done() and not server.should_exit:
        _invite(settings, listening.getsockname()[1])
    ready.cancel()
    await serving
    if isinstance(failure, Exception):
        raise failure
    return 0


def _listening(settings: Settings) -> socket.socket:
    """The socket to listen on, taken before anything that takes long. Raises ``StandfirstError``."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listening = socket.create_server((settings.host, settings.port), family=family, backlog=_BACKLOG)
    except OSError as error:
        raise StandfirstError(
            f"Port {settings.port} of {settings.host} cannot be listened on: {error.strerror}. "
            "STANDFIRST_PORT and STANDFIRST_HOST choose another."
        ) from error
    # Connections inherit it. asyncio sets it only on sockets that say that they are TCP, which this one does not, and
    # without it every answer but a connection's first waits 40 ms for the caller's system to acknowledge.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def _invite(settings: Settings, port: int) -> None:
    """Print a command that makes a first briefing."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    key = " -H 'Authorization: Bearer YOUR-KEY'" if settings.api_keys else ""
    sample = files("standfirst") / "sample.json"
    print(
        f"Standfirst is ready on http://{host}:{port} (documentation: /docs). A first briefing, of a sample article:\n"
        f"curl -s http://{host}:{port}/v1/briefings{key} -H 'Content-Type: application/json' -d @{sample}",
        flush=True,
    )


def _cache(settings: Settings) -> ModelCache:
    return ModelCache(settings.models_dir, offline=settings.offline, progress=sys.stderr.isatty())


def _specs(settings: Settings, names: Sequence[str]) -> list[ModelSpec]:
    """The models of those names; without names, those that this service would run."""
    if not names:
        return [resolve(settings.encoder, "encoder"), resolve(settings.writer, "writer")]
    known = {spec.name: spec for spec in catalog()}
    return [known.get(name) or resolve(name, "writer") for name in names]


def _models_list(_: argparse.Namespace, settings: Settings) -> int:
    kept = {model.slot: model for model in _cache(settings).kept()}
    rows = [(spec.name, spec.role, spec.origin, kept.pop(spec.slot, None)) for spec in catalog()]
    rows += [(model.name, "writer", "", model) for model in kept.values()]
    for name, role, origin, model in rows:
        state = f"{model.bytes / 1e6:.0f} MB" if model else "not kept"
        print(f"{name:24} {role:8} {state:>9}  {origin}".rstrip())
    return 0


def _models_pull(asked: argparse.Namespace, settings: Settings) -> int:
    for spec in _specs(settings, asked.names):
        weights = _cache(settings).ensure(spec)
        print(f"{spec.name}: kept, revision {weights.revision}")
    return 0


def _models_verify(asked: argparse.Namespace, settings: Settings) -> int:
    status = 0
    for spec in _specs(settings, asked.names):
        damaged = _cache(settings).verify(spec)
        print(f"{spec.name}: {'damaged: ' + ', '.join(damaged) if damaged else 'sound'}")
        status = status or bool(damaged)
    return int(status)


def _models_remove(asked: argparse.Namespace, settings: Settings) -> int:
    for spec in _specs(settings, asked.names):
        _cache(settings).remove(spec)
        print(f"{spec.name}: removed")
    return 0
