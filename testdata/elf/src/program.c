/* Prints what the chain of libraries answers. */
#include <stdio.h>
extern int mid_value(void);
int main(void) { return printf("%d\n", mid_value()) < 0; }
