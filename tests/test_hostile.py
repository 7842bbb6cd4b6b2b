"""Hostile wheels, inspected as a user would: within 10 s of work and 1 GiB, without a traceback.

Processor time is bounded, not the clock: a busy machine makes no test fail.
"""

import json
import os
import random
import struct
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.archive.zips import End, Entry, build, deflate, zip64
from tests.native import extension, library
from tests.wheels import WheelBuilder

if sys.platform != "linux":
    pytest.skip("bounds memory as only Linux can", allow_module_level=True)

import resource

ANY = "demo-1.0-py3-none-any.whl"
WINDOWS = "demo-1.0-cp39-abi3-win_amd64.whl"
ISOLATED = ("--isolated",)
MEMORY = 1 << 30
SECONDS = 10
HANGS = 300


def noise(seed: int = 1) -> random.Random:
    return random.Random(seed)  # noqa: S311 (the same each time is what is wanted)


def bound() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def run(path: Path, *options: str) -> tuple[int, str]:
    """Inspect a path under the bounds; return the exit status and stdout."""
    done = subprocess.run(
        [sys.executable, "-m", "wheelcheck", "inspect", *(options or ISOLATED), str(path)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        preexec_fn=bound,
        timeout=HANGS,
    )
    said = done.stderr.decode()
    assert "Traceback" not in said, said
    assert done.returncode in (1, 2), (done.returncode, said)
    text = done.stdout.decode()
    assert not {c for c in text if ord(c) < 32 and c != "\n"}
    return done.returncode, text


def inspected(folder: Path, data: bytes, name: str = ANY) -> tuple[int, str]:
    path = folder / name
    path.write_bytes(data)
    return run(path)


def refused(folder: Path, data: bytes, name: str = ANY) -> str:
    """Return the line that says why a file cannot be read."""
    status, text = inspected(folder, data, name)
    assert status == 2
    head, reason, *rest = text.splitlines()
    assert head == f"{name}: cannot be read"
    assert name in reason
    assert len(reason) < 500
    assert rest == ["", "1 wheel: 1 unreadable, 0 errors, 0 warnings, 0 notes"]
    return reason


def many(entries: Sequence[Entry]) -> bytes:
    """Build an archive of more members than the plain end record can count."""
    return build(entries, End(zip64=True, count=0xFFFF, count_here=0xFFFF))


def around(entries: Sequence[Entry], pad: int = 0, **fields: bytes) -> list[Entry]:
    """Return a wheel's own members and these; ``pad`` bytes keep the ratio low."""
    own = WheelBuilder(tag="py3-none-any", **fields).members()  # type: ignore[arg-type]
    rest = [Entry(b"pad.bin", noise().randbytes(pad))] if pad else []
    return [*entries, *(Entry(n.encode(), d, method=8) for n, d in own.items()), *rest]


GOOD = build(around([Entry(b"pkg/__init__.py", b"A = 1\n")]))


class TestNoArchive:
    @pytest.mark.parametrize("end", [4, len(GOOD) // 2, len(GOOD) - 1])
    def test_truncated(self, tmp_path: Path, end: int) -> None:
        refused(tmp_path, GOOD[:end])

    def test_empty(self, tmp_path: Path) -> None:
        assert "is empty" in refused(tmp_path, b"")

    def test_random_bytes(self, tmp_path: Path) -> None:
        assert "not a zip archive" in refused(tmp_path, noise().randbytes(200_000))

    def test_only_end_records(self, tmp_path: Path) -> None:
        refused(tmp_path, b"PK\5\6" * 100_000)

    def test_a_folder(self, tmp_path: Path) -> None:
        (tmp_path / ANY).mkdir()
        status, text = run(tmp_path / ANY)
        assert status == 2
        assert "is a folder, not a file" in text

    def test_absent(self, tmp_path: Path) -> None:
        assert run(tmp_path / ANY)[0] == 2

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
    def test_unreadable(self, tmp_path: Path) -> None:
        (tmp_path / ANY).touch(mode=0o000)
        assert run(tmp_path / ANY)[0] == 2

    def test_a_fifo(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / ANY)
        assert run(tmp_path / ANY)[0] == 2

    def test_json_is_whole_all_the_same(self, tmp_path: Path) -> None:
        path = tmp_path / ANY
        path.write_bytes(GOOD[:-1])
        status, text = run(path, *ISOLATED, "--format", "json")
        assert status == 2
        assert json.loads(text)["wheels"][0]["status"] == "unreadable"


class TestBombs:
    ZEROS = deflate(bytes(200_000_000))

    def test_one_that_says_what_it_is(self, tmp_path: Path) -> None:
        bomb = Entry(b"a.bin", method=8, packed=self.ZEROS, size=200_000_000)
        assert "bomb" in refused(tmp_path, build([bomb]))

    def test_one_that_claims_four_gigabytes(self, tmp_path: Path) -> None:
        bomb = Entry(b"a.bin", method=8, packed=self.ZEROS, size=0xFFFF_FFFE)
        assert "bomb" in refused(tmp_path, build([bomb]))

    def test_one_that_claims_more_than_there_is_in_the_world(self, tmp_path: Path) -> None:
        size = (1 << 63) - 1
        bomb = Entry(b"a.bin", size=0xFFFF_FFFF, extra=zip64(size), packed=b"x")
        assert "claims" in refused(tmp_path, build([bomb]))

    @pytest.mark.parametrize("name", [b"a.py", b"a.pyd", b"demo-1.0.dist-info/METADATA"])
    def test_one_that_lies(self, tmp_path: Path, name: bytes) -> None:
        bomb = Entry(name, method=8, packed=self.ZEROS, size=5)
        status, text = inspected(tmp_path, build([bomb]))
        assert status == 1
        assert "inflates to more than the 5 bytes" in text

    def test_large_within_the_ratio(self, tmp_path: Path) -> None:
        """The worst that passes: kept in a file, never in memory."""
        bomb = Entry(b"a.pyd", method=8, packed=self.ZEROS, size=200_000_000)
        assert inspected(tmp_path, build(around([bomb], pad=5_000_000)))[0] == 1

    def test_members_inside_each_other(self, tmp_path: Path) -> None:
        """All records lead to one and the same compressed member."""
        kernel = Entry(b"0", bytes(10_000_000), method=8)
        rest = [
            Entry(b"%d" % i, b"", method=8, size=10_000_000, compressed_size=9_000, offset=0,
                  crc=0, in_file=False)
            for i in range(1, 200)
        ]  # fmt: skip
        pad = Entry(b"pad", noise().randbytes(100_000))
        status, _ = inspected(tmp_path, build([kernel, *rest, pad]))
        assert status == 2


class TestMany:
    def test_members(self, tmp_path: Path) -> None:
        entries = [Entry(b"pkg/%06d.py" % i, b"") for i in range(99_990)]
        status, text = inspected(tmp_path, many(around(entries)))
        assert status == 1
        assert "WC202 member-without-row" in text
        assert len(text) < 50_000

    def test_damaged_members(self, tmp_path: Path) -> None:
        entries = [Entry(b"%06d" % i, b"x", crc=1) for i in range(30_000)]
        path = tmp_path / ANY
        path.write_bytes(build(around(entries)))
        status, text = run(path, *ISOLATED, "--format", "json")
        assert status == 1
        found = [f for f in json.loads(text)["wheels"][0]["findings"] if f["code"] == "WC112"]
        assert len(found) == 1_001

    @pytest.mark.parametrize(
        ("limit", "said"),
        [
            ("members = 12", "more than 12 members"),
            ("natives = 9", "more than 9 native objects"),
            ("imports = 20", "more than 20 imports"),
            ("symbols = 300", "more than 300 symbols"),
        ],
    )
    def test_limits(self, tmp_path: Path, limit: str, said: str) -> None:
        image = extension("_p", {"lib.dll": [f"f{i}" for i in range(40)]})
        entries = [Entry(b"p/_p%d.pyd" % i, image) for i in range(10)]
        path = tmp_path / WINDOWS
        path.write_bytes(build(around(entries)))
        settings = tmp_path / "limits.toml"
        settings.write_text(f"[limits]\n{limit}\n")
        status, text = run(path, "--config", str(settings))
        assert status == 2
        assert said in text

    def test_a_long_chain_of_libraries(self, tmp_path: Path) -> None:
        entries = [Entry(b"p/_p.pyd", extension("_p", {"l0.dll": ["f"]}))]
        for i in range(1_000):
            data = library("f", imports={f"l{i + 1}.dll": ["f"]})
            entries.append(Entry(b"p/l%d.dll" % i, data))
        status, text = inspected(tmp_path, build(around(entries)), WINDOWS)
        assert status == 1
        assert "l1000.dll" in text

    def test_libraries_that_all_import_each_other_in_many_contexts(self, tmp_path: Path) -> None:
        count = 200
        entries = [
            Entry(
                b"p/libs/l%d.dll" % i,
                library("f", imports={f"l{(i + k) % count}.dll": ["f"] for k in range(1, 30)}),
            )
            for i in range(count)
        ]
        entries += [
            Entry(b"p/d%d/_p.pyd" % i, extension("_p", {f"l{i}.dll": ["f"]})) for i in range(count)
        ]
        source = b"import os\nos.add_dll_directory(os.path.dirname(__file__) + '/libs')\n"
        entries.append(Entry(b"p/__init__.py", source))
        inspected(tmp_path, build(around(entries)), WINDOWS)

    def test_dist_info_folders(self, tmp_path: Path) -> None:
        entries = [Entry(b"d%d-1.dist-info/x" % i, b"") for i in range(20_000)]
        assert inspected(tmp_path, build(entries))[0] == 1


class TestNames:
    HOSTILE = (
        b"../../../etc/passwd",
        b"/etc/passwd",
        b"C:\\Windows\\x.dll",
        b"..\\..\\x",
        b"con",
        b"\x1b]0;owned\x07\x1b[31m",
        b"a\nwheelcheck: all is well",
        b"\xff\xfe",
        b"",
        b"a//b",
        b"a/./b",
    )

    def test_names_that_climb_out(self, tmp_path: Path) -> None:
        before = sorted(tmp_path.parent.rglob("*"))
        status, text = inspected(tmp_path, build([Entry(n, b"x") for n in self.HOSTILE]))
        assert status == 1
        assert "WC116 unsafe-name" in text
        assert sorted(tmp_path.parent.rglob("*")) == sorted([*before, tmp_path / ANY])

    def test_names_of_many_kilobytes(self, tmp_path: Path) -> None:
        entries = [Entry(b"%05d" % i + b"\x01" * 60_000, b"") for i in range(200)]
        assert "has a name of 60005 bytes" in refused(tmp_path, build(entries))

    def test_hostile_names_of_the_greatest_length(self, tmp_path: Path) -> None:
        entries = [Entry(b"%05d/../" % i + b"\x01" * 4_000, b"") for i in range(5_000)]
        path = tmp_path / ANY
        path.write_bytes(build(entries))
        status, text = run(path, *ISOLATED, "--format", "json")
        assert status == 1
        assert json.loads(text)["summary"]["errors"] > 1_000

    def test_extra_fields(self, tmp_path: Path) -> None:
        extra = struct.pack("<2H", 0x7075, 0) * 16_000
        entries = [Entry(b"%d" % i, b"", extra=extra) for i in range(400)]
        entries += [Entry(b"l%d" % i, b"", local_extra=extra) for i in range(400)]
        assert inspected(tmp_path, build(entries))[0] == 1


class TestTexts:
    @pytest.mark.parametrize(
        "record",
        [
            b"a,,\n" * 7_000_000,
            b'"' * 30_000_000,
            b"\n" * 30_000_000,
            "\U00010000".encode() + b"\xff" * 30_000_000,
            b"x" * 63_000_000,
            (b"\x01" * 60_000 + b",,\n") * 500,
        ],
        ids=["rows", "quotes", "lines", "wide", "large", "fields"],
    )
    def test_record(self, tmp_path: Path, record: bytes) -> None:
        entries = around([], pad=1_000_000, record=record)
        assert inspected(tmp_path, build(entries))[0] == 1

    @pytest.mark.parametrize(
        "source",
        [
            b"os.add_dll_directory('" + b"\\a" * 7_500_000 + b"')",
            b"cdll." + b"'a" * 7_500_000,
            b"cdll " * 3_000_000,
        ],
        ids=["escapes", "quotes", "words"],
    )
    def test_sources(self, tmp_path: Path, source: bytes) -> None:
        entries = [Entry(b"p/a.py", source, method=8), Entry(b"p/_p.pyd", extension("_p"))]
        assert inspected(tmp_path, build(around(entries)), WINDOWS)[0] == 1

    @pytest.mark.parametrize("links", [0, 120], ids=["names", "stars"])
    def test_names_that_are_nowhere(self, tmp_path: Path, links: int) -> None:
        wanted = b"from p.s0 import " + b",".join(b"a%d" % i for i in range(4_900)) + b"\n"
        stars = [(b"p/s%d.py" % i, b"from p.s%d import *\n" % (i + 1)) for i in range(links)]
        takers = [(b"p/m%d.py" % i, wanted) for i in range(250 if links else 2_000)]
        own = [(b"p/__init__.py", b""), (b"p/s%d.py" % links, b"")]
        entries = [Entry(name, text, method=8) for name, text in (*own, *stars, *takers)]
        status, text = inspected(tmp_path, build(around(entries)))
        assert status == 1
        assert "the sources of the wheel import too much to look at all" in text
        assert "WC603" not in text


class TestTraces:
    def test_bills_of_materials(self, tmp_path: Path) -> None:
        folder = b"demo-1.0.dist-info/sboms/"
        text = b"[" + b"[]," * 2_700_000 + b"[]]"
        entries = [Entry(folder + b"%d.json" % i, text, method=8) for i in range(3)]
        deep = b"<a>" * 2_000_000
        entries.append(Entry(folder + b"d.xml", deep, method=8))
        assert inspected(tmp_path, build(around(entries, pad=1_000_000)))[0] == 1

    @pytest.mark.parametrize(
        "text",
        [
            b"ghp_",
            b"xoxb-1",
            b"AKIAAAAAAAAAAAAAAAAA ",
            b"pypi-AgEIcHlwaS5vcmc",
            b"-----BEGIN PRIVATE KEY-----\n",
            b"/home/a/b\0\\Users\\a\\b\0",
        ],
        ids=["github", "slack", "aws", "pypi", "keys", "paths"],
    )
    def test_beginnings_of_secrets(self, tmp_path: Path, text: bytes) -> None:
        source = text * (4_000_000 // len(text))
        entries = [Entry(b"p/a%d.txt" % i, source[:1_000_000], method=8) for i in range(8)]
        entries.append(Entry(b"p/a.py", source, method=8))
        entries.append(Entry(b"p/_p.pyd", extension("_p") + source))
        assert inspected(tmp_path, build(around(entries, pad=500_000)), WINDOWS)[0] == 1


class TestPe:
    IMAGE = extension("_p", {"libgmp-10.dll": [f"f{i}" for i in range(40)]})

    def entries(self, images: Sequence[bytes]) -> bytes:
        return build(around([Entry(b"p/_p%d.pyd" % i, d) for i, d in enumerate(images)]))

    def test_truncated_at_many_offsets(self, tmp_path: Path) -> None:
        cuts = range(0, len(self.IMAGE), 7)
        status, text = inspected(tmp_path, self.entries([self.IMAGE[:i] for i in cuts]), WINDOWS)
        assert status == 1
        assert "WC801 damaged-binary" in text

    @pytest.mark.parametrize("value", [0, 0x7FFF_FFFF, 0xFFFF_FFFF])
    def test_absurd_tables(self, tmp_path: Path, value: int) -> None:
        """Every second 32-bit word of the headers and tables, one in each image."""
        images = []
        for at in range(0, 2_000, 2):
            image = bytearray(self.IMAGE)
            image[at : at + 4] = struct.pack("<L", value)
            images.append(bytes(image))
        assert inspected(tmp_path, self.entries(images), WINDOWS)[0] == 1

    def test_random_damage(self, tmp_path: Path) -> None:
        dice = noise()
        images = []
        for _ in range(500):
            image = bytearray(self.IMAGE)
            for _ in range(dice.randrange(1, 30)):
                image[dice.randrange(len(image))] = dice.randrange(256)
            images.append(bytes(image))
        assert inspected(tmp_path, self.entries(images), WINDOWS)[0] == 1
