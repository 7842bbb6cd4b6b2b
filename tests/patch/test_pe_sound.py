import struct

import pytest

from tests.patch.pe_demo import LONG, demo
from wheelcheck.errors import PatchError
from wheelcheck.patch.pe import rewrite_imports

COFF, OPTIONAL = 0x84, 0x98
ROWS = OPTIONAL + 240


@pytest.mark.parametrize(
    ("offset", "layout", "value", "told"),
    [
        (COFF + 2, "<H", 9, "section table is damaged"),
        (COFF + 16, "<H", 0xE8, "inside its data directories"),
        (OPTIONAL + 36, "<I", 0x300, "alignments are impossible"),
        (OPTIONAL + 36, "<I", 0x20000, "alignments are impossible"),
        (OPTIONAL + 32, "<I", 0, "alignments are impossible"),
        (OPTIONAL + 60, "<I", 0x180, "goes on behind its headers"),
        (ROWS + 40 + 12, "<I", 0x1004, "overlap or are out of order"),
        (ROWS + 40 + 16, "<I", 0x1000, "is cut off: section '.s0'"),
        (ROWS + 40 + 20, "<I", 0x400, "share bytes of the file"),
    ],
)
def test_what_contradicts_itself_is_refused(
    offset: int, layout: str, value: int, told: str
) -> None:
    data = bytearray(demo(sections=1).build())
    rewrite_imports(bytes(data), {"libdemo.dll": LONG})
    if told.startswith("inside"):  # the rows move down with the table's start
        data[ROWS - 8 : ROWS + 72] = data[ROWS : ROWS + 80]
    struct.pack_into(layout, data, offset, value)
    with pytest.raises(PatchError, match=told):
        rewrite_imports(bytes(data), {"libdemo.dll": LONG})
