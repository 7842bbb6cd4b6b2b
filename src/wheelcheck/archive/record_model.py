"""What RECORD says, and what can be wrong with it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from wheelcheck.records import field, record

__all__ = ["Record", "RecordFault", "RecordProblem", "RecordRow"]


class RecordFault(StrEnum):
    """All that can be wrong with RECORD, by itself or against the members."""

    TOO_LARGE = "too-large"
    """The rest of it was not read."""
    NOT_UTF8 = "not-utf8"
    BYTE_ORDER_MARK = "byte-order-mark"
    NOT_CSV = "not-csv"
    BLANK_LINE = "blank-line"
    """The csv module gives an empty row for it, on which installers fail."""
    FIELD_COUNT = "field-count"
    FIELD_TOO_LONG = "field-too-long"
    EMPTY_PATH = "empty-path"
    UNSAFE_PATH = "unsafe-path"
    """Absolute, with a drive, or climbing out with ``..``."""
    BACKSLASH = "backslash"
    DUPLICATE_ROW = "duplicate-row"
    BAD_HASH = "bad-hash"
    """Not ``algorithm=digest`` with the digest in URL-safe base64."""
    PADDED_HASH = "padded-hash"
    WEAK_HASH = "weak-hash"
    UNKNOWN_ALGORITHM = "unknown-algorithm"
    BAD_SIZE = "bad-size"

    # Found by comparing with the members.
    MEMBER_WITHOUT_ROW = "member-without-row"
    ROW_WITHOUT_MEMBER = "row-without-member"
    FOLDER_ROW = "folder-row"
    SELF_HASH = "self-hash"
    """RECORD lists a hash of itself."""
    SIGNATURE_ROW = "signature-row"
    """RECORD.jws or RECORD.p7s is listed; PEP 427 says that they are not."""
    NO_HASH = "no-hash"
    NO_SIZE = "no-size"
    """There is a hash, but no size that can be read."""
    WRONG_HASH = "wrong-hash"
    WRONG_SIZE = "wrong-size"


@record
class RecordProblem:
    """One thing that is wrong with RECORD."""

    fault: RecordFault
    path: str | None
    message: str


class RecordRow(NamedTuple):
    """A row of RECORD."""

    path: str
    algorithm: str | None
    """Lower case; None if there is no hash that can be read."""
    digest: bytes | None
    size: int | None


@record
class Record:
    """RECORD as it is, with what is wrong with its form."""

    rows: tuple[RecordRow, ...]
    problems: tuple[RecordProblem, ...] = ()
    _by_path: Mapping[str, RecordRow] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_path", {row.path: row for row in self.rows})

    def row(self, path: str) -> RecordRow | None:
        """Return the row for a path; the last one if there are several."""
        return self._by_path.get(path)
