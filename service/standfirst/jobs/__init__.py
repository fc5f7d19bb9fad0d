"""Jobs: many articles handed in at once, worked on in the background, each item with exactly one result."""
