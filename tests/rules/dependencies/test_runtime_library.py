"""WC705 runtime-library-missing."""

from pathlib import Path

import pytest

from tests.native import extension, inspect, library, of
from wheelcheck import Finding, Severity

FOREIGN = b"import os, other\nos.add_dll_directory(other.FOLDER)\n"


def findings(
    folder: Path, source: str, files: dict[str, bytes] | None = None, name: str = "pkg/__init__.py"
) -> list[Finding]:
    return of(
        inspect(folder, {name: source.encode(), "pkg/_p.pyd": extension("_p"), **(files or {})}),
        "WC705",
    )


def test_a_dll_that_is_nowhere(tmp_path: Path) -> None:
    [finding] = findings(tmp_path, '"doc"\nimport ctypes\nctypes.CDLL("libgmp-10.dll")\n')
    assert finding.severity is Severity.WARNING
    assert finding.member == "pkg/__init__.py"
    assert finding.evidence["library"] == ("libgmp-10.dll",)
    assert finding.evidence["opened_at"] == ("pkg/__init__.py:3",)
    assert "--include libgmp-10.dll" in finding.help
    assert "mingw-w64-ucrt-x86_64-gmp" in finding.help


@pytest.mark.parametrize(
    "call",
    [
        'ctypes.WinDLL("kernel32")',
        "ctypes.windll.user32.MessageBoxW()",
        'ctypes.CDLL("python3.dll")',
        'ctypes.CDLL("vcruntime140.dll")',
        'ctypes.WinDLL("nvcuda")',
        'ctypes.CDLL("api-ms-win-crt-heap-l1-1-0.dll")',
        'ctypes.CDLL(os.path.join(HERE, "A.DLL"))',
    ],
)
def test_dlls_that_are_somewhere(tmp_path: Path, call: str) -> None:
    assert findings(tmp_path, f"import ctypes\n{call}\n", {"pkg/bin/a.dll": library()}) == []


def test_a_call_that_may_fail_is_a_note(tmp_path: Path) -> None:
    source = 'try:\n    ctypes.CDLL("foo.dll")\nexcept OSError:\n    pass\n'
    [finding] = findings(tmp_path, source)
    assert finding.severity is Severity.NOTE


def test_one_that_must_succeed_counts_before_one_that_may_fail(tmp_path: Path) -> None:
    files = {"pkg/z.py": b'CDLL("FOO.dll")\n'}
    [finding] = findings(tmp_path, 'if x:\n    CDLL("foo.dll")\n', files)
    assert (finding.severity, finding.member) == (Severity.WARNING, "pkg/z.py")
    assert len(finding.evidence["opened_at"]) == 2


def test_another_distribution_may_bring_it(tmp_path: Path) -> None:
    from tests.wheels import WheelBuilder

    files = {
        "pkg/__init__.py": FOREIGN + b'ctypes.CDLL("foo.dll")\n',
        "pkg/_p.pyd": extension("_p"),
    }
    builder = WheelBuilder(files=files, fields={"Requires-Dist": "other"})
    import wheelcheck

    [finding] = of(wheelcheck.inspect(builder.write(tmp_path)), "WC705")
    assert finding.severity is Severity.NOTE


@pytest.mark.parametrize("folder", ["pkg/tests", "examples", "pkg/_examples/ctypes"])
def test_what_is_only_for_show_does_not_count(tmp_path: Path, folder: str) -> None:
    assert findings(tmp_path, 'CDLL("foo.dll")\n', name=f"{folder}/a.py") == []


def test_wheels_for_other_systems_are_not_judged(tmp_path: Path) -> None:
    files = {"pkg/__init__.py": b'CDLL("foo.dll")\n'}
    assert of(inspect(tmp_path, files, "py3-none-any"), "WC705") == []


def test_too_much_to_read_is_said(tmp_path: Path) -> None:
    filler = b"# CDLL\n" + b"#" * 3_000_000 + b"\n"
    report = inspect(
        tmp_path,
        {
            "pkg/_p.pyd": extension("_p"),
            "pkg/a.py": filler + b'CDLL("a.dll")\n',
            "pkg/b.py": filler + b'CDLL("b.dll")\n',
            "pkg/c.py": filler + b'CDLL("c.dll")\n',
        },
    )
    assert [f.evidence["library"] for f in of(report, "WC705")] == [("a.dll",), ("b.dll",)]
    [note] = [n for n in report.not_checked if n.subject == "runtime-library-missing"]
    assert note.reason.startswith("1 of the sources")
