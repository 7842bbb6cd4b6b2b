"""Reading Mach-O files: the libraries, extension modules and programs of macOS."""

from collections.abc import Iterator

from wheelcheck.binary.macho_layout import (
    DYLIB_COMMANDS,
    Command,
    Data,
    Image,
    Lc,
    Part,
    architecture,
    read_image,
    read_parts,
)
from wheelcheck.binary.macho_signature import verify_signature
from wheelcheck.binary.macho_slice import Build, FileType, MachoSlice
from wheelcheck.binary.macho_symbols import Symbols, read_symbols
from wheelcheck.binary.model import Arch, Binary, Exports, Format, Import, ImportKind

__all__ = ["read_macho"]

_ARCH = {
    7: Arch.X86,
    0x01000007: Arch.X86_64,
    12: Arch.ARM,
    0x0100000C: Arch.ARM64,
    18: Arch.PPC,
    0x01000012: Arch.PPC64,
}

_KIND = {
    Lc.LOAD_DYLIB: ImportKind.REGULAR,
    Lc.LOAD_WEAK_DYLIB: ImportKind.WEAK,
    Lc.REEXPORT_DYLIB: ImportKind.REEXPORT,
    Lc.LAZY_LOAD_DYLIB: ImportKind.LAZY,
    Lc.LOAD_UPWARD_DYLIB: ImportKind.UPWARD,
}

# Since macOS 15, flags may say it instead (dylib_use_command in loader.h).
_USE_MARKER = 0x1A741800
_USE_SIZE = 28
_USES = {
    0x1: ImportKind.WEAK,
    0x2: ImportKind.REEXPORT,
    0x4: ImportKind.UPWARD,
    0x8: ImportKind.LAZY,
}

_PLATFORMS = {
    1: "macOS",
    2: "iOS",
    3: "tvOS",
    4: "watchOS",
    5: "bridgeOS",
    6: "Mac Catalyst",
    7: "iOS Simulator",
    8: "tvOS Simulator",
    9: "watchOS Simulator",
    10: "DriverKit",
    11: "visionOS",
    12: "visionOS Simulator",
}

_OLDER_BUILDS = {
    Lc.VERSION_MIN_MACOSX: "macOS",
    Lc.VERSION_MIN_IPHONEOS: "iOS",
    Lc.VERSION_MIN_TVOS: "tvOS",
    Lc.VERSION_MIN_WATCHOS: "watchOS",
}

_TWO_LEVEL = 0x80
_PURE_INSTRUCTIONS = 0x8000_0000
_SELF = 0
_MOST_LIBRARIES = 253
"""Ordinals above it are not places in the list of libraries."""
_PROGRAM = 255


_FILE_TYPES = {
    1: FileType.OBJECT,
    2: FileType.PROGRAM,
    6: FileType.LIBRARY,
    8: FileType.BUNDLE,
}


def read_macho(data: Data) -> Binary:
    """Read a Mach-O file, thin or fat.

    :raises BinaryError: the headers of the file or of a slice are damaged. Damage
        in the tables behind them does not raise; it is told in :attr:`Slice.damage`,
        and that of a signature in :attr:`SignatureState.fault`.
    """
    return Binary(Format.MACHO, tuple(_slice(data, part) for part in read_parts(data)))


def _slice(data: Data, part: Part) -> MachoSlice:
    if isinstance(data, bytes) and part.size == len(data):
        image = read_image(data)
    else:
        image = read_image(memoryview(data)[part.offset : part.offset + part.size])
    symbols = read_symbols(image)
    wanted = _Wanted(image, symbols)
    identity = image.first(Lc.ID_DYLIB)
    return MachoSlice(
        arch=_ARCH.get(image.cputype, Arch.UNKNOWN),
        bits=64 if image.wide else 32,
        imports=wanted.imports,
        exports=Exports(names=frozenset(symbols.exported)),
        debug=tuple(_debug(image, symbols)),
        damage=(*symbols.damage, *_overlap(image)),
        name=architecture(image.cputype, image.cpusubtype),
        cputype=image.cputype,
        cpusubtype=image.cpusubtype,
        big_endian=image.order == ">",
        offset=part.offset,
        size=part.size,
        align=part.align,
        file_type=_FILE_TYPES.get(image.filetype, FileType.OTHER),
        install_name=image.string(identity) if identity else None,
        rpaths=tuple(image.string(command) for command in image.of_kind(Lc.RPATH)),
        builds=tuple(_builds(image)),
        lookup=tuple(wanted.lookup),
        program_symbols=tuple(wanted.program),
        weak_symbols=frozenset(s.name for s in symbols.undefined if s.weak),
        two_level=wanted.two_level,
        signature=verify_signature(image),
        room=image.room,
        code=tuple(
            (part.offset + section.offset, section.size)
            for segment in image.segments
            for section in segment.sections
            if section.flags & _PURE_INSTRUCTIONS and section.in_file
        ),
    )


class _Wanted:
    """The undefined symbols, each with the library that its ordinal names."""

    def __init__(self, image: Image, symbols: Symbols) -> None:
        self.two_level = bool(image.flags & _TWO_LEVEL)
        self.lookup: list[str] = []
        self.program: list[str] = []
        commands = tuple(image.of_kind(*DYLIB_COMMANDS))
        of_library: list[list[str]] = [[] for _ in commands]
        for symbol in symbols.undefined:
            if not self.two_level:
                self.lookup.append(symbol.name)
            elif _SELF < symbol.ordinal <= min(len(commands), _MOST_LIBRARIES):
                of_library[symbol.ordinal - 1].append(symbol.name)
            elif symbol.ordinal == _PROGRAM:
                self.program.append(symbol.name)
            elif symbol.ordinal != _SELF:
                self.lookup.append(symbol.name)
        self.imports = tuple(
            Import(image.string(command), _kind(image, command), tuple(names))
            for command, names in zip(commands, of_library, strict=True)
        )


def _kind(image: Image, command: Command) -> ImportKind:
    (marker,) = image.fields("I", command.offset + 12)
    if marker == _USE_MARKER and command.size >= _USE_SIZE:
        (flags,) = image.fields("I", command.offset + 24)
        return next((kind for bit, kind in _USES.items() if flags & bit), ImportKind.REGULAR)
    return _KIND[Lc(command.kind)]


def _builds(image: Image) -> Iterator[Build]:
    for command in image.of_kind(Lc.BUILD_VERSION, *_OLDER_BUILDS):
        if command.kind == Lc.BUILD_VERSION:
            number, minimum, sdk = image.fields("3I", command.offset + 8)
            platform = _PLATFORMS.get(number, f"platform {number}")
        else:
            minimum, sdk = image.fields("2I", command.offset + 8)
            platform = _OLDER_BUILDS[Lc(command.kind)]
        yield Build(platform, _version(minimum), _version(sdk))


def _version(packed: int) -> tuple[int, int, int]:
    """Unpack ``xxxx.yy.zz``."""
    return packed >> 16, packed >> 8 & 0xFF, packed & 0xFF


def _debug(image: Image, symbols: Symbols) -> Iterator[str]:
    sections = (section for segment in image.segments for section in segment.sections)
    if any(s.segment == "__DWARF" or s.name.startswith("__debug_") for s in sections):
        yield "DWARF"
    if symbols.stabs:
        yield "stabs"


def _overlap(image: Image) -> Iterator[str]:
    """Tell of commands that were written over code, as some tools do when room is short."""
    if image.content_start < image.commands_end:
        yield (
            f"load commands end at offset {image.commands_end:#x}, "
            f"behind the start of the content at {image.content_start:#x}"
        )
