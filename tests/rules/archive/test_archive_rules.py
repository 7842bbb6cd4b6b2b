"""WC1xx: for each rule a wheel that violates it, and no other rule on archive or RECORD."""

import struct
import zlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.archive.zips import End, Entry, build, deflate, zip64
from tests.rules.archive.raw import MODULE, a, builder, entries, judged
from wheelcheck import Severity
from wheelcheck.archive.reader import Archive
from wheelcheck.archive.structure import Defect, DefectKind
from wheelcheck.reading.one_pass import read_wheel
from wheelcheck.resolving.closure import resolve
from wheelcheck.rules import WHEEL_RULES
from wheelcheck.rules.registry import Family, Subject

E, W, N = Severity.ERROR, Severity.WARNING, Severity.NOTE
CONTENT = b"A = 1\n"
DEEP = "pkg/" + "folder/" * 30 + "b.py"


def link(mode: int) -> dict[str, Any]:
    return {"external_attr": mode << 16}


def unicode_path(name: bytes) -> bytes:
    field = struct.pack("<BL", 1, zlib.crc32(MODULE.encode())) + name
    return struct.pack("<2H", 0x7075, len(field)) + field


def streamed() -> list[Entry]:
    sizes = struct.pack("<4s3L", b"PK\7\x08", zlib.crc32(CONTENT), len(CONTENT), len(CONTENT))
    return a(flags=8, local_crc=0, local_size=0, local_compressed_size=0, after=sizes)


def nested() -> list[Entry]:
    """Put a member into the data of another one."""
    inner = Entry(b"pkg/b.py", CONTENT)
    outer = Entry(b"pkg/outer.bin", b"::" + inner.local())
    whole = entries({"pkg/b.py": CONTENT, "pkg/outer.bin": outer.content})
    inner = replace(inner, offset=len(outer.local()) - len(inner.local()), in_file=False)
    rest = [entry for entry in whole if entry.name not in (outer.name, inner.name)]
    return [outer, inner, *rest]


def plus(name: str, content: bytes = b"", **fields: Any) -> list[Entry]:
    """Return the right wheel with one member more, which RECORD lists."""
    return [
        replace(entry, **fields) if entry.name == name.encode() else entry
        for entry in entries({name: content})
    ]


def garbled() -> list[Entry]:
    """Write a name in UTF-8 without the flag; RECORD has it as zipfile reads it."""
    name = "pkg/größe.txt".encode()
    return [
        replace(e, name=name, flags=0) if e.flags & 0x800 else e
        for e in entries({name.decode("cp437"): b""})
    ]


def latin1() -> list[Entry]:
    name = "pkg/größe.txt".encode("latin-1")
    return [
        replace(e, name=name, flags=0) if e.flags & 0x800 else e
        for e in entries({name.decode("cp437"): b""})
    ]


BAD: list[tuple[str, str, Sequence[Entry], End | None, Severity, str | None]] = [
    ("WC101", "gap", a(before=b"\0" * 7), None, E, None),
    ("WC101", "comment cut off", a(), End(comment=b"abc", comment_length=9), E, None),
    ("WC102", "comment", a(), End(comment=b"hello"), W, None),
    ("WC103", "count", a(), End(count=9, count_here=9), E, None),
    ("WC103", "disk", a(), End(disk=1), E, None),
    ("WC103", "zip64 size", a(), End(zip64=True, zip64_size=45), E, None),
    ("WC103", "zip64 mismatch", a(), End(zip64=True, count=3), E, None),
    (
        "WC104",
        "hidden",
        [*entries(), Entry(b"pkg/evil.py", CONTENT, in_directory=False)],
        None,
        E,
        "pkg/evil.py",
    ),
    ("WC104", "overlap", nested(), None, E, "pkg/b.py"),
    ("WC104", "no local header", a(local_signature=b"none"), None, E, MODULE),
    ("WC105", "name", a(local_name=b"pkg/b.py"), None, E, MODULE),
    ("WC105", "size", a(local_size=1), None, E, MODULE),
    ("WC105", "method", a(local_method=8), None, E, MODULE),
    ("WC105", "crc", a(local_crc=1), None, E, MODULE),
    ("WC105", "flags", a(local_flags=2), None, W, MODULE),
    ("WC106", "duplicate", [*entries(), Entry(MODULE.encode(), CONTENT)], None, E, MODULE),
    ("WC107", "data descriptor", streamed(), None, E, MODULE),
    ("WC108", "comment", a(comment=b"hello"), None, E, MODULE),
    ("WC109", "cut off", a(extra=b"\1"), None, E, MODULE),
    ("WC109", "repeated", a(extra=zip64() * 2), None, E, MODULE),
    ("WC109", "ZIP64 length", a(extra=struct.pack("<2H", 1, 5) + bytes(5)), None, E, MODULE),
    ("WC109", "other name", a(extra=unicode_path(b"pkg/b.py")), None, E, MODULE),
    ("WC110", "encrypted", a(flags=1), None, E, MODULE),
    ("WC111", "bzip2", a(method=12), None, E, MODULE),
    ("WC111", "patch data", a(flags=1 << 5), None, E, MODULE),
    ("WC112", "crc", a(crc=1), None, E, MODULE),
    ("WC112", "size", a(size=3), None, E, MODULE),
    ("WC112", "deflate", a(method=8, packed=b"\xff" * 9), None, E, MODULE),
    ("WC112", "bomb", a(method=8, packed=deflate(bytes(10**6))), None, E, MODULE),
    ("WC113", "symlink", a(**link(0o120777)), None, E, MODULE),
    ("WC114", "device", a(**link(0o020644)), None, E, MODULE),
    ("WC114", "setuid", a(**link(0o104755)), None, E, MODULE),
    ("WC115", "file and folder", plus("pkg/a.py/b.txt"), None, E, MODULE),
    ("WC115", "folder with data", [*entries(), Entry(b"pkg/sub/", b"x")], None, W, "pkg/sub/"),
    ("WC115", "mode of a folder", a(**link(0o040755)), None, W, MODULE),
    ("WC116", "absolute", plus("/etc/a.py"), None, E, "/etc/a.py"),
    ("WC116", "up", plus("pkg/../../a.py"), None, E, "pkg/../../a.py"),
    ("WC117", "control character", plus("pkg/\x07.txt"), None, E, "pkg/\x07.txt"),
    ("WC117", "no UTF-8 flag", garbled(), None, E, "pkg/gr├╢├ƒe.txt"),
    ("WC117", "latin-1", latin1(), None, E, "pkg/gr÷▀e.txt"),
    ("WC118", "not normal", plus("./pkg/b.py"), None, W, "./pkg/b.py"),
    ("WC119", "reserved", plus("pkg/aux.py"), None, E, "pkg/aux.py"),
    ("WC119", "character", plus("pkg/a?.txt"), None, E, "pkg/a?.txt"),
    ("WC119", "last character", plus("pkg/a.txt."), None, W, "pkg/a.txt."),
    ("WC120", "case", plus("pkg/A.py"), None, E, "pkg/A.py"),
    ("WC121", "part", plus("pkg/" + "n" * 256), None, E, "pkg/" + "n" * 256),
    ("WC121", "bytes", plus("pkg/" + "ü" * 128), None, E, "pkg/" + "ü" * 128),
    ("WC121", "path", plus(DEEP), None, W, DEEP),
]
# What cannot be had alone.
ALSO = {
    "absolute": {"WC208"},
    "up": {"WC208"},
    "no local header": {"WC101"},
    "comment cut off": {"WC102"},
}


def test_a_right_wheel_has_no_findings(tmp_path: Path) -> None:
    folder = Entry(b"pkg/", b"", external_attr=0o040755 << 16 | 0x10)
    assert judged(tmp_path, [folder, *entries({"pkg/größe.txt": b"x", "pkg/b.bin": b""})]) == []


@pytest.mark.parametrize(
    ("code", "case", "members", "end", "severity", "member"),
    BAD,
    ids=[f"{row[0]} {row[1]}" for row in BAD],
)
def test_each_rule(
    tmp_path: Path,
    code: str,
    case: str,
    members: Sequence[Entry],
    end: End | None,
    severity: Severity,
    member: str | None,
) -> None:
    findings = judged(tmp_path, members, end)
    assert {f.code for f in findings} - ALSO.get(case, set()) == {code}
    found = [f for f in findings if f.code == code]
    assert {f.severity for f in found} == {severity}
    assert member in {f.member for f in found}
    assert all(f.evidence and f.help for f in found)


def test_drive(tmp_path: Path) -> None:
    # A colon is not allowed on Windows anyway.
    found = judged(tmp_path, plus("C:/a.py"))
    assert {f.code for f in found} == {"WC116", "WC119", "WC208"}


def test_backslash(tmp_path: Path) -> None:
    found = judged(tmp_path, plus("pkg\\b.py"))
    # PyPI reads RECORD's backslash as a slash, and so finds no row for the member.
    assert {f.code for f in found} >= {"WC118", "WC208"}


def test_second_archive_in_front(tmp_path: Path) -> None:
    first = build(entries())
    found = judged(tmp_path, entries(), End(prefix=first))
    assert {f.code for f in found} >= {"WC103"}
    assert all(f.severity is E for f in found)


def test_bytes_in_front_and_behind(tmp_path: Path) -> None:
    found = judged(tmp_path, entries(), End(prefix=b"#!/bin/sh\n"))
    assert {f.code for f in found} == {"WC101", "WC103"}
    [finding] = judged(tmp_path, entries(), after=b"signature")
    assert finding.evidence == {"defect": ("trailing-bytes",)}
    assert "9 bytes" in finding.message
    assert "PyPI refuses" in finding.message


@pytest.mark.parametrize("members", [streamed(), a(comment=b"hello"), a(extra=zip64() * 2)])
def test_what_only_pypi_refuses_weighs_less_elsewhere(
    tmp_path: Path, members: Sequence[Entry]
) -> None:
    assert [f.severity for f in judged(tmp_path, members)] == [E]
    assert [f.severity for f in judged(tmp_path, members, profile="private")] == [W]


@pytest.mark.parametrize("name", ["pkg/aux.py", "pkg/a?.txt", "pkg/a.txt."])
def test_names_that_windows_does_not_allow_are_a_note_without_windows(
    tmp_path: Path, name: str
) -> None:
    tag = "cp39-abi3-manylinux_2_17_x86_64"
    [finding] = judged(tmp_path, plus(name), tag=tag)
    assert (finding.code, finding.severity) == ("WC119", N)
    assert judged(tmp_path, plus(DEEP), tag=tag) == []


def test_scripts_are_measured_where_they_are_installed(tmp_path: Path) -> None:
    folder = "demo-1.0.data/purelib/" + "folder/" * 26
    assert judged(tmp_path, plus(folder + "b.py")) == []


def test_a_member_that_cannot_be_read_is_told_once(tmp_path: Path) -> None:
    [finding] = judged(tmp_path, a(crc=1))
    assert finding.evidence["problem"] == ("its CRC is wrong",)
    [finding] = judged(tmp_path, a(method=8, packed=deflate(bytes(10**6))))
    assert finding.evidence["inflated_size"] == ("7",)


def test_each_kind_of_defect_belongs_to_one_rule(tmp_path: Path) -> None:
    path = builder().write(tmp_path)
    with Archive.open(path) as archive:
        wheel = read_wheel(archive, path.name)
    for kind in DefectKind:
        subject = Subject(
            replace(wheel, defects=(Defect(kind, "x:", "'x:' is odd"),)), resolve(wheel)
        )
        hits = [
            hit
            for rule in (listed.load() for listed in WHEEL_RULES)
            if rule.family is Family.ARCHIVE
            for hit in rule.check(subject)
        ]
        assert len(hits) == 1, kind
