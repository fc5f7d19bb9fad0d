"""A writer or a judge that runs on a server with an OpenAI-compatible API (vLLM, llama.cpp, Ollama)."""
