"""How the repair of a wheel for Linux or Android is planned.

Every import that ends nowhere is looked for as its importer's own loader would;
what is found is bundled in one folder under a name that no other wheel can
hold, and each importer is bound to that very file.
"""

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from wheelcheck.binary.elf import ElfObject, Libc
from wheelcheck.binary.model import Arch
from wheelcheck.closure import Closure
from wheelcheck.errors import RepairError
from wheelcheck.findings import Outcome, Role
from wheelcheck.graph import Edge, Node
from wheelcheck.installation import SCRIPTS, folder_of
from wheelcheck.patch.elf import ElfEdit
from wheelcheck.platforms.linux.layout import read_path
from wheelcheck.platforms.linux.policies import policies_for
from wheelcheck.platforms.linux.verdict import Demand, Verdict, judge_policies
from wheelcheck.repairing.linux_host import HostSearch
from wheelcheck.repairing.linux_libraries import ElfCandidate, ElfFinder
from wheelcheck.repairing.linux_provided import parse_provided, providers
from wheelcheck.repairing.linux_scripts import shim
from wheelcheck.repairing.linux_tags import (
    chosen_tags,
    requested_policy,
    retagged_filename,
    retagged_wheel_file,
)
from wheelcheck.repairing.plan import Bundle, Content, Plan, Rewrite, Source

if TYPE_CHECKING:
    from wheelcheck.repairing.options import RepairOptions
    from wheelcheck.wheel import Wheel

__all__ = ["plan_linux"]

_PROGRAM_MODE = 0o100755


def plan_linux(
    wheel: "Wheel", closure: Closure, environ: Mapping[str, str], options: "RepairOptions"
) -> Plan:
    """Plan the repair of a wheel for Linux or Android.

    Args:
        wheel: The wheel as read.
        closure: Its imports, resolved.
        environ: Where LD_LIBRARY_PATH is read.
        options: What the user wants.

    Raises:
        RepairError: a library cannot be bound, or the wheel does not satisfy the
            policy that the user names.
        UsageError: an option names something that does not exist.
    """
    return _Planner(wheel, closure, environ, options).plan()


class _Planner:
    def __init__(
        self,
        wheel: "Wheel",
        closure: Closure,
        environ: Mapping[str, str],
        options: "RepairOptions",
    ) -> None:
        assert closure.linux is not None
        assert wheel.name is not None
        self.wheel = wheel
        self.closure = closure
        self.target = closure.linux.target
        self.options = options
        self.distribution = wheel.name.distribution
        self.requested = requested_policy(options.plat, self.target)
        self.provided = providers(wheel, parse_provided(options.provided_by))
        self.nodes = {n.member: n for n in closure.nodes if isinstance(n.slice, ElfObject)}
        self.libs = f"{self.distribution}{options.lib_suffix}"
        self.finders = {arch: self._finder(arch, environ) for arch in self.target.machines}
        self.bound: dict[str, dict[str, ElfCandidate]] = {}
        """Member, to what it needs and what serves that."""
        self.inside: dict[str, dict[str, str]] = {}
        """Member, to what it needs and the install path in the wheel that serves that."""
        self.outside: dict[str, dict[str, str]] = {}
        """Member, to what it needs and the folder of another distribution that holds it."""
        self.python: dict[str, set[str]] = {}
        self.placed: dict[str, ElfCandidate] = {}
        self.notes: dict[str, None] = {}

    def plan(self) -> Plan:
        for edge in self.closure.distinct:
            if isinstance(edge.importer.slice, ElfObject):
                self._serve(edge)
        for name in self.options.include:
            self._include(name)
        missing = tuple(m for finder in self.finders.values() for m in finder.missing())
        excluded = {name for finder in self.finders.values() for name in finder.excluded}
        excluded |= {name for names in self.outside.values() for name in names}
        rewrites, moves, contents = self._members()
        output = self.wheel.filename
        if not missing:
            tags = chosen_tags(
                self.target, self._verdicts(excluded), self.requested, only=self.options.only_plat
            )
            output = retagged_filename(self.wheel.filename, tags)
            plain = [tag for tag in tags if tag.startswith("linux_")]
            if plain:
                self.notes[f"no policy is satisfied, so the tag is {plain[0]}"] = None
            old = self.wheel.metadata.get("WHEEL", b"")
            new = retagged_wheel_file(old, output, tags)
            if new != old:
                contents.append(Content(f"{self.wheel.dist_info}/WHEEL", new))
        finders = self.finders.values()
        unused = set.intersection(*(set(f.unused_patterns()) for f in finders))
        self.notes.update(
            (f"--exclude {pattern} matches no library", None) for pattern in sorted(unused)
        )
        return Plan(
            wheel=self.wheel.filename,
            output=output,
            platform="linux",
            bundles=(*self._bundles(), *moves),
            rewrites=tuple(rewrites),
            contents=tuple(contents),
            strip=self.options.strip,
            level=self.options.level,
            missing=missing,
            excluded=tuple(sorted(excluded)),
            notes=(*(note for f in finders for note in f.notes), *self.notes),
        )

    def _finder(self, arch: Arch, environ: Mapping[str, str]) -> ElfFinder:
        libc = self.target.libc
        search = HostSearch(self.options.add_paths, environ, self.options.sysroot, libc, arch)
        for place in search.first:
            if not place.folder.is_dir():
                self.notes[f"{place} is no folder"] = None
        system = (self.requested,) if self.requested else policies_for(libc, arch)
        return ElfFinder(search, self.target, arch, system, self.options)

    def _serve(self, edge: Edge) -> None:
        """Decide what an import is bound to, if it has to be bound anew."""
        node, name = edge.importer, edge.wanted.library
        if edge.outcome is Outcome.PYTHON:
            if self.target.libc is not Libc.BIONIC:
                self.python.setdefault(node.member, set()).add(name)
            return
        finder = self.finders.get(node.slice.arch)
        open_end = edge.outcome is Outcome.MISSING or (
            edge.outcome is Outcome.SYSTEM and finder is not None and not finder.is_system(name)
        )
        if not open_end:
            return
        rule = next((r for r in self.provided if r.matches(name.rpartition("/")[2])), None)
        if rule is not None:
            self.outside.setdefault(node.member, {})[name] = rule.folder_of(name)
            return
        if finder is None or finder.is_excluded(name):
            return
        there = self._in_wheel(edge)
        if there is not None:
            self.inside.setdefault(node.member, {})[name] = there
            return
        found = finder.find(name, node.member, *self._paths(edge))
        if found is None:
            return
        needs = self.bound.setdefault(node.member, {})
        if needs.setdefault(name, found) is not found:
            raise RepairError(
                f"{node.member} is loaded in two ways that lead to different copies of {name}: "
                f"{needs[name].source} and {found.source}; choose with --add-path"
            )
        self._place(found)

    def _in_wheel(self, edge: Edge) -> str | None:
        """Return a file of the wheel that bears the name where the loader does not look."""
        last = edge.wanted.library.rpartition("/")[2]
        for install in edge.found.elsewhere:
            node = next(n for n in self.nodes.values() if n.install == install)
            same = node.slice.arch is edge.importer.slice.arch
            if same and install.rpartition("/")[2] == last and not install.startswith("{"):
                return install
        return None

    def _paths(self, edge: Edge) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the absolute folders of RPATH, what is handed down included, and of RUNPATH."""
        own = _elf(edge.importer)
        chain = [self.nodes[m] for m in reversed(self.closure.chain(edge.importer.member))]
        handed = [
            folder
            for node in chain
            if _elf(node).runpath is None
            for folder in _absolute(_elf(node).rpath)
        ]
        runpath = tuple(_absolute(own.runpath))
        return (() if own.runpath is not None else tuple(dict.fromkeys(handed))), runpath

    def _include(self, name: str) -> None:
        """Bundle a library that nothing imports, under its own name."""
        if any(n.install == f"{self.libs}/{name}" for n in self.nodes.values()):
            self.notes[f"{name} (--include) is in the wheel already"] = None
            return
        [finder, *_] = self.finders.values()
        found = finder.find(name, "--include", (), ())
        if found is not None:
            self._place(found)

    def _place(self, candidate: ElfCandidate) -> None:
        """Put a library and all it needs into the folder."""
        queue = [candidate]
        while queue:
            current = queue.pop()
            other = self.placed.setdefault(current.bundled_name, current)
            if other.source.sha256 != current.source.sha256:
                raise RepairError(
                    f"{other.source} and {current.source} cannot both keep the name "
                    f"{current.bundled_name}; let them be renamed"
                )
            if other is current:
                queue += [c for c in current.needs.values() if c.bundled_name not in self.placed]

    def _members(self) -> tuple[list[Rewrite], list[Bundle], list[Content]]:
        """Return the members to rewrite, those to move, and texts to write."""
        rewrites: list[Rewrite] = []
        moves: list[Bundle] = []
        contents: list[Content] = []
        for member, node in sorted(self.nodes.items()):
            needs_libs = member in self.bound or member in self.inside or member in self.outside
            folder = folder_of(node.install)
            moved = needs_libs and node.install.startswith("{")
            if moved:
                if node.role is not Role.PROGRAM or not node.install.startswith(SCRIPTS):
                    raise RepairError(
                        f"{member} is installed outside of site-packages, from where no relative "
                        "path leads to bundled libraries"
                    )
                folder = f"{self.distribution}.scripts"
            edit = self._edit(node, folder)
            if edit == ElfEdit():
                continue
            renames = tuple(sorted(edit.needed.items()))
            if moved:
                path = f"{folder}/{node.install.rpartition('/')[2]}"
                source = Source("the wheel", None, member, "")
                bundle = Bundle(node.install, path, source, renames, edit=edit, mode=_PROGRAM_MODE)
                moves.append(bundle)
                contents.append(Content(member, shim(self.distribution, path), _PROGRAM_MODE))
            else:
                rewrites.append(Rewrite(member, renames, edit=edit))
        return rewrites, moves, contents

    def _edit(self, node: Node, folder: str) -> ElfEdit:
        """Return what changes in an object of the wheel that is installed in this folder."""
        elf = _elf(node)
        bound = self.bound.get(node.member, {})
        inside = self.inside.get(node.member, {})
        needed = {name: candidate.bundled_name for name, candidate in bound.items()}
        needed |= {n: p.rpartition("/")[2] for n, p in inside.items() if "/" in n}
        folders = [self.libs] if bound else []
        folders += [folder_of(path) for path in inside.values()]
        folders += self.outside.get(node.member, {}).values()
        old = elf.rpath if elf.runpath is None else elf.runpath
        entries = read_path(old, node.install, elf.arch)
        # What $ORIGIN meant in the scripts' folder, it does not mean elsewhere.
        kept = [e.text for e in entries if e.inside] if folder == folder_of(node.install) else []
        path = ":".join(dict.fromkeys([*kept, *(_relative(folder, to) for to in folders)]))
        changed = bool(folders) or path != (old or "")
        return ElfEdit(
            needed=needed,
            remove_needed=frozenset(self.python.get(node.member, ())),
            rpath=path if changed else None,
            runpath=changed and self._as_runpath(elf, renewed=bool(folders)),
            clear_execstack=self.options.clear_execstack,
        )

    def _as_runpath(self, elf: ElfObject, *, renewed: bool) -> bool:
        """Tell which of both the path becomes: DT_RPATH beats LD_LIBRARY_PATH; Android has none."""
        return self.target.libc is Libc.BIONIC or (elf.runpath is not None and not renewed)

    def _bundles(self) -> Iterator[Bundle]:
        prefix = self._prefix()
        there = {node.install for node in self.nodes.values()}
        for name, candidate in sorted(self.placed.items()):
            if f"{self.libs}/{name}" in there and not candidate.keeps_name:
                continue  # an earlier repair put the very same file there
            needed = {n: c.bundled_name for n, c in candidate.needs.items()}
            stated = (candidate.elf.rpath, candidate.elf.runpath) != (None, None)
            path = "$ORIGIN" if needed else ""
            edit = ElfEdit(
                needed=needed,
                remove_needed=frozenset(candidate.python),
                soname=name,
                rpath=path if path or stated else None,
                runpath=self.target.libc is Libc.BIONIC,
                clear_execstack=self.options.clear_execstack,
            )
            yield Bundle(
                library=candidate.filename,
                member=f"{prefix}{self.libs}/{name}",
                source=candidate.source,
                renames=tuple(sorted(needed.items())),
                edit=edit,
            )

    def _prefix(self) -> str:
        """Return where in the archive platform-specific files go: where the importers are."""
        members = sorted(self.bound) or sorted(self.nodes)
        inside = [m for m in members if not self.nodes[m].install.startswith("{")]
        if not inside:
            return ""
        return inside[0].removesuffix(self.nodes[inside[0]].install)

    def _verdicts(self, excluded: Iterable[str]) -> tuple[Verdict, ...]:
        """Hold the policies against the wheel as it will be."""
        demands = list(self._demands(frozenset(excluded)))
        return tuple(
            judge_policies(libc, machine, demands)
            for libc in self.target.libcs
            for machine in self.target.machines
        )

    def _demands(self, excluded: frozenset[str]) -> Iterator[Demand]:
        ends: dict[str, set[str]] = {}
        for edge in self.closure.edges:
            if edge.outcome in {Outcome.WHEEL, Outcome.EXCLUDED, Outcome.DRIVER, Outcome.PYTHON}:
                ends.setdefault(edge.importer.member, set()).add(edge.wanted.library)
        for member, node in self.nodes.items():
            served = {*ends.get(member, ()), *self.bound.get(member, ()), *excluded}
            served |= {*self.inside.get(member, ()), *self.python.get(member, ())}
            yield Demand(member, _elf(node), frozenset(served), frozenset())
        for name, candidate in self.placed.items():
            served = {*candidate.needs, *candidate.python, *excluded}
            yield Demand(f"{self.libs}/{name}", candidate.elf, frozenset(served), frozenset())


def _elf(node: Node) -> ElfObject:
    assert isinstance(node.slice, ElfObject)
    return node.slice


def _absolute(text: str | None) -> Iterator[str]:
    return (entry for entry in (text or "").split(":") if entry.startswith("/"))


def _relative(folder: str, to: str) -> str:
    """Return the entry that leads from one install folder to another."""
    path = posixpath.relpath(to or ".", folder or ".")
    return "$ORIGIN" if path == "." else f"$ORIGIN/{path}"
