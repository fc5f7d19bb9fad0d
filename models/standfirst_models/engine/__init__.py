"""The engine: a thread that owns a model and runs batches of many callers' items on it."""
