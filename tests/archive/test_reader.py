import hashlib
import io
import mmap
import os
import re
import struct
import threading
import tracemalloc
import zipfile
import zlib
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.archive.zips import SENTINEL, End, Entry, build, deflate, zip64
from wheelcheck.archive.limits import Limits
from wheelcheck.archive.reader import Archive, Content
from wheelcheck.archive.source import open_source
from wheelcheck.errors import UnreadableError

TEXT = b"The quick brown fox\n" * 300
TINY = Limits(spill=100)


def read(entry: Entry, limits: Limits | None = None) -> Content:
    with Archive.open(io.BytesIO(build((entry,))), limits=limits) as archive:
        return archive.read(archive.members[0])


@pytest.mark.parametrize("limits", [Limits(), TINY], ids=["in memory", "spilled"])
@pytest.mark.parametrize("method", [0, 8])
class TestContent:
    def test_is_whole(self, method: int, limits: Limits) -> None:
        content = read(Entry(content=TEXT, method=method), limits)
        assert content.problem is None
        assert content.not_kept is None
        assert content.data is not None
        assert bytes(content.data) == TEXT
        assert content.size == len(TEXT)
        assert content.digests == {"sha256": hashlib.sha256(TEXT).digest()}
        assert isinstance(content.data, mmap.mmap) is (limits is TINY)

    def test_outlives_the_archive(self, method: int, limits: Limits) -> None:
        data = build((Entry(content=TEXT, method=method),))
        with Archive.open(io.BytesIO(data), limits=limits) as archive:
            content = archive.read(archive.members[0])
        assert content.data is not None
        assert content.data[:4] == TEXT[:4]

    def test_wrong_crc(self, method: int, limits: Limits) -> None:
        content = read(Entry(content=TEXT, method=method, crc=1), limits)
        assert content.problem == "its CRC is wrong"
        assert content.digests["sha256"] == hashlib.sha256(TEXT).digest()

    @pytest.mark.parametrize("lie", [-1, 1])
    def test_other_size_than_claimed(self, method: int, limits: Limits, lie: int) -> None:
        content = read(Entry(content=TEXT, method=method, size=len(TEXT) + lie), limits)
        assert content.problem is not None
        assert "claims" in content.problem
        assert content.size <= len(TEXT) + max(lie, 0)

    def test_only_what_is_wanted_is_kept(self, method: int, limits: Limits) -> None:
        heads = []

        def want(head: bytes) -> bool:
            heads.append(head)
            return False

        data = build((Entry(content=TEXT, method=method),))
        with Archive.open(io.BytesIO(data), limits=limits) as archive:
            content = archive.read(
                archive.members[0], algorithms={"md5", "sha512", "nonsense"}, want=want
            )
        assert content.data is None
        assert content.not_kept is None
        assert content.size == len(TEXT)
        assert heads == [TEXT[:4096]]
        assert content.digests == {
            "md5": hashlib.md5(TEXT).digest(),  # noqa: S324
            "sha512": hashlib.sha512(TEXT).digest(),
        }

    def test_short_content_is_offered_whole(self, method: int, limits: Limits) -> None:
        heads: list[bytes] = []
        data = build((Entry(content=b"x" * 150, method=method),))
        with Archive.open(io.BytesIO(data), limits=limits) as archive:
            content = archive.read(archive.members[0], want=lambda h: not heads.append(h))  # type: ignore[func-returns-value]
        assert heads == [b"x" * 150]
        assert content.data is not None
        assert content.data[:] == b"x" * 150


@pytest.mark.parametrize("limits", [Limits(), Limits(spill=0)], ids=["in memory", "spilled"])
class TestStreams:
    def test_damaged(self, limits: Limits) -> None:
        content = read(Entry(content=TEXT, method=8, packed=b"\xff" * 60), limits)
        assert content.problem is not None
        assert "damaged" in content.problem

    def test_cut_off(self, limits: Limits) -> None:
        content = read(Entry(content=TEXT, method=8, packed=deflate(TEXT)[:-8]), limits)
        assert content.problem == "its deflate stream is cut off"

    def test_bytes_behind_it(self, limits: Limits) -> None:
        content = read(Entry(content=TEXT, method=8, packed=deflate(TEXT) + b"tail"), limits)
        assert content.problem == "4 bytes follow its deflate stream"

    def test_many_bytes_behind_it(self, limits: Limits) -> None:
        packed = deflate(TEXT) + bytes(3_000_000)
        content = read(Entry(content=TEXT, method=8, packed=packed), limits)
        assert content.problem == "3000000 bytes follow its deflate stream"

    def test_bomb_stops_one_byte_past_its_claim(self, limits: Limits) -> None:
        bomb = deflate(bytes(50_000_000))
        content = read(Entry(content=b"x" * 1000, method=8, packed=bomb), limits)
        assert content.size == 1001
        assert content.problem is not None

    def test_longer_than_a_chunk(self, limits: Limits) -> None:
        large = os.urandom(2_500_000) + bytes(2_500_000)
        content = read(Entry(content=large, method=8), limits)
        assert content.problem is None
        assert content.data is not None
        assert content.data[:] == large

    def test_empty(self, limits: Limits) -> None:
        for method in (0, 8):
            content = read(Entry(content=b"", method=method), limits)
            assert (content.data, content.problem) == (b"", None)


@pytest.mark.parametrize(
    ("entry", "word"),
    [
        (Entry(flags=1), "encrypted"),
        (Entry(method=12), "method 12"),
        (Entry(method=8, flags=0x20), "method 8"),
        (Entry(local_signature=b"none"), "local header"),
    ],
)
def test_what_cannot_be_inflated(entry: Entry, word: str) -> None:
    content = read(entry)
    assert content.problem is not None
    assert word in content.problem
    assert (content.data, content.size, content.digests) == (None, 0, {})


@pytest.mark.parametrize("spill", [0, 64 << 20], ids=["spilled", "in memory"])
@pytest.mark.parametrize("method", [0, 8])
def test_memory_is_about_the_size_of_the_member(tmp_path: Path, method: int, spill: int) -> None:
    large = (os.urandom(1000) + bytes(1000)) * 8000
    path = tmp_path / "a.zip"
    path.write_bytes(build((Entry(content=large, method=method),)))
    with Archive.open(path, limits=Limits(spill=spill)) as archive:
        tracemalloc.start()
        try:
            content = archive.read(archive.members[0])
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert content.data is not None
    assert content.data[:] == large
    assert peak < (1.5 * len(large) if spill else 4 << 20)


def test_no_place_for_a_large_member(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.TemporaryFile", full)
    content = read(Entry(content=TEXT), TINY)
    assert content.problem is None
    assert content.data is None
    assert content.not_kept is not None
    assert "No space left" in content.not_kept
    assert content.digests["sha256"] == hashlib.sha256(TEXT).digest()


def test_full_disk_under_a_large_member(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(io.BytesIO):
        def write(self, _: object) -> int:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.TemporaryFile", Full)
    content = read(Entry(content=TEXT * 1000), TINY)
    assert (content.data, content.problem) == (None, None)
    assert content.not_kept is not None
    assert "No space left" in content.not_kept


class TestUnreadable:
    @pytest.mark.parametrize(
        ("data", "text"),
        [
            (b"", "is empty"),
            (b"no zip at all", "not a zip archive"),
            (b"x" * 200_000, "not a zip archive"),
            (build()[:-30], "truncated"),
            (build()[:-1], "truncated"),
            (build() + b"PK\5\6", "truncated"),
            (build(end=End(zip64=True, locator=False)), "damaged at entry 1"),
            (build()[40:], "damaged or truncated"),
            (build((), End(size=46, offset=0)), "damaged or truncated"),
            (build(end=End(size=30)), "damaged at entry 1"),
            (build((Entry(size=SENTINEL),)), "damaged at entry 1"),
            (build((Entry(), Entry(b"b", offset=SENTINEL, extra=zip64()))), "damaged at entry 2"),
            (build().replace(b"PK\1\2", b"PK\1\3"), "damaged at entry 1"),
            (build((Entry(compressed_size=5000),)), "more compressed bytes than"),
        ],
    )
    def test_one_line_with_the_name(self, data: bytes, text: str) -> None:
        with pytest.raises(UnreadableError, match=re.escape(text)) as caught:
            Archive.open(io.BytesIO(data), name="dist/x.whl")
        assert str(caught.value).startswith("dist/x.whl")
        assert "\n" not in str(caught.value)

    @pytest.mark.parametrize(
        ("limits", "text"),
        [
            (Limits(members=2), "more than 2 members"),
            (Limits(member_size=5), "claims 8 bytes; 5 are allowed"),
            (Limits(total_size=20), "claims 24 bytes inflated"),
            (Limits(directory_size=100), "central directory has"),
        ],
    )
    def test_beyond_a_limit(self, limits: Limits, text: str) -> None:
        data = build([Entry(name) for name in (b"a", b"b", b"c")])
        with pytest.raises(UnreadableError, match=text):
            Archive.open(io.BytesIO(data), limits=limits)

    def test_ratio_counts_only_above_its_exemption(self) -> None:
        data = build((Entry(content=bytes(100_000), method=8),))
        Archive.open(io.BytesIO(data)).close()
        with pytest.raises(UnreadableError, match="over 50 times"):
            Archive.open(io.BytesIO(data), limits=Limits(ratio_exempt=1000))

    def test_exabytes_claimed(self) -> None:
        huge = 1 << 60
        entry = Entry(size=SENTINEL, extra=zip64(huge), method=8)
        with pytest.raises(UnreadableError, match="are allowed"):
            Archive.open(io.BytesIO(build((entry,))))

    def test_many_entries_over_one_body(self) -> None:
        """The overlapping kind of bomb: each entry claims the same compressed bytes."""
        body = Entry(b"0", bytes(1_000_000), method=8)
        rest = [
            Entry(
                str(i).encode(),
                b"",
                8,
                size=1_000_000,
                compressed_size=900,
                offset=0,
                in_file=False,
            )
            for i in range(1, 5000)
        ]
        with pytest.raises(UnreadableError, match="bombs"):
            Archive.open(io.BytesIO(build([body, *rest])))

    def test_overlap_that_multiplies_work(self) -> None:
        """Entries that claim to hold nothing, but lead to the same large data or header."""
        large = Entry(b"0", os.urandom(10_000))
        rest = [
            Entry(b"%d" % i, b"", size=0, compressed_size=10_000, offset=0, in_file=False)
            for i in range(1, 100)
        ]
        with pytest.raises(UnreadableError, match="overlap"):
            Archive.open(io.BytesIO(build([large, *rest])))
        header = Entry(b"0", b"", local_extra=b"ab\0\0" * 16_000)
        rest = [Entry(b"%d" % i, b"", offset=0, in_file=False) for i in range(1, 100)]
        with pytest.raises(UnreadableError, match="overlap"):
            Archive.open(io.BytesIO(build([header, *rest])))

    def test_no_regular_file(self, tmp_path: Path) -> None:
        with pytest.raises(UnreadableError, match="is a folder"):
            Archive.open(tmp_path)
        with pytest.raises(UnreadableError, match=r"absent\.whl: cannot be opened"):
            Archive.open(tmp_path / "absent.whl")
        with pytest.raises(UnreadableError, match="cannot be opened"):
            Archive.open(tmp_path / "nul\0.whl")

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs FIFOs")
    def test_fifo_does_not_block(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "x.whl")
        with pytest.raises(UnreadableError, match="no regular file"):
            Archive.open(tmp_path / "x.whl")
        with pytest.raises(UnreadableError, match="no regular file"):
            Archive.open(Path(os.devnull))

    @pytest.mark.skipif(
        not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything"
    )
    def test_no_permission(self, tmp_path: Path) -> None:
        path = tmp_path / "x.whl"
        path.touch(mode=0)
        with pytest.raises(UnreadableError, match="cannot be opened"):
            Archive.open(path)


class TestSources:
    DATA = build((Entry(b"a", TEXT, method=8), Entry(b"b", b"b")))

    def check(self, archive: Archive) -> None:
        with archive:
            a, b = archive.members
            assert archive.read(b).data == b"b"
            assert archive.read(a).data == TEXT

    def test_path(self, tmp_path: Path) -> None:
        path = tmp_path / "x.whl"
        path.write_bytes(self.DATA)
        archive = Archive.open(path)
        assert (archive.name, archive.size) == (str(path), len(self.DATA))
        self.check(archive)

    def test_open_file_with_bytes_not_yet_flushed(self, tmp_path: Path) -> None:
        with (tmp_path / "x.whl").open("w+b") as file:
            file.write(self.DATA)
            self.check(Archive.open(file))
            assert not file.closed

    def test_file_that_its_owner_closes_early(self, tmp_path: Path) -> None:
        path = tmp_path / "x.whl"
        path.write_bytes(self.DATA)
        with path.open("rb") as file:
            archive = Archive.open(file)
        if hasattr(os, "pread"):
            self.check(archive)

    def test_bytes_in_memory(self) -> None:
        self.check(Archive.open(io.BytesIO(self.DATA)))

    def test_closed(self) -> None:
        archive = Archive.open(io.BytesIO(self.DATA))
        archive.close()
        with pytest.raises(ValueError, match="closed"):
            archive.read(archive.members[0])

    @given(st.lists(st.tuples(st.integers(0, 200_000), st.integers(0, 70_000)), max_size=30))
    def test_reads_in_any_order(self, reads: list[tuple[int, int]]) -> None:
        data = bytes(range(251)) * 720
        source = open_source(io.BytesIO(data), None)
        near = [(offset + size, 10) for offset, size in reads]
        for offset, size in chain.from_iterable(zip(reads, near, strict=True)):
            assert source.read_at(offset, size) == data[offset : offset + size]

    def test_without_pread(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("wheelcheck.archive.source._PREAD", None)
        path = tmp_path / "x.whl"
        path.write_bytes(self.DATA)
        self.check(Archive.open(path))
        with path.open("rb") as file:
            self.check(Archive.open(file))

    @pytest.mark.parametrize("limits", [Limits(), Limits(spill=0)])
    def test_file_that_shrinks(self, tmp_path: Path, limits: Limits) -> None:
        path = tmp_path / "x.whl"
        path.write_bytes(self.DATA)
        with Archive.open(path, limits=limits) as archive:
            os.truncate(path, 40)
            with pytest.raises(UnreadableError, match="ends inside"):
                archive.read(archive.members[1])
            with pytest.raises(UnreadableError, match="ends inside"):
                list(archive.raw(archive.members[1]))

    def test_file_that_cannot_be_read(self, tmp_path: Path) -> None:
        with (tmp_path / "x.whl").open("wb") as file:
            file.write(self.DATA)
            file.flush()
            with pytest.raises(UnreadableError, match=r"x\.whl: "):
                Archive.open(file)

    def test_file_that_cannot_be_searched(self) -> None:
        class Broken(io.BytesIO):
            def seek(self, *_: int) -> int:
                raise OSError(5, "Input/output error")

        with pytest.raises(UnreadableError, match="the archive: Input/output error"):
            Archive.open(Broken(self.DATA))

    def test_raw_bytes_of_a_member_without_local_header(self) -> None:
        data = build((Entry(local_signature=b"none"),))
        with Archive.open(io.BytesIO(data)) as archive:
            assert archive.members[0].data_offset == -1
            with pytest.raises(UnreadableError, match="no local header"):
                archive.raw(archive.members[0])

    def test_threads_do_not_disturb_each_other(self, tmp_path: Path) -> None:
        path = tmp_path / "x.whl"
        bodies = [bytes([i]) * 20_000 for i in range(40)]
        path.write_bytes(build([Entry(str(i).encode(), b) for i, b in enumerate(bodies)]))
        wrong = []
        with Archive.open(path) as archive:

            def work() -> None:
                for member, body in zip(archive.members, bodies, strict=True):
                    if archive.read(member).data != body:
                        wrong.append(member.name)

            threads = [threading.Thread(target=work) for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        assert wrong == []


def test_a_hundred_thousand_members() -> None:
    entry = Entry(b"", b"")
    local = entry.local()[30:]
    assert local == b""
    head, central = entry.local()[:26], entry.central(0)
    body, directory = bytearray(), bytearray()
    for i in range(100_000):
        name = b"pkg/%06d" % i
        record = bytearray(central + name)
        struct.pack_into("<H", record, 28, len(name))
        struct.pack_into("<L", record, 42, len(body))
        directory += record
        body += head + struct.pack("<2H", len(name), 0) + name
    end = End(zip64=True, count=0xFFFF).build(100_000, len(directory), len(body))
    with Archive.open(io.BytesIO(bytes(body + directory) + end)) as archive:
        assert len(archive.members) == 100_000
        assert archive.defects == ()
        assert archive.read(archive.members[-1]).data == b""


WHEEL = build(
    (
        Entry(b"pkg/", b"", external_attr=0o040755 << 16),
        Entry(b"pkg/__init__.py", TEXT, method=8),
        Entry(b"pkg/data.bin", bytes(range(256)), method=8),
        Entry(b"pkg-1.dist-info/WHEEL", b"Wheel-Version: 1.0\n"),
    ),
    End(zip64=True, count=0xFFFF),
)


def read_all(data: bytes) -> None:
    """Do all that can be done with an archive; only UnreadableError may come of it."""
    limits = Limits(total_size=1 << 20, spill=1000)
    try:
        with Archive.open(io.BytesIO(data), limits=limits) as archive:
            for member in archive.members:
                content = archive.read(member)
                assert content.size <= member.size + 1
                assert member.date_time[0] >= 1980
                if member.data_offset >= 0:
                    sum(map(len, archive.raw(member)))
    except UnreadableError as error:
        assert "\n" not in str(error)  # noqa: PT017 - it may be raised or not


@given(st.binary(max_size=300))
@example(b"PK\5\6" + bytes(18))
def test_any_bytes(data: bytes) -> None:
    read_all(data)
    read_all(data + WHEEL[-98:])


@settings(max_examples=300)
@given(
    st.lists(
        st.tuples(st.integers(0, len(WHEEL) - 1), st.integers(0, 255)), min_size=1, max_size=6
    ),
    st.integers(0, 40),
)
def test_mutations(changes: list[tuple[int, int]], cut: int) -> None:
    data = bytearray(WHEEL)
    for at, value in changes:
        data[at] = value
    read_all(bytes(data))
    del data[changes[0][0] : changes[0][0] + cut]
    read_all(bytes(data))


@settings(max_examples=200)
@given(st.integers(0, len(WHEEL) - 4), st.sampled_from([0, 1, 0x7FFF, 0xFFFF, SENTINEL]))
def test_extreme_numbers(at: int, value: int) -> None:
    data = bytearray(WHEEL)
    struct.pack_into("<L", data, at, value)
    read_all(bytes(data))


members = st.dictionaries(
    st.text(st.characters(codec="utf-8", exclude_characters="\0\\/"), min_size=1, max_size=20),
    st.tuples(st.binary(max_size=300), st.booleans()),
    max_size=8,
)


@given(members)
def test_agrees_with_zipfile(files: dict[str, tuple[bytes, bool]]) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as out:
        for name, (data, packed) in files.items():
            out.writestr(
                zipfile.ZipInfo(name),
                data,
                zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED,
            )
    with zipfile.ZipFile(buffer) as theirs, Archive.open(buffer) as ours:
        for info, member in zip(theirs.infolist(), ours.members, strict=True):
            assert member.name == info.filename
            assert member.is_dir == info.is_dir()
            assert (member.crc, member.size, member.method) == (
                info.CRC,
                info.file_size,
                info.compress_type,
            )
            assert member.date_time == info.date_time
            assert member.external_attr == info.external_attr
            assert ours.read(member).data == theirs.read(info)
            assert zlib.crc32(theirs.read(info)) == member.crc


def test_a_name_longer_than_any_path() -> None:
    with pytest.raises(UnreadableError, match="entry 2 has a name of 4097 bytes"):
        Archive.open(io.BytesIO(build((Entry(), Entry(b"n" * 4097)))), name="x.whl")
    Archive.open(io.BytesIO(build((Entry(b"n" * 4096),)))).close()
