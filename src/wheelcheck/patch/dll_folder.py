"""The code that lets a package find its bundled DLLs in a folder of the wheel.

Source: the Python documentation of ``os.add_dll_directory`` and ``ctypes``;
Microsoft's of ``LoadLibraryExW`` and "Linker support for delay-loaded DLLs".
"""

import re
from collections.abc import Sequence

from wheelcheck.errors import PatchError

__all__ = ["dll_folder_patch", "opened_folders"]

_FUNCTION = "_wheelcheck_patch"
_NO_FILE_NAME = re.compile(r'[\x00-\x1f"*/:<>?\\|]|\A\.{0,2}\Z')
_MOST_LEVELS = 99

_LITERAL = r"""'(?:[^'\\\r\n]|\\.)*+'|"(?:[^"\\\r\n]|\\.)*+\""""
# What wheelcheck writes; see _head.
_OURS = re.compile(
    r"in range\((?P<levels>\d{1,3})\):\s+folder = os\.path\.dirname\(folder\)\s+"
    rf"folder = os\.path\.join\(folder(?P<parts>(?:, (?:{_LITERAL}))*+)\)"
)
# What delvewheel writes, from its first version on.
_DELVEWHEELS = re.compile(
    r"os\.path\.join\(os\.path\.dirname\(__file__\)"
    rf"(?P<parts>(?:, *(?:os\.pardir|{_LITERAL}))++)\)"
)
_PART = re.compile(rf"os\.pardir|{_LITERAL}")
_ESCAPE = re.compile(r"\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U(000[0-9a-f]{5}|0010[0-9a-f]{4})|(.))")


def dll_folder_patch(
    levels_up: int,
    folder: str,
    *,
    preload: Sequence[str] = (),
    old_python: Sequence[str] = (),
) -> str:
    """Lines of Python that let the process find the DLLs in a folder; for ``insert_patch``.

    The folder is ``folder`` ("/" between its parts, "." for none) in the one
    ``levels_up`` levels above that of the module, as both are installed:
    ``purelib`` and ``platlib`` of a ``.data`` folder are no level. If it is not
    there, as in a frozen application, nothing happens.

    ``preload``
        DLLs of the folder that every Python loads at once, in this order: those
        that are delay-loaded, for the linker's helper looks for them by
        ``LoadLibraryEx(name, NULL, 0)``, which ignores added folders but takes
        a module that is loaded under that name.
    ``old_python``
        All DLLs of the folder, each behind those it needs, if the wheel's tags
        admit a CPython below 3.8, which has no ``os.add_dll_directory``, or
        conda's below 3.10, which does not heed it. Those load them by path.

    A DLL that does not load is left to the import that needs it, whose error
    names the module. Raises :class:`PatchError` for what is no name of a file.
    """
    parts = [] if folder == "." else folder.split("/")
    for name in (*parts, *preload, *old_python):
        if _NO_FILE_NAME.search(name):
            raise PatchError(f"{name!r} cannot be the name of a file or folder on Windows")
    if not 0 <= levels_up <= _MOST_LEVELS:
        raise PatchError(f"a module cannot look for DLLs {levels_up} folders up")
    lines = _head(levels_up, parts)
    lines += _loading(preload, old_python) if preload or old_python else _opening()
    return "\n".join([*lines, "", "", f"{_FUNCTION}()", f"del {_FUNCTION}", ""])


def opened_folders(block: str) -> tuple[str, ...]:
    """The folders that a patch of wheelcheck or delvewheel opens, from the module's own.

    Each once, such as ``../demo.libs``; "." is the module's own folder.
    """
    folders = [
        [".."] * (int(found["levels"]) - 1) + _parts(found["parts"])
        for found in _OURS.finditer(block)
    ]
    folders += [_parts(found["parts"]) for found in _DELVEWHEELS.finditer(block)]
    return tuple(dict.fromkeys("/".join(folder) or "." for folder in folders))


# The lines below run on Python 2.7 and all later ones.


def _head(levels_up: int, parts: Sequence[str]) -> list[str]:
    r"""Leave the folder in ``folder``, or return if it is not there.

    A frozen module has no ``__file__``; within a zip no folder is one. Parents
    are taken one by one since Windows takes ".." literally in a path that
    begins with ``\\?\``.
    """
    joined = "".join(f", {part!a}" for part in parts)
    return [
        f"def {_FUNCTION}():",
        "    import os",
        "    folder = globals().get('__file__')",
        "    if not folder:",
        "        return",
        "    folder = os.path.abspath(folder)",
        f"    for _ in range({levels_up + 1}):",
        "        folder = os.path.dirname(folder)",
        f"    folder = os.path.join(folder{joined})",
        "    if not os.path.isdir(folder):",
        "        return",
    ]


def _opening() -> list[str]:
    return [
        "    if hasattr(os, 'add_dll_directory'):",
        "        os.add_dll_directory(folder)",
    ]


def _loading(preload: Sequence[str], old_python: Sequence[str]) -> list[str]:
    """Open the folder and load by path.

    The flags are LOAD_LIBRARY_SEARCH_DEFAULT_DIRS | LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR,
    and LOAD_WITH_ALTERED_SEARCH_PATH for Pythons that run on a Windows 7 without
    them. Both search the folder of the DLL for what it needs.
    """
    lines = [
        "    flags = 0x8",
        "    if hasattr(os, 'add_dll_directory'):",
        "        os.add_dll_directory(folder)",
        "        flags = 0x1100",
        f"    names = [{', '.join(map(ascii, preload))}]",
    ]
    if old_python:
        lines += [
            "    import sys",
            "    if sys.version_info < (3, 10):",
            f"        names = [{', '.join(map(ascii, old_python))}] + names",
        ]
    return [
        *lines,
        "    if not names:",
        "        return",
        "    try:",
        "        from ctypes import WinDLL, c_ulong, c_void_p, c_wchar_p",
        "    except ImportError:",
        "        return",
        "    load = WinDLL('kernel32').LoadLibraryExW",
        "    load.argtypes = (c_wchar_p, c_void_p, c_ulong)",
        "    load.restype = c_void_p",
        "    for name in names:",
        "        load(os.path.join(folder, name), None, flags)",
    ]


def _parts(arguments: str) -> list[str]:
    """The values of string literals and ``os.pardir``, as they follow each other in a call."""
    names = [
        ".." if part[0] == "os.pardir" else _ESCAPE.sub(_unescaped, part[0][1:-1])
        for part in _PART.finditer(arguments)
    ]
    return [name for name in names if name not in {"", "."}]


def _unescaped(escape: re.Match[str]) -> str:
    digits = escape[1] or escape[2] or escape[3]
    return chr(int(digits, 16)) if digits else escape[4]
