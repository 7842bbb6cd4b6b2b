"""A project's source, read without running or unpacking any of it, and what it declares."""
