/* An extension module, made several times: MODULE_NAME is its name, FUNCTION what it
   calls in the library that it needs. Without FUNCTION it needs none. */
#include "python.h"
#define EXPAND(NAME, VALUE) MODULE(NAME, VALUE)

#ifdef FUNCTION
__declspec(dllimport) long FUNCTION(void);
EXPAND(MODULE_NAME, FUNCTION())
#else
EXPAND(MODULE_NAME, 42)
#endif
