"""What a person decides: read from files, shown, applied."""
