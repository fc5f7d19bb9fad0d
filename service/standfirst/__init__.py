"""Standfirst: news articles in, short briefings out, every sentence pointing at what backs it."""

from importlib.metadata import version

__version__ = version("standfirst")
