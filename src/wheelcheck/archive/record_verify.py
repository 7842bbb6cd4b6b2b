"""RECORD against what the members really are."""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from wheelcheck.archive.hashes import ALGORITHMS
from wheelcheck.archive.limits import Limits
from wheelcheck.archive.record_model import Record, RecordFault, RecordProblem, RecordRow
from wheelcheck.archive.structure import shown
from wheelcheck.archive.tally import Tally

__all__ = ["Actual", "verify"]

Actual: TypeAlias = Mapping[str, tuple[Mapping[str, bytes], int]]
"""Digests by algorithm, and size, of each file member, by its name."""

_SIGNATURES = (".jws", ".p7s")


def verify(
    record: Record, actual: Actual, record_name: str, limits: Limits | None = None
) -> tuple[RecordProblem, ...]:
    """Compare RECORD with the members.

    Args:
        record: As parsed; what is wrong with its form is not told again.
        actual: All members that are no folders. A digest that the row asks for
            and that is missing here is not judged.
        record_name: The member that RECORD was read from.
        limits: How many problems are told one by one.

    A backslash in a row is read as a slash, as PyPI does.
    """
    tally: Tally[RecordFault] = Tally((limits or Limits()).faults_of_a_kind)
    problems = [p for p in _problems(record, actual, record_name) if tally.admits(p.fault)]
    problems.extend(RecordProblem(fault, None, text) for fault, text in tally.surplus())
    return tuple(problems)


def _problems(record: Record, actual: Actual, record_name: str) -> Iterator[RecordProblem]:
    signatures = {record_name + suffix for suffix in _SIGNATURES}
    special = {record_name, *signatures}
    listed = set(signatures)
    for row in record.rows:
        path = row.path.replace("\\", "/")
        listed.add(path)
        found = actual.get(path)
        if found is not None and path not in special and _agrees(row, *found):
            continue
        for fault, text in _row_faults(row, path, found, record_name, signatures):
            yield RecordProblem(fault, row.path, f"RECORD {text.format(shown(row.path))}")
    for name in actual:
        if name not in listed:
            yield RecordProblem(
                RecordFault.MEMBER_WITHOUT_ROW, name, f"{shown(name)} is not listed in RECORD"
            )


def _agrees(row: RecordRow, digests: Mapping[str, bytes], size: int) -> bool:
    """Tell of nearly every row that there is nothing to tell."""
    _, algorithm, digest, said = row
    return digest is not None and said == size and digests.get(algorithm or "") == digest


def _row_faults(
    row: RecordRow,
    path: str,
    found: tuple[Mapping[str, bytes], int] | None,
    record_name: str,
    signatures: set[str],
) -> Iterator[tuple[RecordFault, str]]:
    if path in signatures:
        yield RecordFault.SIGNATURE_ROW, "lists its own signature {}"
    elif path == record_name:
        if row.digest is not None:
            yield RecordFault.SELF_HASH, "has a hash of itself, {}"
    elif path.endswith("/"):
        yield RecordFault.FOLDER_ROW, "lists the folder {}"
    elif found is None:
        yield RecordFault.ROW_WITHOUT_MEMBER, "lists {}, which is not in the wheel"
    else:
        yield from _content_faults(row, *found)


def _content_faults(
    row: RecordRow, digests: Mapping[str, bytes], size: int
) -> Iterator[tuple[RecordFault, str]]:
    if row.digest is None or row.algorithm is None:
        yield RecordFault.NO_HASH, "has no hash for {}"
    elif row.algorithm in ALGORITHMS and digests.get(row.algorithm, row.digest) != row.digest:
        yield RecordFault.WRONG_HASH, f"has another {row.algorithm} for {{}} than its content gives"
    if row.size is None:
        if row.digest is not None:
            yield RecordFault.NO_SIZE, "has no size for {}"
    elif row.size != size:
        yield RecordFault.WRONG_SIZE, f"says that {{}} has {row.size} bytes, but it has {size}"
