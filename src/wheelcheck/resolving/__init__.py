"""Imports resolved as each loader would, and what follows from it."""
