"""The parts of a dependency graph: what imports, and where each import ends."""

from collections.abc import Hashable

from wheelcheck.binary.model import Import
from wheelcheck.findings import Outcome
from wheelcheck.installation import ExtensionName
from wheelcheck.platforms.loading import Found, Image
from wheelcheck.records import record
from wheelcheck.wheel import Native

__all__ = ["Edge", "Node"]


@record
class Node(Image):
    """An image with its part in the wheel."""

    native: Native
    extension: ExtensionName | None
    """The module it is, for the role ``module``."""

    @property
    def member(self) -> str:
        """The member that holds it."""
        return self.native.name


@record
class Edge:
    """An import of one node, and where the loader ends with it."""

    importer: Node
    wanted: Import
    found: Found
    target: Node | None
    """The node it ends in, when the outcome is ``wheel``."""
    root: Node
    """The first root whose load leads here."""
    context: Hashable
    """What that load carries along."""

    @property
    def outcome(self) -> Outcome:
        """Where the edge ends."""
        return self.found.outcome
