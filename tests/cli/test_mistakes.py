"""What was probably meant, and what may be named though it is no wheel."""

import json
from pathlib import Path

import pytest

from tests.wheels import WheelBuilder
from wheelcheck.cli import main

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def dist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder ``dist`` with a good wheel, in the working folder."""
    monkeypatch.chdir(tmp_path)
    folder = Path("dist")
    folder.mkdir()
    files = {"good/__init__.py": b""}
    WheelBuilder(name="good", tag="py3-none-any", files=files).write(folder)
    return folder


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("inspect --formt json x", "unrecognized arguments: --formt; did you mean --format?"),
        ("inspect --formt=json x", "unrecognized arguments: --formt=json; did you mean --format?"),
        ("inspect --form json x", "did you mean --format?"),
        ("inspect --format jsn x", "invalid choice: 'jsn'; did you mean json? (choose from text,"),
        ("inspct x", "invalid choice: 'inspct'; did you mean inspect? (choose from inspect,"),
        ("a.whl", "invalid choice: 'a.whl'; did you mean wheelcheck inspect a.whl?"),
        (
            "repair --add-pth=x --xyzzy w",
            "arguments: --add-pth=x --xyzzy; did you mean --add-path?",
        ),
        ("inspect --xyzzy x", "unrecognized arguments: --xyzzy (`wheelcheck inspect"),
        ("rule missing-libary", "did you mean missing-library?"),
        ("rule WC70x", "there is no rule 'WC70x'; did you mean WC701 to WC709?"),
        ("rule wc7011", "; did you mean WC701?"),
        ("inspect --select WC70x x", "select: there is no rule 'WC70x'; did you mean WC701 to"),
        ("inspect --ignore WC999999 x", "there is no rule"),
    ],
)
def test_mistyped_words(call: str, said: str, dist: Path, capsys: Capture) -> None:
    assert dist.exists()
    try:
        status = main(call.split())
    except SystemExit as stop:
        status = stop.code if isinstance(stop.code, int) else -1
    assert status == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("path", "said"),
    [
        (
            "dist/god-1.0-py3-none-any.whl",
            "no file dist/god-1.0-py3-none-any.whl; did you mean dist/good-1.0-py3-none-any.whl?",
        ),
        ("dits/x.whl", "there is no folder dits; did you mean dist?"),
        ("dist/xyzzy", "there is no file dist/xyzzy\n"),
        ("dist/notes.whl", "there is no file dist/notes.whl\n"),
        ("dist/b.whl", "there is no file dist/b.whl\n"),
        ("dist/*.wheel", "no file matches dist/*.wheel\n"),
        ("a\0b", "there is no file a\\x00b\n"),
    ],
)
def test_mistyped_paths(path: str, said: str, dist: Path, capsys: Capture) -> None:
    (dist / "notes.html").touch()
    (dist / "a.whl").touch()
    assert main(["inspect", path]) == 2
    assert said in capsys.readouterr().err


def test_an_empty_name(capsys: Capture) -> None:
    assert main(["inspect", ""]) == 2
    assert "error: a name of a wheel is empty; is a variable not set?" in capsys.readouterr().err


def test_a_folder_is_the_wheels_in_it(dist: Path, capsys: Capture) -> None:
    (dist / "readme.txt").touch()
    (dist / "below.whl").mkdir()
    assert main(["inspect", "dist", str(dist / "good-1.0-py3-none-any.whl")]) == 0
    text = capsys.readouterr().out
    assert text.startswith("good-1.0-py3-none-any.whl: ok\n")
    assert "1 wheel:" in text
    assert main(["repair", "dist"]) == 0


def test_a_folder_without_wheels(dist: Path, capsys: Capture) -> None:
    (dist / "empty").mkdir()
    assert main(["inspect", "dist/empty"]) == 2
    assert capsys.readouterr().err == (
        "wheelcheck: error: there is no wheel in the folder dist/empty\n"
    )
    assert main(["inspect", "."]) == 2
    assert capsys.readouterr().err.endswith(" in the folder .; did you mean dist?\n")


@pytest.mark.parametrize(
    "name",
    [
        "good-1.0.tar.gz", "good-1.0.zip", "good-1.0-py3-none-any.whl.asc",
        "good-1.0-py3-none-any.whl.sigstore.json", "good-1.0-py3-none-any.whl.publish.attestation",
        "good-1.0-py3-none-any.whl.metadata", "good-1.0-py3-none-any.whl.sha256", "SHA256SUMS",
        "good-1.0_checksums.txt", "sha512sum.txt", "MD5SUMS",
    ],
)  # fmt: skip
def test_what_lies_beside_wheels_is_skipped(name: str, dist: Path, capsys: Capture) -> None:
    (dist / name).touch()
    assert main(["inspect", "dist/*", "--format", "json"]) == 0
    captured = capsys.readouterr()
    assert [item["path"] for item in json.loads(captured.out)["skipped"]] == [f"dist/{name}"]
    assert captured.err.startswith(f"wheelcheck: dist/{name} skipped: ")
