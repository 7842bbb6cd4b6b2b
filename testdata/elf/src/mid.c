/* Needs a versioned symbol of libleaf and one of the C library. */
#include <stdlib.h>
extern int leaf_value(void);
extern int never_defined(void) __attribute__((weak));
static char zeros[4096]; /* memory behind the file's bytes */
int mid_value(void) {
    if (getenv("NOT_SET_BY_ANYONE")) zeros[7] = 1;
    return leaf_value() + zeros[7] + (never_defined ? 1000 : 1);
}
