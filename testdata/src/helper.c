/* A program that a wheel installs as a script; it needs the libraries as an extension does. */
#include <stdio.h>

__declspec(dllimport) long demo_answer(void);

int main(void)
{
    printf("helper says %ld\n", demo_answer());
    return 0;
}
