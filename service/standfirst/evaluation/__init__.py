"""Evaluation: measures briefings on articles with reference summaries. Needs ``standfirst[evaluate]``."""
