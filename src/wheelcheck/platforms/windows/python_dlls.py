"""The DLLs of Python itself: which interpreter has which, and what a tag admits.

Source: CPython ``PCbuild/python.props`` and ``pyconfig.h`` (names), PEP 384
(python3.dll), PEP 703 (``t``), PEP 803 (python3t.dll, which from 3.15 on also
the builds with a GIL have); PyPy and GraalPy distributions.
"""

from functools import lru_cache

from wheelcheck.expressions import expression
from wheelcheck.platforms.windows.target import (
    Flavour,
    Implementation,
    Promise,
    Version,
    WindowsTarget,
)
from wheelcheck.records import record

__all__ = ["PythonDll", "contradiction", "expected_python_dlls", "python_dll"]

_CPYTHON = expression(r"python(?P<major>\d)(?P<minor>\d{0,3})(?P<t>t?)(?P<d>_d)?\.dll\Z")
_PYPY = expression(r"libpypy(?:(?P<major>\d)(?:\.(?P<minor>\d{1,3}))?)?-c\.dll\Z")
_GRAALPY = "python-native.dll"

_STABLE_T_WITH_GIL = (3, 15)


@record
class PythonDll:
    """What the name of a Python DLL says."""

    implementation: Implementation
    version: Version | None
    """None where the name holds for more than one version, as python3.dll."""
    free_threaded: bool = False
    debug: bool = False

    def __str__(self) -> str:
        """Return whose DLL it is, e.g. ``CPython 3.13, free-threaded``."""
        words = str(self.implementation)
        words += " 3" if self.version is None else " {}.{}".format(*self.version)
        words += ", free-threaded" if self.free_threaded else ""
        return words + (", debug build" if self.debug else "")


@lru_cache(maxsize=256)
def python_dll(name: str) -> PythonDll | None:
    """Parse the name of a DLL of a Python interpreter; None if it is no such name."""
    name = name.lower()
    if (match := _CPYTHON.match(name)) is not None:
        version = (int(match["major"]), int(match["minor"])) if match["minor"] else None
        if version is None and match["major"] != "3":
            return None
        return PythonDll(Implementation.CPYTHON, version, bool(match["t"]), bool(match["d"]))
    if (match := _PYPY.match(name)) is not None:
        version = (int(match["major"]), int(match["minor"])) if match["minor"] else None
        return PythonDll(Implementation.PYPY, version)
    return PythonDll(Implementation.GRAALPY, None) if name == _GRAALPY else None


def expected_python_dlls(target: WindowsTarget) -> tuple[str, ...]:
    """Return the Python DLLs that every promised interpreter has, the usual one first."""
    first, *others = (_has(promise) for promise in target.pythons)
    return tuple(name for name in first if all(name in names for names in others))


def contradiction(name: str, target: WindowsTarget) -> str | None:
    """Say why an import of this Python DLL breaks what the tags promise.

    None if it does not, or if ``name`` is no Python DLL.
    """
    dll = python_dll(name)
    if dll is None:
        return None
    for promise in target.pythons:
        if name.lower() not in _has(promise):
            return _sentence(name, dll, promise, expected_python_dlls(target))
    return None


def _sentence(name: str, dll: PythonDll, promise: Promise, expected: tuple[str, ...]) -> str:
    if expected:
        instead = f"; it should import {expected[0]}"
    elif promise.flavour is Flavour.NONE:
        instead = "; no Python DLL is in all of these"
    else:
        instead = ""
    whose = str(dll)
    if dll.version is None:
        kind = "free-threaded builds" if dll.free_threaded else "builds with the GIL"
        whose = f"the stable ABI for {kind}{', debug build' if dll.debug else ''}"
    return f"the tags promise {promise}, but {name} is the DLL of {whose}{instead}"


def _has(promise: Promise) -> tuple[str, ...]:
    """Return the DLLs that all interpreters of one promise have, the usual one first."""
    if promise.implementation is Implementation.ANY:
        return ()
    if promise.implementation is Implementation.GRAALPY:
        return (_GRAALPY,)
    if promise.implementation is Implementation.PYPY:
        if promise.version is None:
            return ()
        return ("libpypy{}.{}-c.dll".format(*promise.version),)
    end = ("t" if promise.free_threaded else "") + ("_d" if promise.debug else "")
    names = [f"python3{end}.dll"] if promise.version is None or promise.version >= (3, 2) else []
    if promise.flavour is Flavour.EXACT and promise.version is not None:
        major, minor = promise.version
        names.insert(0, f"python{major}{minor}{end}.dll")
    if promise.version is not None and promise.version >= _STABLE_T_WITH_GIL:
        stable_t = "python3t_d.dll" if promise.debug else "python3t.dll"
        if stable_t not in names:
            names.append(stable_t)
    return tuple(names)
