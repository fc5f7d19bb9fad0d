"""Evaluating: how good the briefings are, on articles with summaries that people wrote.

Needs the optional dependencies of ``standfirst[evaluate]``.
"""
