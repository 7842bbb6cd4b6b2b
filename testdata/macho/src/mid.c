/* A library between: it needs leaf, and another one that may be missing. */
extern int leaf_add(int a, int b);
extern int maybe_there(void) __attribute__((weak_import));

int mid_twice(int a) {
    if (maybe_there)
        a += maybe_there();
    return leaf_add(a, a);
}
