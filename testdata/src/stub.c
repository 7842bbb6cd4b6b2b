/* A python3.dll without Python, to lie beside loader64.exe as the real one lies beside
   python.exe: it lets a module load, and no more. */
#include <stddef.h>

__declspec(dllexport) void *PyLong_FromLong(long);
__declspec(dllexport) void *PyModule_Create2(void *, int);

void *PyLong_FromLong(long value) { (void)value; return NULL; }
void *PyModule_Create2(void *module, int api) { (void)module; (void)api; return NULL; }
