"""WC2xx: for each rule a wheel that violates it, and no other rule on archive or RECORD."""

import base64
import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

import wheelcheck
from tests.archive.zips import Entry, build
from tests.wheels import WheelBuilder, record_row
from wheelcheck import Finding, Severity
from wheelcheck.archive.reader import Archive
from wheelcheck.archive.record import RecordFault
from wheelcheck.archive.record_model import RecordProblem
from wheelcheck.reading.one_pass import read_wheel
from wheelcheck.resolving.closure import resolve
from wheelcheck.rules import WHEEL_RULES
from wheelcheck.rules.registry import Family, Hit, Subject

E, W, N = Severity.ERROR, Severity.WARNING, Severity.NOTE
A = b"A = 1\n"
OWN = "demo-1.0.dist-info/RECORD"
FILES = {"pkg/__init__.py": b"", "pkg/a.py": A}


def encoded(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


SHA256 = encoded(hashlib.sha256(A).digest())
GOOD = f"pkg/a.py,sha256={SHA256},6"
OTHER = encoded(hashlib.sha256(b"").digest())


def by(algorithm: str) -> str:
    digest = hashlib.new(algorithm, A, usedforsecurity=False).digest()
    return f"pkg/a.py,{algorithm}={encoded(digest)},6"


def record_of(builder: WheelBuilder) -> str:
    return builder.members()[OWN].decode()


def judged(folder: Path, builder: WheelBuilder) -> list[Finding]:
    report = wheelcheck.inspect(builder.write(folder))
    assert report.error is None, report.error
    return [f for f in report.findings if f.code[:3] in ("WC1", "WC2")]


def with_rows(rows: str) -> WheelBuilder:
    """Return a wheel whose RECORD has these rows in the place of the one for ``pkg/a.py``."""
    builder = WheelBuilder(tag="py3-none-any", files=dict(FILES))
    builder.record = record_of(builder).replace(GOOD, rows, 1).encode()
    return builder


BAD = [
    ("WC202", "nothing", "", E, "pkg/a.py"),
    ("WC203", "too much", f"{GOOD}\npkg/b.py,sha256={OTHER},0", E, OWN),
    ("WC204", "hash", f"pkg/a.py,sha256={OTHER},6", E, "pkg/a.py"),
    ("WC204", "size", f"pkg/a.py,sha256={SHA256},7", E, "pkg/a.py"),
    ("WC204", "both", f"pkg/a.py,sha256={OTHER},7", E, "pkg/a.py"),
    ("WC204", "sha512", f"pkg/a.py,sha512={OTHER},6", E, "pkg/a.py"),
    ("WC205", "neither", "pkg/a.py,,", E, "pkg/a.py"),
    ("WC205", "no hash", "pkg/a.py,,6", E, "pkg/a.py"),
    ("WC205", "no size", f"pkg/a.py,sha256={SHA256},", W, "pkg/a.py"),
    ("WC206", "md5", by("md5"), E, "pkg/a.py"),
    ("WC206", "sha1", by("sha1"), E, "pkg/a.py"),
    ("WC206", "sha224", by("sha224"), W, "pkg/a.py"),
    ("WC206", "unknown", "pkg/a.py,crc64=AAAA,6", E, "pkg/a.py"),
    ("WC207", "fields", f"{GOOD},more", E, OWN),
    ("WC207", "one field", "pkg/a.py", E, OWN),
    ("WC207", "hash", "pkg/a.py,sha256:abc,6", E, OWN),
    ("WC207", "size", f"pkg/a.py,sha256={SHA256},six", E, OWN),
    ("WC207", "padding", f"pkg/a.py,sha256={SHA256}=,6", W, OWN),
    ("WC208", "backslash", GOOD.replace("/a.py", "\\a.py"), W, OWN),
    ("WC209", "twice", f"{GOOD}\n{GOOD}", W, OWN),
    ("WC210", "folder", f"{GOOD}\npkg/,,", W, OWN),
    ("WC212", "signature", f"{GOOD}\n{OWN}.jws,,", W, OWN),
]


@pytest.mark.parametrize(
    ("code", "case", "rows", "severity", "member"), BAD, ids=[f"{b[0]} {b[1]}" for b in BAD]
)
def test_each_rule(
    tmp_path: Path, code: str, case: str, rows: str, severity: Severity, member: str
) -> None:
    del case
    builder = with_rows(rows)
    if not rows:
        assert builder.record is not None
        builder.record = builder.record.replace(b"\n\n", b"\n")
    [finding] = judged(tmp_path, builder)
    assert (finding.code, finding.severity, finding.member) == (code, severity, member)
    assert finding.evidence
    assert finding.help


def test_a_right_record_has_no_findings(tmp_path: Path) -> None:
    assert judged(tmp_path, WheelBuilder(tag="py3-none-any", files=FILES)) == []
    for algorithm in ("sha384", "sha512", "sha3_256", "blake2b"):
        assert judged(tmp_path, with_rows(by(algorithm))) == []


def test_no_record(tmp_path: Path) -> None:
    builder = WheelBuilder(tag="py3-none-any", left_out=frozenset({"RECORD"}))
    [finding] = judged(tmp_path, builder)
    assert (finding.code, finding.severity) == ("WC201", E)
    assert OWN in finding.message


def test_evidence_has_the_digests_as_record_spells_them(tmp_path: Path) -> None:
    [finding] = judged(tmp_path, with_rows(f"pkg/a.py,sha256={OTHER},7"))
    assert finding.evidence == {
        "recorded_hash": (f"sha256={OTHER}",),
        "recorded_size": ("7",),
        "actual_hash": (f"sha256={SHA256}",),
        "actual_size": ("6",),
    }


def test_path_that_climbs_out(tmp_path: Path) -> None:
    found = judged(tmp_path, with_rows(f"{GOOD}\n../../bin/tool,sha256={OTHER},0"))
    assert {f.code: f.severity for f in found} == {"WC203": E, "WC208": E}


def test_hash_of_itself(tmp_path: Path) -> None:
    builder = with_rows(GOOD)
    assert builder.record is not None
    builder.record = builder.record.replace(f"{OWN},,".encode(), f"{OWN},sha256={OTHER},".encode())
    [finding] = judged(tmp_path, builder)
    assert (finding.code, finding.severity, finding.member) == ("WC211", E, OWN)


def test_blank_line_and_byte_order_mark(tmp_path: Path) -> None:
    builder = with_rows(f"\n{GOOD}")
    [finding] = judged(tmp_path, builder)
    assert (finding.code, finding.evidence["fault"]) == ("WC207", ("blank-line",))
    builder = with_rows(GOOD)
    builder.record = b"\xef\xbb\xbf" + (builder.record or b"")
    [finding] = judged(tmp_path, builder)
    assert (finding.code, finding.evidence["fault"]) == ("WC207", ("byte-order-mark",))


def test_not_utf8(tmp_path: Path) -> None:
    builder = with_rows(GOOD)
    builder.record = (builder.record or b"").replace(b"a.py", b"\xe4.py")
    assert {f.code for f in judged(tmp_path, builder)} == {"WC202", "WC203", "WC207"}


def test_signatures_are_a_note(tmp_path: Path) -> None:
    members = WheelBuilder(tag="py3-none-any", files=FILES).members()
    entries = [Entry(name.encode(), data) for name, data in members.items()]
    entries += [Entry(f"{OWN}{suffix}".encode(), b"{}") for suffix in (".jws", ".p7s")]
    path = tmp_path / "demo-1.0-py3-none-any.whl"
    path.write_bytes(build(entries))
    found = [f for f in wheelcheck.inspect(path).findings if f.code[:3] in ("WC1", "WC2")]
    assert [(f.code, f.severity, f.member) for f in found] == [
        ("WC212", N, OWN + ".jws"),
        ("WC212", N, OWN + ".p7s"),
    ]


def test_what_cannot_be_unpacked_is_not_compared(tmp_path: Path) -> None:
    members = WheelBuilder(tag="py3-none-any", files=FILES).members()
    entries = [
        Entry(name.encode(), data, crc=1 if name == "pkg/a.py" else None, method=8)
        for name, data in members.items()
    ]
    path = tmp_path / "demo-1.0-py3-none-any.whl"
    path.write_bytes(build([replace(e, content=b"B = 1\n") if e.crc == 1 else e for e in entries]))
    found = [f.code for f in wheelcheck.inspect(path).findings if f.code[:3] in ("WC1", "WC2")]
    assert found == ["WC112"]


def test_a_record_that_is_cut_off_is_not_blamed_for_what_it_lacks(tmp_path: Path) -> None:
    members = WheelBuilder(tag="py3-none-any", files=FILES).members()
    entries = [
        Entry(name.encode(), data, packed=data[:30] if name == OWN else None)
        for name, data in members.items()
    ]
    path = tmp_path / "demo-1.0-py3-none-any.whl"
    path.write_bytes(build(entries))
    report = wheelcheck.inspect(path)
    codes = {f.code for f in report.findings}
    assert "WC112" in codes
    assert "WC202" not in codes
    assert "members missing in RECORD" in {n.subject for n in report.not_checked}


def test_many_faults_are_bounded(tmp_path: Path) -> None:
    rows = "".join(record_row(f"pkg/{i}.py", b"") for i in range(700))
    found = judged(tmp_path, with_rows(f"{GOOD}\n{rows}".rstrip()))
    assert len(found) == 501
    assert [f for f in found if "200 more" in f.message]


def test_many_wrong_members_are_bounded(tmp_path: Path) -> None:
    files = {**FILES, **{f"pkg/{i}.py": b"" for i in range(700)}}
    builder = WheelBuilder(tag="py3-none-any", files=files)
    builder.files = dict.fromkeys(files, b"changed")
    builder.record = WheelBuilder(tag="py3-none-any", files=files).members()[OWN]
    found = judged(tmp_path, builder)
    assert {f.code for f in found} == {"WC204"}
    assert [f.member for f in found].count(None) == 2
    assert len(found) == 502


def test_each_fault_belongs_to_one_rule(tmp_path: Path) -> None:
    path = WheelBuilder(tag="py3-none-any", files=FILES).write(tmp_path)
    with Archive.open(path) as archive:
        wheel = read_wheel(archive, path.name)
    assert wheel.record is not None
    for fault in RecordFault:
        subject = Subject(wheel, resolve(wheel))
        problem = RecordProblem(fault, "pkg/a.py", "RECORD is odd")
        subject.__dict__["record_problems"] = (problem,)
        hits = [
            hit
            for rule in (listed.load() for listed in WHEEL_RULES)
            if rule.family is Family.RECORD
            for hit in rule.check(subject)
            if isinstance(hit, Hit)
        ]
        assert len(hits) == 1, fault
