"""The export trie of a Mach-O image with other addresses in it.

The trie (``mach-o/loader.h``, at dyld_info_command) holds addresses and the
offsets of its own nodes as numbers of varying length, so larger addresses make
it longer and move its nodes.
"""

from wheelcheck.binary.macho_symbols import uleb
from wheelcheck.patch.macho_addresses import UnknownTableError, to_uleb
from wheelcheck.records import record

__all__ = ["move_trie"]

_KIND, _ABSOLUTE = 0x03, 2
_REEXPORT, _STUB_AND_RESOLVER = 0x08, 0x10
_KNOWN = 0x1F


@record(frozen=False)
class _Node:
    terminal: bytes
    children: list[tuple[bytes, int]]
    """Label, and offset of the child in the old trie."""


def move_trie(trie: bytes, by: int) -> bytes:
    """Return the trie with every address in it ``by`` higher.

    :raises UnknownTableError: it is no tree, or has flags that are not known here.
    :raises IndexError: it ends inside a node.
    """
    nodes = _parse(trie, by)
    places = dict.fromkeys(nodes, 0)
    # Offsets only ever grow from round to round, each by at most a few bytes a node.
    while True:
        end, moved = 0, False
        encoded = []
        for old, node in nodes.items():
            moved |= places[old] != end
            places[old] = end
            raw = _encode(node, places)
            encoded.append(raw)
            end += len(raw)
        if not moved:
            return b"".join(encoded)


def _parse(trie: bytes, by: int) -> dict[int, _Node]:
    nodes: dict[int, _Node] = {}
    pending = [0]
    while pending:
        start = pending.pop()
        if start in nodes:
            raise UnknownTableError("its export trie is no tree")
        size, here = uleb(trie, start)
        terminal = _terminal(trie[here : here + size], by) if size else b""
        here += size
        children = []
        count, here = trie[here], here + 1
        for _ in range(count):
            end = trie.find(b"\0", here)
            if end < 0:
                raise UnknownTableError("its export trie ends inside a node")
            child, after = uleb(trie, end + 1)
            children.append((trie[here:end], child))
            here = after
        nodes[start] = _Node(terminal, children)
        pending += [child for _, child in reversed(children)]
    return nodes


def _terminal(raw: bytes, by: int) -> bytes:
    flags, here = uleb(raw, 0)
    if flags & ~_KNOWN:
        raise UnknownTableError(f"its export trie has flags {flags:#x}")
    if flags & _REEXPORT or flags & _KIND == _ABSOLUTE:
        return raw
    moved = raw[:here]
    for _ in range(2 if flags & _STUB_AND_RESOLVER else 1):
        address, here = uleb(raw, here)
        moved += to_uleb(address + by)
    return moved + raw[here:]


def _encode(node: _Node, places: dict[int, int]) -> bytes:
    raw = to_uleb(len(node.terminal)) + node.terminal + bytes([len(node.children)])
    return raw + b"".join(label + b"\0" + to_uleb(places[child]) for label, child in node.children)
