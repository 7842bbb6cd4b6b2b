"""Distributions that are installed on this host: their files, their Python, their loader."""
