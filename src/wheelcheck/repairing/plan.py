"""What a repair will do: pure data that can be printed and compared."""

from enum import StrEnum
from pathlib import Path
from typing import Any

from wheelcheck.patch.elf import ElfEdit
from wheelcheck.records import record

__all__ = [
    "Bundle",
    "BundleKind",
    "Content",
    "ImageEdit",
    "Missing",
    "Plan",
    "Rewrite",
    "Source",
    "SourcePatch",
]


@record
class Source:
    """Where a library is taken from."""

    place: str
    """Why it was looked at, e.g. ``--add-path`` or ``PATH``."""
    path: Path | None
    """The file, or None if it is a member of the wheel itself."""
    member: str | None
    sha256: str
    """Hex digest of its content, before any rewrite."""

    def __str__(self) -> str:
        """Return the file or member, for a person."""
        return str(self.path) if self.path is not None else f"{self.member} in the wheel"


@record
class ImageEdit:
    """How one slice of a Mach-O file is changed; what is not named stays."""

    libraries: tuple[tuple[str, str], ...] = ()
    """Names of libraries to load, old to new."""
    install_name: str | None = None
    """Its new identity."""
    dropped_rpaths: tuple[str, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether it says anything."""
        return self != ImageEdit()

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "libraries": dict(self.libraries),
            "install_name": self.install_name,
            "dropped_rpaths": list(self.dropped_rpaths),
        }


class BundleKind(StrEnum):
    """What a bundled file is."""

    LIBRARY = "library"
    SYMBOLS = "symbols"
    """Debug data that belongs to a bundled library."""
    IMPORT_LIBRARY = "import library"
    """What others link with to use a bundled library."""


@record
class Bundle:
    """A file that is put into the wheel."""

    library: str
    """Its own file name."""
    member: str
    """The new member."""
    source: Source
    renames: tuple[tuple[str, str], ...] = ()
    """Imports rewritten in it, old name to new."""
    kind: BundleKind = BundleKind.LIBRARY
    edit: ElfEdit | None = None
    """For an ELF object: all that is changed in it."""
    mode: int | None = None
    """The Unix mode of the new member; None for that of any file."""
    edits: tuple[ImageEdit, ...] = ()
    """Mach-O: one for each slice, in the order of the file."""


@record
class Rewrite:
    """A member whose imports are renamed."""

    member: str
    renames: tuple[tuple[str, str], ...]
    edits: tuple[ImageEdit, ...] = ()
    """Mach-O: one for each slice. Whatever signature is wrong then is made anew."""
    edit: ElfEdit | None = None
    """For an ELF object: all that is changed in it."""


@record
class SourcePatch:
    """Code put into a Python source of the wheel, so that libraries in a folder are found.

    See :func:`wheelcheck.patch.dll_folder.dll_folder_patch` for the fields.
    """

    member: str
    levels_up: int
    folder: str
    preload: tuple[str, ...] = ()
    old_python: tuple[str, ...] = ()
    at_marks: bool = False
    """It goes where comments of the source ask for it."""

    @property
    def opened(self) -> str:
        """The folder as seen from that of the source, such as ``../demo.libs``."""
        parts = [".."] * self.levels_up + ([] if self.folder == "." else [self.folder])
        return "/".join(parts) or "."


@record
class Content:
    """A member that gets other content: WHEEL, or a script in the place of a program."""

    member: str
    data: bytes
    mode: int | None = None
    """Its Unix mode; None for the one it has."""


@record
class Missing:
    """A library that is needed and was not found."""

    library: str
    importers: tuple[str, ...]
    searched: tuple[str, ...]
    rejected: tuple[str, ...]
    """Files of that name that were not taken, each with the reason."""
    hint: str | None
    """Where such a library usually comes from."""


@record
class Plan:
    """A repair, before it is done."""

    wheel: str
    """File name of the input."""
    output: str
    """File name of the result."""
    platform: str
    """The platform whose rules were applied: ``windows``, ``linux``, or ``any``."""
    bundles: tuple[Bundle, ...] = ()
    rewrites: tuple[Rewrite, ...] = ()
    patches: tuple[SourcePatch, ...] = ()
    contents: tuple[Content, ...] = ()
    strip: bool = False
    """Whether debug data is taken out of the bundled libraries."""
    level: int = 6
    """How hard changed members are compressed, 0 to 9."""
    dropped: tuple[str, ...] = ()
    """Members left out because the change makes them invalid."""
    missing: tuple[Missing, ...] = ()
    excluded: tuple[str, ...] = ()
    """Libraries that the user said are supplied otherwise."""
    provided: tuple[tuple[str, str], ...] = ()
    """Of these, the file names that another distribution brings, each with its name."""
    notes: tuple[str, ...] = ()
    """What a person should know: choices made between several files, and the like."""

    @property
    def changes(self) -> bool:
        """Whether the result differs from the input."""
        return bool(
            self.bundles
            or self.rewrites
            or self.patches
            or self.contents
            or self.output != self.wheel
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "wheel": self.wheel,
            "output": self.output,
            "platform": self.platform,
            "bundles": [
                {
                    "library": b.library,
                    "kind": str(b.kind),
                    "member": b.member,
                    "source": str(b.source),
                    "place": b.source.place,
                    "sha256": b.source.sha256,
                    "renames": dict(b.renames),
                    "elf": _edit(b.edit),
                    "slices": [e.to_dict() for e in b.edits],
                }
                for b in self.bundles
            ],
            "rewrites": [
                {
                    "member": r.member,
                    "renames": dict(r.renames),
                    "elf": _edit(r.edit),
                    "slices": [e.to_dict() for e in r.edits],
                }
                for r in self.rewrites
            ],
            "patches": [
                {"member": p.member, "folder": p.opened, "preload": list(p.preload)}
                for p in self.patches
            ],
            "contents": [content.member for content in self.contents],
            "strip": self.strip,
            "dropped": list(self.dropped),
            "missing": [
                {
                    "library": m.library,
                    "importers": list(m.importers),
                    "searched": list(m.searched),
                    "rejected": list(m.rejected),
                    "hint": m.hint,
                }
                for m in self.missing
            ],
            "excluded": list(self.excluded),
            "provided": dict(self.provided),
            "notes": list(self.notes),
        }


def _edit(edit: ElfEdit | None) -> dict[str, Any] | None:
    if edit is None:
        return None
    return {
        "removed": sorted(edit.remove_needed),
        "soname": edit.soname,
        "rpath": edit.rpath,
        "runpath": edit.runpath,
        "clear_execstack": edit.clear_execstack,
    }
