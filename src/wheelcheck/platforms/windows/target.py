"""What a wheel's tags promise on Windows: the machine, the Pythons, the oldest Windows.

Source: PEP 11 for the Windows that a CPython release supports; see
:mod:`wheelcheck.platforms.promises` for the Pythons.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from wheelcheck.binary.model import Arch
from wheelcheck.platforms.promises import Flavour, Implementation, Promise, Version, promise
from wheelcheck.records import record

if TYPE_CHECKING:
    from wheelcheck.distinfo.tag_sets import Tag

__all__ = [
    "UNNAMED_VERSION",
    "Flavour",
    "Implementation",
    "Promise",
    "Version",
    "WindowsTarget",
    "can_load",
]

_MACHINES = {"win_amd64": Arch.X86_64, "win_arm64": Arch.ARM64, "win32": Arch.X86}

UNNAMED_VERSION = (3, 9)
"""What tags without a version, such as py3, are taken at: older ones get no fixes any more."""

_WITHOUT_PATH = (3, 8)

# The first CPython that no longer runs on what was before this Windows.
_OLDEST_WINDOWS = (((3, 13), "10"), ((3, 9), "8.1"))


@record
class WindowsTarget:
    """What a wheel for Windows must work with."""

    machine: Arch
    oldest_windows: str
    """``7``, ``8.1`` or ``10``: what the oldest promised Python runs on."""
    pythons: tuple[Promise, ...]
    """All that is promised, sorted; never empty."""

    @property
    def searches_path(self) -> bool:
        """Whether every promised Python finds what an extension needs on PATH.

        CPython 3.8 and later leave it out. Source: "What's New In Python 3.8".
        """
        return all(
            p.flavour is Flavour.EXACT and p.version is not None and p.version < _WITHOUT_PATH
            for p in self.pythons
        )

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
                pythons = tuple(sorted({promise(tag) for tag in mine}, key=_order))
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


def _order(python: Promise) -> tuple[str, Version, str, bool, bool]:
    return (
        python.implementation,
        python.version or (0, 0),
        python.flavour,
        python.free_threaded,
        python.debug,
    )


def _oldest_windows(machine: Arch, pythons: Iterable[Promise]) -> str:
    if machine is Arch.ARM64:
        return "10"
    floor = min(python.version or UNNAMED_VERSION for python in pythons)
    for version, windows in _OLDEST_WINDOWS:
        if floor >= version:
            return windows
    return "7"
