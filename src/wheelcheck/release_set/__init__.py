"""The wheels of one release, judged together: which Python on which platform each serves."""
