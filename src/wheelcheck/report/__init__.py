"""Renderers: a report in, a string out. They need only the findings' model."""
