import io
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wheel.wheelfile import WheelFile  # type: ignore[import-untyped]

from tests.archive.zips import End, Entry, build
from tests.wheels import WheelBuilder
from wheelcheck.archive.reader import Archive
from wheelcheck.archive.record import parse_record, verify
from wheelcheck.archive.structure import DateTime
from wheelcheck.archive.writer import ArchiveWriter, source_date_epoch
from wheelcheck.errors import UnreadableError, UsageError

TIME: DateTime = (2024, 5, 6, 7, 8, 10)
TEXT = b"The quick brown fox\n" * 300


def copied(data: bytes, *, date_time: DateTime | None = None) -> bytes:
    out = io.BytesIO()
    with Archive.open(io.BytesIO(data)) as archive:
        writer = ArchiveWriter(out)
        for member in archive.members:
            writer.copy(archive, member, date_time=date_time)
        writer.close()
    return out.getvalue()


def written(files: dict[str, bytes], kind: type[ArchiveWriter] = ArchiveWriter) -> bytes:
    out = io.BytesIO()
    writer = kind(out)
    for name, data in files.items():
        writer.write(name, data, date_time=TIME)
    writer.close()
    return out.getvalue()


MIXED = build(
    (
        Entry(b"pkg/", b"", external_attr=0o040755 << 16 | 0x10),
        Entry(b"pkg/run", TEXT, method=8, external_attr=0o100755 << 16),
        Entry("pkg/größe".encode(), b"", flags=0x800),
    ),
)


def test_copy_of_a_plain_archive_is_the_archive() -> None:
    names = WheelBuilder(files={"demo/__init__.py": TEXT, "demo/data": b""}).members()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in names.items():
            archive.writestr(zipfile.ZipInfo(name, TIME), data, zipfile.ZIP_DEFLATED)
    again = copied(out.getvalue())
    assert copied(again) == again
    with Archive.open(io.BytesIO(out.getvalue())) as a, Archive.open(io.BytesIO(again)) as b:
        assert [b"".join(a.raw(m)) for m in a.members] == [b"".join(b.raw(m)) for m in b.members]


def test_copy_keeps_mode_time_flag_and_folders() -> None:
    with Archive.open(io.BytesIO(copied(MIXED))) as archive:
        folder, run, unicode = archive.members
        assert archive.defects == ()
    assert (folder.name, folder.is_dir, folder.external_attr) == ("pkg/", True, 0o40755 << 16 | 16)
    assert (run.mode, run.date_time) == (0o100755, (2024, 1, 1, 12, 0, 0))
    assert (unicode.name, unicode.flags) == ("pkg/größe", 0x800)


def test_copy_drops_what_pypi_refuses() -> None:
    text = Entry(b"a", TEXT, method=8)
    messy = build(
        (
            Entry(
                b"a",
                TEXT,
                method=8,
                flags=8,
                local_crc=0,
                local_size=0,
                local_compressed_size=0,
                comment=b"comment",
                extra=b"\xfe\xca\0\0",
                before=b"gap",
                after=text.central(0)[16:28],
            ),
        ),
        End(comment=b"comment", prefix=b"prefix"),
    )
    with Archive.open(io.BytesIO(copied(messy))) as archive:
        assert archive.defects == ()
        assert archive.read(archive.members[0]).data == TEXT
        assert archive.members[0].extra == b""


def test_copy_under_another_name_and_time() -> None:
    out = io.BytesIO()
    with Archive.open(io.BytesIO(MIXED)) as archive:
        writer = ArchiveWriter(out)
        writer.copy(archive, archive.members[1], "ü", date_time=TIME)
        writer.close()
    with Archive.open(out) as archive:
        (member,) = archive.members
        assert archive.defects == ()
    assert (member.name, member.date_time, member.mode) == ("ü", TIME, 0o100755)


@pytest.mark.parametrize("entry", [Entry(flags=1), Entry(local_signature=b"none")])
def test_copy_refuses_what_cannot_be_read(entry: Entry) -> None:
    with pytest.raises(UnreadableError, match=r"a\.txt"):
        copied(build((entry,)))


def test_write() -> None:
    out = io.BytesIO()
    writer = ArchiveWriter(out)
    writer.write("a/", b"", date_time=TIME, mode=0o755)
    writer.write("a/text", TEXT, date_time=(2024, 5, 6, 7, 8, 11), level=9)
    writer.write("a/noise", os.urandom(1000), date_time=TIME, mode=0o100755)
    writer.close()
    with Archive.open(out) as archive:
        folder, text, noise = archive.members
        assert archive.read(text).data == TEXT
        assert archive.defects == ()
    assert folder.external_attr == 0o040755 << 16 | 0x10
    assert (text.method, text.mode, text.date_time) == (8, 0o100644, TIME)
    assert text.compressed_size < len(TEXT)
    assert (noise.method, noise.mode, noise.size) == (0, 0o100755, noise.compressed_size)


def test_refuses_a_name_twice_and_to_go_on_after_the_end() -> None:
    writer = ArchiveWriter(io.BytesIO())
    writer.write("a", b"", date_time=TIME)
    with pytest.raises(ValueError, match="'a' was written before"):
        writer.write("a", b"", date_time=TIME)
    writer.close()
    with pytest.raises(ValueError, match="complete"):
        writer.write("b", b"", date_time=TIME)
    with pytest.raises(ValueError, match="complete"):
        writer.close()


@pytest.mark.parametrize("bad", [(1979, 1, 1, 0, 0, 0), (2108, 1, 1, 0, 0, 0)])
def test_refuses_a_time_that_does_not_fit(bad: DateTime) -> None:
    with pytest.raises(ValueError, match="cannot hold the time"):
        ArchiveWriter(io.BytesIO()).write("a", b"", date_time=bad)


def test_starts_where_the_file_stands() -> None:
    out = io.BytesIO(b"head")
    out.seek(4)
    writer = ArchiveWriter(out)
    writer.write("a", b"x", date_time=TIME)
    writer.close()
    assert out.getvalue() == b"head" + written({"a": b"x"})


def test_needs_no_seeking() -> None:
    reader, writer = os.pipe()
    with os.fdopen(writer, "wb") as file:
        archive = ArchiveWriter(file)
        archive.write("a", TEXT, date_time=TIME)
        archive.close()
    with os.fdopen(reader, "rb") as file:
        assert file.read() == written({"a": TEXT})


class SmallNumbers(ArchiveWriter):
    """Takes numbers for large that are not."""

    LARGEST = 500
    MOST = 3


def test_zip64_where_needed() -> None:
    files = {"small": b"x", "large": TEXT, "noise": os.urandom(600), "far": b"x", "fifth": b""}
    data = written(files, SmallNumbers)
    assert data.count(b"PK\6\6") == 1
    with zipfile.ZipFile(io.BytesIO(data)) as theirs:
        assert theirs.testzip() is None
        assert {n: theirs.read(n) for n in theirs.namelist()} == files
        assert [i.extract_version for i in theirs.infolist()] == [10, 45, 45, 45, 45]
    with Archive.open(io.BytesIO(data)) as ours:
        assert ours.defects == ()
        assert {m.name: ours.read(m).data for m in ours.members} == files
    assert copied(data) == written(files)


@pytest.mark.parametrize("count", [65_534, 65_535])
def test_zip64_for_many_members(count: int) -> None:
    data = written({str(i): b"" for i in range(count)})
    assert (b"PK\6\6" in data) is (count > 65_534)
    assert len(zipfile.ZipFile(io.BytesIO(data)).namelist()) == count
    with Archive.open(io.BytesIO(data)) as archive:
        assert archive.defects == ()
        assert len(archive.members) == count


@pytest.mark.skipif(shutil.which("unzip") is None, reason="needs unzip")
@pytest.mark.parametrize("kind", [ArchiveWriter, SmallNumbers])
def test_unzip_accepts_it(tmp_path: Path, kind: type[ArchiveWriter]) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(written({"a/": b"", "a/b": TEXT, "größe": b"x", "c": b"", "d": b"d"}, kind))
    done = subprocess.run(["unzip", "-t", path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


files = st.dictionaries(
    st.text(st.characters(codec="utf-8", exclude_characters="\0\\/"), min_size=1, max_size=20),
    st.binary(max_size=300),
    max_size=8,
)


@given(files)
def test_round_trip(files: dict[str, bytes]) -> None:
    data = written(files)
    assert data == written(files)
    with zipfile.ZipFile(io.BytesIO(data)) as theirs:
        assert theirs.testzip() is None
        assert {n: theirs.read(n) for n in theirs.namelist()} == files
    with Archive.open(io.BytesIO(data)) as ours:
        assert {m.name: ours.read(m).data for m in ours.members} == files
    assert copied(data) == data


def test_agrees_with_wheel_on_a_good_wheel(tmp_path: Path) -> None:
    path = WheelBuilder(files={"demo/__init__.py": TEXT, "demo/x": b"x"}).write(tmp_path)
    path.write_bytes(copied(path.read_bytes()))
    with WheelFile(path) as theirs, Archive.open(path) as ours:
        own = theirs.record_path
        assert own is not None
        contents = {m.name: ours.read(m) for m in ours.members}
        for name, content in contents.items():
            assert theirs.read(name) == content.data
        assert ours.defects == ()
        data = contents[own].data
        assert isinstance(data, bytes)
        record = parse_record(data)
        actual = {name: (c.digests, c.size) for name, c in contents.items()}
        assert record.problems == verify(record, actual, own) == ()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", None),
        ("0", (1980, 1, 1, 0, 0, 0)),
        ("-5", (1980, 1, 1, 0, 0, 0)),
        ("1700000001", (2023, 11, 14, 22, 13, 20)),
        ("9" * 20, (2107, 12, 31, 23, 59, 58)),
    ],
)
def test_source_date_epoch(value: str, expected: DateTime | None) -> None:
    assert source_date_epoch({"SOURCE_DATE_EPOCH": value}) == expected


def test_source_date_epoch_unset() -> None:
    assert source_date_epoch({}) is None


@pytest.mark.parametrize("value", ["now", "1.5", "--1", "-", "9" * 21, "٣"])
def test_source_date_epoch_malformed(value: str) -> None:
    with pytest.raises(UsageError, match="SOURCE_DATE_EPOCH"):
        source_date_epoch({"SOURCE_DATE_EPOCH": value})
