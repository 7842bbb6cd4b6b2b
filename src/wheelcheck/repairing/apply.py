"""A plan applied: the new wheel is written, but not yet under its name.

Members that do not change keep their compressed bytes. Rows of RECORD for them
stay as they are, too: a repair must not turn a wrong hash into a right one.
"""

import hashlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from wheelcheck.archive.record import RecordRow, format_record
from wheelcheck.archive.writer import ArchiveWriter
from wheelcheck.binary import identify
from wheelcheck.binary.model import Format
from wheelcheck.errors import BinaryError, PatchError, RepairError
from wheelcheck.repairing.marker import LARGEST_MARKER, MARKER, marker_bytes
from wheelcheck.repairing.members import MemberReader
from wheelcheck.repairing.plan import BundleKind
from wheelcheck.repairing.written import Written

if TYPE_CHECKING:
    from wheelcheck.archive.reader import Archive, Member
    from wheelcheck.patch.pe import PatchResult
    from wheelcheck.repairing.plan import Bundle, Plan, Rewrite
    from wheelcheck.wheel import Wheel

__all__ = ["SIGNATURES", "Applied", "apply_plan"]

SIGNATURES = ("RECORD.jws", "RECORD.p7s")
"""Signatures over RECORD (PEP 427); any change makes them wrong."""

_DateTime = tuple[int, int, int, int, int, int]
_FILE_MODE = 0o100644
_MOST_NAMED = 5


class Applied(NamedTuple):
    """What became of a plan."""

    notes: tuple[str, ...] = ()
    """What a person should know of it."""
    written: Mapping[str, Written] = MappingProxyType({})
    """The members that were written anew, by name."""


def apply_plan(
    archive: "Archive",
    wheel: "Wheel",
    plan: "Plan",
    file: BinaryIO,
    *,
    date_time: _DateTime | None = None,
) -> Applied:
    """Write the repaired wheel to ``file``.

    ``date_time`` is given to every member (SOURCE_DATE_EPOCH); without it old
    members keep their time and new ones take that of RECORD, so that no clock
    and no file time of this machine enters the wheel.

    Raises:
        RepairError: a source changed since the plan was made, or cannot be rewritten.
    """
    return _Application(archive, wheel, plan, file, date_time).run()


class _Application:
    def __init__(
        self,
        archive: "Archive",
        wheel: "Wheel",
        plan: "Plan",
        file: BinaryIO,
        date_time: _DateTime | None,
    ) -> None:
        self.archive = archive
        self.wheel = wheel
        self.read_member = MemberReader(archive, wheel)
        self.plan = plan
        self.date_time = date_time
        self.level = plan.level
        self.writer = ArchiveWriter(file)
        self.notes: list[str] = []
        self.written: dict[str, Written] = {}
        self.rows: dict[str, RecordRow] = {}
        if wheel.record is not None:
            self.rows = {row.path: row for row in wheel.record.rows}
        if wheel.dist_info is None:
            raise RepairError(f"{wheel.filename} has no dist-info folder, so it is no wheel")
        self.record_name = f"{wheel.dist_info}/RECORD"
        self.new_time: _DateTime = date_time or next(
            (m.date_time for m in archive.members if m.name == self.record_name),
            (1980, 1, 1, 0, 0, 0),
        )

    def run(self) -> Applied:
        rewrites = {r.member: r for r in self.plan.rewrites}
        contents = {c.member: c for c in self.plan.contents}
        patched = self._patched()
        marker_name = f"{self.wheel.dist_info}/{MARKER}"
        left_out = {self.record_name, marker_name, *self.plan.dropped}
        bundles = list(self.plan.bundles)
        for member in self.archive.members:
            if member.name in left_out:
                self.rows.pop(member.name, None)
                continue
            if bundles and member.name.startswith(f"{self.wheel.dist_info}/"):
                self._bundle(bundles)
                bundles = []
            name = member.name
            if name in contents:
                content = contents[name]
                self._write(name, content.data, like=member, mode=content.mode)
                continue
            if name not in rewrites and name not in patched:
                self.writer.copy(self.archive, member, date_time=self.date_time)
                continue
            if name in patched:
                self._write(name, patched[name], like=member)
                continue
            old = self.read_member(name)
            new = self._changed(name, old, rewrites[name])
            if new == old:
                self.writer.copy(self.archive, member, date_time=self.date_time)
            else:
                self._write(name, new, like=member)
        self._bundle(bundles)
        self._write(marker_name, marker_bytes(self.plan, self._earlier_marker(marker_name)))
        self._write_record()
        self.writer.close()
        return Applied(tuple(self.notes), self.written)

    def _patched(self) -> dict[str, bytes]:
        if not self.plan.patches:
            return {}
        from wheelcheck.repairing.windows.patching import patched_sources

        return dict(patched_sources(self.plan.patches, self.read_member))

    def _bundle(self, bundles: list["Bundle"]) -> None:
        for bundle in bundles:
            data = self._source(bundle)
            as_found = bundle.source.path is not None
            if self.plan.strip and bundle.kind is BundleKind.LIBRARY:
                data = self._stripped(bundle.library, data)
                as_found = False
            if bundle.renames or bundle.edits or bundle.edit is not None:
                data = self._changed(bundle.member, data, bundle)
                as_found = False
            digest = bundle.source.sha256 if as_found else None
            self._write(bundle.member, data, mode=bundle.mode, sha256=digest)

    def _source(self, bundle: "Bundle") -> bytes:
        source = bundle.source
        if source.member is not None:
            return self.read_member(source.member)
        assert source.path is not None
        try:
            data = source.path.read_bytes()
        except OSError as error:
            raise RepairError(f"cannot read {source.path}: {error.strerror or error}") from error
        if hashlib.sha256(data).hexdigest() != source.sha256:
            raise RepairError(f"{source.path} changed while the wheel was repaired; try again")
        return data

    def _stripped(self, label: str, data: bytes) -> bytes:
        try:
            if identify(data) is Format.ELF:
                from wheelcheck.patch.elf_strip import strip_sections

                return strip_sections(data)
            from wheelcheck.patch.pe_strip import strip_debug

            return self._noted(label, strip_debug(data))
        except (BinaryError, PatchError) as error:
            raise RepairError(f"{label} cannot be stripped: {error}") from error

    def _changed(self, label: str, data: bytes, change: "Bundle | Rewrite") -> bytes:
        try:
            if change.edit is not None:
                from wheelcheck.patch.elf import rewrite

                return rewrite(data, change.edit)
            if not change.edits:
                from wheelcheck.patch.pe import rewrite_imports

                return self._noted(label, rewrite_imports(data, dict(change.renames)))
            from wheelcheck.repairing.macos.images import edit_images

            result = edit_images(data, change.edits, identifier=label.rpartition("/")[2])
        except (BinaryError, PatchError) as error:
            raise RepairError(f"{label} cannot be rewritten: {error}") from error
        self.notes += [f"{label}: {note}" for note in result.notes]
        return result.data

    def _noted(self, label: str, result: "PatchResult") -> bytes:
        self.notes += [f"{label}: {note}" for note in result.notes]
        if result.removed_certificate:
            self.notes.append(
                f"{label} was signed (Authenticode); the change made its signature void, so it "
                "was removed"
            )
        return result.data

    def _write(
        self,
        name: str,
        data: bytes,
        *,
        like: "Member | None" = None,
        mode: int | None = None,
        sha256: str | None = None,
    ) -> None:
        kept = like is not None and self.date_time is None
        crc = self.writer.write(
            name,
            data,
            date_time=like.date_time if like is not None and kept else self.new_time,
            mode=mode or (like.mode if like is not None else 0) or _FILE_MODE,
            level=self.level,
        )
        digest = bytes.fromhex(sha256) if sha256 else hashlib.sha256(data).digest()
        self.rows[name] = RecordRow(name, "sha256", digest, len(data))
        self.written[name] = Written(crc, len(data), digest)

    def _earlier_marker(self, name: str) -> bytes | None:
        member = next((m for m in self.archive.members if m.name == name), None)
        if member is None or member.size > LARGEST_MARKER:
            return None
        content = self.archive.read(member)
        return None if content.data is None else bytes(content.data)

    def _write_record(self) -> None:
        """Write RECORD: old rows as they were, and a row for each member that had none."""
        added: list[str] = []
        for seen in self.wheel.files:
            name = seen.member.name
            if name in self.plan.dropped or name == self.record_name or name in self.rows:
                continue
            self.rows[name] = RecordRow(name, "sha256", seen.digests["sha256"], seen.size)
            added.append(name)
        if added:
            more = f" and {len(added) - _MOST_NAMED} more" if added[_MOST_NAMED:] else ""
            listed = ", ".join(added[:_MOST_NAMED])
            self.notes.append(f"RECORD had no row for {listed}{more}; it has now")
        data = format_record([*self.rows.values(), RecordRow(self.record_name, None, None, None)])
        self.writer.write(
            self.record_name, data, date_time=self.new_time, mode=_FILE_MODE, level=self.level
        )
