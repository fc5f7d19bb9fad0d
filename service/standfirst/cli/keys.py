"""``standfirst keys``: makes keys for callers."""

from __future__ import annotations

import argparse
import re

from standfirst.cli.arguments import Commands
from standfirst.settings import Settings


def add_to(commands: Commands) -> None:
    """Add the subcommand to the parser."""
    keys = commands.add_parser("keys", help="make a key for a caller", description="Keys for callers.")
    actions = keys.add_subparsers(metavar="ACTION", required=True)
    new = actions.add_parser("new", help="print a new key and its entry in the file of keys")
    new.add_argument("name", type=_name, metavar="NAME", help="whose it is: letters, digits, '.', '_' and '-'")
    new.set_defaults(command=_new)


def _name(argument: str) -> str:
    if not re.fullmatch(r"[\w.-]{1,64}", argument):
        raise argparse.ArgumentTypeError(f"{argument!r} is not of letters, digits, '.', '_' and '-'")
    return argument


def _new(arguments: argparse.Namespace, _: Settings) -> int:
    from standfirst.application.keys import new_key

    key, lines = new_key(arguments.name)
    print(f"The key, which is shown this once and kept nowhere:\n\n{key}\n")
    print(f"For the file that STANDFIRST_API_KEYS_FILE names:\n\n{lines}", end="")
    return 0
