"""The forms of briefings, digests and verifications: Markdown, HTML, plain text and JSON."""
