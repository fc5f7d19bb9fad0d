"""Programs that maintain the code."""
