/* The bottom of the chain: what it says proves which file was loaded. */
int leaf_value(void) { return LEAF; }
