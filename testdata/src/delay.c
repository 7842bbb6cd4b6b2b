/* A library that loads libleaf-1.dll when it is first called, with the delay-load tables written
   out as MSVC and LLD make them: one descriptor in read-only data, then a null one. (What
   dlltool makes lies in the code and has no end.) The layout is IMAGE_DELAYLOAD_DESCRIPTOR of
   the PE specification, "Delay-Load Import Tables"; build.py enters it as data directory 13. */

typedef long (*plain_function)(void);

extern const char delay_directory[];
void *delay_handle;
plain_function __delayLoadHelper2(const void *descriptor, plain_function *address);

static long first_call(void);
plain_function delay_addresses[2] = {first_call, 0};

__asm__(
    ".section .rdata,\"dr\"\n"
    "    .balign 8\n"
    "delay_directory:\n"
    "    .long 1\n"                /* what follows are RVAs */
    "    .rva delay_library\n"
    "    .rva delay_handle\n"
    "    .rva delay_addresses\n"
    "    .rva delay_names\n"
    "    .long 0, 0, 0\n"          /* neither bound nor unloadable; no time */
    "    .long 0, 0, 0, 0, 0, 0, 0, 0\n"
    "delay_names:\n"
    "    .rva delay_function\n"
    "    .long 0\n"
    "    .quad 0\n"
    "delay_function:\n"
    "    .short 0\n"
    "    .asciz \"leaf_answer\"\n"
    "delay_library:\n"
    "    .asciz \"libleaf-1.dll\"\n"
    ".text\n");

static long first_call(void)
{
    return __delayLoadHelper2(delay_directory, delay_addresses)();
}

__declspec(dllexport) long delay_answer(void);
long delay_answer(void) { return 40 + delay_addresses[0](); }
