"""Rules on the zip archive itself (WC1xx)."""
