"""Rules on RECORD (WC2xx)."""
