/* Loads a DLL as CPython 3.8 and later loads an extension module (_PyImport_FindSharedFuncptrWindows
   in Python/dynload_win.c): the folder of the module itself, folders added with
   os.add_dll_directory, the program's folder and System32; neither PATH nor the current folder.

   loader64 MODULE [--call FUNCTION] [FOLDER ...]

   prints "loaded" or "error N" (GetLastError), then "FUNCTION = N" if one is to be called. */
#include <stdio.h>
#include <wchar.h>
#include <windows.h>

typedef long (*plain_function)(void);

int wmain(int count, wchar_t **given)
{
    char function[256] = "";
    wchar_t module[4096];
    HMODULE loaded;
    plain_function call;

    if (count < 2) {
        fputs("usage: loader64 MODULE [--call FUNCTION] [FOLDER ...]\n", stderr);
        return 2;
    }
    SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOOPENFILEERRORBOX);
    for (int i = 2; i < count; i++) {
        if (!wcscmp(given[i], L"--call") && i + 1 < count) {
            snprintf(function, sizeof function, "%ls", given[++i]);
        } else if (!AddDllDirectory(given[i])) {
            printf("error %lu adding %ls\n", GetLastError(), given[i]);
            return 2;
        }
    }
    /* As CPython: an absolute path, so that the module's own folder is well-defined. */
    if (!GetFullPathNameW(given[1], sizeof module / sizeof *module, module, NULL)) {
        printf("error %lu\n", GetLastError());
        return 1;
    }
    loaded = LoadLibraryExW(
        module, NULL, LOAD_LIBRARY_SEARCH_DEFAULT_DIRS | LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR);
    if (!loaded) {
        printf("error %lu\n", GetLastError());
        return 1;
    }
    puts("loaded");
    if (*function) {
        call = (plain_function)(void *)GetProcAddress(loaded, function);
        if (!call) {
            printf("error %lu\n", GetLastError());
            return 1;
        }
        printf("%s = %ld\n", function, call());
    }
    return 0;
}
