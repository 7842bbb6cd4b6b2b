"""What a repair wrote is read again from the file, whatever is known of it."""

import hashlib
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.elf_samples import sample
from tests.macho_images import built
from tests.native import library
from wheelcheck.archive.reader import Archive
from wheelcheck.archive.writer import ArchiveWriter
from wheelcheck.reading.analysis import NativeName, Question, analyse
from wheelcheck.repairing.written import Written, WrittenArchive

TIME = (2026, 1, 1, 0, 0, 0)
DATA = b"some text " * 500


@pytest.fixture(params=["with libdeflate", "without it"], autouse=True)
def _libdeflate(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "without it":
        monkeypatch.setitem(sys.modules, "deflate", None)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with (tmp_path / "a.zip").open("wb") as file:
        writer = ArchiveWriter(file)
        writer.write("a", DATA, date_time=TIME)
        writer.close()
    return tmp_path / "a.zip"


@pytest.fixture
def opened(path: Path) -> Iterator[WrittenArchive]:
    with WrittenArchive.open(path) as archive:
        yield archive


def told(data: bytes, sha256: bytes = b"known") -> dict[str, Written]:
    return {"a": Written(zlib.crc32(data), len(data), sha256)}


def test_what_is_as_it_was_written_has_the_digest_that_is_known(opened: WrittenArchive) -> None:
    pytest.importorskip("deflate")
    opened.written = told(DATA)
    content = opened.read(opened.members[0])
    assert (content.data, content.size, content.problem) == (DATA, len(DATA), None)
    assert content.digests == {"sha256": b"known"}
    assert opened.read(opened.members[0], want=lambda head: head != DATA[:4096]).data is None


@pytest.mark.parametrize("other", [DATA[:-1], DATA[:-1] + b"!"])
def test_what_is_not_as_it_was_written_is_hashed(opened: WrittenArchive, other: bytes) -> None:
    opened.written = told(other)
    content = opened.read(opened.members[0])
    assert content.digests == {"sha256": hashlib.sha256(DATA).digest()}


def test_another_hash_is_computed(opened: WrittenArchive) -> None:
    opened.written = told(DATA)
    content = opened.read(opened.members[0], algorithms={"sha512"})
    assert content.digests == {"sha512": hashlib.sha512(DATA).digest()}


def test_a_stream_damaged_on_the_way_is_told(path: Path) -> None:
    whole = bytearray(path.read_bytes())
    with Archive.open(path) as archive:
        start = archive.members[0].data_offset
    for at in range(start, start + 12):
        damaged = bytearray(whole)
        damaged[at] ^= 0x55
        path.write_bytes(damaged)
        with WrittenArchive.open(path) as archive:
            archive.written = told(DATA)
            assert archive.read(archive.members[0]).problem is not None


@pytest.mark.parametrize(
    "image", [library("a"), sample("x86_64-gnu/libmid.so.2"), built("libleaf.1.dylib")]
)
def test_facts_are_the_same_of_bytes_that_could_change(image: bytes) -> None:
    question = Question(native=NativeName.ANY)
    answer = analyse(image, question)
    assert answer.native is not None
    assert answer == analyse(bytearray(image), question)
    assert repr(answer) == repr(analyse(bytearray(image), question))
