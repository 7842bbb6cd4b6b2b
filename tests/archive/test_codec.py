"""The implementations of deflate: what is read is the same with any of them."""

import io
import sys
import zlib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wheelcheck.archive.codec import STANDARD, Codec, fastest_codec
from wheelcheck.archive.reader import Archive
from wheelcheck.archive.writer import ArchiveWriter

TIME = (2026, 1, 1, 0, 0, 0)


@pytest.fixture
def _without_zlib_ng(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(sys.modules, "zlib_ng", None)
    fastest_codec.cache_clear()
    yield
    fastest_codec.cache_clear()


def codecs() -> tuple[Codec, Codec]:
    pytest.importorskip("zlib_ng")
    assert fastest_codec().name == "zlib-ng"
    return STANDARD, fastest_codec()


@pytest.mark.usefixtures("_without_zlib_ng")
def test_the_standard_library_serves_where_zlib_ng_is_absent() -> None:
    assert fastest_codec() is STANDARD


@given(st.binary(max_size=2000), st.integers(0, 9))
def test_each_reads_what_the_other_writes(data: bytes, level: int) -> None:
    one, two = codecs()
    for writer, reader in ((one, two), (two, one)):
        inflater = reader.inflater()
        deflater = writer.deflater(level, zlib.DEFLATED, -zlib.MAX_WBITS)
        assert inflater.decompress(deflater.compress(data) + deflater.flush()) == data
        assert inflater.eof
    assert one.crc32(data, 7) == two.crc32(data, 7)


@given(
    st.binary(min_size=1, max_size=500),
    st.lists(st.tuples(st.integers(0, 10_000), st.integers(1, 255)), max_size=3),
    st.integers(0, 600),
)
def test_both_take_the_same_streams(data: bytes, flips: list[tuple[int, int]], cut: int) -> None:
    stream = bytearray(zlib.compress(data * 3, wbits=-15))
    for at, bits in flips:
        stream[at % len(stream)] ^= bits
    found: set[tuple[bytes, bool, bytes] | None] = set()
    for codec in codecs():
        inflater = codec.inflater()
        try:
            out = inflater.decompress(bytes(stream[:cut]), len(data) * 3 + 1)
        except codec.error:
            found.add(None)
        else:
            found.add((out, inflater.eof, inflater.unused_data))
    assert len(found) == 1


def test_a_damaged_member_is_told_in_the_same_words(monkeypatch: pytest.MonkeyPatch) -> None:
    file = io.BytesIO()
    writer = ArchiveWriter(file)
    writer.write("a", b"abc" * 100, date_time=TIME)
    writer.close()
    raw = bytearray(file.getvalue())
    raw[raw.index(b"a", 30) + 1] ^= 0xFF
    told = []
    for codec in codecs():
        monkeypatch.setattr("wheelcheck.archive.content.fastest_codec", lambda codec=codec: codec)
        with Archive.open(io.BytesIO(bytes(raw)), name="x") as archive:
            told.append(archive.read(archive.members[0]).problem)
    assert told[0] is not None
    assert told[0] == told[1]
