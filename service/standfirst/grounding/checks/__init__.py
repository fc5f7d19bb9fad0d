"""The checks: a file for each, with the rule that it applies."""
