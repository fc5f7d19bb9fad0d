"""ASGI middleware, one class a file: authentication, limits, logging, and the formats of headers and errors."""
