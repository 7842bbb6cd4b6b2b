"""Rules that hold the tags against the content."""
