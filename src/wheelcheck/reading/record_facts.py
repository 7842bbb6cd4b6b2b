"""RECORD against the members: facts, without a judgement."""

from typing import TYPE_CHECKING

from wheelcheck.archive.record import RecordFault, RecordProblem, verify

if TYPE_CHECKING:
    from wheelcheck.wheel import Wheel

__all__ = ["compare", "is_cut", "member_path", "record_name"]

_ON_CONTENT = (RecordFault.WRONG_HASH, RecordFault.WRONG_SIZE)
_ABSENT = (RecordFault.NO_HASH, RecordFault.NO_SIZE)
# What cannot be read is not called absent, too.
_UNREADABLE = (RecordFault.BAD_HASH, RecordFault.BAD_SIZE, RecordFault.FIELD_COUNT)


def record_name(wheel: "Wheel") -> str:
    """Return the name of the wheel's RECORD, whether it is there or not."""
    return f"{wheel.dist_info}/RECORD"


def is_cut(wheel: "Wheel") -> bool:
    """Tell whether a part of RECORD was not read, so that it cannot tell what it lacks."""
    if wheel.record is None:
        return True
    own = record_name(wheel)
    return any(p.fault is RecordFault.TOO_LARGE for p in wheel.record.problems) or any(
        f.problem is not None for f in wheel.files if f.member.name == own
    )


def compare(wheel: "Wheel") -> tuple[RecordProblem, ...]:
    """Return all that is wrong with RECORD, in its form and against the members.

    Members that cannot be unpacked are not compared: another rule tells of them.
    """
    if wheel.record is None:
        return ()
    actual = {file.member.name: (file.digests, file.size) for file in wheel.files}
    found = verify(wheel.record, actual, record_name(wheel))
    if not found:
        return wheel.record.problems
    files = {file.member.name: file for file in wheel.files}
    cut = is_cut(wheel)
    blamed = {p.path for p in wheel.record.problems if p.fault in _UNREADABLE}

    def counts(problem: RecordProblem) -> bool:
        if problem.fault is RecordFault.MEMBER_WITHOUT_ROW:
            return not cut
        if problem.fault in _ABSENT:
            return problem.path is None or problem.path not in blamed
        if problem.fault in _ON_CONTENT and problem.path is not None:
            file = files.get(member_path(problem.path))
            return file is None or file.problem is None
        return True

    return (*wheel.record.problems, *filter(counts, found))


def member_path(path: str) -> str:
    """Return a path of RECORD as members are named; PyPI, too, reads backslashes as slashes."""
    return path.replace("\\", "/")
