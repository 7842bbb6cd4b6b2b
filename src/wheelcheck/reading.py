"""An archive to a wheel: all of its facts, gathered in one pass.

Each member is inflated once, and hashed, recognised and parsed from the same
bytes. Nothing is judged here.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from wheelcheck.archive.hashes import ALGORITHMS
from wheelcheck.archive.record import Record, parse_record
from wheelcheck.binary import identify, read_binary
from wheelcheck.binary.header import read_header
from wheelcheck.binary.model import Format
from wheelcheck.distinfo.wheel_file import read_wheel_file
from wheelcheck.errors import BinaryError, UnreadableError
from wheelcheck.installation import extension_name, in_test_folder, install_path
from wheelcheck.sources import (
    LARGEST_SOURCE,
    DllLoading,
    SourceFacts,
    SyntaxCheck,
    dll_loading,
    read_source,
)
from wheelcheck.traces import Look, Traces, look_for, native_traces, read_traces
from wheelcheck.wheel import Native, Wheel, WheelFile, WheelName, parse_wheel_name

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from wheelcheck.archive.reader import Content, Member
    from wheelcheck.archive.store import Store
    from wheelcheck.known_members import KnownMembers

__all__ = ["read_wheel"]

_KEPT = (
    "METADATA",
    "WHEEL",
    "RECORD",
    "entry_points.txt",
    "top_level.txt",
    "DELVEWHEEL",
    "wheelcheck.json",
)
_SBOMS = "sboms/"
_MOST_SBOMS = 16 * 1024 * 1024
"""Bytes of bills of materials in one wheel that are read."""
_MOST_KEPT = 64 * 1024 * 1024
_NATIVE_SUFFIXES = (".pyd", ".dll")
_LARGEST_READ = 4 * 1024 * 1024
"""Bytes of a source in which imports and names are looked for; those of tables are larger."""
_MOST_WORK = 1_000_000
"""Pieces of all sources together that are looked at; the largest real wheels have half of it."""
_MOST_OPENING = 4 * 1024 * 1024
"""Bytes of sources that open DLLs in which the names of these are looked for."""


def read_wheel(
    archive: "Store",
    filename: str,
    *,
    sources: bool = True,
    known: "KnownMembers | None" = None,
) -> Wheel:
    """Go through the archive once and gather what it holds.

    Args:
        archive: The open file, or another store of members.
        filename: The wheel's own name, which may differ from that of the open
            file while a repair is under way.
        sources: Whether Python sources are asked what they import and define, and parsed.
        known: Members that need not be inflated.

    Raises:
        UnreadableError: the file could no longer be read, or it holds more
            native objects, or these more imports or symbols, than the limits allow.
    """
    name: WheelName | None = None
    problem: str | None = None
    try:
        name = parse_wheel_name(filename)
    except ValueError as error:
        problem = str(error)

    tops = dict.fromkeys(
        top for top, slash, _ in (m.name.partition("/") for m in archive.members) if slash
    )
    dist_infos = tuple(top for top in tops if top.endswith(".dist-info"))
    dist_info = _own_dist_info(dist_infos, filename, name)
    datas = tuple(top for top in tops if top.endswith(".data"))
    data_folder = None if dist_info is None else _own_data(datas, dist_info, filename, name)
    with SyntaxCheck() as syntax:
        scan = _Scan(archive, dist_info, data_folder, known, syntax if sources else None)
        scan.run()
        syntax_facts = syntax.finish()
    return Wheel(
        filename=filename,
        name=name,
        name_problem=problem,
        size=archive.size,
        files=tuple(scan.files),
        defects=archive.defects,
        dist_info=dist_info,
        dist_infos=dist_infos,
        data_folder=data_folder,
        metadata=scan.metadata,
        record=scan.record,
        wheel_tags=read_wheel_file(scan.metadata.get("WHEEL", b"")).tags,
        natives=tuple(scan.natives),
        dll_loading=scan.dll_loading,
        traces=scan.traces,
        sources=scan.sources,
        sources_unread=tuple(scan.sources_unread),
        syntax=syntax_facts,
    )


class _Scan:
    """The one pass over the members."""

    def __init__(
        self,
        archive: "Store",
        dist_info: str | None,
        data_folder: str | None,
        known: "KnownMembers | None",
        syntax: SyntaxCheck | None,
    ) -> None:
        self.archive = archive
        self.syntax = syntax
        self.known = known
        self.dist_info = dist_info
        self.data_folder = data_folder
        self.files: list[WheelFile] = []
        self.natives: list[Native] = []
        self.metadata: dict[str, bytes] = {}
        self.dll_loading: dict[str, DllLoading] = {}
        self.traces: dict[str, Traces] = {}
        self.sources: dict[str, SourceFacts] = {}
        self.record: Record | None = None
        self._algorithms: dict[str, str] = {}
        self.sources_unread: list[str] = []
        self._opening = 0
        self._sboms = 0
        self._work = 0
        self._imports = 0
        self._symbols = 0

    def run(self) -> None:
        record_name = f"{self.dist_info}/RECORD"
        # RECORD says which hash each member needs, so it is read before them.
        record = next((m for m in self.archive.members if m.name == record_name), None)
        if record is not None:
            content = self.archive.read(record, want=_always)
            self._keep(record, "RECORD", content)
            limits = self.archive.limits
            data = b"" if content.data is None else bytes(content.data[: limits.record_size + 1])
            self.record = parse_record(data, limits)
            self._algorithms = {
                row.path: row.algorithm for row in self.record.rows if row.algorithm is not None
            }
        for member in self.archive.members:
            if not member.is_dir:
                self._visit(member, content if member is record else None)

    def _visit(self, member: "Member", content: "Content | None") -> None:
        name = member.name
        install = install_path(name, self.data_folder)
        lower = name.lower()
        kept = self._name_in_dist_info(name)
        look = self._look(member, install, kept)
        if content is None:
            algorithms = {"sha256", self._algorithms.get(name, "sha256")}
            if kept not in _KEPT and self._is_known(member, install, algorithms):
                return
            content = self.archive.read(
                member,
                algorithms=algorithms,
                want=lambda head: (
                    kept in _KEPT
                    or look is not None
                    or lower.endswith(_NATIVE_SUFFIXES)
                    or (lower.endswith(".py") and member.size <= LARGEST_SOURCE)
                    or _is_native(lower, identify(head))
                ),
            )
            if kept in _KEPT:
                self._keep(member, kept, content)
        self.files.append(
            WheelFile(member, install, content.size, content.digests, content.problem)
        )
        if look is not None and content.data is not None:
            self._note(name, read_traces(bytes(content.data), look))
        if content.data is None or kept:
            return
        if lower.endswith(".py"):
            if member.size > LARGEST_SOURCE:
                return
            source = bytes(content.data)
            self._read_source(name, source)
            self._add_loading(member, dll_loading(source, names=self._opening < _MOST_OPENING))
        else:
            native = _native(name, install, content)
            self._add_native(native)
            if native is not None:
                self._note(name, native_traces(content.data, native.binary))

    def _is_known(self, member: "Member", install: str, algorithms: "AbstractSet[str]") -> bool:
        """Take over what an earlier reading showed of a member, if it is the same."""
        found = None if self.known is None else self.known.find(self.archive, member, install)
        if found is None or not found.file.digests.keys() >= algorithms & ALGORITHMS:
            return False
        self.files.append(replace(found.file, member=member))
        self._add_native(found.native)
        self._note(member.name, found.traces)
        self._add_loading(member, found.loading)
        if found.source is not None:
            self._add_source(member.name, found.source)
        elif found.unread:
            self.sources_unread.append(member.name)
        return True

    def _look(self, member: "Member", install: str, kept: str) -> Look | None:
        """Say what to look for in a member; the files of dist-info have readers of their own."""
        sbom = kept.startswith(_SBOMS)
        if kept and not sbom:
            return None
        look = look_for(install, member.size, sbom=sbom, tests=in_test_folder(install))
        if sbom and look is not None:
            self._sboms += member.size
            return look if self._sboms <= _MOST_SBOMS else None
        return look

    def _add_loading(self, member: "Member", loading: DllLoading | None) -> None:
        if loading is not None:
            self._opening += member.size if loading.opens else 0
            self.dll_loading[member.name] = loading

    def _add_native(self, native: Native | None) -> None:
        if native is not None:
            self.natives.append(native)
            self._check_limits(native)

    def _note(self, name: str, traces: Traces | None) -> None:
        if traces is not None:
            self.traces[name] = traces

    def _read_source(self, name: str, source: bytes) -> None:
        if self.syntax is not None:
            self.syntax.add(name, source)
        if self.syntax is None or len(source) > _LARGEST_READ or self._work > _MOST_WORK:
            self.sources_unread.append(name)
            return
        self._add_source(name, read_source(source))

    def _add_source(self, name: str, facts: SourceFacts) -> None:
        self.sources[name] = facts
        self._work += facts.work

    def _check_limits(self, native: Native) -> None:
        limits = self.archive.limits
        for piece in () if native.binary is None else native.binary.slices:
            needs = piece.needs
            self._imports += len(needs)
            self._symbols += sum(len(n.symbols) for n in needs) + len(piece.exports.names)
        counts = (
            (len(self.natives), limits.natives, "native objects"),
            (self._imports, limits.imports, "imports of libraries in its native objects"),
            (self._symbols, limits.symbols, "symbols in its native objects"),
        )
        for count, most, what in counts:
            if count > most:
                raise UnreadableError(f"{self.archive.name} has more than {most} {what}")

    def _name_in_dist_info(self, name: str) -> str:
        """Return the part behind the dist-info folder; empty for members elsewhere."""
        folder, _, rest = name.partition("/")
        return rest if folder == self.dist_info else ""

    def _keep(self, member: "Member", name: str, content: "Content") -> None:
        if content.data is not None and member.size <= _MOST_KEPT:
            self.metadata[name] = bytes(content.data)


def _always(_head: bytes) -> bool:
    return True


def _is_native(lower: str, found: Format | None) -> bool:
    """Tell whether a member is native code; other WebAssembly is data for browsers."""
    return found is not None and (found is not Format.WASM or lower.endswith(".so"))


def _native(name: str, install: str, content: "Content") -> Native | None:
    """Parse a member if it is, or by its name claims to be, a native object."""
    data = content.data
    assert data is not None
    found = identify(data, whole=True)
    if found is None or not _is_native(name.lower(), found):
        if not name.lower().endswith(_NATIVE_SUFFIXES):
            return None
        claims = extension_name(install) is not None or name.lower().endswith(".dll")
        damage = "it is no PE image: it does not start with an MZ header that leads to PE"
        return Native(name, install, None, None, damage=damage) if claims else None
    header = read_header(data)
    if content.problem is not None:
        return Native(name, install, found, None, damage=content.problem, header=header)
    try:
        binary = read_binary(data, found)
    except BinaryError as error:
        return Native(name, install, found, None, damage=str(error), header=header)
    if binary is None:
        yet = "" if found is Format.WASM else " yet"
        not_read = f"{found} files are not read{yet}"
        return Native(name, install, found, None, not_read=not_read, header=header)
    texts = [text for piece in binary.slices for text in piece.damage]
    return Native(name, install, found, binary, damage="; ".join(texts) or None, header=header)


def _own_dist_info(folders: tuple[str, ...], filename: str, name: WheelName | None) -> str | None:
    """Choose the dist-info folder that belongs to the file name.

    Installers compare the normalised name only, so a folder that is spelled
    differently is still the wheel's own (PyPA "Recording installed projects").
    """
    exact = _stem(filename) + ".dist-info"
    if exact in folders:
        return exact
    if name is not None and len(folders) > 1:
        return _of_name(folders, name) or folders[0]
    return folders[0] if folders else None


def _own_data(
    folders: tuple[str, ...], dist_info: str, filename: str, name: WheelName | None
) -> str:
    """Choose the .data folder: by dist-info as uv does, by file name as installer, else as pip.

    pip takes any; one whose name differs from the wheel's is left to a rule.
    """
    usual = dist_info.removesuffix("dist-info") + "data"
    for folder in (usual, _stem(filename) + ".data"):
        if folder in folders:
            return folder
    return (name and _of_name(folders, name)) or usual


def _stem(filename: str) -> str:
    return "-".join(filename.split("-")[:2])


def _of_name(folders: tuple[str, ...], name: WheelName) -> str | None:
    """Return the first folder for this distribution, however it is spelled."""
    if not folders:
        return None
    from packaging.utils import canonicalize_name

    own = canonicalize_name(name.distribution)
    return next((f for f in folders if canonicalize_name(f.split("-", 1)[0]) == own), None)
