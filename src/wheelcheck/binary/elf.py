"""ELF objects read from bytes, through what a loader reads."""

import struct
from collections.abc import Mapping

from wheelcheck.binary.elf_image import DT, PT, Data, ElfImage, utf8
from wheelcheck.binary.elf_notes import Notes, read_notes
from wheelcheck.binary.elf_object import ElfObject, ElfType, Reference, Relro, StackExecution
from wheelcheck.binary.elf_symbols import symbol_count, symbol_table, version_numbers
from wheelcheck.binary.elf_versions import INDEX_MASK, version_definitions, version_needs
from wheelcheck.binary.model import Arch, Binary, Exports, Format, Import, Libc
from wheelcheck.errors import BinaryError

__all__ = ["read_elf"]

_ARCHES = {
    (3, 32, "<"): Arch.X86,
    (62, 64, "<"): Arch.X86_64,
    (40, 32, "<"): Arch.ARM,
    (183, 64, "<"): Arch.ARM64,
    (20, 32, ">"): Arch.PPC,
    (21, 64, ">"): Arch.PPC64,
    (21, 64, "<"): Arch.PPC64LE,
    (22, 64, ">"): Arch.S390X,
    (243, 64, "<"): Arch.RISCV64,
    (258, 64, "<"): Arch.LOONGARCH64,
}
_EM_ARM, _EF_ARM_EABI = 40, 5
_PF_X = 1
_DF_TEXTREL, _DF_BIND_NOW = 0x4, 0x8
_DF_1_NOW, _DF_1_PIE = 0x1, 0x08000000
_SHT_SYMTAB, _SHF_ALLOC = 2, 2
_STB_LOCAL, _STB_WEAK = 0, 2
# STB_GLOBAL, STB_WEAK and STB_GNU_UNIQUE, of any type but STT_SECTION and STT_FILE
_LINKED = frozenset(bind << 4 | kind for bind in (1, 2, 10) for kind in range(16)) - {
    bind << 4 | kind for bind in (1, 2, 10) for kind in (3, 4)
}
_VISIBLE = frozenset(other for other in range(256) if other & 3 in (0, 3))
"""STV_DEFAULT and STV_PROTECTED, whatever other bits say."""


def read_elf(data: Data) -> Binary:
    """Read an ELF file of any class, byte order and machine.

    Raises:
        BinaryError: when its headers or tables contradict each other or its size.

    """
    image = ElfImage(data)
    layout = image.layout
    strings = {tag: image.string(value) for tag, value in image.dynamic if tag in _STRINGS}
    needed = tuple(image.string(value) for tag, value in image.dynamic if tag == DT.NEEDED)
    needs = [
        (image.string(need.file), [(aux.number, image.string(aux.name)) for aux in need.versions])
        for need in version_needs(image)
    ]
    versions = {index: (name, file) for file, auxes in needs for index, name in auxes}
    exported, references = _symbols(image, versions)
    flags, flags_1 = image.tag(DT.FLAGS) or 0, image.tag(DT.FLAGS_1) or 0
    interpreter = _interpreter(image)
    notes = read_notes(image)
    elf = ElfObject(
        arch=_ARCHES.get((image.machine, layout.bits, layout.order), Arch.UNKNOWN),
        bits=layout.bits,
        imports=tuple(map(Import, needed)),
        exports=Exports(names=exported),
        debug=_debug(image),
        damage=_damage(image),
        type=_TYPES.get(image.type, ElfType.OTHER),
        machine=image.machine,
        little_endian=layout.order == "<",
        hard_float=_hard_float(image),
        dynamic=image.first(PT.DYNAMIC) is not None,
        soname=strings.get(DT.SONAME),
        rpath=strings.get(DT.RPATH),
        runpath=strings.get(DT.RUNPATH),
        interpreter=interpreter,
        pie=bool(flags_1 & _DF_1_PIE),
        version_needs=_merged(needs),
        version_definitions=tuple(
            image.string(definition.names[0])
            for definition in version_definitions(image)
            if definition.names and not definition.base
        ),
        references=references,
        stack=_stack(image),
        text_relocations=image.tag(DT.TEXTREL) is not None or bool(flags & _DF_TEXTREL),
        relro=_relro(image, flags, flags_1),
        isa=notes.isa,
        alignment=min(
            (s.align for s in image.segments if s.type == PT.LOAD and s.align), default=0
        ),
        libc=_libc(needed, interpreter, versions, notes),
        android_api=notes.android_api,
        # Where linkers join code and constants, that segment begins with the file.
        code=tuple(
            (s.offset, s.filesz)
            for s in image.segments
            if s.type == PT.LOAD and s.flags & _PF_X and s.offset
        ),
    )
    return Binary(Format.ELF, (elf,))


_STRINGS = frozenset({DT.SONAME, DT.RPATH, DT.RUNPATH})
_TYPES = {1: ElfType.RELOCATABLE, 2: ElfType.EXECUTABLE, 3: ElfType.SHARED}


def _merged(needs: list[tuple[str, list[tuple[int, str]]]]) -> dict[str, tuple[str, ...]]:
    """Gather the versions by library; some linkers name a library twice."""
    gathered: dict[str, list[str]] = {}
    for file, auxes in needs:
        gathered.setdefault(file, []).extend(name for _, name in auxes)
    return {file: tuple(names) for file, names in gathered.items()}


def _symbols(
    image: ElfImage, versions: Mapping[int, tuple[str, str]]
) -> tuple[frozenset[str], tuple[Reference, ...]]:
    """Return the names that the object offers, and what it asks of others."""
    count = symbol_count(image)
    table, numbers = symbol_table(image, count), version_numbers(image, count)
    indexes = [
        index & INDEX_MASK for (index,) in struct.iter_unpack(image.layout.order + "H", numbers)
    ]
    indexes = indexes or [0] * count
    # Name, info, other and section: value and size are of no use here, and dear to unpack.
    form = image.layout.order + ("IBBH16x" if image.layout.wide else "I8xBBH")
    references = []
    name_of, unversioned = image.string, (None, None)
    defined = []
    entries = struct.iter_unpack(form, table)
    next(entries, None)  # the null symbol
    for position, (name, info, other, section) in enumerate(entries, 1):
        if section:
            if info in _LINKED and other in _VISIBLE:
                defined.append(name)
        elif name and (bind := info >> 4) != _STB_LOCAL:
            version, library = versions.get(indexes[position], unversioned)
            references.append(Reference(name_of(name), bind == _STB_WEAK, version, library))
    return frozenset(map(name_of, defined)), tuple(references)


def _interpreter(image: ElfImage) -> str | None:
    segment = image.first(PT.INTERP)
    if segment is None:
        return None
    content = bytes(image.bytes_at(segment.offset, min(segment.filesz, 4096), "interpreter"))
    return utf8(str(content.partition(b"\0")[0], "latin-1"))


def _stack(image: ElfImage) -> StackExecution:
    segment = image.first(PT.GNU_STACK)
    if segment is None:
        return StackExecution.UNSTATED
    return StackExecution.REQUESTED if segment.flags & _PF_X else StackExecution.FORBIDDEN


def _relro(image: ElfImage, flags: int, flags_1: int) -> Relro:
    if image.first(PT.GNU_RELRO) is None:
        return Relro.NONE
    now = flags & _DF_BIND_NOW or flags_1 & _DF_1_NOW or image.tag(DT.BIND_NOW) is not None
    return Relro.FULL if now else Relro.PARTIAL


def _hard_float(image: ElfImage) -> bool | None:
    """Read the float ABI from the flags that EABI version 5 gave a meaning."""
    if image.machine != _EM_ARM or image.flags >> 24 != _EF_ARM_EABI:
        return None
    if image.flags & 0x400:
        return True
    return False if image.flags & 0x200 else None


def _libc(
    needed: tuple[str, ...],
    interpreter: str | None,
    versions: Mapping[int, tuple[str, str]],
    notes: Notes,
) -> Libc | None:
    loader = (interpreter or "").rpartition("/")[2]
    if notes.android_api is not None or (interpreter or "").startswith("/system/bin/linker"):
        return Libc.BIONIC
    if loader.startswith("ld-musl-") or any(n.startswith("libc.musl-") for n in needed):
        return Libc.MUSL
    if (
        loader.startswith(("ld-linux", "ld64.so."))
        or any(n.startswith(("libc.so.6", "ld-linux", "ld64.so.")) for n in needed)
        # libgcc_s, which musl's systems have too, defines GLIBC_2.0 itself
        or any(v.startswith("GLIBC_") and "libgcc_s" not in f for v, f in versions.values())
    ):
        return Libc.GLIBC
    return Libc.UNNAMED if "libc.so" in needed else None


def _damage(image: ElfImage) -> tuple[str, ...]:
    """Tell of content that a loader would map, but that is cut off."""
    size = len(image.view)
    return tuple(
        f"a loaded segment ends at {load.offset + load.filesz:#x}, the file at {size:#x}"
        for load in image.segments
        if load.type == PT.LOAD and load.offset + load.filesz > size
    )


def _debug(image: ElfImage) -> tuple[str, ...]:
    """Name the debug data inside; damaged section headers, which no loader reads, name none."""
    try:
        sections = image.sections()
        names = image.section_names(sections)
    except BinaryError:
        return ()
    kinds = []
    # .debug_gdb_scripts, which Rust's standard library carries, is loaded and no debug data
    if any(
        name.startswith((".debug_", ".zdebug_")) and not section.flags & _SHF_ALLOC
        for name, section in zip(names, sections, strict=True)
    ):
        kinds.append("DWARF")
    if any(section.type == _SHT_SYMTAB for section in sections):
        kinds.append("ELF symbols")
    return tuple(kinds)
