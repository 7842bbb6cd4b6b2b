"""The files of the dist-info folder, from bytes to typed facts. Nothing is judged here."""
