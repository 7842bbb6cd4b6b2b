"""Two thin macOS wheels joined into one universal2 wheel, as ``lipo`` joins files."""

import hashlib
import os
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from wheelcheck.archive.limits import Limits
from wheelcheck.archive.reader import Archive, Member
from wheelcheck.archive.record import RecordRow, format_record
from wheelcheck.archive.writer import ArchiveWriter, source_date_epoch
from wheelcheck.binary.model import Format
from wheelcheck.errors import PatchError, RepairError, UsageError
from wheelcheck.findings import Report, Severity
from wheelcheck.inspection import judge
from wheelcheck.patch.macho_fat import fuse
from wheelcheck.platforms.macos.tags import MacTag, read_mac_tag
from wheelcheck.reading.one_pass import read_wheel
from wheelcheck.records import record
from wheelcheck.repairing.apply import SIGNATURES
from wheelcheck.repairing.delivery import Delivery
from wheelcheck.repairing.marker import MARKER
from wheelcheck.repairing.members import MemberReader
from wheelcheck.repairing.retag import retagged, retagged_filename
from wheelcheck.resolving.closure import resolve

if TYPE_CHECKING:
    from wheelcheck.wheel import Wheel

__all__ = ["Fusion", "fuse_wheels"]

_MOST_NAMED = 10
_FILE_MODE = 0o100644
_FIRST_ARM = (11, 0)


@record
class Fusion:
    """The outcome of :func:`fuse_wheels`."""

    output: Path
    report: Report
    """Its inspection."""
    fused: tuple[str, ...]
    """The members that were joined."""


def fuse_wheels(
    first: str | Path,
    second: str | Path,
    output_dir: str | Path = "wheelhouse",
    *,
    environ: Mapping[str, str] | None = None,
    force: bool = False,
    limits: Limits | None = None,
) -> Fusion:
    """Join a wheel for x86_64 and one for arm64 into one for both.

    The inputs are not changed, and which comes first makes no difference. Native
    code is joined; everything else must be the same in both.

    Args:
        first: A wheel for macOS.
        second: The same for the other machine.
        output_dir: Where the result goes; made if it does not exist.
        environ: SOURCE_DATE_EPOCH is read there; by default the process's environment.
        force: Replace an existing file of that name with other content.
        limits: How large the archives may be.

    Raises:
        UnreadableError: a file cannot be read as an archive.
        RepairError: the wheels do not fit together, the result did not prove good,
            or the output exists.
        UsageError: a file is no wheel for macOS by its name.
    """
    with ExitStack() as stack:
        sides = [
            _Side(stack.enter_context(Archive.open(Path(path), limits=limits or Limits())), path)
            for path in (first, second)
        ]
        one, two = sorted(sides, key=lambda side: side.wheel.filename, reverse=True)
        name = _fused_name(one, two)
        _refuse_differences(one, two, name)
        target = Path(output_dir) / name
        epoch = source_date_epoch(os.environ if environ is None else environ)
        delivery = stack.enter_context(Delivery.into(target.parent, target.name))
        fused = _Fusing(one, two, name, delivery.file, epoch).run()
        report = _prove(delivery.file, target, sides)
        delivery.commit(force=force)
    return Fusion(target, report, fused)


class _Side:
    """One of the two wheels."""

    def __init__(self, archive: Archive, path: str | Path) -> None:
        self.archive = archive
        filename = Path(path).name
        self.wheel: Wheel = read_wheel(archive, filename)
        if self.wheel.name is None:
            raise UsageError(f"{filename} is no wheel file name: {self.wheel.name_problem}")
        if self.wheel.defects or any(file.problem for file in self.wheel.files):
            raise RepairError(f"{filename} is not fused, because its archive is not sound")
        platforms = filename.removesuffix(".whl").rpartition("-")[2].split(".")
        tags = [read_mac_tag(platform) for platform in platforms]
        if None in tags:
            raise UsageError(f"{filename} is no wheel for macOS alone")
        self.tags = [tag for tag in tags if tag is not None]
        self.read = MemberReader(archive, self.wheel)
        own = self.wheel.dist_info
        if own is None:
            raise RepairError(f"{filename} has no dist-info folder, so it is no wheel")
        self.dist_info: str = own
        left_out = {f"{own}/{name}" for name in ("RECORD", MARKER, *SIGNATURES)}
        self.members: dict[str, Member] = {
            m.name: m for m in archive.members if not m.is_dir and m.name not in left_out
        }
        self.digests = {f.member.name: f.digests["sha256"] for f in self.wheel.files}
        self.images = {n.name for n in self.wheel.natives if n.format is Format.MACHO and n.binary}


def _fused_name(one: _Side, two: _Side) -> str:
    """Return the file name of the result.

    Raises:
        RepairError: the wheels are not the same but for the machine.
    """
    heads = {side.wheel.filename.removesuffix(".whl").rpartition("-")[0] for side in (one, two)}
    if len(heads) > 1:
        raise RepairError(f"{' and '.join(sorted(heads))} are different wheels, so they do not fit")
    versions: dict[str, tuple[int, int]] = {}
    for side in (one, two):
        for tag in side.tags:
            if tag.arch not in {"x86_64", "arm64"} or tag.arch in versions:
                raise RepairError(
                    "one wheel for x86_64 and one for arm64 are needed, not "
                    f"{one.wheel.filename} and {two.wheel.filename}"
                )
            versions[tag.arch] = tag.version
    version, arm = versions["x86_64"], versions["arm64"]
    tag = MacTag(version if arm <= _FIRST_ARM else max(version, arm), "universal2")
    return retagged_filename(one.wheel.filename, [str(tag)])


def _refuse_differences(one: _Side, two: _Side, output: str) -> None:
    """Refuse wheels that differ in more than native code.

    Raises:
        RepairError: they do; the message names what differs.
    """
    wheel_file = f"{one.dist_info}/WHEEL"
    problems = [
        f"{name} is in {side.wheel.filename} only"
        for side, other in ((one, two), (two, one))
        for name in side.members
        if name not in other.members
    ]
    for name in one.members:
        same = name not in two.members or name == wheel_file
        if same or one.digests[name] == two.digests[name]:
            continue
        if name not in one.images or name not in two.images:
            problems.append(f"{name} differs, and is no native code that can be joined")
    if wheel_file in two.members:
        contents = {retagged(s.read(wheel_file), output) for s in (one, two)}
        if len(contents) > 1:
            problems.append(f"{wheel_file} differs in more than its tags")
    if problems:
        more = f"; and {len(problems) - _MOST_NAMED} more" if problems[_MOST_NAMED:] else ""
        raise RepairError(
            f"the wheels do not fit together: {'; '.join(problems[:_MOST_NAMED])}{more}"
        )


class _Fusing:
    def __init__(
        self,
        one: _Side,
        two: _Side,
        name: str,
        file: BinaryIO,
        date_time: tuple[int, int, int, int, int, int] | None,
    ) -> None:
        self.one, self.two = one, two
        self.name = name
        self.date_time = date_time
        self.writer = ArchiveWriter(file)
        self.rows: list[RecordRow] = []
        self.wheel_file = f"{one.dist_info}/WHEEL"

    def run(self) -> tuple[str, ...]:
        fused = []
        for name, member in self.one.members.items():
            if name == self.wheel_file:
                self._write(name, retagged(self.one.read(name), self.name), member)
            elif self.one.digests[name] == self.two.digests[name]:
                self.writer.copy(self.one.archive, member, date_time=self.date_time)
                self._row(name, self.one.digests[name], member.size)
            else:
                self._write(name, self._joined(name), member)
                fused.append(name)
        record = f"{self.one.dist_info}/RECORD"
        data = format_record([*self.rows, RecordRow(record, None, None, None)])
        like = next((m for m in self.one.archive.members if m.name == record), None)
        self._put(record, data, like)
        self.writer.close()
        return tuple(fused)

    def _joined(self, name: str) -> bytes:
        try:
            return fuse(self.one.read(name), self.two.read(name))
        except PatchError as error:
            raise RepairError(f"{name} cannot be joined: {error}") from error

    def _write(self, name: str, data: bytes, like: Member) -> None:
        self._put(name, data, like)
        self._row(name, hashlib.sha256(data).digest(), len(data))

    def _put(self, name: str, data: bytes, like: Member | None) -> None:
        time = self.date_time or (like.date_time if like else (1980, 1, 1, 0, 0, 0))
        mode = (like.mode if like else 0) or _FILE_MODE
        self.writer.write(name, data, date_time=time, mode=mode)

    def _row(self, name: str, digest: bytes, size: int) -> None:
        self.rows.append(RecordRow(name, "sha256", digest, size))


def _prove(file: BinaryIO, target: Path, sides: list[_Side]) -> Report:
    """Inspect the result; it must have no error that neither input has."""
    file.flush()
    with Archive.open(file, name=str(target)) as archive:
        wheel = read_wheel(archive, target.name)
        report = judge(wheel, resolve(wheel), str(target))
    before: Counter[tuple[str, str | None]] = Counter()
    for side in sides:
        before |= _errors(judge(side.wheel, resolve(side.wheel), side.wheel.filename))
    worse = _errors(report).keys() - before.keys()
    if worse:
        raise RepairError(
            "the result has errors that the inputs had not, so it was not delivered: "
            + "; ".join(
                f.message for f in report.at_least(Severity.ERROR) if (f.code, f.member) in worse
            )
        )
    return report


def _errors(report: Report) -> Counter[tuple[str, str | None]]:
    return Counter((f.code, f.member) for f in report.at_least(Severity.ERROR))
