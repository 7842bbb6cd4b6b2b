"""What a person asks of repairs: as keywords of a call, and as settings for each platform.

Pure data. What the values mean is checked by :mod:`wheelcheck.repair_options`.
"""

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Any, TypedDict, cast

from wheelcheck.records import field, record

__all__ = ["LISTS", "Engine", "Layout", "RepairKeywords", "RepairSettings"]

LISTS = (
    "add_paths",
    "prefixes",
    "include",
    "exclude",
    "no_mangle",
    "namespace_packages",
    "provided_by",
)
"""Keywords whose values add up."""


class Layout(StrEnum):
    """Where bundled libraries go."""

    AUTO = "auto"
    """Beside, if one folder holds all extensions that need any; else in a folder of their own."""
    BESIDE = "beside"
    """Into the folder of each extension that needs them."""
    LIBS = "libs"
    """Into one folder of the wheel's own, which patched sources make known."""


class Engine(StrEnum):
    """What makes the new wheel; wheelcheck proves it in any case."""

    WHEELCHECK = "wheelcheck"
    AUDITWHEEL = "auditwheel"
    DELOCATE = "delocate"
    DELVEWHEEL = "delvewheel"


class RepairKeywords(TypedDict, total=False):
    """What the public functions take as keywords; all may be left out.

    Strings in a list may each hold several names joined by ``;``, or several
    folders joined by the host's path separator; a ``Path`` is one folder.
    """

    engine: Engine | str
    """What makes the new wheel (default: ``wheelcheck``); the other tools must be installed."""
    layout: Layout | str
    """Where bundled libraries go (default: ``auto``)."""
    lib_suffix: str
    """What follows the distribution's name in the name of a folder for them (``.libs``)."""
    add_paths: Iterable[str | Path]
    """Folders of this machine to search before all others."""
    prefixes: Iterable[str | Path]
    """Prefixes of MSYS2, vcpkg, conda or MinGW, whose DLL folders are searched next."""
    include: Iterable[str]
    """File names of libraries that nothing imports; bundled under their own name
    and loaded when their package is imported."""
    exclude: Iterable[str]
    """Patterns of libraries that the user's machine has by other means."""
    no_mangle: Iterable[str]
    """Patterns of libraries that are bundled under their own name."""
    no_mangle_all: bool
    """Rename none."""
    namespace_packages: Iterable[str]
    """Dotted names of packages whose ``__init__.py`` is not to be touched."""
    with_symbols: bool
    """Bundle the ``.pdb`` files of bundled libraries."""
    with_import_libs: bool
    """Bundle their import libraries (``.lib``, ``.dll.a``)."""
    strip: bool
    """Take debug data (of GNU linkers, for Windows) out of bundled libraries."""
    provided_by: Iterable[str]
    """``DISTRIBUTION=PATTERN`` for libraries that a required distribution brings; a
    folder in front of the pattern says where in site-packages it puts them."""
    sysroot: str | Path | None
    """Where absolute paths of the target system are looked for on this machine."""
    require_archs: str
    """macOS: machines that all native code must serve, such as ``universal2`` or
    ``x86_64,arm64``."""
    target_macos: str
    """macOS: the oldest version that the result is tagged for, such as ``11.0``."""
    plat: str | None
    """Linux: the policy to satisfy, such as ``manylinux_2_28`` (default: the best that is met)."""
    only_plat: bool
    """Linux: write that policy's tag and no other."""
    clear_execstack: bool
    """Linux: state that no object needs an executable stack."""
    level: int
    """How hard changed members are compressed, 0 to 9 (default: 6)."""


@record(kw_only=True)
class RepairSettings:
    """The keywords that hold for repairs unless a call says otherwise."""

    everywhere: RepairKeywords = field(default_factory=RepairKeywords)
    windows: RepairKeywords = field(default_factory=RepairKeywords)
    linux: RepairKeywords = field(default_factory=RepairKeywords)
    macos: RepairKeywords = field(default_factory=RepairKeywords)

    def keywords(self, platform: str | None, chosen: RepairKeywords) -> RepairKeywords:
        """Return what holds in a call that chooses these keywords, for a wheel of this platform.

        Lists add up, those of the call first, then those of the platform. Any
        other value of the call comes before that of the platform, and this
        before the one for all.
        """
        own = {"windows": self.windows, "linux": self.linux, "macos": self.macos}
        layers = [chosen, own.get(platform or "", RepairKeywords()), self.everywhere]
        merged: dict[str, Any] = {}
        for layer in layers:
            for key, value in layer.items():
                if key in LISTS:
                    merged[key] = [*merged.get(key, ()), *cast("Iterable[Any]", value)]
                else:
                    merged.setdefault(key, value)
        return cast("RepairKeywords", merged)
