"""Rules on what is inside the members."""
