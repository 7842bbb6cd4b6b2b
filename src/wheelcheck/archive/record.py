"""RECORD of a wheel: parsed, verified, written.

Its form is that of PEP 376 as PEP 427 restricts it: CSV with three fields, a
hash in URL-safe base64 without padding, sha256 or better.
"""

import re
from collections.abc import Iterable

from wheelcheck.archive.record_model import Record, RecordFault, RecordProblem, RecordRow
from wheelcheck.archive.record_parser import encode_digest, parse_record
from wheelcheck.archive.record_verify import Actual, verify

__all__ = [
    "Actual",
    "Record",
    "RecordFault",
    "RecordProblem",
    "RecordRow",
    "format_record",
    "parse_record",
    "verify",
]

_QUOTED = re.compile(r'[",\r\n]')
# Deeper down lie RECORDs of vendored distributions, which are files like any other.
_OWN = re.compile(r"[^/]+\.dist-info/RECORD")


def format_record(rows: Iterable[RecordRow]) -> bytes:
    """Write RECORD: rows in the order given, its own row last and empty.

    The same rows give the same bytes on every host.
    """
    lines = []
    own = []
    for row in rows:
        path = row.path
        if _QUOTED.search(path):
            path = '"' + path.replace('"', '""') + '"'
        if _OWN.fullmatch(row.path):
            own.append(f"{path},,\n")
            continue
        hashed = ""
        if row.algorithm is not None and row.digest is not None:
            hashed = f"{row.algorithm}={encode_digest(row.digest)}"
        lines.append(f"{path},{hashed},{'' if row.size is None else row.size}\n")
    return "".join([*lines, *own]).encode()
