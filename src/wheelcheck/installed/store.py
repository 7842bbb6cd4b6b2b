"""The files of an installed distribution, read as the members of an archive are."""

import csv
import io
import posixpath
import stat
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path

from wheelcheck.archive.content import HEAD_SIZE, Content
from wheelcheck.archive.hashes import started
from wheelcheck.archive.limits import Limits
from wheelcheck.archive.record import parse_record
from wheelcheck.archive.structure import Defect, Member
from wheelcheck.errors import UnreadableError
from wheelcheck.records import record

__all__ = ["InstalledStore", "read_store", "recorded"]

_CHUNK = 1024 * 1024
_BYTECODE = (".pyc", ".pyo")


@record
class InstalledStore:
    """A store whose members are files on the disk, by their path from site-packages."""

    name: str
    size: int
    limits: Limits
    members: tuple[Member, ...]
    places: Mapping[str, Path]
    """Where each member lies."""
    record_name: str
    record: bytes
    """RECORD as it is read: without bytecode, and with rows for what lies elsewhere."""
    defects: tuple[Defect, ...] = ()

    def read(
        self,
        member: Member,
        *,
        algorithms: Collection[str] = ("sha256",),
        want: Callable[[bytes], bool] | None = None,
    ) -> Content:
        """Read and hash a file; what cannot be read has a problem."""
        hashes = started(algorithms)
        if member.name == self.record_name:
            return Content({}, len(self.record), self.record)
        pieces: list[bytes] = []
        size, wanted = 0, None
        try:
            with self.places[member.name].open("rb") as file:
                while piece := file.read(_CHUNK):
                    size += len(piece)
                    for running in hashes.values():
                        running.update(piece)
                    if wanted is None:
                        wanted = want is None or want(piece[:HEAD_SIZE])
                    if wanted and size <= self.limits.member_size:
                        pieces.append(piece)
        except OSError as error:
            return Content({}, size, None, f"it cannot be read: {error.strerror or error}")
        if wanted is None:
            wanted = want is None or want(b"")
        digests = {name: running.digest() for name, running in hashes.items()}
        if size > self.limits.member_size:
            return Content(digests, size, None, not_kept="it is too large to be looked into")
        return Content(digests, size, b"".join(pieces) if wanted else None)


def read_store(
    site: Path, dist_info: str, elsewhere: Mapping[str, Path], limits: Limits
) -> InstalledStore:
    """List what belongs to a distribution.

    Args:
        site: The folder that its dist-info lies in.
        dist_info: The name of that.
        elsewhere: Files of an editable installation, by the path that they are imported by.
        limits: How much there may be.

    Raises:
        UnreadableError: there are more files than the limits allow.
    """
    record_name = f"{dist_info}/RECORD"
    rows = _rows(site / record_name, limits)
    places: dict[str, Path] = {}
    for path in (row[0] for row in rows if row):
        place = site / path
        if _is_file(place):
            places[path.replace("\\", "/")] = place
    if not rows:
        own = (entry.name for entry in _entries(site / dist_info))
        places = {f"{dist_info}/{name}": site / dist_info / name for name in own}
    places.update(elsewhere)
    if len(places) > limits.members:
        raise UnreadableError(f"{dist_info} lists more than {limits.members} files")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows(rows)
    if rows:
        writer.writerows((path, "", "") for path in elsewhere)
    members = tuple(_member(name, place) for name, place in places.items())
    return InstalledStore(
        name=str(site / dist_info),
        size=sum(member.size for member in members),
        limits=limits,
        members=members,
        places=places,
        record_name=record_name,
        record=text.getvalue().encode("utf-8", "surrogateescape"),
    )


def recorded(record: Path, limits: Limits) -> Iterable[str]:
    """Yield the paths of a RECORD, as seen from site-packages."""
    try:
        data = record.read_bytes()[: limits.record_size]
    except OSError:
        return ()
    return (posixpath.normpath(row.path.replace("\\", "/")) for row in parse_record(data).rows)


def _rows(record: Path, limits: Limits) -> list[list[str]]:
    """Return the rows of RECORD, those of bytecode left out: each Python writes it anew."""
    try:
        if record.stat().st_size > limits.record_size:
            raise UnreadableError(f"{record} is larger than {limits.record_size} bytes")
        text = record.read_bytes().decode("utf-8", "surrogateescape")
    except OSError:
        return []
    try:
        rows = list(csv.reader(io.StringIO(text, newline="")))
    except csv.Error as error:
        raise UnreadableError(f"{record} is no CSV: {error}") from error
    return [row for row in rows if row and not row[0].lower().endswith(_BYTECODE)]


def _entries(folder: Path) -> Iterable[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.is_file())
    except OSError:
        return ()


def _is_file(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except (OSError, ValueError):
        return False


def _member(name: str, place: Path) -> Member:
    try:
        size = place.stat().st_size
    except OSError:
        size = 0
    return Member(
        name=name,
        raw_name=name.encode("utf-8", "surrogateescape"),
        flags=0,
        method=0,
        crc=0,
        compressed_size=size,
        size=size,
        header_offset=0,
        data_offset=0,
        create_system=3,
        external_attr=0,
        dos_date=0,
        dos_time=0,
        extra=b"",
        comment=b"",
    )
