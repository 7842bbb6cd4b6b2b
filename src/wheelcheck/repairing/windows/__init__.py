"""The plan of a repair for Windows."""
