"""The Python packages of a wheel, and which of their sources can make a folder known.

A package is regular if its folder holds an ``__init__`` module, else it is a
namespace package (PEP 420), which must stay one: other distributions install
into it. The two older kinds of namespace packages have an ``__init__.py`` that
all their distributions must ship alike, so it is not patched either.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from wheelcheck.errors import PatchError, RepairError
from wheelcheck.installation import extension_name, folder_of
from wheelcheck.patch.python_marks import has_marks
from wheelcheck.sources import LARGEST_SOURCE

if TYPE_CHECKING:
    from wheelcheck.wheel import Wheel, WheelFile

__all__ = ["Packages"]

# Source: "Packaging namespace packages" (PyPA): pkgutil-style and pkg_resources-style.
_OLD_NAMESPACE = re.compile(rb"\b(?:declare_namespace|extend_path)\s*\(")
_INIT = "__init__.py"
_DEEPEST = 99


class Packages:
    """Finds packages by install path."""

    def __init__(
        self, wheel: "Wheel", read_member: Callable[[str], bytes], namespaces: Iterable[str]
    ) -> None:
        """Take the wheel, a reader of members, and names that the user says are namespaces."""
        self._read = read_member
        self._members: dict[str, str] = {
            file.install: file.member.name
            for file in wheel.files
            if file.install.endswith(".py") and not file.install.startswith("{")
        }
        self._installs = {member: install for install, member in self._members.items()}
        self._loading = wheel.dll_loading
        self._perhaps_marked = sorted(
            file.member.name
            for file in wheel.files
            if self._members.get(file.install) == file.member.name
            and (file.member.name in wheel.naming_repairers or not _was_asked(file, wheel))
        )
        self._extensions = {
            folder_of(file.install)
            for file in wheel.files
            if (found := extension_name(file.install)) is not None
            and file.install.rpartition("/")[2].startswith("__init__.")
            and found.module
        }
        self._named = {
            ".".join(parts[: depth + 1])
            for parts in (name.split(".") for name in namespaces)
            for depth in range(len(parts))
        }
        self._outermost: dict[str, str | None] = {}
        self._old_style: dict[str, bool] = {}

    @property
    def top_level(self) -> tuple[str, ...]:
        """The folders of regular packages at the top, sorted."""
        return tuple(
            sorted(
                folder_of(install)
                for install in self._members
                if install.endswith(f"/{_INIT}") and install.count("/") == 1
            )
        )

    def install_of(self, member: str) -> str:
        """Return the install path of a source."""
        return self._installs[member]

    def is_package(self, folder: str) -> bool:
        """Tell whether a folder is a regular package."""
        return f"{folder}/{_INIT}" in self._members or folder in self._extensions

    def is_shared(self, folder: str) -> bool:
        """Tell whether other distributions install into a folder, too."""
        return not any(
            self.is_package(above) and not self._is_namespace(above) for above in _way(folder)
        )

    def init_of(self, folder: str) -> str | None:
        """Return the member of the outermost ``__init__.py`` that runs before a folder's modules.

        None where there is none that may be patched.
        """
        if folder not in self._outermost:
            self._outermost[folder] = next(
                (
                    self._members[f"{above}/{_INIT}"]
                    for above in _way(folder)
                    if self._can_patch(above)
                ),
                None,
            )
        return self._outermost[folder]

    @cached_property
    def marked(self) -> tuple[str, ...]:
        """The members in which comments ask for a patch.

        Raises:
            RepairError: one stands where no statement can.
        """
        found = []
        for member in self._perhaps_marked:
            try:
                if has_marks(self._read(member)):
                    found.append(member)
            except PatchError as error:
                raise RepairError(f"{member} cannot be patched: {error}") from error
        return tuple(found)

    @cached_property
    def opened(self) -> tuple[tuple[str, str], ...]:
        """Each source that an earlier repair patched, with each folder it opens as installed."""
        return tuple(
            (install, folder)
            for install, member in sorted(self._members.items())
            if (loading := self._loading.get(member)) is not None
            for patch in loading.patches
            for relative in patch.folders
            if (folder := _joined(folder_of(install), relative)) is not None
        )

    def _can_patch(self, folder: str) -> bool:
        there = f"{folder}/{_INIT}" in self._members
        # An extension of that name is imported instead.
        return there and folder not in self._extensions and not self._is_namespace(folder)

    def _is_namespace(self, folder: str) -> bool:
        """Tell whether a folder with an ``__init__`` module is a namespace all the same."""
        if folder.replace("/", ".") in self._named:
            return True
        if folder not in self._old_style:
            member = self._members.get(f"{folder}/{_INIT}")
            self._old_style[folder] = member is not None and bool(
                _OLD_NAMESPACE.search(self._read(member))
            )
        return self._old_style[folder]


def _was_asked(file: "WheelFile", wheel: "Wheel") -> bool:
    """Tell whether reading the wheel looked for names of repairing tools in a source."""
    of_dist_info = file.member.name.startswith(f"{wheel.dist_info}/")
    return file.member.size <= LARGEST_SOURCE and not of_dist_info


def _way(folder: str) -> Iterator[str]:
    """Yield the folders from the topmost to this one; none where it lies absurdly deep."""
    if folder.count("/") >= _DEEPEST:
        return
    end = folder.find("/")
    while end >= 0:
        yield folder[:end]
        end = folder.find("/", end + 1)
    if folder:
        yield folder


def _joined(folder: str, relative: str) -> str | None:
    """Follow a relative path; None if it leaves site-packages."""
    parts = folder.split("/") if folder else []
    for part in relative.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in {"", "."}:
            parts.append(part)
    return "/".join(parts)
