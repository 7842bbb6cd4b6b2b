/* What the NDK's crtbegin_so.o states, and what a linker states for -z x86-64-v3. */
    .section .note.android.ident, "a", %note
    .balign 4
    .long 8, 4, 1
    .asciz "Android"
    .long 24
