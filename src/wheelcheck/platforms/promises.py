"""What a tag promises: for which Pythons, through which binary interface.

Source: PyPA "Platform compatibility tags"; PEP 425, 384 (abi3), 703 (the ``t``
flag), 803 (abi3t).
"""

import re
from enum import StrEnum
from typing import TYPE_CHECKING

from wheelcheck.expressions import expression
from wheelcheck.records import record

if TYPE_CHECKING:
    from wheelcheck.distinfo.tag_sets import Tag

__all__ = ["Flavour", "Implementation", "Promise", "Version", "promise"]

Version = tuple[int, int]

_INTERPRETER = expression(r"(?P<name>[a-z]+?)(?P<major>\d)(?P<minor>\d*)\Z")
_CPYTHON_ABI = expression(r"cp(?P<major>\d)(?P<minor>\d+)(?P<flags>[a-z]*)\Z")
_PYPY_ABI = expression(r"pypy(?P<major>\d)(?P<minor>\d+)_")
_GRAALPY_ABI = expression(r"graalpy\d+_(?P<major>\d)(?P<minor>\d+)_")


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


@record
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


def promise(tag: "Tag") -> Promise:
    """Return what one tag promises, taken at its words; they need not make sense."""
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
