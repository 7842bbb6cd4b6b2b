"""The C and C++ runtimes, told apart by their names.

Source: Microsoft Learn, "Determining which DLLs to redistribute" and "C runtime
(CRT) and C++ standard library (STL) lib files".
"""

import re

from wheelcheck.expressions import expression
from wheelcheck.platforms.windows.python_dlls import python_dll

__all__ = ["crt_family", "is_debug_runtime", "is_msvc_runtime", "unmangled"]

_MANGLED = expression(r"-[0-9a-f]{8,}(?=\.[^.]+\Z)")

# Windows's own copies say so in their names: msvcp110_win.dll, msvcp140_clr0400.dll.
_NOT_OF_WINDOWS = r"(?!\w*_(?:clr|win))"
_REDISTRIBUTABLE = expression(
    _NOT_OF_WINDOWS
    + r"""(?: (?:msvcp|msvcr|vcomp|vcamp|concrt|vccorlib|vcruntime)
              (?:70|71|80|90|100|110|120|140)(?:_\w+)?
            | mfc(?:m|mifc)?(?:70|71|80|90|100|110|120|140)(?:u|[a-z]{3})?
            | atl(?:70|71|80|90|100|110)
          )\.dll\Z""",
    re.VERBOSE,
)
_DEBUG = expression(
    _NOT_OF_WINDOWS
    + r"""(?: (?:msvcp|msvcr|vcomp|vcamp|concrt|vccorlib|vcruntime)\d+
              (?: d(?:_\w+)? | _\w+d )
            | mfcm?\d+u?d
            | msvcrtd
            | ucrtbased
          )\.dll\Z""",
    re.VERBOSE,
)
_NUMBERED_CRT = expression(r"(msvcr(?:70|71|80|90|100|110|120)d?)(?:_app)?\.dll\Z")
_OTHER_CRT = {
    "msvcrt.dll": "msvcrt",
    "msvcrtd.dll": "msvcrtd",
    "ucrtbase.dll": "ucrt",
    "ucrtbased.dll": "ucrtd",
    "crtdll.dll": "crtdll",
}


def unmangled(name: str) -> str:
    """Return the name that a DLL had before a repair added a hash to it, in lower case."""
    return _MANGLED.sub("", name.lower())


def is_msvc_runtime(name: str) -> bool:
    """Tell whether a DLL belongs to a Visual C++ redistributable.

    Some of them come with some Pythons too: first ask
    :func:`wheelcheck.platforms.windows.supply.classify`. What Windows itself has (msvcrt,
    msvcp60, msvcp_win, mfc42, ``*_clr0400``) and debug runtimes, which nobody may
    redistribute, are none of them.
    """
    name = name.lower()
    return _REDISTRIBUTABLE.match(name) is not None and _DEBUG.match(name) is None


def is_debug_runtime(name: str) -> bool:
    """Tell whether only developers have this DLL: a debug runtime or a debug Python's DLL."""
    dll = python_dll(name)
    return _DEBUG.match(name.lower()) is not None or (dll is not None and dll.debug)


def crt_family(name: str) -> str | None:
    """Return which C runtime a DLL is part of: ``ucrt``, ``msvcrt``, ``msvcr120`` ...

    Two of them in one process have two heaps, two sets of file handles and two
    locales. vcruntime140 holds none of these, so it is no family.
    """
    name = name.lower()
    if name.startswith("api-ms-win-crt-"):
        return "ucrt"
    if (match := _NUMBERED_CRT.match(name)) is not None:
        return match[1]
    return _OTHER_CRT.get(name)
