"""Platform tags: the system and the machines that each names, and whether PyPI takes it.

Source: PyPA "Platform compatibility tags"; PEP 600, 656, 730, 738, 783. What
PyPI takes is data with a date: ``data/pypi-platforms.json``.
"""

import re
from enum import StrEnum
from functools import lru_cache
from typing import Any

from wheelcheck.binary.model import Arch, Format, Libc
from wheelcheck.platforms.base import load_data
from wheelcheck.records import record

__all__ = ["PlatformTag", "System", "read_platform_tag", "taken_by_pypi"]


class System(StrEnum):
    """An operating system, or what stands for one in a tag."""

    ANY = "any system"
    WINDOWS = "Windows"
    LINUX = "Linux"
    MACOS = "macOS"
    IOS = "iOS"
    ANDROID = "Android"
    EMSCRIPTEN = "Emscripten"
    OTHER = "another system"
    """BSD, Solaris, Cygwin and such: legal, and nothing more is known here."""

    @property
    def native_format(self) -> Format | None:
        """The format of its native code; None if it is none or not known."""
        return _FORMATS.get(self)


_FORMATS = {
    System.WINDOWS: Format.PE,
    System.LINUX: Format.ELF,
    System.ANDROID: Format.ELF,
    System.MACOS: Format.MACHO,
    System.IOS: Format.MACHO,
    System.EMSCRIPTEN: Format.WASM,
}


@record
class PlatformTag:
    """What one platform tag says."""

    text: str
    system: System
    machines: frozenset[Arch]
    """All that it promises; empty if that is not known."""
    libc: Libc | None = None
    """For Linux and Android; None for a tag such as ``linux_x86_64``, which names none."""


_WINDOWS = {
    "win32": Arch.X86,
    "win_amd64": Arch.X86_64,
    "win_arm64": Arch.ARM64,
    "win_arm32": Arch.ARM,
    "win_ia64": None,
}
_MACHINES = {
    "aarch64": Arch.ARM64,
    "arm64": Arch.ARM64,
    "arm64_v8a": Arch.ARM64,
    "armeabi_v7a": Arch.ARM,
    "armv6l": Arch.ARM,
    "armv7l": Arch.ARM,
    "armv8l": Arch.ARM,
    "i386": Arch.X86,
    "i686": Arch.X86,
    "loongarch64": Arch.LOONGARCH64,
    "ppc": Arch.PPC,
    "ppc64": Arch.PPC64,
    "ppc64le": Arch.PPC64LE,
    "riscv64": Arch.RISCV64,
    "s390x": Arch.S390X,
    "x86": Arch.X86,
    "x86_64": Arch.X86_64,
}
_MACOS_SETS = {
    "universal2": {Arch.X86_64, Arch.ARM64},
    "intel": {Arch.X86, Arch.X86_64},
    "fat": {Arch.X86, Arch.PPC},
    "fat3": {Arch.X86, Arch.X86_64, Arch.PPC},
    "fat64": {Arch.X86_64, Arch.PPC64},
    "universal": {Arch.X86, Arch.X86_64, Arch.PPC, Arch.PPC64},
}
_OTHERS = (
    r"(?:freebsd|openbsd|netbsd|dragonfly|solaris|sunos|aix|cygwin|msys|mingw|haiku|wasi|hp_?ux"
    r"|qnx|vxworks|gnu|zos|os400)"
)
_PATTERNS = (
    (System.LINUX, Libc.GLIBC, r"manylinux(?:1|2010|2014|_\d+_\d+)_(?P<arch>\w+)"),
    (System.LINUX, Libc.MUSL, r"musllinux_\d+_\d+_(?P<arch>\w+)"),
    (System.LINUX, None, r"linux_(?P<arch>\w+)"),
    (System.MACOS, None, r"macosx_\d+_\d+_(?P<arch>\w+)"),
    (System.IOS, None, r"ios_\d+_\d+_(?P<arch>\w+?)_(?:iphoneos|iphonesimulator)"),
    (System.ANDROID, Libc.BIONIC, r"android_\d+_(?P<arch>\w+)"),
    (System.EMSCRIPTEN, None, r"(?:pyemscripten|pyodide|emscripten)_\w+_(?P<arch>wasm32|wasm64)"),
    (System.OTHER, None, _OTHERS + r"\w*(?P<arch>)"),
)


@lru_cache(maxsize=4096)
def read_platform_tag(text: str) -> PlatformTag | None:
    """Read a platform tag; None if it is none that any tool makes."""
    if text == "any":
        return PlatformTag(text, System.ANY, frozenset())
    if text in _WINDOWS:
        machine = _WINDOWS[text]
        return PlatformTag(text, System.WINDOWS, frozenset({machine} if machine else ()))
    for system, libc, pattern in _PATTERNS:
        match = re.fullmatch(pattern, text, re.ASCII)
        if match is None:
            continue
        arch = match["arch"]
        if system is System.MACOS and arch in _MACOS_SETS:
            return PlatformTag(text, system, frozenset(_MACOS_SETS[arch]), libc)
        machine = _MACHINES.get(arch)
        return PlatformTag(text, system, frozenset({machine} if machine else ()), libc)
    return None


def taken_by_pypi(text: str) -> bool:
    """Tell whether PyPI takes a wheel with this platform tag."""
    data = _pypi()
    if text in data["exact"]:
        return True
    for row in data["patterns"]:
        match = re.fullmatch(row["pattern"], text, re.ASCII)
        if match is not None:
            return match["arch"] in row["arch"]
    return False


@lru_cache(maxsize=1)
def _pypi() -> dict[str, Any]:
    return load_data("pypi-platforms.json")
