"""What the files of dist-info say, under headings that two wheels can be compared by."""

from wheelcheck.comparing.model import Change, changes_between
from wheelcheck.distinfo.entry_points import read_entry_points
from wheelcheck.distinfo.headers import HeadersError, read_headers
from wheelcheck.distinfo.metadata import read_metadata
from wheelcheck.wheel import Wheel

__all__ = ["entry_point_changes", "metadata_changes", "record_changes", "wheel_changes"]

Facts = dict[str, tuple[str, ...]]


def wheel_changes(old: Wheel, new: Wheel) -> tuple[Change, ...]:
    """Return changes in the tags, the build number and the WHEEL file."""
    return tuple(changes_between(_wheel(old), _wheel(new)))


def metadata_changes(old: Wheel, new: Wheel) -> tuple[Change, ...]:
    """Return changes in the fields of METADATA; a description is told by its length."""
    datas = [wheel.metadata.get("METADATA", b"") for wheel in (old, new)]
    changes = list(changes_between(*map(_metadata, datas)))
    bodies = [_body(data) for data in datas]
    if bodies[0] != bodies[1]:
        before, after = map(_length, bodies)
        changes.append(Change("description", (before,), (after,)))
    return tuple(changes)


def entry_point_changes(old: Wheel, new: Wheel) -> tuple[Change, ...]:
    """Return changes in entry_points.txt, by group."""
    return tuple(changes_between(_entry_points(old), _entry_points(new)))


def record_changes(old: Wheel, new: Wheel) -> tuple[Change, ...]:
    """Return changes in how RECORD is written, and in what is wrong with it."""
    return tuple(changes_between(_record(old), _record(new)))


def _wheel(wheel: Wheel) -> Facts:
    build = wheel.name.build if wheel.name is not None else ""
    fields = _fields(wheel.metadata.get("WHEEL", b""))
    if sorted(fields.get("Tag", ())) == sorted(wheel.tags):
        del fields["Tag"]  # it says the same as the file name
    return {"tags": wheel.tags, "build number": (build,) if build else (), **fields}


def _metadata(data: bytes) -> Facts:
    fields = _fields(data)
    wanted = read_metadata(data).requires_dist
    if "Requires-Dist" in fields and not wanted.faults:
        # However they are spelled: quotes and blanks change with the build backend.
        fields["Requires-Dist"] = tuple(map(str, wanted.valid))
    return fields


def _fields(data: bytes) -> Facts:
    try:
        headers = read_headers(data)
    except HeadersError as error:
        return {"file": (f"cannot be read: {error}",)}
    return {_spelled(name): headers.all(name) for name in headers.fields}


def _body(data: bytes) -> str:
    try:
        return read_headers(data).body
    except HeadersError:
        return ""


def _length(text: str) -> str:
    return f"{len(text.splitlines())} lines, {len(text)} characters" if text else "none"


def _spelled(name: str) -> str:
    """Return a field's name as the specification spells most of them."""
    spelled = name.title().replace("Url", "URL").replace("-Email", "-email")
    return "Home-page" if spelled == "Home-Page" else spelled


def _entry_points(wheel: Wheel) -> Facts:
    found = read_entry_points(wheel.metadata.get("entry_points.txt", b""))
    if found.problem is not None:
        return {"file": (found.problem,)}
    groups: dict[str, list[str]] = {}
    for entry in found.entries:
        groups.setdefault(entry.group, []).append(f"{entry.name} = {entry.value}")
    return {group: tuple(values) for group, values in groups.items()}


def _record(wheel: Wheel) -> Facts:
    record = wheel.record
    if record is None:
        return {"file": ("there is none",)}
    return {
        "hash algorithms": tuple(sorted({row.algorithm for row in record.rows if row.algorithm})),
        "problems": tuple(problem.message for problem in record.problems),
    }
