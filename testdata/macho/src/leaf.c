/* A library that needs nothing but the system. */
int leaf_add(int a, int b) { return a + b; }

int leaf_value = 42;
