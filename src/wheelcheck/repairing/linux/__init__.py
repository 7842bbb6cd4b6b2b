"""The plan of a repair for Linux and Android."""
