import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wheelcheck.binary.macho_symbols import uleb
from wheelcheck.patch.macho_addresses import UnknownTableError, to_uleb
from wheelcheck.patch.macho_trie import move_trie


def common_start(names: list[bytes]) -> bytes:
    # Sorted, so what the first and the last have in common, all have.
    pairs = zip(names[0], names[-1], strict=False)
    return names[0][: next((i for i, (a, b) in enumerate(pairs) if a != b), len(names[0]))]


Exports = dict[bytes, bytes]
"""Name, and the bytes that the trie holds for it."""


def build(exports: Exports) -> bytes:
    """Make a trie whose nodes' offsets all take three bytes, so that they are known at once."""
    nodes: list[tuple[bytes, list[tuple[bytes, int]]]] = []

    def add(prefix: bytes) -> int:
        index = len(nodes)
        nodes.append((b"", []))
        below = sorted(n for n in exports if n.startswith(prefix) and n != prefix)
        children = []
        while below:
            same = [n for n in below if n[len(prefix)] == below[0][len(prefix)]]
            common = common_start(same)
            children.append((common[len(prefix) :], add(common)))
            below = below[len(same) :]
        nodes[index] = (exports.get(prefix, b""), children)
        return index

    add(b"")
    sizes = [
        len(to_uleb(len(info))) + len(info) + 1 + sum(len(label) + 4 for label, _ in children)
        for info, children in nodes
    ]
    places = [sum(sizes[:i]) for i in range(len(nodes))]
    out = b""
    for info, children in nodes:
        out += to_uleb(len(info)) + info + bytes([len(children)])
        for label, child in children:
            at = places[child]
            out += label + b"\0" + bytes([at & 127 | 128, at >> 7 & 127 | 128, at >> 14])
    return out


def read(trie: bytes, at: int = 0, prefix: bytes = b"") -> Exports:
    size, here = uleb(trie, at)
    found = {prefix: trie[here : here + size]} if size else {}
    here += size
    count, here = trie[here], here + 1
    for _ in range(count):
        end = trie.index(b"\0", here)
        child, after = uleb(trie, end + 1)
        found |= read(trie, child, prefix + trie[here:end])
        here = after
    return found


NAMES = st.text("ab_", min_size=1, max_size=12).map(str.encode)


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(NAMES, st.integers(0, 1 << 40), max_size=40),
    st.sampled_from([0x4000, 0x8000, 0x400000]),
)
def test_addresses_move_and_names_stay(addresses: dict[bytes, int], by: int) -> None:
    trie = build({name: b"\0" + to_uleb(value) for name, value in addresses.items()})
    moved = {name: b"\0" + to_uleb(value + by) for name, value in addresses.items()}
    assert read(move_trie(trie, by)) == moved


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"\x00" + to_uleb(5), b"\x00" + to_uleb(0x4005)),
        (b"\x04" + to_uleb(5), b"\x04" + to_uleb(0x4005)),  # weak definition
        (b"\x01" + to_uleb(5), b"\x01" + to_uleb(0x4005)),  # thread-local
        (b"\x02" + to_uleb(5), b"\x02" + to_uleb(5)),  # absolute
        (b"\x08" + to_uleb(2) + b"_other\0", b"\x08" + to_uleb(2) + b"_other\0"),  # re-export
        (b"\x10" + to_uleb(5) + to_uleb(9), b"\x10" + to_uleb(0x4005) + to_uleb(0x4009)),
    ],
)
def test_kinds_of_exports(before: bytes, after: bytes) -> None:
    assert read(move_trie(build({b"_f": before}), 0x4000)) == {b"_f": after}


@pytest.mark.parametrize(
    "trie",
    [
        b"\x00\x01a\0\x00",  # a loop
        b"\x00\x01abc",  # a label without end
        b"\x02\x20\x00\x00",  # a flag of tomorrow
    ],
)
def test_tries_that_are_not_understood(trie: bytes) -> None:
    with pytest.raises(UnknownTableError):
        move_trie(trie, 0x4000)


def test_trie_that_ends_inside_a_node() -> None:
    with pytest.raises(IndexError):
        move_trie(b"\x00", 0x4000)
