"""Source trees are read from folders and archives, whatever is in them."""

import gzip
import io
import os
import tarfile
from pathlib import Path

import pytest

from tests.source_tree.archives import folder, header, raw_tar, tar_gz, zip_sdist
from wheelcheck import UnreadableError, UsageError
from wheelcheck.source_tree import sdist
from wheelcheck.source_tree.reading import read_source

FILES = {
    "pyproject.toml": "[project]\nname = 'demo'\n",
    "src/demo/__init__.py": "a = 1\n",
    "src/demo/data/x.json": "{}",
    "Cargo.toml": "[package]\n",
}


def test_folder_and_archives_give_the_same(tmp_path: Path) -> None:
    trees = [
        read_source(folder(tmp_path / "a", FILES)),
        read_source(tar_gz(tmp_path / "a.tar.gz", FILES)),
        read_source(tar_gz(tmp_path / "b.tgz", FILES, form=tarfile.GNU_FORMAT)),
        read_source(zip_sdist(tmp_path / "a.zip", FILES)),
    ]
    for tree in trees:
        assert tree.files == set(FILES)
        assert tree.texts == {n: t for n, t in FILES.items() if not n.endswith("json")}


@pytest.mark.parametrize("form", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT])
def test_long_and_foreign_names(tmp_path: Path, form: int) -> None:
    long = "/".join(["d" * 40] * 4) + "/módulo.py"
    files = {"pyproject.toml": "", long: "b = 1\n", "Cargo.toml": "x = 1\n"}
    tree = read_source(tar_gz(tmp_path / "a.tar.gz", files, form=form))
    assert tree.files == set(files)
    assert tree.texts["Cargo.toml"] == "x = 1\n"


def test_what_tools_leave_is_passed_over(tmp_path: Path) -> None:
    left = {
        ".git/config": "",
        "build/lib/demo/__init__.py": "",
        ".venv/a.py": "",
        "target/x.py": "",
    }
    cached = {"src/demo/__pycache__/a.py": "", "demo.egg-info/PKG-INFO": ""}
    tree = read_source(folder(tmp_path, {**FILES, **left, **cached}))
    assert tree.files == set(FILES)


def test_a_package_may_be_called_build(tmp_path: Path) -> None:
    files = {**FILES, "build/__init__.py": "", "src/demo/build/a.py": ""}
    assert read_source(folder(tmp_path, files)).files == set(files)


def test_links_are_not_followed(tmp_path: Path) -> None:
    outside = folder(tmp_path / "outside", {"secret/pyproject.toml": "", "a/__init__.py": "s"})
    root = folder(tmp_path / "root", FILES)
    (root / "linked").symlink_to(outside / "secret")
    (root / "src" / "demo" / "b").mkdir()
    (root / "src" / "demo" / "b" / "__init__.py").symlink_to(outside / "a" / "__init__.py")
    (root / "round").symlink_to(root)
    tree = read_source(root)
    assert tree.links == ("linked", "round")
    assert "src/demo/b/__init__.py" in tree.files
    assert "src/demo/b/__init__.py" not in tree.texts


def test_members_that_climb_out_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "a.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name in (
            "demo-1.0/pyproject.toml",
            "demo-1.0/../../x/pyproject.toml",
            "/etc/Cargo.toml",
        ):
            archive.addfile(tarfile.TarInfo(name), io.BytesIO())
        link = tarfile.TarInfo("demo-1.0/link.py")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    assert read_source(path).files == {"pyproject.toml"}


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("gone", None, "cannot be read: No such file"),
        ("a.whl", b"", "neither a folder nor a source distribution"),
        ("a.tar.gz", b"no gzip", "damaged"),
        ("a.tar.gz", b"", "truncated"),
        ("a.tar.gz", gzip.compress(b"no tar at all" * 100), "damaged: a header has"),
        ("a.tar.gz", gzip.compress(header("d/pyproject.toml", 5000))[:-20], "truncated"),
        ("a.tar.gz", gzip.compress(header("d/pyproject.toml", 5000)), "truncated"),
        ("a.tar.gz", gzip.compress(bytes(1024)), "no source distribution"),
        ("a.zip", b"PK", "not a zip archive"),
    ],
)
def test_what_is_no_source(tmp_path: Path, name: str, content: bytes | None, said: str) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises((UsageError, UnreadableError), match=said) as caught:
        read_source(path)
    assert str(path) in str(caught.value)


def test_a_folder_without_a_project(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"it has neither pyproject\.toml nor setup\.py"):
        read_source(folder(tmp_path, {"demo/__init__.py": ""}))


def test_several_folders_at_the_top(tmp_path: Path) -> None:
    path = tar_gz(tmp_path / "a.tar.gz", {"a/pyproject.toml": "", "b/setup.py": ""}, top="")
    with pytest.raises(UnreadableError, match="not one folder at top"):
        read_source(path)


class TestHostileArchives:
    def test_a_bomb(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sdist, "_MOST_INFLATED", 4 << 20)
        path = raw_tar(tmp_path / "a.tar.gz", header("d/big.bin", 3 << 30), bytes(5 << 20))
        with pytest.raises(UnreadableError, match="inflates to more than"):
            read_source(path)

    @pytest.mark.parametrize("kind", [b"x", b"g", b"L", b"K"])
    def test_a_giant_header(self, tmp_path: Path, kind: bytes) -> None:
        path = raw_tar(tmp_path / "a.tar.gz", header("a", 1 << 30, kind), bytes(1 << 20))
        with pytest.raises(UnreadableError, match="a header of 1073741824 bytes"):
            read_source(path)

    @pytest.mark.parametrize("record", [b"9 path=\xff\n", b"0 path=x\n", b"99999 a=b\n", b"x" * 9])
    def test_odd_records_of_pax(self, tmp_path: Path, record: bytes) -> None:
        blocks = [header("p", len(record), b"x"), record.ljust(512, b"\0"), header("d/setup.py")]
        path = raw_tar(tmp_path / "a.tar.gz", *blocks)
        try:
            assert len(read_source(path).files) == 1
        except (UnreadableError, UsageError) as error:
            assert str(path) in str(error)  # noqa: PT017 - either will do

    def test_a_size_that_is_no_number(self, tmp_path: Path) -> None:
        blocks = [header("p", 11, b"x"), b"11 size=-5\n".ljust(512, b"\0"), header("d/setup.py")]
        with pytest.raises(UnreadableError, match="a header has no number"):
            read_source(raw_tar(tmp_path / "a.tar.gz", *blocks))

    def test_a_large_text_counts_as_empty(self, tmp_path: Path) -> None:
        files = {"pyproject.toml": "", "Cargo.toml": "#" * (2 << 20)}
        for path in (tar_gz(tmp_path / "a.tar.gz", files), folder(tmp_path / "a", files)):
            assert not read_source(path).texts.get("Cargo.toml")

    def test_too_many_members(self, tmp_path: Path) -> None:
        path = raw_tar(tmp_path / "a.tar.gz", header("d/pyproject.toml", 0, b"5") * 100_001)
        with pytest.raises(UnreadableError, match="more than 100000 members"):
            read_source(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_no_source(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.tar.gz")
    with pytest.raises(UsageError, match="neither a folder nor a file"):
        read_source(tmp_path / "a.tar.gz")
    root = folder(tmp_path / "root", FILES)
    os.mkfifo(root / "setup.py")
    assert "setup.py" not in read_source(root).texts
