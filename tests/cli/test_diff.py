"""``wheelcheck diff``."""

import json
import re
from pathlib import Path

import pytest

from tests.native import extension
from tests.report.audits import HOSTILE
from tests.schemas import check
from tests.wheels import WheelBuilder
from wheelcheck.cli import main
from wheelcheck.comparing.model import (
    BinaryChange,
    Change,
    Difference,
    MemberChange,
    MemberKind,
    Side,
)
from wheelcheck.report.difference_markdown import render_difference_markdown
from wheelcheck.report.difference_text import render_difference
from wheelcheck.report.look import Level, Look

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return an old and a new wheel."""
    monkeypatch.chdir(tmp_path)
    for version, needs, imports in (("1.0", ["six"], {}), ("1.1", [], {"new.dll": ["f"]})):
        files = {"d/_d.pyd": extension("_d", imports), "d/__init__.py": version.encode()}
        fields: dict[str, str | list[str] | None] = {"Requires-Dist": needs}
        WheelBuilder(version=version, files=files, fields=fields).write(tmp_path)
    return [f"demo-{version}-cp39-abi3-win_amd64.whl" for version in ("1.0", "1.1")]


def test_text(two: list[str], capsys: Capture) -> None:
    assert main(["diff", *two]) == 0
    text = re.sub(r"(file|inside) .*", r"\1 ...", capsys.readouterr().out)
    assert (
        text
        == """\
demo-1.0-cp39-abi3-win_amd64.whl -> demo-1.1-cp39-abi3-win_amd64.whl
  file ...
  inside ...

metadata
  Version: 1.0 -> 1.1
  Requires-Dist:
    removed  six

native objects
  d/_d.pyd
    imports:
      added    new.dll

members
  changed  d/_d.pyd (2.0 kB)
  changed  d/__init__.py (3 bytes)

different: metadata, 1 native object, members (2 changed)
"""
    )
    main(["diff", "-q", *two])
    assert capsys.readouterr().out == "different: metadata, 1 native object, members (2 changed)\n"
    main(["diff", "-qq", *two])
    assert capsys.readouterr().out == ""


def test_exit_code(two: list[str], capsys: Capture) -> None:
    assert main(["diff", "--exit-code", *two]) == 1
    assert main(["diff", "--exit-code", two[0], two[0]]) == 0
    assert capsys.readouterr().out.endswith("the files are the same, byte for byte\n")
    Path("bad.whl").write_bytes(b"PK")
    assert main(["diff", "--exit-code", two[0], "bad.whl"]) == 2
    assert main(["diff", two[0], "demo-1.2-cp39-abi3-win_amd64.whl"]) == 2
    assert "did you mean demo-1." in capsys.readouterr().err


def test_json(two: list[str]) -> None:
    main(["diff", "--format", "json", "-o", "diff.json", *two])
    document = json.loads(Path("diff.json").read_text("utf-8"))
    check(document, "diff")
    assert document["equal"] is False
    assert document["metadata"][1] == {"what": "Requires-Dist", "removed": ["six"], "added": []}
    assert [m["kind"] for m in document["members"]] == ["changed", "changed"]


def test_markdown(two: list[str], capsys: Capture) -> None:
    main(["diff", "--format", "markdown", *two])
    text = capsys.readouterr().out
    assert text.startswith("## <code>demo-1.0-cp39-abi3-win\\_amd64.whl</code> to <code>demo-1.1")
    assert "\n- Requires-Dist\n  - removed <code>six</code>\n" in text
    assert "\n- <code>d/\\_d.pyd</code>\n  - imports\n    - added <code>new.dll</code>\n" in text


def made(
    *members: MemberChange, name: str = "a.whl", changes: tuple[Change, ...] = ()
) -> Difference:
    sides = (Side(name, f"old/{name}", 1, 1, 1), Side(name, f"new/{name}", 2, 2, 2))
    binaries = tuple(BinaryChange(change.what, (change,)) for change in changes)
    return Difference(*sides, identical=False, metadata=changes, binaries=binaries, members=members)


def test_many_members_are_told_by_folder() -> None:
    added = [
        MemberChange(MemberKind.ADDED, f"demo/data/{n % 3}/{n}.txt", None, None, 1000)
        for n in range(30)
    ]
    moved = MemberChange(MemberKind.MOVED, "b.py", "a.py", 5, 5)
    lone = MemberChange(MemberKind.ADDED, "other/x.py", None, None, 1)
    difference = made(*added, moved, lone)
    text = render_difference(difference, Look())
    assert text.startswith("old/a.whl -> new/a.whl\n")
    assert "  added    demo/data/ (30 members, 30.0 kB)\n" in text
    assert "  added    other/x.py (1 byte)\n" in text
    assert "  moved    a.py -> b.py (5 bytes)\n" in text
    text = render_difference(difference, Look(level=Level.VERBOSE))
    assert text.count("  added    demo/data/") == 30


def test_many_values_are_cut() -> None:
    change = Change("exports", tuple(f"f{n}" for n in range(40)), ("g",))
    text = render_difference(made(changes=(change,)), Look())
    assert "... 30 more removed (-v shows all)" in text
    assert "f39" in render_difference(made(changes=(change,)), Look(level=Level.VERBOSE))
    assert "removed 10 more" in render_difference_markdown(made(changes=(change,)))


def test_hostile_names_are_shown_as_they_are() -> None:
    changes = (Change(HOSTILE, (HOSTILE,), (HOSTILE, HOSTILE)),)
    member = MemberChange(MemberKind.CHANGED, HOSTILE, HOSTILE, 1, 2)
    difference = made(member, name=HOSTILE, changes=changes)
    text = render_difference(difference, Look())
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202e]", text)
    markdown = render_difference_markdown(difference)
    assert "<img" not in markdown
    assert "<script" not in markdown
    assert not re.search(r"(?<!\\)\[x\]", markdown)


def test_markdown_fits_into_a_comment() -> None:
    change = Change("exports", tuple("x" * 400 + str(n) for n in range(30)), ())
    text = render_difference_markdown(made(changes=(change,) * 80))
    assert len(text) < 65_536
    assert text.endswith("**Cut here**, for a comment holds no more.\n")
