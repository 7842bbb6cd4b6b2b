"""What the native objects of a wheel are for: modules, libraries or programs."""

from collections.abc import Iterable, Iterator

from wheelcheck.binary.model import Slice
from wheelcheck.findings import Role
from wheelcheck.installation import ExtensionName, extension_name
from wheelcheck.resolving.graph import Node
from wheelcheck.wheel import Native

__all__ = ["init_functions", "nodes_of"]


def nodes_of(natives: Iterable[Native]) -> Iterator[Node]:
    """Yield a node for each slice of the objects that were read."""
    for native in natives:
        if native.binary is None:
            continue
        extension = extension_name(native.install)
        for piece in native.binary.slices:
            yield Node(native.install, _role(native, piece, extension), piece, native, extension)


def _role(native: Native, piece: Slice, extension: ExtensionName | None) -> Role:
    if piece.program:
        return Role.PROGRAM
    if extension is None:
        return Role.LIBRARY
    # A bare .so may be a plain library; a .pyd or a tagged suffix is meant for import.
    if native.install.lower().endswith(".so") and extension.tag is None:
        return Role.MODULE if init_functions(piece, extension) else Role.LIBRARY
    return Role.MODULE


def init_functions(piece: Slice, extension: ExtensionName) -> tuple[str, ...]:
    """Return the init functions of this module that the slice exports.

    Source: PEP 489 (``PyInit_``, ``PyInitU_`` with punycode for names that are
    not ASCII) and PEP 793 (``PyModExport_``).
    """
    leaf = extension.leaf
    if leaf.isascii():
        wanted = (f"PyInit_{leaf}", f"PyModExport_{leaf}")
    else:
        coded = leaf.encode("punycode").decode("ascii").replace("-", "_")
        wanted = (f"PyInitU_{coded}", f"PyModExportU_{coded}")
    return tuple(name for name in wanted if name in piece.exports.names)
