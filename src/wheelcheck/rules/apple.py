"""What several rules ask of the Mach-O files of a wheel."""

from collections.abc import Iterator

from wheelcheck.binary.macho_slice import FileType, MachoSlice
from wheelcheck.platforms.macos.tags import MacTag, read_mac_tag
from wheelcheck.resolving.graph import Node
from wheelcheck.rules.natives import is_test_data
from wheelcheck.rules.registry import Subject

__all__ = ["images", "mac_tags"]

_LINKED = (FileType.PROGRAM, FileType.LIBRARY, FileType.BUNDLE)


def mac_tags(subject: Subject) -> tuple[MacTag, ...]:
    """Return the platform tags for macOS, in sorted order."""
    return tuple(tag for tag in map(read_mac_tag, subject.platforms) if tag is not None)


def images(subject: Subject) -> Iterator[tuple[Node, MachoSlice]]:
    """Yield each slice that macOS can load or run, of wheels for macOS; no input of tests."""
    if subject.closure.macos is None:
        return
    for node in subject.closure.nodes:
        piece = node.slice
        if not isinstance(piece, MachoSlice) or is_test_data(node.native):
            continue
        if piece.file_type in _LINKED:
            yield node, piece
