"""Two wheels held against each other: what changed, as plain data."""
