"""Rules on the dist-info folder: WHEEL, METADATA and entry_points.txt."""
