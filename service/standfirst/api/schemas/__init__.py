"""The requests of the HTTP API, and the answers that nothing but HTTP gives, as pydantic models."""
