"""The ``standfirst`` command, a file per subcommand."""

from standfirst.cli.command import main, run

__all__ = ["main", "run"]
