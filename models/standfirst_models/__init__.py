"""The models behind Standfirst: which there are, where they come from, where they are kept, how they run.

Knows nothing of articles, briefings or HTTP.
"""
