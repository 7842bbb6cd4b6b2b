"""What a wheel's tags promise on Windows: the machine, the Pythons, the oldest Windows.

Source: PyPA "Platform compatibility tags"; PEP 425, 384 (abi3), 703 (the ``t``
flag), 803 (abi3t); PEP 11 for the Windows that a CPython release supports.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from wheelcheck.binary.model import Arch

if TYPE_CHECKING:
    from packaging.tags import Tag

__all__ = [
    "UNNAMED_VERSION",
    "Flavour",
    "Implementation",
    "Promise",
    "Version",
    "WindowsTarget",
    "can_load",
]

Version = tuple[int, int]

_MACHINES = {"win_amd64": Arch.X86_64, "win_arm64": Arch.ARM64, "win32": Arch.X86}

UNNAMED_VERSION = (3, 9)
"""What tags without a version, such as py3, are taken at: older ones get no fixes any more."""

# The first CPython that no longer runs on what was before this Windows.
_OLDEST_WINDOWS = (((3, 13), "10"), ((3, 9), "8.1"))

_INTERPRETER = re.compile(r"(?P<name>[a-z]+?)(?P<major>\d)(?P<minor>\d*)\Z")
_CPYTHON_ABI = re.compile(r"cp(?P<major>\d)(?P<minor>\d+)(?P<flags>[a-z]*)\Z")
_PYPY_ABI = re.compile(r"pypy(?P<major>\d)(?P<minor>\d+)_")
_GRAALPY_ABI = re.compile(r"graalpy\d+_(?P<major>\d)(?P<minor>\d+)_")


class Implementation(StrEnum):
    """Whose Python it is."""

    CPYTHON = "CPython"
    PYPY = "PyPy"
    GRAALPY = "GraalPy"
    ANY = "any Python"


class Flavour(StrEnum):
    """Which binary interface of the implementation the tag names."""

    EXACT = "exact"
    """The interface of one version."""
    ABI3 = "abi3"
    """The stable ABI, from one version on."""
    ABI3T = "abi3t"
    """The stable ABI of free-threaded builds, from one version on."""
    NONE = "none"
    """No interface: what the tag promises cannot link to a Python DLL of one version."""


@dataclass(frozen=True, slots=True)
class Promise:
    """The interpreters that one tag promises."""

    implementation: Implementation
    version: Version | None
    """The only version for the flavour ``exact``, else the oldest; None if none is named."""
    flavour: Flavour
    free_threaded: bool = False
    debug: bool = False

    def __str__(self) -> str:
        """Return it in words, e.g. ``CPython 3.13, free-threaded``."""
        words = str(self.implementation)
        if self.version is not None:
            words += " {}.{}".format(*self.version)
            words += "" if self.flavour is Flavour.EXACT else " and later"
        if self.flavour in {Flavour.ABI3, Flavour.ABI3T}:
            words += f" through {self.flavour}"
        words += ", free-threaded" if self.free_threaded else ""
        return words + (", debug build" if self.debug else "")


@dataclass(frozen=True, slots=True)
class WindowsTarget:
    """What a wheel for Windows must work with."""

    machine: Arch
    oldest_windows: str
    """``7``, ``8.1`` or ``10``: what the oldest promised Python runs on."""
    pythons: tuple[Promise, ...]
    """All that is promised, sorted; never empty."""

    @classmethod
    def from_tags(cls, tags: Iterable["Tag"]) -> "WindowsTarget | None":
        """Return what these tags promise together; None if none is for Windows.

        Tags for several machines (a wheel of pure data and launchers) are taken
        at x86_64, then arm64, then x86.
        """
        windows = [tag for tag in tags if tag.platform in _MACHINES]
        for platform, machine in _MACHINES.items():
            mine = [tag for tag in windows if tag.platform == platform]
            if mine:
                pythons = tuple(sorted({_promise(tag) for tag in mine}, key=_order))
                return cls(machine, _oldest_windows(machine, pythons), pythons)
        return None


def can_load(process: Arch, image: Arch) -> bool:
    """Tell whether a Python for one machine can load an image for another.

    They must be the same. An ARM64X image is ARM64 here, as its header says, and
    serves ARM64 processes. An ARM64EC image runs only where x64 is emulated, on
    ARM64: ``win_amd64`` promises every x64 machine, so it does not serve there.
    Source: Microsoft Learn, "Arm64EC" and "Arm64X PE files".
    """
    return process is image and process is not Arch.UNKNOWN


def _order(promise: Promise) -> tuple[str, Version, str, bool, bool]:
    return (
        promise.implementation,
        promise.version or (0, 0),
        promise.flavour,
        promise.free_threaded,
        promise.debug,
    )


def _promise(tag: "Tag") -> Promise:
    if (match := _CPYTHON_ABI.match(tag.abi)) is not None:
        # Compressed tags also spell pairs such as cp312-cp313: the ABI decides.
        flags = match["flags"]
        return Promise(
            Implementation.CPYTHON, _version(match), Flavour.EXACT, "t" in flags, "d" in flags
        )
    if (match := _PYPY_ABI.match(tag.abi)) is not None:
        return Promise(Implementation.PYPY, _version(match), Flavour.EXACT)
    if (match := _GRAALPY_ABI.match(tag.abi)) is not None:
        return Promise(Implementation.GRAALPY, _version(match), Flavour.EXACT)

    match = _INTERPRETER.match(tag.interpreter)
    version = _version(match) if match is not None and match["minor"] else None
    if tag.abi in {"abi3", "abi3t"}:
        return Promise(
            Implementation.CPYTHON, version, Flavour(tag.abi), free_threaded=tag.abi == "abi3t"
        )
    implementation = {
        "cp": Implementation.CPYTHON,
        "pp": Implementation.PYPY,
        "graalpy": Implementation.GRAALPY,
    }.get(match["name"] if match is not None else "", Implementation.ANY)
    # Installers take cp312-none for 3.12 only, but py312-none for 3.12 and later.
    exact = implementation is not Implementation.ANY and version is not None
    return Promise(implementation, version, Flavour.EXACT if exact else Flavour.NONE)


def _version(match: re.Match[str]) -> Version:
    return int(match["major"]), int(match["minor"])


def _oldest_windows(machine: Arch, pythons: Iterable[Promise]) -> str:
    if machine is Arch.ARM64:
        return "10"
    floor = min(promise.version or UNNAMED_VERSION for promise in pythons)
    for version, windows in _OLDEST_WINDOWS:
        if floor >= version:
            return windows
    return "7"
