"""A rewritten image loads and runs, wherever its new names went."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.pe_builder import without_header_room, without_padding
from wheelcheck.patch.pe import rewrite_imports

from .inputs import LIBRARIES, TESTDATA, install
from .windows import Wine, windows_path

pytestmark = pytest.mark.wine

NEW = {
    f"lib{name}.dll": f"lib{name}-0123456789abcdef0123456789abcdef.dll"
    for name in ("leaf-1", "mid-1", "demo-2", "forward-1")
}


def full(data: bytes) -> bytes:
    return without_header_room(without_padding(data))


@pytest.mark.parametrize(
    ("prepare", "method"),
    [
        (bytes, "padding of a section"),
        (without_padding, "new section"),
        (full, "new section, longer headers"),
    ],
    ids=["padding", "section", "headers"],
)
def test_a_rewritten_chain_runs(
    wine: Wine,
    loader: Path,
    tmp_path: Path,
    prepare: Callable[[bytes], bytes],
    method: str,
) -> None:
    """_forward imports what libforward forwards to libdemo, which needs two more."""
    [wheel] = (TESTDATA / "wheels").glob("demo_odd-*.whl")
    module = install(wheel, tmp_path) / "demo_odd" / "_forward.pyd"
    files = {module: module.read_bytes()}
    for old, new in NEW.items():
        files[module.with_name(new)] = (LIBRARIES / old).read_bytes()
    methods = set()
    for path, data in files.items():
        result = rewrite_imports(prepare(data), NEW)
        path.write_bytes(result.data)
        methods.add(result.method)
    assert methods == {method, "unchanged"}  # libleaf needs nothing
    command = [str(loader), windows_path(module), "--call", "plain_answer"]
    assert wine.run(command).output == "loaded\nplain_answer = 42\n"
