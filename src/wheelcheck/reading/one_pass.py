"""An archive to a wheel: all of its facts, gathered in one pass.

Each member is inflated once, and hashed, recognised and parsed from the same
bytes. Nothing is judged here.
"""

from typing import TYPE_CHECKING

from wheelcheck.archive.hashes import ALGORITHMS
from wheelcheck.archive.record import Record, parse_record
from wheelcheck.distinfo.names import normal_name
from wheelcheck.distinfo.wheel_file import read_wheel_file
from wheelcheck.errors import UnreadableError
from wheelcheck.installation import in_test_folder, install_path
from wheelcheck.reading.analysis import Answer, Question, native_name
from wheelcheck.reading.memo import Memo, Remembered
from wheelcheck.sources import LARGEST_SOURCE, DllLoading, SourceFacts, SyntaxCheck, SyntaxFacts
from wheelcheck.sources.loading import MOST_OPENING, DllLoadings, HeldSource
from wheelcheck.traces import Look, Traces, look_for
from wheelcheck.wheel import Native, Wheel, WheelFile, WheelName, parse_wheel_name

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from wheelcheck.archive.reader import Content, Member
    from wheelcheck.archive.store import Store
    from wheelcheck.reading.known_members import KnownMembers

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
_SHA256 = frozenset({"sha256"})
_SBOMS = "sboms/"
_MOST_SBOMS = 16 * 1024 * 1024
"""Bytes of bills of materials in one wheel that are read."""
_MOST_KEPT = 64 * 1024 * 1024
_LARGEST_READ = 4 * 1024 * 1024
"""Bytes of a source in which imports and names are looked for; those of tables are larger."""
_MOST_WORK = 1_000_000
"""Pieces of all these together that are looked at; the largest real wheels have half of it."""
_MOST_HELD = 64 * 1024 * 1024
"""Bytes of sources that are kept, to be asked when it matters; what is more is asked at once."""


def read_wheel(
    archive: "Store",
    filename: str,
    *,
    sources: bool = True,
    known: "KnownMembers | None" = None,
    memo: Memo | None = None,
) -> Wheel:
    """Go through the archive once and gather what it holds.

    Args:
        archive: The open file, or another store of members.
        filename: The wheel's own name, which may differ from that of the open
            file while a repair is under way.
        sources: Whether Python sources are asked what they import and define, and parsed.
        known: Members that need not be inflated.
        memo: What was found out of contents before; a call on several wheels has one for all.

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
        asked = syntax if sources else None
        memo = memo or Memo(several=False)
        memo.next_wheel()
        scan = _Scan(archive, dist_info, data_folder, known, memo, asked)
        scan.run()
        syntax_facts = syntax.finish()
        scan.remember_syntax(syntax_facts)
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
        dll_loading=DllLoadings(scan.held, scan.dll_loading, scan.naming_repairers),
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
        memo: Memo,
        syntax: SyntaxCheck | None,
    ) -> None:
        self.archive = archive
        self.syntax = syntax
        self.known = known
        self.memo = memo
        self.dist_info = dist_info
        self._own = f"{dist_info}/"
        self.data_folder = data_folder
        self.files: list[WheelFile] = []
        self.natives: list[Native] = []
        self.metadata: dict[str, bytes] = {}
        self.dll_loading: dict[str, DllLoading] = {}
        self.naming_repairers: list[str] = []
        self.traces: dict[str, Traces] = {}
        self.held: dict[str, HeldSource] = {}
        self.sources: dict[str, SourceFacts] = {}
        self.record: Record | None = None
        self._algorithms: dict[str, AbstractSet[str]] = {}
        self.sources_unread: list[str] = []
        self._parsed: list[tuple[str, Remembered]] = []
        self._held = 0
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
                row.path: ALGORITHMS & {*_SHA256, row.algorithm}
                for row in self.record.rows
                if row.algorithm not in (None, *_SHA256)
            }
        for member in self.archive.members:
            if not member.is_dir:
                self._visit(member, content if member is record else None)

    def _visit(self, member: "Member", content: "Content | None") -> None:
        """Find out all of a member; ``content`` is that of RECORD, which was read before."""
        install = install_path(member.name, self.data_folder)
        kept = self._name_in_dist_info(member.name)
        algorithms = self._algorithms.get(member.name, _SHA256)
        if kept in _KEPT:
            if content is None:
                content = self.archive.read(member, algorithms=algorithms, want=_always)
            self._keep(member, kept, content)
            self._take(_file(member, install, content), Answer())
            return
        question = self._question(member, install, kept)
        if self._is_met(member, install, question, algorithms):
            return
        content = self.archive.read(member, algorithms=algorithms, want=question.wants)
        answer, entry = self.memo.answer(self.archive, member, content, question)
        is_source = question.source and content.data is not None
        unread = is_source and not self._is_read(member, answer)
        self._take(_file(member, install, content), answer, unread=unread)
        if is_source:
            assert content.data is not None
            self._parse(member, bytes(content.data), entry)

    def _parse(self, member: "Member", source: bytes, entry: Remembered | None) -> None:
        """See to it that a source is parsed, unless its faults are known."""
        if self.syntax is None:
            return
        if entry is not None:
            self.memo.namesakes.note(member.name, entry)
            text = entry.text
            if text.syntax is None and self.memo.namesakes.is_sound(member.name, source):
                text.syntax = ()
            if text.syntax is not None:
                self.syntax.take(member.name, member.size, text.syntax)
                return
            self._parsed.append((member.name, entry))
        self.syntax.add(member.name, source)

    def _is_met(
        self, member: "Member", install: str, question: Question, algorithms: "AbstractSet[str]"
    ) -> bool:
        """Take over what an earlier reading showed of a member, if it is the same."""
        known = None if self.known is None else self.known.find(self.archive, member, install)
        if known is not None and known.file.digests.keys() >= algorithms:
            self._take(known.file._replace(member=member), known.answer, unread=known.unread)
            return True
        found = self.memo.find(self.archive, member)
        if found is None or not found.digests.keys() >= algorithms:
            return False
        answer = found.answers.get(question)
        parsed = self.syntax if question.source else None
        if answer is None or (parsed is not None and found.text.syntax is None):
            return False
        file = WheelFile(member, install, found.size, found.digests, None)
        unread = question.source and not self._is_read(member, answer)
        self._take(file, answer, unread=unread)
        if parsed is not None and found.text.syntax is not None:
            self.memo.namesakes.note(member.name, found)
            parsed.take(member.name, member.size, found.text.syntax)
        return True

    def _question(self, member: "Member", install: str, kept: str) -> Question:
        look = self._look(member, install, kept)
        if kept:
            return Question(look)
        if not member.name.lower().endswith(".py"):
            return Question(look, native_name(member.name, install))
        if member.size > LARGEST_SOURCE:
            return Question(look)
        if self._held + member.size <= _MOST_HELD:
            return Question(look, source=True)
        return Question(
            look,
            source=True,
            now=True,
            opened=self._opening < MOST_OPENING,
            imports=self._may_import(member) and self._work <= _MOST_WORK,
        )

    def _may_import(self, member: "Member") -> bool:
        return self.syntax is not None and member.size <= _LARGEST_READ

    def _is_read(self, member: "Member", answer: Answer) -> bool:
        """Tell whether a source is one that is asked what it imports."""
        held = answer.held is not None and self._may_import(member)
        return held or answer.source is not None

    def _take(self, file: WheelFile, answer: Answer, *, unread: bool = False) -> None:
        """Note what a member showed; ``unread`` is a source that was not looked into."""
        name = file.member.name
        self.files.append(file)
        if answer.native is not None:
            native = answer.native.at(name, file.install)
            self.natives.append(native)
            self._check_limits(native)
        if answer.traces is not None:
            self.traces[name] = answer.traces
        if answer.loading is not None:
            self._opening += file.member.size if answer.loading.opens else 0
            self.dll_loading[name] = answer.loading
        if answer.held is not None:
            self.held[name] = answer.held
            self._held += answer.held.size
            if not unread:
                self.sources[name] = answer.held.facts
        if answer.names_repairer:
            self.naming_repairers.append(name)
        if answer.source is not None:
            self.sources[name] = answer.source
            self._work += answer.source.work
        if unread:
            self.sources_unread.append(name)

    def remember_syntax(self, facts: SyntaxFacts) -> None:
        """Keep what the parser said, for other wheels."""
        unchecked = frozenset(facts.unchecked)
        for name, entry in self._parsed:
            if name not in unchecked:
                entry.text.syntax = facts.faults.get(name, ())

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
        inside = self.dist_info is not None and name.startswith(self._own)
        return name[len(self._own) :] if inside else ""

    def _keep(self, member: "Member", name: str, content: "Content") -> None:
        if content.data is not None and member.size <= _MOST_KEPT:
            self.metadata[name] = bytes(content.data)


def _file(member: "Member", install: str, content: "Content") -> WheelFile:
    return WheelFile(member, install, content.size, content.digests, content.problem)


def _always(_head: bytes) -> bool:
    return True


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
    own = normal_name(name.distribution)
    return next((f for f in folders if normal_name(f.split("-", 1)[0]) == own), None)
