"""Which DLLs the user's machine has without the wheel's help.

Source: ``data/windows-system.json``, which names its own; CPython's installer,
PyPy's and GraalPy's distributions for the C runtimes that lie beside them.
"""

from functools import cache

from wheelcheck.binary.model import Arch
from wheelcheck.platforms.base import Supplied, load_data
from wheelcheck.platforms.windows.python_dlls import python_dll
from wheelcheck.platforms.windows.target import (
    UNNAMED_VERSION,
    Flavour,
    Implementation,
    Promise,
    WindowsTarget,
)
from wheelcheck.records import record

__all__ = ["classify", "is_api_set"]

_VERSIONS = ("7", "8", "8.1", "10", "11")

_CPYTHON_RUNTIMES = (
    ((3, 9), frozenset({"vcruntime140.dll", "vcruntime140_1.dll"})),
    ((3, 5), frozenset({"vcruntime140.dll"})),
    ((3, 3), frozenset({"msvcr100.dll"})),
    ((2, 6), frozenset({"msvcr90.dll"})),
)
"""What lies beside python.exe, by the first version that had it."""


def is_api_set(name: str) -> bool:
    """Tell whether a name is an API set: Windows maps it to a DLL of its own, never to a file.

    Source: Microsoft Learn, "Windows API sets".
    """
    name = name.lower()
    return name.startswith(("api-ms-", "ext-ms-")) and name.endswith(".dll")


def classify(name: str, target: WindowsTarget) -> Supplied | None:
    """Return who supplies a DLL of this name, or None if the wheel must bring it.

    A name without an extension means a ``.dll``, as it does to the loader. A
    Python DLL counts as supplied by Python even where
    :func:`wheelcheck.platforms.windows.python_dlls.contradiction` says that it is the
    wrong one: it is never the wheel's to bring.
    """
    name = name.lower()
    if "." not in name:
        name += ".dll"
    if is_api_set(name):
        return Supplied("system", "an API set, which Windows maps to a DLL of its own")
    if (dll := python_dll(name)) is not None:
        return Supplied("python", f"the DLL of {dll}")
    if name == "ucrtbase.dll":
        reason = "the Universal C Runtime, part of Windows 10 and later"
        if target.oldest_windows != "10":
            reason += "; on older Windows it came by update, and Python itself needs it"
        return Supplied("system", reason)
    if all(name in _runtimes(promise, target.machine) for promise in target.pythons):
        return Supplied("python", "comes with every Python that the tags promise")
    return _listed(name, target)


def _listed(name: str, target: WindowsTarget) -> Supplied | None:
    tables = _tables()
    if name in tables.discs.get(target.machine, ()):
        return Supplied("system", f"part of Windows {target.oldest_windows} and later")
    if (added := tables.added.get(name)) is not None:
        since, _, release = added.partition(" ")
        reason = f"part of Windows {since} and later"
        reason += f" (from version {release} on)" if release else ""
        if _VERSIONS.index(since) > _VERSIONS.index(target.oldest_windows):
            # Windows has it or the program does not run: no wheel could bring it.
            reason += f", while the tags admit Windows {target.oldest_windows}"
        return Supplied("system", reason)
    if (owner := tables.drivers.get(name)) is not None:
        return Supplied("driver", f"comes with {owner}")
    return None


@record
class _Tables:
    discs: dict[str, frozenset[str]]
    added: dict[str, str]
    """The first Windows that has it, and after a space its version if one is documented."""
    drivers: dict[str, str]


@cache
def _tables() -> _Tables:
    data = load_data("windows-system.json")
    return _Tables(
        discs={machine: frozenset(names) for machine, names in data["discs"].items()},
        added=data["added"],
        drivers=data["drivers"],
    )


@cache
def _runtimes(promise: Promise, machine: Arch) -> frozenset[str]:
    """Return the C runtime DLLs that lie beside every interpreter of one promise."""
    if promise.debug:
        return frozenset({"vcruntime140d.dll", "ucrtbased.dll"})
    if promise.implementation is Implementation.GRAALPY:
        return frozenset({"vcruntime140.dll", "vcruntime140_1.dll"})
    # PyPy has no vcruntime140_1.dll, and there is none of PyPy for ARM64.
    pypy_too = promise.implementation is Implementation.ANY and machine is not Arch.ARM64
    if promise.implementation is Implementation.PYPY or pypy_too:
        return frozenset({"vcruntime140.dll"})
    version = promise.version or UNNAMED_VERSION
    if promise.flavour is not Flavour.EXACT and version < (3, 5):
        # Later versions are promised too, and they have another runtime.
        return frozenset()
    names = next((names for first, names in _CPYTHON_RUNTIMES if version >= first), frozenset())
    # The second file holds x64 and ARM64 exception handling; x86 has no such file.
    return names - {"vcruntime140_1.dll"} if machine is Arch.X86 else names
