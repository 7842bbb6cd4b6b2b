"""Repairs: a plan (pure data) is made, then applied, proved and delivered."""
