"""The use cases: what the command, the MCP server, the HTTP API and the evaluation do with the parts below."""
