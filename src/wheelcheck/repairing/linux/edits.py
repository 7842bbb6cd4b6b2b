"""What is written into a Linux wheel once its imports are bound."""

import posixpath
from collections.abc import Iterable, Iterator

from wheelcheck.binary.elf_object import ElfObject
from wheelcheck.binary.model import Libc
from wheelcheck.errors import RepairError
from wheelcheck.findings import Role
from wheelcheck.installation import SCRIPTS, folder_of
from wheelcheck.patch.elf import ElfEdit
from wheelcheck.platforms.linux.layout import read_path
from wheelcheck.repairing.linux.binding import Binding, Served, elf_of
from wheelcheck.repairing.linux.scripts import shim
from wheelcheck.repairing.plan import Bundle, Content, Rewrite, Source
from wheelcheck.resolving.graph import Node

__all__ = ["Edits"]

_PROGRAM_MODE = 0o100755


class Edits:
    """Makes the rows of the plan from what is bound to what."""

    def __init__(self, binding: Binding, distribution: str, *, clear_execstack: bool) -> None:
        self._binding = binding
        self._nodes = binding.nodes
        self._bionic = binding.target.libc is Libc.BIONIC
        self._distribution = distribution
        self._clear_execstack = clear_execstack

    def members(self) -> tuple[list[Rewrite], list[Bundle], list[Content]]:
        """Return the members to rewrite, those to move, and texts to write.

        Raises:
            RepairError: no relative path leads from a member to what it needs.
        """
        rewrites: list[Rewrite] = []
        moves: list[Bundle] = []
        contents: list[Content] = []
        for member, node in sorted(self._nodes.items()):
            served = self._binding.served.get(member, Served())
            folder = folder_of(node.install)
            moved = served.anywhere and node.install.startswith("{")
            if moved:
                if node.role is not Role.PROGRAM or not node.install.startswith(SCRIPTS):
                    raise RepairError(
                        f"{member} is installed outside of site-packages, from where no relative "
                        "path leads to bundled libraries"
                    )
                folder = f"{self._distribution}.scripts"
            edit = self._edit(node, served, folder)
            if edit == ElfEdit():
                continue
            renames = tuple(sorted(edit.needed.items()))
            if moved:
                path = f"{folder}/{node.install.rpartition('/')[2]}"
                source = Source("the wheel", None, member, "")
                bundle = Bundle(node.install, path, source, renames, edit=edit, mode=_PROGRAM_MODE)
                moves.append(bundle)
                contents.append(Content(member, shim(self._distribution, path), _PROGRAM_MODE))
            else:
                rewrites.append(Rewrite(member, renames, edit=edit))
        return rewrites, moves, contents

    def bundles(self) -> Iterator[Bundle]:
        """Yield the libraries that are new in the wheel."""
        libs, prefix = self._binding.libs, self._prefix()
        there = {node.install for node in self._nodes.values()}
        for name, library in sorted(self._binding.placed.items()):
            if f"{libs}/{name}" in there and not library.keeps_name:
                continue  # an earlier repair put the very same file there
            needed = {n: c.bundled_name for n, c in library.needs.items()}
            stated = (library.elf.rpath, library.elf.runpath) != (None, None)
            folders = [libs] if needed else []
            path = _path(libs, [*folders, *library.outside.values()])
            edit = ElfEdit(
                needed=needed,
                remove_needed=frozenset(library.python),
                soname=name,
                rpath=path if path or stated else None,
                runpath=self._bionic,
                clear_execstack=self._clear_execstack,
            )
            yield Bundle(
                library=library.filename,
                member=f"{prefix}{libs}/{name}",
                source=library.source,
                renames=tuple(sorted(needed.items())),
                edit=edit,
            )

    def _edit(self, node: Node, served: Served, folder: str) -> ElfEdit:
        """Return what changes in an object of the wheel that is installed in this folder."""
        elf = elf_of(node)
        needed = {name: library.bundled_name for name, library in served.bundled.items()}
        needed |= {n: p.rpartition("/")[2] for n, p in served.inside.items() if "/" in n}
        folders = [self._binding.libs] if served.bundled else []
        folders += [folder_of(path) for path in served.inside.values()]
        folders += served.outside.values()
        old = elf.rpath if elf.runpath is None else elf.runpath
        entries = read_path(old, node.install, elf.arch)
        # What $ORIGIN meant in the scripts' folder, it does not mean elsewhere.
        kept = [e.text for e in entries if e.inside] if folder == folder_of(node.install) else []
        path = _path(folder, folders, kept)
        changed = bool(folders) or path != (old or "")
        return ElfEdit(
            needed=needed,
            remove_needed=frozenset(served.python),
            rpath=path if changed else None,
            runpath=changed and self._as_runpath(elf, renewed=bool(folders)),
            clear_execstack=self._clear_execstack,
        )

    def _as_runpath(self, elf: ElfObject, *, renewed: bool) -> bool:
        """Tell which of both the path becomes: DT_RPATH beats LD_LIBRARY_PATH; Android has none."""
        return self._bionic or (elf.runpath is not None and not renewed)

    def _prefix(self) -> str:
        """Return where in the archive platform-specific files go: where the importers are."""
        bound = (member for member, served in self._binding.served.items() if served.bundled)
        members = sorted(bound) or sorted(self._nodes)
        inside = [m for m in members if not self._nodes[m].install.startswith("{")]
        if not inside:
            return ""
        return inside[0].removesuffix(self._nodes[inside[0]].install)


def _path(folder: str, to: Iterable[str], kept: Iterable[str] = ()) -> str:
    """Return the search path of an object in one folder that leads to others."""
    return ":".join(dict.fromkeys([*kept, *(_relative(folder, each) for each in to)]))


def _relative(folder: str, to: str) -> str:
    """Return the entry that leads from one install folder to another."""
    path = posixpath.relpath(to or ".", folder or ".")
    return "$ORIGIN" if path == "." else f"$ORIGIN/{path}"
