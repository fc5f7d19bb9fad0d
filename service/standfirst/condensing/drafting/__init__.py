"""Drafting: the strategies by which a writer drafts sentences of a briefing. Grounding judges whether they are true."""
