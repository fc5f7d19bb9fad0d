"""The command: ``standfirst brief | digest | verify | evaluate | serve | mcp | models | keys``.

What goes wrong is told in one line on standard error, with a non-zero exit; what was asked for goes to standard
output and nothing else does.
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
    status = main()
    if any(thread.daemon for thread in threading.enumerate()):
        # One that is in a step of its model while the interpreter is taken down would abort the process.
        atexit._run_exitfuncs()
        sys.stdout.flush()
        os._exit(status)
    sys.exit(status)


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
    for command in (brief, digest, verify, evaluate, serve, mcp, models, keys):
        command.add_to(commands)
    return parser
