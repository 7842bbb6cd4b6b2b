"""What is written into a macOS wheel once its imports are bound."""

import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from wheelcheck.binary.macho_slice import FileType, MachoSlice
from wheelcheck.errors import RepairError
from wheelcheck.installation import folder_of
from wheelcheck.patch.codesign import ARM64
from wheelcheck.platforms.macos.names import UNIQUE, is_builders
from wheelcheck.records import replace
from wheelcheck.repairing.macos.binding import Binding
from wheelcheck.repairing.macos.libraries import Library, Target
from wheelcheck.repairing.macos.places import HASH_LENGTH
from wheelcheck.repairing.plan import Bundle, ImageEdit, Rewrite
from wheelcheck.resolving.graph import Node
from wheelcheck.rules.natives import is_test_data

if TYPE_CHECKING:
    from wheelcheck.wheel import Native, Wheel

__all__ = ["Edits", "linked_slices"]

_LINKED = (FileType.PROGRAM, FileType.LIBRARY, FileType.BUNDLE)
_DYLIB_FIELDS, _RPATH_FIELDS = 24, 12


class Edits:
    """Makes the rows of the plan from what is bound to what."""

    def __init__(self, wheel: "Wheel", binding: Binding, places: Mapping[Library, str]) -> None:
        """Take where each library will be installed, too."""
        self.notes: dict[str, None] = {}
        self._wheel = wheel
        self._binding = binding
        self._places = places

    def bundle(self, library: Library, member: str) -> Bundle:
        """Return how a library becomes this member."""
        install = self._places[library]
        edits = []
        for piece in library.slices:
            renames = {}
            for wanted in piece.imports:
                target = library.needs.get((piece.arch, wanted.library)) or next(
                    (t for (_, name), t in library.needs.items() if name == wanted.library), None
                )
                if target is not None:
                    renames[wanted.library] = self._name_for(target, install)
                elif wanted.library in self._binding.provided:
                    renames[wanted.library] = _relative(
                        self._binding.provided[wanted.library], install
                    )
            edits.append(_edit(piece, renames))
        named = _identified(library.slices, edits, install, library.source.sha256)
        return Bundle(
            library=library.filename,
            member=member,
            source=library.source,
            renames=_renames(named),
            edits=named,
        )

    def rewrites(self) -> Iterator[Rewrite]:
        """Yield what changes in images of the wheel.

        Raises:
            RepairError: no relative path leads from one to what it needs.
        """
        digests = {f.member.name: f.digests["sha256"].hex() for f in self._wheel.files}
        for native in self._wheel.natives:
            slices = linked_slices(native)
            if not slices:
                continue
            edits = [_edit(s, self._renamed_in(native, s)) for s in slices]
            if is_test_data(native):
                edits = [ImageEdit(libraries=edit.libraries) for edit in edits]
            elif any(s.install_name is not None and is_builders(s.install_name) for s in slices):
                digest = digests[native.name]
                edits = list(_identified(slices, edits, native.install, digest))
            stale = not is_test_data(native) and self._stale(native, slices)
            if stale or any(edit.changes for edit in edits):
                yield Rewrite(native.name, _renames(edits), tuple(edits))

    def _renamed_in(self, native: "Native", piece: MachoSlice) -> dict[str, str]:
        renames = {}
        for wanted in piece.imports:
            target = self._binding.bound.get((native.name, piece.arch, wanted.library))
            provided = self._binding.provided.get(wanted.library)
            if target is None and provided is None:
                continue
            if native.install.startswith("{"):
                raise RepairError(
                    f"{native.name} is installed outside of site-packages, from where no relative "
                    f"path leads to {wanted.library}; link it statically, or start it by a Python "
                    "entry point from inside the package"
                )
            if target is not None:
                renames[wanted.library] = self._name_for(target, native.install)
            elif provided is not None:
                renames[wanted.library] = _relative(provided, native.install)
        return renames

    def _stale(self, native: "Native", slices: Iterable[MachoSlice]) -> bool:
        """Tell whether a signature must be made anew even if nothing else changes."""
        stale = False
        for piece in slices:
            absent = not piece.signature.present and piece.cputype == ARM64
            if absent or piece.signature.fault is not None:
                stale = True
                why = "no signature" if absent else f"a wrong signature ({piece.signature.fault})"
                self.notes[f"{native.name} ({piece.name}) has {why}; it is signed anew"] = None
        return stale

    def _name_for(self, target: Target, importer: str) -> str:
        """Return how an image installed at ``importer`` asks for a library."""
        path = target.install if isinstance(target, Node) else self._places[target]
        return _relative(path, importer)


def linked_slices(native: "Native") -> tuple[MachoSlice, ...]:
    """Return the slices of an image that dyld loads; none for others, such as object files."""
    if native.binary is None:
        return ()
    slices = tuple(s for s in native.binary.slices if isinstance(s, MachoSlice))
    return slices if all(s.file_type in _LINKED for s in slices) else ()


def _edit(piece: MachoSlice, renames: Mapping[str, str]) -> ImageEdit:
    return ImageEdit(
        libraries=tuple(sorted(_told_apart(piece, renames).items())),
        dropped_rpaths=tuple(dict.fromkeys(filter(is_builders, piece.rpaths))),
    )


def _told_apart(piece: MachoSlice, renames: Mapping[str, str]) -> dict[str, str]:
    """Spell a library that two names led to in two ways.

    No load command may go, and dyld refuses equal ones in what was linked for macOS 15 or later.
    """
    taken = {wanted.library for wanted in piece.imports if wanted.library not in renames}
    result: dict[str, str] = {}
    for wanted in piece.imports:
        new = renames.get(wanted.library)
        if new is None or wanted.library in result:
            continue
        while new in taken:
            new = new.replace("@loader_path/", "@loader_path/./", 1)
        taken.add(new)
        result[wanted.library] = new
    return result


def _relative(path: str, importer: str) -> str:
    return f"@loader_path/{posixpath.relpath(path, folder_of(importer) or '.')}"


def _renames(edits: Iterable[ImageEdit]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted({row for edit in edits for row in edit.libraries}))


def _identified(
    slices: Sequence[MachoSlice], edits: Sequence[ImageEdit], install: str, sha256: str
) -> tuple[ImageEdit, ...]:
    """Give each slice that has an identity a unique one, as telling as the header has room for."""
    name = install.rpartition("/")[2]
    choices = [f"{UNIQUE}/{install}"]
    choices += [f"{UNIQUE}/{sha256[:HASH_LENGTH]}/{name}", f"{UNIQUE}/{sha256[:HASH_LENGTH]}"]
    for choice in choices:
        named = tuple(
            replace(edit, install_name=choice) if piece.install_name not in (None, choice) else edit
            for piece, edit in zip(slices, edits, strict=True)
        )
        if all(_growth(p, e) <= max(p.room, 0) for p, e in zip(slices, named, strict=True)):
            break
    return named


def _growth(piece: MachoSlice, edit: ImageEdit) -> int:
    """Return the bytes by which the load commands grow."""
    renames = dict(edit.libraries)
    growth = sum(
        _size(renames[i.library], _DYLIB_FIELDS) - _size(i.library, _DYLIB_FIELDS)
        for i in piece.imports
        if i.library in renames
    )
    if edit.install_name is not None and piece.install_name is not None:
        growth += _size(edit.install_name, _DYLIB_FIELDS) - _size(piece.install_name, _DYLIB_FIELDS)
    return growth - sum(
        _size(rpath, _RPATH_FIELDS) for rpath in piece.rpaths if rpath in edit.dropped_rpaths
    )


def _size(name: str, fields: int) -> int:
    return -(-(fields + len(name.encode("utf-8", "backslashreplace")) + 1) // 8) * 8
