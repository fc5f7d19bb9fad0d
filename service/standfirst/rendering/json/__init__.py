"""The JSON forms that the HTTP API, the command, jobs and webhooks share, as pydantic models."""
