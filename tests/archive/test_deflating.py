"""Streams that are written: whichever implementation is there, they hold the same."""

import sys
import zlib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wheelcheck.archive import deflating
from wheelcheck.archive.codec import fastest_codec
from wheelcheck.archive.deflating import deflated


@pytest.fixture(params=["", "deflate", "deflate zlib_ng"])
def _absent(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in request.param.split():
        monkeypatch.setitem(sys.modules, name, None)
    for chosen in (deflating._fastest, fastest_codec):
        chosen.cache_clear()
    yield
    for chosen in (deflating._fastest, fastest_codec):
        chosen.cache_clear()


@pytest.mark.usefixtures("_absent")
@pytest.mark.parametrize("level", range(10))
def test_what_is_written_inflates_to_what_was_given(level: int) -> None:
    for data in (b"a", b"abc" * 100_000, bytes(range(256)) * 300):
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        assert inflater.decompress(deflated(data, level)) == data
        assert inflater.eof
        assert not inflater.unused_data


def test_the_standard_library_serves_where_libdeflate_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    libdeflate = pytest.importorskip("deflate")

    def failing(data: bytes, level: int) -> bytes:
        raise libdeflate.DeflateError(f"no memory for {len(data)} bytes at level {level}")

    monkeypatch.setattr(libdeflate, "deflate_compress", failing)
    deflating._fastest.cache_clear()
    try:
        assert zlib.decompress(deflated(b"abc" * 1000, 6), -zlib.MAX_WBITS) == b"abc" * 1000
    finally:
        deflating._fastest.cache_clear()


@given(st.binary(max_size=3000), st.integers(0, 9))
def test_any_bytes_of_any_level(data: bytes, level: int) -> None:
    assert zlib.decompress(deflated(data, level), -zlib.MAX_WBITS) == data


def test_levels_mean_the_sizes_of_zlib() -> None:
    pytest.importorskip("deflate")
    text = b"".join(b"member %d of %d, size %x\n" % (i, i * i % 977, i**3) for i in range(20_000))
    for level in range(1, 10):
        assert len(deflated(text, level)) <= 1.02 * len(zlib.compress(text, level))
