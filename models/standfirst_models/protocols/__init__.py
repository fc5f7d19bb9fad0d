"""The interfaces of models: a writer, an encoder and a verifier in one thread, and a model that many callers share."""
