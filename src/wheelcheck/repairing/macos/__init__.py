"""The plan of a repair for macOS."""
