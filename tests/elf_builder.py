"""ELF objects made to order: what they need, use and define. Nothing in them can run."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

X86_64, ARM64 = 62, 183
_TEXT, _ROW = 0x1000, 24


@dataclass(kw_only=True)
class Elf:
    """A 64-bit shared object; ``build`` gives its bytes."""

    needed: Sequence[str] = ("libc.so.6",)
    uses: Sequence[str] = ()
    weak: Sequence[str] = ()
    defines: Sequence[str] = ()
    soname: str | None = None
    runpath: str | None = None
    machine: int = X86_64

    def build(self) -> bytes:
        strings = bytearray(b"\0")

        def text(value: str) -> int:
            strings.extend(value.encode() + b"\0")
            return len(strings) - len(value.encode()) - 1

        symbols = bytearray(_ROW)
        for names, bind, section in ((self.uses, 1, 0), (self.weak, 2, 0), (self.defines, 1, 1)):
            for name in names:
                row = (text(name), bind << 4 | 2, 0, section, _TEXT * section, 8 * section)
                symbols += struct.pack("<IBBHQQ", *row)
        count = len(symbols) // _ROW
        hashes = struct.pack("<3I", 1, count, 0) + bytes(4 * count)
        dynamic = [(1, text(name)) for name in self.needed]
        if self.soname is not None:
            dynamic.append((14, text(self.soname)))
        if self.runpath is not None:
            dynamic.append((29, text(self.runpath)))
        start = 64 + 3 * 56
        at_symbols = start + 16 * (len(dynamic) + 6)
        at_hashes = at_symbols + len(symbols)
        at_strings = at_hashes + len(hashes)
        dynamic += [(6, at_symbols), (11, _ROW), (4, at_hashes), (5, at_strings)]
        dynamic += [(10, len(strings)), (0, 0)]
        body = b"".join(struct.pack("<2Q", *row) for row in dynamic) + symbols + hashes + strings
        section_names = b"\0.dynsym\0.dynstr\0.shstrtab\0"
        at_names = start + len(body)
        at_sections = -(-(at_names + len(section_names)) // 8) * 8
        sections = (
            (0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
            (1, 11, 2, at_symbols, at_symbols, len(symbols), 2, 1, 8, _ROW),
            (9, 3, 2, at_strings, at_strings, len(strings), 0, 0, 1, 0),
            (17, 3, 0, 0, at_names, len(section_names), 0, 0, 1, 0),
        )
        programs = (
            (1, 5, 0, 0, 0, at_names, at_names, 0x10000),
            (2, 6, start, start, start, 16 * len(dynamic), 16 * len(dynamic), 8),
            (0x6474E551, 6, 0, 0, 0, 0, 0, 16),
        )
        head = b"\x7fELF\2\1\1".ljust(16, b"\0") + struct.pack(
            "<2HI3QI6H", 3, self.machine, 1, 0, 64, at_sections, 0, 64, 56, 3, 64, 4, 3
        )
        head += b"".join(struct.pack("<2I6Q", *row) for row in programs)
        image = (head + body + section_names).ljust(at_sections, b"\0")
        return image + b"".join(struct.pack("<2I4Q2I2Q", *row) for row in sections)


def extension(name: str, *uses: str, **fields: object) -> bytes:
    """Return an extension module that exports its init function."""
    image = Elf(uses=uses, defines=(f"PyInit_{name}",))
    for key, value in fields.items():
        assert hasattr(image, key), key
        setattr(image, key, value)
    return image.build()
