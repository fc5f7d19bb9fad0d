"""The command ``standfirst``: parses the arguments, runs the subcommand, and reports errors.

Standard output has the result alone. An error is one line on standard error, with a non-zero exit status.
"""

from __future__ import annotations

import argparse
import atexit
import os
import sys
import threading
from collections.abc import Callable, Sequence

from pydantic import ValidationError

from standfirst import __version__
from standfirst.cli import brief, digest, evaluate, keys, mcp, models, serve, verify
from standfirst.errors import StandfirstError
from standfirst.settings import Settings
from standfirst_models.errors import ModelError

_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command with ``arguments``, by default those of the process, and return the exit status."""
    parsed = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace, Settings], int] = parsed.command
    try:
        return command(parsed, Settings())
    except ValidationError as error:
        return _fail("; ".join(_describe(one["loc"], one["msg"]) for one in error.errors()))
    except (StandfirstError, ModelError) as error:
        return _fail(str(error))
    except BrokenPipeError:
        # The reader of the output has gone. The interpreter must not report it again at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        return _fail(f"{error.filename or 'the file system'}: {error.strerror or error}")
    except KeyboardInterrupt:
        return _INTERRUPTED


def run() -> None:
    """Run the installed command and exit."""
    status = main()
    if any(thread.daemon for thread in threading.enumerate()):
        # A thread that runs a model while the interpreter shuts down would abort the process.
        atexit._run_exitfuncs()
        sys.stdout.flush()
        os._exit(status)
    sys.exit(status)


def _fail(message: str) -> int:
    print(f"standfirst: {message}", file=sys.stderr)
    return 1


def _describe(location: tuple[int | str, ...], message: str) -> str:
    setting = f"STANDFIRST_{str(location[0]).upper()}: " if location else ""
    return setting + message.removeprefix("Value error, ")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="standfirst",
        description="Condense news articles into short briefings whose every sentence points at what backs it.",
        epilog="Settings are read from the environment: STANDFIRST_PORT and others, listed in docs/operating.md.",
    )
    parser.add_argument("--version", action="version", version=f"standfirst {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in (brief, digest, verify, evaluate, serve, mcp, models, keys):
        command.add_to(commands)
    return parser
