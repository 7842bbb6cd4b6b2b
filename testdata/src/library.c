/* A library, made many times: exports NAME, which returns VALUE plus whatever CALLS
   returns in the library that it is linked with. Only that function counts, so most are
   built without the C runtime and import nothing else. */
#ifdef CALLS
__declspec(dllimport) long CALLS(void);
#define REST CALLS()
#else
#define REST 0
#endif

__declspec(dllexport) long NAME(void);
long NAME(void) { return VALUE + REST; }

#ifdef OTHER
/* A second function, which calls nothing: a cycle of libraries, not of calls. */
__declspec(dllexport) long OTHER(void);
long OTHER(void) { return VALUE; }
#endif
