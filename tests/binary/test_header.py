import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import heads
from tests.native import extension, library
from wheelcheck.binary.header import Use, read_header
from wheelcheck.binary.model import Arch, Format


@pytest.mark.parametrize(
    ("data", "form", "archs", "use"),
    [
        (heads.elf(), Format.ELF, [Arch.X86_64], Use.LOADED),
        (heads.elf(interp=True), Format.ELF, [Arch.X86_64], Use.RUN),
        (heads.elf(kind=2), Format.ELF, [Arch.X86_64], Use.RUN),
        (heads.elf(kind=1), Format.ELF, [Arch.X86_64], Use.LINKED),
        (heads.elf(heads.ARM64), Format.ELF, [Arch.ARM64], Use.LOADED),
        (heads.elf(heads.ARM), Format.ELF, [Arch.ARM], Use.LOADED),
        (heads.elf(heads.X86, interp=True), Format.ELF, [Arch.X86], Use.RUN),
        (heads.elf(heads.S390X, order=">"), Format.ELF, [Arch.S390X], Use.LOADED),
        (heads.elf(heads.PPC64, order=">"), Format.ELF, [Arch.PPC64], Use.LOADED),
        (heads.elf(heads.PPC64), Format.ELF, [Arch.PPC64LE], Use.LOADED),
        (heads.elf(0), Format.ELF, [Arch.UNKNOWN], Use.LOADED),
        (heads.macho(), Format.MACHO, [Arch.X86_64], Use.LOADED),
        (heads.macho(kind=2), Format.MACHO, [Arch.X86_64], Use.RUN),
        (heads.macho(kind=10), Format.MACHO, [Arch.X86_64], Use.LINKED),
        (heads.fat(heads.MAC_X86_64, heads.MAC_ARM64), Format.MACHO,
         [Arch.X86_64, Arch.ARM64], Use.LOADED),
        (heads.fat(heads.MAC_ARM64, kind=2), Format.MACHO, [Arch.ARM64], Use.RUN),
        (heads.WASM, Format.WASM, [], Use.LOADED),
        (extension("_d"), Format.PE, [Arch.X86_64], Use.LOADED),
    ],
)  # fmt: skip
def test_heads(data: bytes, form: Format, archs: list[Arch], use: Use) -> None:
    header = read_header(data)
    assert header is not None
    assert (header.format, list(header.archs), header.use) == (form, archs, use)


@pytest.mark.parametrize(
    "data",
    [b"", b"MZ", b"MZ" + bytes(62), b"#!/bin/sh\n", b"PK\3\4", struct.pack(">2I", 0xCAFEBABE, 52)],
)
def test_what_is_no_native_object(data: bytes) -> None:
    assert read_header(data) is None


@given(
    data=st.sampled_from(
        [heads.elf(), heads.macho(), heads.fat(heads.MAC_ARM64), library(), heads.elf(heads.X86)]
    ),
    cut=st.integers(0, 5000),
    junk=st.binary(max_size=8),
    where=st.integers(4, 200),
)
def test_damaged_heads_are_read_or_not_but_never_break(
    data: bytes, cut: int, junk: bytes, where: int
) -> None:
    damaged = bytearray(data)
    damaged[where : where + len(junk)] = junk
    read_header(bytes(damaged[:cut]))
    read_header(bytes(damaged))
