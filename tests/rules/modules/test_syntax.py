"""WC614, WC615: sources that a parser refuses, or that only newer Pythons take."""

from pathlib import Path

import pytest

from tests.rules.modules.code import found, said

PYTHON_2 = "print 'x'\n"
MATCH = "match x:\n    case 1: ...\n"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"demo/__init__.py": PYTHON_2}, ["WC614 error"]),
        ({"demo/__init__.py": "from . import a", "demo/a.py": PYTHON_2}, ["WC614 error"]),
        ({"demo/__init__.py": "", "demo/a.py": PYTHON_2}, ["WC614 warning"]),
        ({"demo/__init__.py": "", "demo/tests/bad.py": PYTHON_2}, ["WC614 note"]),
        ({"demo/__init__.py": "", "demo/data-dir/a.py": PYTHON_2}, ["WC614 note"]),
        ({"demo/__init__.py": "", "demo/templates/{{ a }}.py": PYTHON_2}, ["WC614 note"]),
        ({"demo/__init__.py": "print('x')"}, []),
    ],
)
def test_errors(tmp_path: Path, files: dict[str, str], expected: list[str]) -> None:
    assert said(tmp_path, files) == expected


def test_evidence(tmp_path: Path) -> None:
    [finding] = found(tmp_path, {"demo/__init__.py": "\n\n" + PYTHON_2})
    assert finding.evidence["at"] == ("demo/__init__.py:3",)
    assert "`import demo` fails" in finding.message


@pytest.mark.parametrize(
    ("requires", "tag", "expected"),
    [
        (">=3.9", "py3-none-any", ["WC615 error"]),
        (">=3.10", "py3-none-any", []),
        (">=3.9", "cp312-cp312-win_amd64", []),
        (">=3.9", "cp39-abi3-win_amd64", ["WC615 error"]),
        (None, "py3-none-any", ["WC615 warning"]),
    ],
)
def test_newer(tmp_path: Path, requires: str | None, tag: str, expected: list[str]) -> None:
    files = {"demo/__init__.py": MATCH}
    assert said(tmp_path, files, tag=tag, Requires_Python=requires) == expected


def test_the_message_is_a_sentence(tmp_path: Path) -> None:
    [finding] = found(tmp_path, {"demo/__init__.py": MATCH}, Requires_Python=">=3.9")
    assert finding.message == (
        "demo/__init__.py, line 1, is for Python 3.10 and later (`match` statement); the wheel "
        "admits 3.9, so `import demo` fails there"
    )
    [finding] = found(tmp_path, {"demo/__init__.py": 'f"{"a"}"'}, Requires_Python=">=3.9")
    assert "(before it: cannot reuse outer quote character in f-strings)" in finding.message


def test_a_null_byte(tmp_path: Path) -> None:
    [finding] = found(tmp_path, {"demo/__init__.py": "a = 1\nb = '\0'\n"})
    assert (finding.code, finding.severity) == ("WC614", "error")
    assert "line 2, is no Python: it holds a null byte" in finding.message


def test_newer_elsewhere(tmp_path: Path) -> None:
    unused = {"demo/__init__.py": "", "demo/a.py": MATCH}
    assert said(tmp_path, unused, Requires_Python=">=3.9") == ["WC615 warning"]
    guarded = {"demo/__init__.py": "if x:\n    from . import a", "demo/a.py": MATCH}
    assert said(tmp_path, guarded, Requires_Python=">=3.9") == []
    tests = {"demo/__init__.py": "", "demo/tests/a.py": MATCH}
    assert said(tmp_path, tests, Requires_Python=">=3.9") == []


def test_each_python_is_named_once(tmp_path: Path) -> None:
    files = {"demo/__init__.py": MATCH + MATCH + "type X = int\n", "demo/a.py": MATCH}
    hits = found(tmp_path, files, Requires_Python=">=3.9")
    assert [(f.code, f.evidence["since"]) for f in hits] == [
        ("WC615", ("3.10",)),
        ("WC615", ("3.12",)),
    ]
    assert hits[0].evidence["at"] == ("demo/__init__.py:1", "demo/a.py:1")
