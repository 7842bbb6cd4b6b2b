"""Rules on the binary interface of CPython that extensions rely on."""
