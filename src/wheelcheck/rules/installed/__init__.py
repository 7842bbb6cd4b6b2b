"""WC001 to WC008: distributions that are installed on this host."""
