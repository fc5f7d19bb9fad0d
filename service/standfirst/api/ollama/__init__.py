"""Ollama's interface: chats, prompts and the list of models."""
