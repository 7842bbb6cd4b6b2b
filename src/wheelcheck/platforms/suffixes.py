"""Suffixes of extension modules: which interpreter looks for which.

Source: CPython ``Python/dynload_shlib.c``, ``dynload_win.c``, SOABI and
PLATFORM_TRIPLET in ``configure.ac``; PyPy ``pypy/module/imp/importing.py``;
PEP 3149, 384, 703, 803. Where the form is not known the answer is yes.
"""

import re

from wheelcheck.binary.model import Arch, Libc
from wheelcheck.expressions import expression
from wheelcheck.platforms.platform_tags import PlatformTag, System
from wheelcheck.platforms.promises import Flavour, Implementation, Promise

__all__ = ["is_bound", "looks_for"]

_CPYTHON = expression(
    r"cpython-(?P<major>\d)(?P<minor>\d+)(?P<flags>[a-z]*)(?:-(?P<triplet>.+))?\Z"
)
_WINDOWS = expression(r"cp(?P<major>\d)(?P<minor>\d+)(?P<flags>[a-z]*)-(?P<platform>win\w+)\Z")
_PYPY = expression(r"pypy(?P<major>\d)(?P<minor>\d+)-")
_STABLE = expression(r"(?P<abi>abi3t?)(?:-(?P<triplet>.+))?\Z")
_STABLE_T_WITH_GIL = (3, 15)
# Before, builds for musl called themselves -linux-gnu.
_MUSL_TRIPLET_SINCE = (3, 12)

_CPUS = {
    "x86_64": Arch.X86_64,
    "i386": Arch.X86,
    "i686": Arch.X86,
    "aarch64": Arch.ARM64,
    "arm": Arch.ARM,
    "armv7l": Arch.ARM,
    "powerpc": Arch.PPC,
    "powerpc64": Arch.PPC64,
    "powerpc64le": Arch.PPC64LE,
    "ppc64le": Arch.PPC64LE,
    "s390x": Arch.S390X,
    "riscv64": Arch.RISCV64,
    "loongarch64": Arch.LOONGARCH64,
}


def is_bound(tag: str | None) -> bool:
    """Tell whether a suffix tag (without dots) is for one version of one interpreter."""
    return tag is not None and not _STABLE.match(tag)


def looks_for(  # noqa: PLR0911 - one answer a case
    python: Promise, platform: PlatformTag, tag: str | None, kind: str
) -> bool:
    """Tell whether this Python would import a module with this suffix.

    ``tag`` is the suffix tag without dots (None if bare), ``kind`` is ``so`` or
    ``pyd``.
    """
    if platform.system is not System.OTHER and (kind == "pyd") != (
        platform.system is System.WINDOWS
    ):
        return False
    if tag is None:
        return True
    if (match := _STABLE.match(tag)) is not None:
        return kind == "so" and _stable(python, platform, match)
    if (match := _CPYTHON.match(tag)) is not None:
        return (
            kind == "so"
            and _is_build(python, match)
            and _triplet_fits(match["triplet"], platform, python)
        )
    if (match := _WINDOWS.match(tag)) is not None:
        return _is_build(python, match) and match["platform"].replace("-", "_") == platform.text
    if (match := _PYPY.match(tag)) is not None:
        version = int(match["major"]), int(match["minor"])
        return python.implementation is Implementation.PYPY and python.version in {None, version}
    return python.implementation is not Implementation.CPYTHON


def _stable(python: Promise, platform: PlatformTag, match: re.Match[str]) -> bool:
    if python.implementation not in {Implementation.CPYTHON, Implementation.ANY}:
        return False
    if not _triplet_fits(match["triplet"], platform, python):
        return False
    if match["abi"] == "abi3":
        return not python.free_threaded
    return python.free_threaded or (python.version or (0, 0)) >= _STABLE_T_WITH_GIL


def _is_build(python: Promise, match: re.Match[str]) -> bool:
    """Tell whether the suffix is that of the one build of CPython that is promised."""
    return (
        python.implementation is Implementation.CPYTHON
        and python.flavour is Flavour.EXACT
        and python.version == (int(match["major"]), int(match["minor"]))
        and python.free_threaded == ("t" in match["flags"])
    )


def _triplet_fits(  # noqa: PLR0911 - one answer a case
    triplet: str | None, platform: PlatformTag, python: Promise
) -> bool:
    if triplet is None or platform.system is System.OTHER:
        return True
    if "darwin" in triplet:
        return platform.system is System.MACOS
    if platform.system is System.MACOS:
        return False
    if "-linux" not in triplet:
        return platform.system is not System.LINUX
    if platform.system is System.LINUX and "android" in triplet:
        return False
    machine = _CPUS.get(triplet.partition("-")[0])
    if machine is not None and platform.machines and machine not in platform.machines:
        return False
    if platform.libc is None or (python.version or (0, 0)) < _MUSL_TRIPLET_SINCE:
        return True
    return ("musl" in triplet) == (platform.libc is Libc.MUSL)
