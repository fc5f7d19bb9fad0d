"""Hugging Face's interface for the summarization task."""
