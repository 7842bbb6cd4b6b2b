"""Rules on what a wheel's native objects need from others."""
