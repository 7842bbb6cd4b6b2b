/* Linked against, but not shipped. */
int maybe_there(void) { return 1; }
