"""The templates of pages and feeds, in the folder ``pages``."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template


@cache
def template(name: str) -> Template:
    """Return the template in the file ``name``. It escapes what is put in, and a missing value is an error."""
    environment = Environment(
        loader=PackageLoader("standfirst.rendering", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)
