"""From an archive to the facts of a wheel, in one pass."""
