"""The models of Standfirst: a catalog, a cache of weights, and engines that run them.

This package knows nothing of articles, briefings or HTTP APIs.
"""
