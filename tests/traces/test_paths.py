from pathlib import Path

import pytest

from wheelcheck.binary import identify, read_binary
from wheelcheck.traces.paths import native_home_paths

TESTDATA = Path(__file__).parents[2] / "testdata"
HOME = b"\0/home/ada/src/core.c\0"


@pytest.mark.parametrize(
    "name",
    [
        "elf/x86_64-gnu/libleaf.so.1",
        "libs-win_amd64/libleaf-1.dll",
        "macho/libleaf.1.dylib",
        "macho/libleaf-fat64.dylib",
    ],
)
def test_code_is_not_searched_but_all_else_is(name: str) -> None:
    data = (TESTDATA / name).read_bytes()
    form = identify(data, whole=True)
    assert form is not None
    binary = read_binary(data, form)
    assert binary is not None
    spans = [span for piece in binary.slices for span in piece.code]
    assert len(spans) >= len(binary.slices)
    for start, size in spans:
        code = HOME.ljust(size, b"\x90")[:size]
        assert native_home_paths(data[:start] + code + data[start + size :], binary) == ()
    assert native_home_paths(data + HOME, binary) == ("/home/ada/src/core.c",)
