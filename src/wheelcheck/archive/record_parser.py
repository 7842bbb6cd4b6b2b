"""RECORD read with patience: what can be taken is taken, what is wrong is noted."""

import base64
import binascii
import re
from functools import lru_cache

from wheelcheck.archive.csvrows import csv_rows
from wheelcheck.archive.hashes import ALGORITHMS
from wheelcheck.archive.limits import Limits
from wheelcheck.archive.record_model import Record, RecordFault, RecordProblem, RecordRow
from wheelcheck.archive.structure import shown
from wheelcheck.archive.tally import Tally

__all__ = ["encode_digest", "parse_record"]

# PEP 427: "The hash algorithm must be sha256 or better; specifically, md5 and sha1 are not
# permitted".
_WEAK = frozenset({"md5", "sha1", "sha224", "sha3_224"})
_FIELDS = 3
_CSV_FIELD_LIMIT = 131_072
"""The csv module, hence pip, fails on a longer field."""
_LONGEST_SIZE = 20
# Nearly every row: its digest is the one right spelling of 32 bytes, and what could be wrong
# with its path is seen at once.
_PLAIN = re.compile(
    r"(?!/|.*\.\.)([^\0\"\\:,]++),sha256=([\w-]{42}[AEIMQUYcgkosw048]),(\d{1,20})",
    re.ASCII,
)
_UNSAFE = re.compile(r"\A/|\A[A-Za-z]:|(?:\A|/)\.\.(?:/|\Z)")


def parse_record(data: bytes, limits: Limits | None = None) -> Record:
    """Read RECORD, taking what can be taken and noting what is wrong.

    Raises nothing, whatever the bytes are.
    """
    return _Parser(limits or Limits()).parse(data)


class _Parser:
    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._tally: Tally[RecordFault] = Tally(limits.faults_of_a_kind)
        self._problems: list[RecordProblem] = []
        self._line = 0

    def parse(self, data: bytes) -> Record:
        limits = self._limits
        rows: list[RecordRow] = []
        paths: set[str] = set()
        for found in csv_rows(self._decode(data), _FIELDS + 1, self._csv_fault, _plain_row):
            self._line += 1
            if self._line > limits.record_rows:
                text = f"RECORD has more than {limits.record_rows} rows; the rest is not read"
                self._note(RecordFault.TOO_LARGE, None, text)
                break
            if found == [""]:
                self._blame(RecordFault.BLANK_LINE, None, "is blank")
                continue
            row = self._row(found) if isinstance(found, list) else found
            if row.path in paths:
                self._blame(RecordFault.DUPLICATE_ROW, row.path, "lists this path again")
            paths.add(row.path)
            rows.append(row)
        self._problems.extend(RecordProblem(k, None, text) for k, text in self._tally.surplus())
        return Record(tuple(rows), tuple(self._problems))

    def _decode(self, data: bytes) -> str:
        most = self._limits.record_size
        if len(data) > most:
            text = f"RECORD has {len(data)} bytes; only {most} are read"
            self._note(RecordFault.TOO_LARGE, None, text)
            data = data[:most]
        if data.startswith(b"\xef\xbb\xbf"):
            self._note(RecordFault.BYTE_ORDER_MARK, None, "RECORD starts with a byte order mark")
            data = data[3:]
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError as error:
            text = f"RECORD is not UTF-8: byte 0x{data[error.start]:02x} at {error.start}"
            self._note(RecordFault.NOT_UTF8, None, text)
            return data.decode("utf-8", "replace")

    def _row(self, fields: list[str]) -> RecordRow:
        path = fields[0]
        if len(fields) != _FIELDS:
            many = len(fields) if len(fields) < _FIELDS else f"more than {_FIELDS}"
            self._blame(RecordFault.FIELD_COUNT, path, f"has {many} fields instead of {_FIELDS}")
        if max(map(len, fields)) > _CSV_FIELD_LIMIT:
            self._blame(
                RecordFault.FIELD_TOO_LONG,
                path,
                f"has a field of more than {_CSV_FIELD_LIMIT} characters",
            )
        self._check_path(path)
        _, hash_field, size_field, *_ = (*fields, "", "")
        algorithm, digest = self._hash(path, hash_field)
        return RecordRow(path, algorithm, digest, self._size(path, size_field))

    def _check_path(self, path: str) -> None:
        if not path:
            self._blame(RecordFault.EMPTY_PATH, path, "has no path")
        forward = path
        if "\\" in path:
            self._blame(RecordFault.BACKSLASH, path, "has a backslash in its path")
            forward = path.replace("\\", "/")
        if _UNSAFE.search(forward):
            self._blame(RecordFault.UNSAFE_PATH, path, "leads out of the wheel")

    def _hash(self, path: str, text: str) -> tuple[str | None, bytes | None]:
        if not text:
            return None, None
        algorithm, equals, value = text.partition("=")
        algorithm = algorithm.lower()
        bare = value.rstrip("=")
        digest = _decode_digest(bare)
        if not equals or not algorithm or digest is None:
            self._blame(RecordFault.BAD_HASH, path, f"has the malformed hash {shown(text)}")
            return None, None
        if bare != value:
            self._blame(RecordFault.PADDED_HASH, path, "has a hash with base64 padding")
        if algorithm not in ALGORITHMS:
            name = shown(algorithm)
            self._blame(RecordFault.UNKNOWN_ALGORITHM, path, f"has a hash by {name}, not known")
        elif algorithm in _WEAK:
            self._blame(
                RecordFault.WEAK_HASH, path, f"has a hash by {algorithm}, weaker than sha256"
            )
        return algorithm, digest

    def _size(self, path: str, text: str) -> int | None:
        if not text:
            return None
        if text.isascii() and text.isdigit() and len(text) <= _LONGEST_SIZE:
            return int(text)
        self._blame(RecordFault.BAD_SIZE, path, f"has the size {shown(text)}, no number")
        return None

    def _csv_fault(self, text: str) -> None:
        self._note(RecordFault.NOT_CSV, None, f"RECORD is no valid CSV: {text}")

    def _blame(self, fault: RecordFault, path: str | None, text: str) -> None:
        where = f"row {self._line} of RECORD"
        if path:
            where += f", for {shown(path)},"
        self._note(fault, path, f"{where} {text}")

    def _note(self, fault: RecordFault, path: str | None, message: str) -> None:
        if self._tally.admits(fault):
            self._problems.append(RecordProblem(fault, path, message))


@lru_cache(maxsize=4096)  # the wheels of a release have most of their files in common
def _plain_row(line: str) -> RecordRow | None:
    match = _PLAIN.fullmatch(line)
    if match is None:
        return None
    path, digest, size = match.groups()
    raw = binascii.a2b_base64(digest.replace("-", "+").replace("_", "/") + "=")
    return RecordRow(path, "sha256", raw, int(size))


def _decode_digest(text: str) -> bytes | None:
    """Decode URL-safe base64 without padding; None unless it is the one right spelling."""
    try:
        digest = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    return digest if digest and encode_digest(digest) == text else None


def encode_digest(digest: bytes) -> str:
    """Return a digest as RECORD spells it: URL-safe base64 without padding."""
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
