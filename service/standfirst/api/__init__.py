"""The HTTP API: routes, schemas, middleware, and the interfaces of OpenAI and Hugging Face."""
