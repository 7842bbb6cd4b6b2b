"""What macOS and Python on macOS supply, where dyld looks, and what macOS tags promise."""
