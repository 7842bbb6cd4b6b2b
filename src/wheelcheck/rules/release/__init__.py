"""What wheels of one release contradict each other in, or lack together."""
