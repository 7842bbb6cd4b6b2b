"""How the loaders of this host find libraries, with its own files. Nothing is run."""
