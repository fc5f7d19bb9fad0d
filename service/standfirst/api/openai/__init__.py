"""OpenAI's chat completions interface, with the parsing of its prompts."""
