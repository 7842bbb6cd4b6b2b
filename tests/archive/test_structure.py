"""Each defect of an archive's structure, in an archive that has it and no other."""

import io
import struct
import zipfile
import zlib

import pytest

from tests.archive.zips import SENTINEL, End, Entry, build, zip64
from wheelcheck.archive.limits import Limits
from wheelcheck.archive.reader import Archive, Defect, DefectKind

K = DefectKind


def defects(data: bytes, **limits: int) -> tuple[Defect, ...]:
    with Archive.open(io.BytesIO(data), limits=Limits(**limits), name="x.whl") as archive:
        return archive.defects


def kinds(data: bytes) -> set[DefectKind]:
    return {defect.kind for defect in defects(data)}


A = Entry(b"a.txt", b"first\n" * 20, method=8)
B = Entry(b"b.txt", b"second\n")
FOLDER = Entry(b"pkg/", b"", external_attr=0o040755 << 16 | 0x10)
TIMES = struct.pack("<2HBL", 0x5455, 5, 1, 1_700_000_000)


@pytest.mark.parametrize(
    "data",
    [
        build(()),
        build((A, B)),
        build((FOLDER, Entry(b"pkg/__init__.py", b""))),
        build((Entry("pkg/größe.py".encode(), flags=0x800),)),
        build((Entry(local_extra=TIMES, extra=TIMES),)),
        build((Entry(external_attr=0),)),
        build((Entry(b"pkg/console.py"), Entry(b"pkg/auxiliary.py"), Entry(b"a b/.c d.e-1+x"))),
        build((A, B), End(zip64=True, count=0xFFFF, size=SENTINEL, offset=SENTINEL)),
        build((A, B), End(zip64=True)),
        build(
            (
                Entry(
                    content=b"12345",
                    extra=zip64(5, 5, 0),
                    size=SENTINEL,
                    compressed_size=SENTINEL,
                    offset=SENTINEL,
                    local_extra=zip64(5, 5),
                ),
            )
        ),
    ],
)
def test_what_is_legal_is_no_defect(data: bytes) -> None:
    assert defects(data) == ()
    assert zipfile.ZipFile(io.BytesIO(data)).testzip() is None


def descriptor(entry: Entry) -> Entry:
    """Give an entry its sizes behind its data."""
    after = struct.pack("<4s3L", b"PK\7\x08", zlib.crc32(b"content\n"), 8, 8)
    return Entry(
        entry.name,
        b"content\n",
        flags=8,
        local_crc=0,
        local_size=0,
        local_compressed_size=0,
        after=after[4:] if entry is B else after,
        crc=zlib.crc32(b"content\n"),
    )


ONE = [
    ("prefix unknown to the offsets", build((A, B), End(prefix=b"#!/bin/sh\n")),
     {K.PREFIX_BYTES, K.END_RECORD_OFFSET}),
    ("prefix", build((Entry(before=b"MZ stub"), B)), {K.PREFIX_BYTES}),
    ("gap", build((A, Entry(b"b.txt", before=b"gap"))), {K.GAP}),
    ("gap before the directory", build((A, Entry(b"b.txt", after=b"gap"))), {K.GAP}),
    ("hidden first", build((Entry(b"h.py", in_directory=False), B)), {K.HIDDEN_MEMBER}),
    ("hidden last", build((B, Entry(b"h.py", in_directory=False))), {K.HIDDEN_MEMBER}),
    ("hidden namesake", build((B, Entry(b"b.txt", b"x", in_directory=False))), {K.HIDDEN_MEMBER}),
    ("trailing", build((A,)) + b"trailing bytes", {K.TRAILING_BYTES}),
    ("comment", build((A,), End(comment=b"hello")), {K.ARCHIVE_COMMENT}),
    ("comment cut off", build((A,), End(comment=b"hello", comment_length=9)),
     {K.ARCHIVE_COMMENT, K.ARCHIVE_COMMENT_TRUNCATED}),
    ("archive in a comment", build((A,), End(comment=build(()))),
     {K.HIDDEN_MEMBER, K.END_RECORD_OFFSET}),
    ("directory in a gap", build((A, Entry(b"b", before=A.central(0)))), {K.SECOND_DIRECTORY}),
    ("end record in a gap", build((A, Entry(b"b", before=build(())))), {K.SECOND_DIRECTORY}),
    ("count", build((A,), End(count=2)), {K.END_RECORD_COUNT}),
    ("count on disk", build((A,), End(count_here=2)), {K.END_RECORD_COUNT}),
    ("disk", build((A,), End(disk=1)), {K.MULTI_DISK}),
    ("disk of a member", build((Entry(disk=1),)), {K.MULTI_DISK}),
    ("zip64 end size", build((A,), End(zip64=True, zip64_size=45)), {K.ZIP64_END_RECORD}),
    ("zip64 end larger", build((A,), End(zip64=True, zip64_size=48, zip64_padding=b"more")),
     {K.ZIP64_END_RECORD}),
    ("zip64 locator astray", build((A,), End(zip64=True, locator_offset=1)), {K.ZIP64_LOCATOR}),
    ("zip64 mismatch", build((A,), End(zip64=True, count=7)), {K.ZIP64_MISMATCH}),
    ("zip64 count", build((A,), End(zip64=True, zip64_count=7, count=0xFFFF)),
     {K.END_RECORD_COUNT}),
    ("overlap", build((A, Entry(b"b.txt", offset=0, in_file=False, local_name=b"a.txt"))), None),
    ("no local header", build((A, Entry(b"b.txt", local_signature=b"PK\3\5"))), None),
    ("local name", build((Entry(b"a.py", local_name=b"b.py"),)), {K.LOCAL_NAME}),
    ("local size", build((Entry(local_size=9),)), {K.LOCAL_SIZE}),
    ("local compressed size", build((Entry(local_compressed_size=9),)), {K.LOCAL_SIZE}),
    ("local zip64 size", build((Entry(local_extra=zip64(8, 9)),)), {K.LOCAL_SIZE}),
    ("local method", build((Entry(local_method=8),)), {K.LOCAL_METHOD}),
    ("local flags", build((Entry(local_flags=0x800),)), {K.LOCAL_FLAGS}),
    ("local CRC", build((Entry(local_crc=1),)), {K.LOCAL_CRC}),
    ("duplicate", build((B, B)), {K.DUPLICATE_NAME}),
    ("descriptor", build((descriptor(A),)), {K.DATA_DESCRIPTOR}),
    ("descriptor without signature", build((descriptor(B), A)), {K.DATA_DESCRIPTOR}),
    ("data into the directory", build((Entry(compressed_size=12),)), {K.OVERLAP}),
    ("local zip64 field too short", build((Entry(local_size=SENTINEL, local_extra=zip64()),)),
     {K.LOCAL_SIZE}),
    ("disk of the zip64 locator",
     build((A,), End(zip64=True)).replace(b"\1\0\0\0PK\5\6", b"\2\0\0\0PK\5\6"), {K.MULTI_DISK}),
    ("long local name", build((Entry(local_name=b"n" * 900),)), {K.LOCAL_NAME}),
    ("descriptor that is wrong",
     build((Entry(flags=8, local_crc=0, local_size=0, local_compressed_size=0, after=b"d" * 16),)),
     {K.DATA_DESCRIPTOR, K.GAP}),
    ("local header cut off by the directory",
     build((A, Entry(b"b.txt", in_file=False, offset=None))), {K.LOCAL_HEADER_MISSING}),
    ("local name longer than the rest",
     build((A, Entry(b"b.txt", b"", local_extra=TIMES * 5, extra=TIMES))), set()),
    ("record comment", build((Entry(comment=b"hi"),)), {K.RECORD_COMMENT}),
    ("encrypted", build((Entry(flags=1),)), {K.ENCRYPTED}),
    ("strongly encrypted", build((Entry(flags=0x40),)), {K.ENCRYPTED}),
    ("patch data", build((Entry(flags=0x20),)), {K.UNSUPPORTED_FLAGS}),
    ("bzip2", build((Entry(method=12),)), {K.UNSUPPORTED_METHOD}),
    ("folder with data", build((Entry(b"pkg/", b"data"),)), {K.FOLDER_WITH_DATA}),
    ("extra cut off", build((Entry(extra=b"UT\x09\0"),)), {K.EXTRA_MALFORMED}),
    ("extra with a rest", build((Entry(local_extra=TIMES + b"\0"),)), {K.EXTRA_MALFORMED}),
    ("extra fields too many", build((Entry(extra=b"ab\0\0" * 33),)), {K.EXTRA_MALFORMED}),
    ("extra repeated", build((Entry(extra=zip64() * 2),)), {K.EXTRA_REPEATED}),
    ("zip64 length", build((Entry(extra=struct.pack("<2H4s", 1, 4, b"")),)),
     {K.EXTRA_ZIP64_LENGTH}),
    ("zip64 lone size of deflated", build((Entry(method=8, local_extra=zip64(8)),)),
     {K.EXTRA_ZIP64_LENGTH}),
    ("Unicode path", build((Entry(extra=struct.pack("<2HBL", 0x7075, 9, 1, 0) + b"evil"),)),
     {K.EXTRA_UNICODE_PATH}),
    ("Unicode path too short", build((Entry(extra=struct.pack("<2HB", 0x7075, 1, 1)),)),
     {K.EXTRA_UNICODE_PATH}),
    ("symlink", build((Entry(external_attr=0o120777 << 16),)), {K.MODE_SYMLINK}),
    ("device", build((Entry(external_attr=0o020666 << 16),)), {K.MODE_DEVICE}),
    ("FIFO", build((Entry(external_attr=0o010666 << 16),)), {K.MODE_DEVICE}),
    ("folder by mode", build((Entry(external_attr=0o040755 << 16),)), {K.MODE_FOLDER}),
    ("setuid", build((Entry(external_attr=0o104755 << 16),)), {K.MODE_SETUID}),
]  # fmt: skip
SEVERAL = {
    "overlap": {K.OVERLAP, K.LOCAL_NAME, K.LOCAL_CRC, K.LOCAL_SIZE, K.LOCAL_METHOD},
    "no local header": {K.LOCAL_HEADER_MISSING, K.GAP},
}


@pytest.mark.parametrize(("title", "data", "expected"), ONE, ids=[title for title, _, _ in ONE])
def test_each_defect(title: str, data: bytes, expected: set[DefectKind] | None) -> None:
    assert kinds(data) == (SEVERAL[title] if expected is None else expected)


NAMES = [
    (b"", {K.NAME_EMPTY}),
    (b"a\x01b", {K.NAME_CONTROL_CHARACTER}),
    (b"a\x7fb", {K.NAME_CONTROL_CHARACTER}),
    (b"a\0.py", {K.NAME_CONTROL_CHARACTER}),
    (b"../a", {K.NAME_PARENT}),
    (b"a/..", {K.NAME_PARENT}),
    (b"a\\..\\b", {K.NAME_PARENT, K.NAME_BACKSLASH}),
    (b"/etc/passwd", {K.NAME_ABSOLUTE}),
    (b"//server/share", {K.NAME_ABSOLUTE, K.NAME_NOT_NORMAL}),
    (b"C:evil.py", {K.NAME_DRIVE, K.NAME_NOT_FOR_WINDOWS}),
    (b"a\\b.py", {K.NAME_BACKSLASH}),
    (b"a//b.py", {K.NAME_NOT_NORMAL}),
    (b"./a.py", {K.NAME_NOT_NORMAL}),
    (b"a/./b.py", {K.NAME_NOT_NORMAL}),
    (b"pkg/aux.py", {K.NAME_RESERVED}),
    (b"Con", {K.NAME_RESERVED}),
    (b"lpt1/x", {K.NAME_RESERVED}),
    (b"nul .txt", {K.NAME_RESERVED}),
    (b"a?.py", {K.NAME_NOT_FOR_WINDOWS}),
    (b"a:b", {K.NAME_DRIVE, K.NAME_NOT_FOR_WINDOWS}),
    (b"ab:c", {K.NAME_NOT_FOR_WINDOWS}),
    (b"folder./a", {K.NAME_NOT_FOR_WINDOWS}),
    (b"a ", {K.NAME_NOT_FOR_WINDOWS}),
    (b"...", {K.NAME_NOT_FOR_WINDOWS}),
    (b"com10.py", set()),
    (b"..a/b..c/.d", set()),
    ("ü".encode(), {K.NAME_WITHOUT_UTF8_FLAG}),
    (b"\xfc", {K.NAME_NOT_UTF8}),
]


@pytest.mark.parametrize(("name", "expected"), NAMES)
def test_names(name: bytes, expected: set[DefectKind]) -> None:
    assert kinds(build((Entry(name),))) == expected


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        ((b"pkg/A.py", b"pkg/a.py"), K.NAME_CASE),
        ((b"pkg", b"pkg/a.py"), K.NAME_FILE_AND_FOLDER),
        ((b"pkg", b"pkg-1", b"pkg.py", b"pkg/"), K.NAME_FILE_AND_FOLDER),
    ],
)
def test_names_that_clash(names: tuple[bytes, ...], kind: DefectKind) -> None:
    assert kinds(build([Entry(name, b"") for name in names])) == {kind}


def test_a_folder_and_its_files_do_not_clash() -> None:
    assert (
        kinds(build([Entry(n, b"") for n in (b"a/", b"a/b/", b"a/b/c", b"a-b", b"a.b")])) == set()
    )


def test_message_names_the_member_shortened() -> None:
    (defect,) = defects(build((Entry(b"x" * 3000 + b"?"),)))
    assert defect.member == "x" * 3000 + "?"
    assert "xxx..." in defect.message
    assert len(defect.message) < 300


def test_defects_of_one_kind_are_counted_beyond_a_number() -> None:
    data = build([Entry(f"{i}?".encode()) for i in range(10)] + [Entry(b"a\\b")])
    found = defects(data, faults_of_a_kind=3)
    assert [d.kind for d in found] == [K.NAME_NOT_FOR_WINDOWS] * 3 + [
        K.NAME_BACKSLASH,
        K.NAME_NOT_FOR_WINDOWS,
    ]
    assert found[-1].member is None
    assert "7 more" in found[-1].message


def test_names_read_as_zipfile_reads_them() -> None:
    data = build((Entry("ü".encode()), Entry("é".encode(), flags=0x800), Entry(b"plain")))
    with Archive.open(io.BytesIO(data)) as archive:
        names = [m.name for m in archive.members]
    assert names == zipfile.ZipFile(io.BytesIO(data)).namelist()
