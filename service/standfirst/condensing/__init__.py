"""Condensing: from an article to a briefing, in stages that know nothing of one another."""
