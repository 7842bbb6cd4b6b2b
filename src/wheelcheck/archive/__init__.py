"""The zip as bytes: read strictly, written deterministically. Knows nothing of wheels."""
