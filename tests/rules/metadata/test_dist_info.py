"""WC301 to WC307, WC325: the dist-info folder, WHEEL, METADATA as a file, .data."""

from pathlib import Path

import pytest

from tests.native import extension
from tests.rules.judged import findings, pure, verdict
from tests.wheels import WheelBuilder


def wheel_file(*lines: str, purelib: str = "true") -> bytes:
    head = ["Wheel-Version: 1.0", f"Root-Is-Purelib: {purelib}"]
    return "".join(f"{line}\n" for line in [*head, *lines]).encode()


def test_a_right_wheel_has_no_finding(tmp_path: Path) -> None:
    assert verdict(tmp_path, pure()) == []
    windows = WheelBuilder(files={"demo/_d.pyd": extension("_d")})
    assert verdict(tmp_path, windows) == []


def test_no_dist_info(tmp_path: Path) -> None:
    builder = pure(left_out=frozenset({"METADATA", "WHEEL", "RECORD"}))
    assert verdict(tmp_path, builder) == ["WC301 error"]


def test_two_dist_infos(tmp_path: Path) -> None:
    builder = pure()
    builder.files["demo-0.9.dist-info/METADATA"] = b"Metadata-Version: 2.1\n"
    [finding] = findings(tmp_path, builder)
    assert (finding.code, finding.severity) == ("WC301", "error")
    assert finding.evidence["folders"] == ("demo-0.9.dist-info", "demo-1.0.dist-info")


@pytest.mark.parametrize(
    ("folder", "pypi", "private"),
    [
        ("other-1.0.dist-info", "error", "error"),
        ("demo-1.1.dist-info", "error", "error"),
        ("demo.dist-info", "error", "error"),
        # pip compares normalised names; PyPI looks for the folder as the file spells it.
        ("Demo-1.0.dist-info", "error", "warning"),
        ("demo-1.0.0.dist-info", "error", "warning"),
    ],
)
def test_a_folder_of_another_name(tmp_path: Path, folder: str, pypi: str, private: str) -> None:
    right = pure().members()
    moved = {n.replace("demo-1.0.dist-info", folder): d for n, d in right.items()}
    builder = WheelBuilder(
        tag="py3-none-any", files=moved, left_out=frozenset({"METADATA", "WHEEL", "RECORD"})
    )
    assert verdict(tmp_path, builder) == [f"WC301 {pypi}"]
    assert verdict(tmp_path, builder, "private") == [f"WC301 {private}"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"Root-Is-Purelib: true\nTag: py3-none-any\n", ["WC302 error"]),
        (b"Wheel-Version: one\nRoot-Is-Purelib: true\nTag: py3-none-any\n", ["WC302 error"]),
        (b"Wheel-Version: 2.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n", ["WC302 error"]),
        (b"Wheel-Version: 0.9\nRoot-Is-Purelib: true\nTag: py3-none-any\n", ["WC302 error"]),
        (b"Wheel-Version: 1.1\nRoot-Is-Purelib: true\nTag: py3-none-any\n", ["WC302 warning"]),
        (b"\xff\xfe", ["WC302 error"]),
        (b"\0" * 20, ["WC302 error"]),
        (b"A: b\n" * 100_000, ["WC302 error"]),
        (wheel_file("Tag: py3-none-any"), []),
        (wheel_file(), ["WC303 error"]),
        (wheel_file("Tag: py2-none-any"), ["WC303 error"]),
        (wheel_file("Tag: py3-none-any", "Tag: py2-none-any"), ["WC303 error"]),
        (wheel_file("Tag: py3-none"), ["WC303 error"]),
        (wheel_file("Tag: " + ".".join(["a"] * 5000) + "-b-c"), ["WC303 error"]),
        (wheel_file("Tag: py3-none-any", "Tag: py3-none-any"), []),
        (wheel_file("Tag: py3-none-any", "Build: 2"), ["WC305 warning"]),
        (wheel_file("Tag: py3-none-any", purelib="false"), ["WC304 note"]),
        (wheel_file("Tag: py3-none-any", purelib="yes"), ["WC304 warning"]),
        (b"Wheel-Version: 1.0\nTag: py3-none-any\n", ["WC304 warning"]),
    ],
)
def test_the_wheel_file(tmp_path: Path, content: bytes, expected: list[str]) -> None:
    assert verdict(tmp_path, pure(wheel_file=content)) == expected


def test_a_missing_wheel_file(tmp_path: Path) -> None:
    [finding] = findings(tmp_path, pure(left_out=frozenset({"WHEEL"})))
    assert (finding.code, finding.severity) == ("WC302", "error")
    assert "is missing" in finding.message


def test_compressed_tags_belong_on_lines_of_their_own(tmp_path: Path) -> None:
    right = wheel_file("Tag: py2-none-any", "Tag: py3-none-any")
    assert verdict(tmp_path, pure(tag="py2.py3-none-any", wheel_file=right)) == []
    packed = wheel_file("Tag: py2.py3-none-any")
    assert verdict(tmp_path, pure(tag="py2.py3-none-any", wheel_file=packed)) == ["WC303 warning"]


def test_the_build_number_of_the_file_name(tmp_path: Path) -> None:
    said = wheel_file("Tag: py3-none-any", "Build: 3")
    path = pure(wheel_file=said).write(tmp_path)
    import wheelcheck

    renamed = path.rename(tmp_path / "demo-1.0-3-py3-none-any.whl")
    assert [f.code for f in wheelcheck.inspect(renamed).findings] == []
    renamed = renamed.rename(tmp_path / "demo-1.0-4-py3-none-any.whl")
    assert [f.code for f in wheelcheck.inspect(renamed).findings] == ["WC305"]


@pytest.mark.parametrize(
    ("member", "purelib", "expected"),
    [
        ("demo/_d.pyd", False, []),
        ("demo/_d.pyd", True, ["WC304 warning"]),
        ("demo-1.0.data/platlib/demo/_d.pyd", True, []),
        ("demo-1.0.data/purelib/demo/_d.pyd", False, ["WC304 error"]),
        ("demo/tests/_d.pyd", True, []),
    ],
)
def test_native_code_in_purelib(
    tmp_path: Path, member: str, purelib: bool, expected: list[str]
) -> None:
    builder = WheelBuilder(files={member: extension("_d")}, purelib=purelib)
    assert verdict(tmp_path, builder) == expected


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("Author: Ren\xe9\n".encode("latin-1"), "not UTF-8"),
        (b"\x7fELF\0\0\0\0", "NUL"),
        (b"A: b\n" * 30_000, "more than"),
        (b"".join(b"F%d: b\n" % i for i in range(1000)), "more than"),
        (b"Description: " + b"x" * 2_000_000, "more than"),
    ],
)
def test_metadata_that_cannot_be_read(tmp_path: Path, content: bytes, reason: str) -> None:
    [finding] = findings(tmp_path, pure(metadata_file=content))
    assert (finding.code, finding.severity) == ("WC306", "error")
    assert reason in finding.message


def test_missing_metadata(tmp_path: Path) -> None:
    [finding] = findings(tmp_path, pure(left_out=frozenset({"METADATA"})))
    assert (finding.code, finding.severity) == ("WC306", "error")
    assert "is missing" in finding.message


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"Name": "Demo"}, []),
        ({"Name": "other"}, ["WC307 error"]),
        ({"Version": "1.0.0"}, []),
        ({"Version": "1.1"}, ["WC307 error"]),
        ({"Name": "other", "Version": "1.1"}, ["WC307 error", "WC307 error"]),
    ],
)
def test_metadata_of_another_release(
    tmp_path: Path, fields: dict[str, str | list[str] | None], expected: list[str]
) -> None:
    assert verdict(tmp_path, pure(fields=fields)) == expected


@pytest.mark.parametrize(
    ("member", "expected"),
    [
        ("demo-1.0.data/scripts/tool", []),
        ("demo-1.0.data/data/share/x", []),
        ("demo-1.0.data/bin/tool", ["WC325 error"]),
        ("demo-1.0.data/tool", ["WC325 error"]),
        ("other-1.0.data/scripts/tool", ["WC325 warning"]),
        ("demo/a.data/bin/tool", []),
    ],
)
def test_the_data_folder(tmp_path: Path, member: str, expected: list[str]) -> None:
    builder = pure()
    builder.files[member] = b"#!python\n"
    assert verdict(tmp_path, builder) == expected
