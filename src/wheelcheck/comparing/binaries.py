"""What a native object says of itself, under headings that two of them can be compared by."""

from collections.abc import Iterator, Mapping

from wheelcheck.binary.elf_object import ElfObject
from wheelcheck.binary.macho_slice import MachoSlice
from wheelcheck.binary.model import Import, ImportKind, Slice
from wheelcheck.binary.pe_image import PeImage
from wheelcheck.comparing.model import Change, changes_between
from wheelcheck.wheel import Native

__all__ = ["binary_changes"]

Facts = dict[str, tuple[str, ...]]


def binary_changes(old: Native, new: Native) -> tuple[Change, ...]:
    """Return what is different between two objects, besides their code and data."""
    changes = list(changes_between(_outside(old), _outside(new)))
    befores, afters = _slices(old), _slices(new)
    for arch, after in afters.items():
        before = befores.get(arch)
        if before is not None:
            prefix = f"{arch}: " if len(afters) > 1 or len(befores) > 1 else ""
            changes += (
                Change(prefix + c.what, c.removed, c.added) for c in _slice_changes(before, after)
            )
    return tuple(changes)


def _outside(native: Native) -> Facts:
    return {
        "format": (str(native.format or "unknown"),),
        "architectures": tuple(_slices(native)),
        "damage": () if native.damage is None else (native.damage,),
    }


def _slices(native: Native) -> dict[str, Slice]:
    if native.binary is None:
        return {}
    return {
        piece.name if isinstance(piece, MachoSlice) else str(piece.arch): piece
        for piece in native.binary.slices
    }


def _slice_changes(old: Slice, new: Slice) -> Iterator[Change]:
    yield from changes_between(_common(old), _common(new))
    if type(old) is type(new):  # what only one format says cannot be compared
        yield from changes_between(_special(old), _special(new))
    yield from changes_between(*_symbols_of_shared(old, new))
    same_names = old.exports.names == new.exports.names
    if same_names:  # else ordinals move along, and say nothing
        ordinals = (
            {"exported ordinals": tuple(f"#{n}" for n in sorted(piece.exports.ordinals))}
            for piece in (old, new)
        )
        yield from changes_between(*ordinals)


def _common(piece: Slice) -> Facts:
    exports = piece.exports
    return {
        "imports": tuple(map(_label, piece.imports)),
        "exports": tuple(sorted(exports.names)),
        "forwards": tuple(f"{n} -> {to}" for n, to in sorted(exports.forwarders.items())),
        "debug data": piece.debug,
        "damage": piece.damage,
    }


def _label(wanted: Import) -> str:
    return wanted.library + ("" if wanted.kind is ImportKind.REGULAR else f" [{wanted.kind}]")


def _symbols_of_shared(old: Slice, new: Slice) -> tuple[Facts, Facts]:
    """Return what is imported from the libraries that both import."""
    sides = [
        {f"symbols of {_label(i)}": tuple(map(_symbol, i.symbols)) for i in piece.imports}
        for piece in (old, new)
    ]
    both = sides[0].keys() & sides[1].keys()
    first, second = ({k: v for k, v in side.items() if k in both} for side in sides)
    return first, second


def _symbol(symbol: str | int) -> str:
    return symbol if isinstance(symbol, str) else f"#{symbol}"


def _special(piece: Slice) -> Facts:
    if isinstance(piece, ElfObject):
        return _elf(piece)
    if isinstance(piece, PeImage):
        return _pe(piece)
    return _macho(piece) if isinstance(piece, MachoSlice) else {}


def _elf(piece: ElfObject) -> Facts:
    return {
        "soname": _one(piece.soname),
        "RPATH": _one(piece.rpath),
        "RUNPATH": _one(piece.runpath),
        "interpreter": _one(piece.interpreter),
        "versions needed": tuple(
            f"{version} of {library}"
            for library, versions in piece.version_needs.items()
            for version in versions
        ),
        "versions defined": piece.version_definitions,
        "undefined symbols": tuple(
            sorted(r.name + (f"@{r.version}" if r.version else "") for r in piece.references)
        ),
        "executable stack": (str(piece.stack),),
        "text relocations": _yes(piece.text_relocations),
        "RELRO": (str(piece.relro),),
        "x86-64 level": (str(piece.isa),) if piece.isa else (),
        "alignment": (str(piece.alignment),),
        "Android API": () if piece.android_api is None else (str(piece.android_api),),
    }


def _pe(piece: PeImage) -> Facts:
    return {
        "ASLR": _yes(piece.aslr),
        "NX": _yes(piece.nx),
        "high entropy": _yes(piece.high_entropy),
        "Control Flow Guard": _yes(piece.cfg),
        "linker": (".".join(map(str, piece.linker_version)),),
        "load flags": (hex(piece.dependent_load_flags),),
        "path of debug file": _one(piece.pdb_path),
        "Authenticode signature": _yes(piece.certificate is not None),
        ".NET code": _yes(piece.managed),
    }


def _macho(piece: MachoSlice) -> Facts:
    builds: Mapping[str, tuple[str, ...]] = {
        f"minimum {build.platform}": (_version(build.minimum),) for build in piece.builds
    } | {f"{build.platform} SDK": (_version(build.sdk),) for build in piece.builds}
    signature = piece.signature
    kind = "ad hoc" if signature.adhoc else "by an identity"
    state = "none" if not signature.present else signature.fault or kind
    return {
        "install name": _one(piece.install_name),
        "rpaths": _one(", ".join(piece.rpaths) or None),
        **builds,
        "kind of file": (str(piece.file_type),),
        "signature": (state,),
        "symbols looked up anywhere": piece.lookup,
    }


def _version(parts: tuple[int, int, int]) -> str:
    return ".".join(map(str, parts if parts[2] else parts[:2]))


def _one(value: str | None) -> tuple[str, ...]:
    return () if value is None else (value,)


def _yes(value: bool) -> tuple[str, ...]:  # noqa: FBT001 (a fact, not an option)
    return ("yes" if value else "no",)
