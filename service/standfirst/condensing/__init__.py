"""Condensing: from an article to a briefing. ``Briefer`` runs the stages; no stage knows another."""
