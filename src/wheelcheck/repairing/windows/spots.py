"""Where the bundled libraries of a Windows wheel go, and what makes Windows look there.

Beside an extension Windows looks by itself. A folder of the wheel's own serves
any number of packages, but each of them has to make it known when it is
imported, so it needs an ``__init__.py`` that may be patched. Libraries that
Python code opens itself, and programs, know nothing of such a folder: what they
need goes beside them.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from wheelcheck.errors import RepairError
from wheelcheck.findings import Role
from wheelcheck.installation import folder_of
from wheelcheck.records import record
from wheelcheck.repair_options import RepairOptions
from wheelcheck.repair_settings import Layout
from wheelcheck.repairing.windows.packages import Packages

if TYPE_CHECKING:
    from wheelcheck.resolving.graph import Node
    from wheelcheck.wheel import Wheel

__all__ = ["Spot", "Spots"]


@record
class Spot:
    """A folder that takes bundled files."""

    install: str
    """As installed; ``""`` for site-packages itself."""
    member: str
    """In the archive."""
    salt: str
    """Whose files they are, if other distributions put files there, too."""

    def holds(self, name: str) -> str:
        """Return the member that a file of this name becomes."""
        return f"{self.member}/{name}" if self.member else name

    def installs(self, name: str) -> str:
        """Return the install path that a file of this name gets."""
        return f"{self.install}/{name}" if self.install else name


class Spots:
    """Chooses the spot for each folder that a load starts from."""

    def __init__(
        self,
        wheel: "Wheel",
        nodes: Iterable["Node"],
        packages: Packages,
        options: RepairOptions,
        lacking: Iterable[str],
    ) -> None:
        """Decide the layout.

        Args:
            wheel: The wheel.
            nodes: Its PE files.
            packages: Its packages.
            options: What the user wants.
            lacking: The folders of extensions that need bundled libraries.
        """
        if wheel.name is None:
            raise RepairError(f"{wheel.filename} is no wheel file name")
        self.distribution = wheel.name.distribution
        self.packages = packages
        self._members: dict[str, str] = {}
        self._modules: dict[str, None] = {}
        for node in nodes:
            folder = folder_of(node.native.install)
            self._members.setdefault(folder, folder_of(node.member))
            if node.role is Role.MODULE:
                self._modules[folder] = None
        earlier = self._earlier(f"{self.distribution}{options.lib_suffix}")
        self._lacking = frozenset(lacking)
        self._in_libs = self._choose(options.layout, earlier)
        folder = earlier or f"{self.distribution}{options.lib_suffix}"
        self._libs = Spot(folder, self._libs_member(folder), "")

    def is_libs(self, spot: Spot) -> bool:
        """Tell whether a spot is the wheel's own folder of libraries."""
        return spot == self._libs

    def of(self, folder: str, role: Role) -> Spot:
        """Return where what a load from this folder needs is put."""
        in_libs = self._in_libs and role is Role.MODULE
        if in_libs and (self.packages.marked or self.packages.init_of(folder) is not None):
            return self._libs
        if folder == self._libs.install:
            return self._libs
        salt = self.distribution if self.packages.is_shared(folder) else ""
        return Spot(folder, self._members[folder], salt)

    def for_included(self) -> tuple[Spot, tuple[str, ...]]:
        """Return where a library goes that nothing imports, and the folders of whom to serve."""
        modules = tuple(sorted(self._modules))
        if any(self.is_libs(self.of(folder, Role.MODULE)) for folder in modules):
            return self._libs, modules
        if modules:
            first = min(self._lacking, default=modules[0])
            return self.of(first, Role.MODULE), modules
        folders = tuple(sorted(self._members))[:1]
        if folders:
            return self.of(folders[0], Role.LIBRARY), folders
        return self._libs, self.packages.top_level

    def _choose(self, layout: Layout, earlier: str | None) -> bool:
        """Tell whether the wheel gets, or has, a folder of libraries."""
        if layout is not Layout.AUTO:
            return layout is Layout.LIBS
        if earlier is not None:
            return True
        return len(self._lacking or self._modules) > 1

    def _earlier(self, usual: str) -> str | None:
        """Return the folder of libraries that an earlier repair made."""
        found = {
            folder
            for _, folder in self.packages.opened
            if folder and folder not in self._modules and not self.packages.is_package(folder)
        }
        return usual if usual in found else min(found, default=None)

    def _libs_member(self, folder: str) -> str:
        """Return where in the archive the folder lies: under the scheme of the extensions."""
        if folder in self._members:
            return self._members[folder]
        for install in sorted(self._modules):
            above = self._members[install].removesuffix(install).removesuffix("/")
            return f"{above}/{folder}" if above else folder
        return folder
