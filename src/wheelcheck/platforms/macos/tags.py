"""Platform tags of macOS: which versions they promise, and which no installer asks for.

Source: PyPA "Platform compatibility tags", and ``packaging.tags.mac_platforms``
for the tags that installers accept.
"""

import re
from collections.abc import Mapping

from wheelcheck.expressions import expression
from wheelcheck.records import record

__all__ = ["MacTag", "fitting_version", "read_mac_tag"]

Version = tuple[int, int]
Minimum = tuple[int, int, int]

_TAG = expression(r"macosx_(\d{1,4})_(\d{1,4})_(\w+)", re.ASCII)

# Architectures of a tag, with the first and last version of macOS 10 that installers
# accept them for. Only what stands in _CURRENT goes on with macOS 11.
_VERSIONS_OF_10 = {
    "ppc": (0, 6),
    "ppc64": (4, 5),
    "fat": (0, 16),
    "fat3": (0, 16),
    "fat64": (4, 16),
    "i386": (4, 16),
    "intel": (4, 16),
    "universal": (0, 16),
    "universal2": (4, 16),
    "x86_64": (4, 16),
}
_CURRENT = ("arm64", "fat3", "fat64", "intel", "universal", "universal2", "x86_64")
_FIRST_ARM = (11, 0)
_MAC_OS_X, _BIG_SUR = 10, 11
_ALIAS = (10, 16)
"""What macOS 11 calls itself to programs that were built for older ones."""


@record
class MacTag:
    """One macOS platform tag."""

    version: Version
    """The oldest macOS that it promises."""
    arch: str
    """As it stands in the tag, e.g. ``universal2``."""

    def __str__(self) -> str:
        """Return the tag."""
        return "macosx_{}_{}_{}".format(*self.version, self.arch)

    @property
    def fault(self) -> str | None:
        """Say why no installer asks for this tag; None if some do."""
        if self.arch not in {*_VERSIONS_OF_10, *_CURRENT}:
            return f"no installer knows the architecture {self.arch}"
        return self._fault_of_10() if self.version[0] < _BIG_SUR else self._fault_since_11()

    def _fault_since_11(self) -> str | None:
        major, minor = self.version
        if self.arch not in _CURRENT:
            return f"macOS 11 and later do not run {self.arch}"
        return f"since macOS 11, installers ask for macosx_{major}_0 only" if minor else None

    def _fault_of_10(self) -> str | None:
        major, minor = self.version
        if major != _MAC_OS_X:
            return f"there is no macOS {major}"
        if self.arch not in _VERSIONS_OF_10:
            return f"{self.arch} starts with macOS 11.0"
        first, last = _VERSIONS_OF_10[self.arch]
        if first <= minor <= last:
            return None
        return f"for {self.arch}, installers ask for macosx_10_{first} to 10_{last} only"

    def covers(self, slice_name: str, minimum: Minimum) -> bool:
        """Tell whether a slice runs on the oldest macOS that the tag promises for it.

        :param slice_name: the architecture of the slice, e.g. ``arm64``.
        :param minimum: the oldest macOS that the slice runs on.
        """
        return minimum <= (*self.promised(slice_name), 0)

    def promised(self, slice_name: str) -> Version:
        """Return the oldest macOS on which the slice of this architecture must run.

        There is no macOS 10 for arm64, so ``macosx_10_9_universal2`` promises 11.0 there.
        """
        version = _FIRST_ARM if self.version == _ALIAS else self.version
        return max(version, _FIRST_ARM) if slice_name.startswith("arm64") else version


def read_mac_tag(text: str) -> MacTag | None:
    """Read a platform tag; None if it is not one of macOS."""
    match = _TAG.fullmatch(text)
    return MacTag((int(match[1]), int(match[2])), match[3]) if match else None


def fitting_version(minimums: Mapping[str, Minimum]) -> tuple[Version, bool]:
    """Return the lowest version that a tag for all these slices can promise.

    Tags know no minor versions since macOS 11, and no patches: a slice for 13.3
    goes under ``macosx_13_0``, as all tools tag it. The second value tells
    whether the tag says it exactly.

    :param minimums: name of each architecture, and the oldest macOS of its slices.
    """
    versions = [
        minimum
        for name, minimum in minimums.items()
        # Beside x86_64, arm64 slices of macOS 11.0 say nothing: there is no older one.
        if not (name.startswith("arm64") and minimum <= (*_FIRST_ARM, 0) and len(minimums) > 1)
    ]
    highest = max(versions, default=(*_FIRST_ARM, 0))
    highest = max(highest, (*_FIRST_ARM, 0)) if highest[:2] >= _ALIAS else highest
    if all(name.startswith("arm64") for name in minimums):
        highest = max(highest, (*_FIRST_ARM, 0))
    major, minor, patch = highest
    version = (major, minor) if major < _BIG_SUR else (major, 0)
    return version, (*version, 0) == (major, minor, patch)
