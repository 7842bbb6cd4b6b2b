"""The environments that a wheel's tags promise, for markers (PyPA "Dependency specifiers").

What the host is must not matter, so every variable of a marker is given a value.
"""

from typing import TYPE_CHECKING, NamedTuple

from wheelcheck.binary.model import Arch
from wheelcheck.platforms.platform_tags import System, read_platform_tag
from wheelcheck.platforms.promises import Flavour, Implementation, promise
from wheelcheck.rules.registry import Subject

if TYPE_CHECKING:
    from packaging.markers import Marker

__all__ = ["Environment", "environments"]

_PYTHONS = ((3, 9), (3, 10), (3, 11), (3, 12), (3, 13), (3, 14), (3, 15))
"""Those that are asked about where a tag is for many; older ones are out of use."""
_SYSTEMS = {
    System.WINDOWS: ("nt", "win32", "Windows"),
    System.LINUX: ("posix", "linux", "Linux"),
    System.ANDROID: ("posix", "android", "Android"),
    System.MACOS: ("posix", "darwin", "Darwin"),
    System.IOS: ("posix", "ios", "iOS"),
    System.EMSCRIPTEN: ("posix", "emscripten", "Emscripten"),
}
_DESKTOPS = (System.LINUX, System.MACOS, System.WINDOWS)
_MACHINES = {
    (System.WINDOWS, Arch.X86_64): "AMD64",
    (System.WINDOWS, Arch.ARM64): "ARM64",
    (System.WINDOWS, Arch.X86): "x86",
    (System.LINUX, Arch.ARM64): "aarch64",
    (System.ANDROID, Arch.ARM64): "aarch64",
    (System.LINUX, Arch.X86): "i686",
    (System.LINUX, Arch.ARM): "armv7l",
}
_IMPLEMENTATIONS = {
    Implementation.PYPY: ("pypy", "PyPy"),
    Implementation.GRAALPY: ("graalpy", "GraalVM"),
}
_MOST = 200


class Environment(NamedTuple):
    """A Python on a system."""

    system: System
    machine: str
    version: tuple[int, int]
    implementation: Implementation

    def __str__(self) -> str:
        """Return it in words, e.g. ``CPython 3.12 on Linux (x86_64)``."""
        name = "Python" if self.implementation is Implementation.ANY else str(self.implementation)
        version = ".".join(map(str, self.version))
        return f"{name} {version} on {self.system}{f' ({self.machine})' if self.machine else ''}"

    def holds(self, marker: "Marker | None", extra: str = "") -> bool:
        """Tell whether a requirement with this marker counts here.

        A marker that cannot be judged is taken to hold.
        """
        if marker is None:
            return True
        os_name, sys_platform, system = _SYSTEMS.get(self.system, _SYSTEMS[System.LINUX])
        implementation = _IMPLEMENTATIONS.get(self.implementation, ("cpython", "CPython"))
        version = ".".join(map(str, self.version))
        try:
            return marker.evaluate(
                {
                    "implementation_name": implementation[0],
                    "implementation_version": f"{version}.0",
                    "os_name": os_name,
                    "platform_machine": self.machine or "x86_64",
                    "platform_release": "",
                    "platform_system": system,
                    "platform_version": "",
                    "python_full_version": f"{version}.0",
                    "platform_python_implementation": implementation[1],
                    "python_version": version,
                    "sys_platform": sys_platform,
                    "extra": extra,
                }
            )
        except ValueError:
            return True


def environments(subject: Subject) -> tuple[Environment, ...]:
    """Return what the tags promise and Requires-Python allows, sorted; never nothing."""
    metadata = subject.metadata
    allowed = None if metadata is None else metadata.requires_python
    found = set()
    for tag in subject.wheel.tag_set:
        given = promise(tag)
        if given.flavour is Flavour.EXACT and given.version is not None:
            versions: tuple[tuple[int, int], ...] = (given.version,)
        else:
            versions = tuple(v for v in _PYTHONS if given.version is None or v >= given.version)
        places = _places(tag.platform)
        for version in versions:
            if allowed is None or allowed.contains("{}.{}.99".format(*version), prereleases=True):
                found |= {Environment(*place, version, given.implementation) for place in places}
    if not found:
        found.add(Environment(System.LINUX, "x86_64", _PYTHONS[-1], Implementation.ANY))
    return tuple(sorted(found)[:_MOST])


def _places(platform: str) -> list[tuple[System, str]]:
    known = read_platform_tag(platform)
    if known is None or known.system not in _SYSTEMS:
        return [(system, "") for system in _DESKTOPS]
    names = [_MACHINES.get((known.system, arch), str(arch)) for arch in sorted(known.machines)]
    return [(known.system, name) for name in names or [""]]
