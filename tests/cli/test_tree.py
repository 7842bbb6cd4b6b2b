"""``wheelcheck tree``."""

import json
import re
from pathlib import Path

import pytest

from tests.native import extension, library
from tests.report import audits
from tests.schemas import check
from tests.wheels import WheelBuilder
from wheelcheck.cli import main
from wheelcheck.findings import Dependency, Outcome, Report
from wheelcheck.report.dot import render_dot
from wheelcheck.report.mermaid import render_mermaid
from wheelcheck.report.schemas import GRAPH_KEYS

WHEELS = Path(__file__).parents[2] / "testdata" / "wheels"
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return a wheel with one library that is there and one that is missing."""
    monkeypatch.chdir(tmp_path)
    files = {
        "b/_b.pyd": extension("_b", {"liba.dll": ["f"], "gone.dll": ["g"]}),
        "b/liba.dll": library("f"),
    }
    return WheelBuilder(name="bad", files=files).write(tmp_path).name


def test_each_edge_has_its_reason(wheel: str, capsys: Capture) -> None:
    assert main(["tree", "--isolated", "--ascii", wheel]) == 0
    assert (
        capsys.readouterr().out
        == """\
bad-1.0-cp39-abi3-win_amd64.whl: 2 native objects, 5 imports: 1 missing, 1 python, 2 system, 1 wheel
  b/_b.pyd (module b._b, PE, x86_64)
  |- liba.dll: b/liba.dll; found in b/
  |  `- system: KERNEL32.dll; part of Windows 8.1 and later
  |- gone.dll: MISSING; no file named gone.dll is in a place that Windows searches
  |- system: KERNEL32.dll; part of Windows 8.1 and later
  `- python: python3.dll; the DLL of CPython 3
"""
    )
    main(["tree", "--isolated", "--ascii", "-v", wheel])
    assert "searched: b/, Python's own folder" in capsys.readouterr().out


def test_quiet_shows_what_is_missing(wheel: str, tmp_path: Path, capsys: Capture) -> None:
    WheelBuilder(files={"g/_g.pyd": extension("_g")}).write(tmp_path)
    main(["tree", "--isolated", "-q", wheel, "demo-1.0-cp39-abi3-win_amd64.whl"])
    text = capsys.readouterr().out
    assert "gone.dll: MISSING" in text
    good = "demo-1.0-cp39-abi3-win_amd64.whl: 1 native object, 2 imports: 1 python, 1 system\n"
    assert text.endswith(f"\n\n{good}")
    main(["tree", "--isolated", "-qq", wheel])
    assert capsys.readouterr().out == ""


def test_a_wheel_that_cannot_be_read(wheel: str, capsys: Capture) -> None:
    Path("x-1.0-py3-none-any.whl").write_bytes(b"PK")
    WheelBuilder(name="pure", tag="py3-none-any").write(Path())
    call = ["tree", "--isolated", wheel, "x-1.0-py3-none-any.whl", "pure-1.0-py3-none-any.whl"]
    assert main(call) == 2
    text = capsys.readouterr().out
    assert "\nx-1.0-py3-none-any.whl: cannot be read\n  error  " in text
    assert text.endswith("\npure-1.0-py3-none-any.whl: no native code\n")
    assert main([*call, "--format", "dot"]) == 2
    assert "// x-1.0-py3-none-any.whl: cannot be read" in capsys.readouterr().out


def test_json(wheel: str) -> None:
    assert main(["tree", "--isolated", "--format", "json", "-o", "tree.json", wheel]) == 0
    document = json.loads(Path("tree.json").read_text("utf-8"))
    [one] = document["wheels"]
    check(document, "tree")
    ends = sorted(d["outcome"] for d in one["dependencies"])
    assert ends == ["missing", "python", "system", "system", "wheel"]


def test_the_graph_is_that_of_an_inspection(capsys: Capture) -> None:
    wheels = sorted(map(str, WHEELS.glob("*.whl")))
    assert len(wheels) > 5
    main(["tree", "--isolated", "--format", "json", *wheels])
    graphs = json.loads(capsys.readouterr().out)["wheels"]
    main(["inspect", "--isolated", "--format", "json", *wheels])
    reports = json.loads(capsys.readouterr().out)["wheels"]
    assert graphs == [{key: report[key] for key in GRAPH_KEYS} for report in reports]


def test_nothing_is_judged(
    wheel: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr("wheelcheck.inspection.judge", fail)
    monkeypatch.setattr("wheelcheck.sources.syntax.SyntaxCheck.add", fail)
    pure = WheelBuilder(name="pure", tag="py3-none-any", files={"pure.py": b"a = ("})
    assert main(["tree", "--isolated", wheel, str(pure.write(tmp_path))]) == 0
    assert capsys.readouterr().out.endswith("\npure-1.0-py3-none-any.whl: no native code\n")


def test_dot(wheel: str, capsys: Capture) -> None:
    main(["tree", "--isolated", "--format", "dot", wheel])
    text = capsys.readouterr().out
    assert text.startswith("digraph wheelcheck {\n")
    assert '    n0 [label="b/_b.pyd"]\n' in text
    assert '  n0 -> n1 [label="found in b/"]\n' in text
    assert (
        '  n2 [label="gone.dll\\nMISSING: no file named gone.dll is in a place that Windows '
        'searches", color="red", fontcolor="red", penwidth=2]\n' in text
    )


def test_mermaid(wheel: str, capsys: Capture) -> None:
    main(["tree", "--isolated", "--format", "mermaid", wheel])
    text = capsys.readouterr().out
    assert text.startswith("flowchart LR\n  subgraph w0[")
    assert '  n0 -->|"found in b/"| n1\n' in text
    assert '"gone.dll<br/>MISSING#58; no file named' in text


def test_hostile_names_are_labels_and_nothing_else() -> None:
    reports = audits.hostile().reports
    dot = render_dot(reports)
    outside = re.sub(r'"(?:[^"\\]|\\.)*"', '""', dot)
    assert re.fullmatch(r'[\w\s\[\]{}=,>;"-]*(?://.*\n)?[\w\s\[\]{}=,>;"-]*', outside)
    assert '"' in dot
    mermaid = render_mermaid(reports)
    for label in re.findall(r'"([^"]*)"', mermaid):
        assert re.fullmatch(r"(?:[\w ./]|#\d+;|<br/>)*", label)
    assert re.fullmatch(r'[\w\s\[\]>|:,#".-]*', re.sub(r'"[^"]*"', '""', mermaid))


def test_large_graphs_are_cut_and_say_so() -> None:
    edges = tuple(
        Dependency(f"m{n % 50}.pyd", f"lib{n}.so", "regular", Outcome.SYSTEM, None, "why")
        for n in range(9000)
    )
    missing = Dependency("m.pyd", "gone.so", "regular", Outcome.MISSING, None, "why")
    reports = [Report("w.whl", "w.whl", dependencies=(*edges, missing))]
    dot = render_dot(reports)
    assert dot.count(" -> ") == 4000
    assert "5001 more imports are not drawn" in dot
    assert "gone.so" in dot
    mermaid = render_mermaid(reports)
    assert len(mermaid) <= 45_000
    assert mermaid.count(" --> ") <= 300
    assert "gone.so" in mermaid
    assert "more imports are not drawn" in mermaid
