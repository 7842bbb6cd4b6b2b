"""WC803 no-aslr, WC804 no-nx, WC860 partly-guarded, WC861 no-relro, WC862 no-pie."""

import struct
from pathlib import Path

import pytest

from tests.elf_samples import sample
from tests.native import SYSTEM, inspect, of
from tests.pe_builder import Pe
from wheelcheck import Severity
from wheelcheck.binary.elf import read_elf
from wheelcheck.binary.elf_object import ElfObject


@pytest.mark.parametrize(
    ("flags", "codes"),
    [(0x160, []), (0x120, ["WC803"]), (0x060, ["WC804"]), (0, ["WC803", "WC804"])],
)
def test_flags_of_protection(tmp_path: Path, flags: int, codes: list[str]) -> None:
    module = Pe(imports=SYSTEM, exports={"PyInit__p": None}, dll_characteristics=flags).build()
    report = inspect(tmp_path, {"pkg/_p.pyd": module})
    found = of(report, "WC803") + of(report, "WC804")
    assert [f.code for f in found] == codes
    assert all(f.severity is Severity.NOTE and f.member == "pkg/_p.pyd" for f in found)


def guarded(name: str, *, guard: bool) -> bytes:
    flags = 0x4160 if guard else 0x160
    exports = {f"PyInit_{name}": None}
    return Pe(imports=SYSTEM, exports=exports, dll_characteristics=flags).build()


@pytest.mark.parametrize(
    ("guards", "expected"),
    [((True, True), []), ((False, False), []), ((True, False), ["pkg/_b.pyd"])],
)
def test_modules_guarded_in_part(
    tmp_path: Path, guards: tuple[bool, bool], expected: list[str]
) -> None:
    files = {
        f"pkg/_{name}.pyd": guarded(f"_{name}", guard=guard)
        for name, guard in zip("ab", guards, strict=True)
    }
    found = of(inspect(tmp_path, files), "WC860")
    assert [f.member for f in found] == expected
    assert all(f.severity is Severity.NOTE for f in found)


def without_relro(data: bytes) -> bytes:
    """Turn the header PT_GNU_RELRO into PT_NULL."""
    changed = data.replace(struct.pack("<2I", 0x6474E552, 4), struct.pack("<2I", 0, 4), 1)
    assert changed != data
    return changed


def test_relocated_data_that_stays_writable(tmp_path: Path) -> None:
    data = sample("x86_64-gnu/libleaf.so.1")
    tag = "py3-none-manylinux_2_28_x86_64"
    assert of(inspect(tmp_path, {"demo/libleaf.so.1": data}, tag), "WC861") == []
    [finding] = of(inspect(tmp_path, {"demo/libleaf.so.1": without_relro(data)}, tag), "WC861")
    assert (finding.member, finding.severity) == ("demo/libleaf.so.1", Severity.NOTE)


@pytest.mark.parametrize(("chain", "count"), [("x86_64-gnu", 0), ("x86_64-gnu-joined", 1)])
def test_programs_at_one_address(tmp_path: Path, chain: str, count: int) -> None:
    files = {"demo-1.0.data/scripts/tool": sample(f"{chain}/program")}
    found = of(inspect(tmp_path, files, "py3-none-manylinux_2_28_x86_64"), "WC862")
    assert [f.severity for f in found] == [Severity.NOTE] * count


@pytest.mark.parametrize(
    ("chain", "separate"), [("x86_64-gnu", True), ("x86_64-gnu-joined", False)]
)
def test_code_has_a_segment_of_its_own(chain: str, separate: bool) -> None:
    [elf] = read_elf(sample(f"{chain}/libleaf.so.1")).slices
    assert isinstance(elf, ElfObject)
    assert bool(elf.code) is separate
