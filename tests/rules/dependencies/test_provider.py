"""WC730, and what the settings or an earlier repair say of libraries from elsewhere."""

import json
from pathlib import Path

import pytest

import wheelcheck
from tests.linux.inputs import MANY, mid
from tests.native import extension, inspect
from tests.repairing import kit
from tests.wheels import WheelBuilder
from wheelcheck import Config, Report
from wheelcheck.cli import main
from wheelcheck.findings import Outcome

ABI3 = "cp39-abi3-win_amd64"


def report_of(
    folder: Path,
    external: dict[str, str],
    requires: list[str] | None = None,
    tag: str = ABI3,
    files: dict[str, bytes] | None = None,
    python: str = ">=3.9",
) -> Report:
    builder = WheelBuilder(
        tag=tag,
        files=files or {"demo/_demo.pyd": extension("_demo", {"Arrow.dll": ["f"]})},
        fields={"Requires-Dist": requires, "Requires-Python": python},
    )
    return wheelcheck.inspect(builder.write(folder), config=Config(external_libraries=external))


def verdict(report: Report) -> list[tuple[str, str]]:
    return [(f.code, str(f.severity)) for f in report.findings if f.code in {"WC701", "WC730"}]


def test_a_library_that_users_have_by_other_means(tmp_path: Path) -> None:
    report = report_of(tmp_path, {"arrow*.DLL": ""})
    assert verdict(report) == []
    [edge] = [d for d in report.dependencies if d.library == "Arrow.dll"]
    assert (edge.outcome, edge.target) == (Outcome.EXCLUDED, None)
    assert edge.reason == "brought by the user, according to the settings"
    assert edge.searched


def test_other_libraries_stay_missing(tmp_path: Path) -> None:
    assert verdict(report_of(tmp_path, {"parquet.dll": ""})) == [("WC701", "error")]


def test_what_is_in_the_wheel_or_the_system_is_not_excluded(tmp_path: Path) -> None:
    report = report_of(tmp_path, {"*": ""})
    outcomes = {d.library: d.outcome for d in report.dependencies}
    assert outcomes["KERNEL32.dll"] is Outcome.SYSTEM
    assert outcomes["python3.dll"] is Outcome.PYTHON


@pytest.mark.parametrize("pattern", ["libleaf.so.1", "libleaf.so", "libleaf*"])
def test_a_soname_with_and_without_its_version(tmp_path: Path, pattern: str) -> None:
    files = {"demo/libmid.so.2": mid()}
    report = report_of(tmp_path, {pattern: ""}, tag=MANY, files=files)
    ends = {d.library: d.outcome for d in report.dependencies}
    assert ends["libleaf.so.1"] is Outcome.EXCLUDED
    assert verdict(report) == []


@pytest.mark.parametrize(
    ("requires", "expected", "said"),
    [
        (None, "error", "the wheel does not require it"),
        (["numpy"], "error", "the wheel does not require it"),
        (["PyArrow>=14"], None, ""),
        (["pyarrow; sys_platform == 'win32'"], None, ""),
        (["pyarrow; platform_machine == 'AMD64'"], None, ""),
        (["pyarrow; sys_platform == 'linux'"], "error", "holds nowhere"),
        (["pyarrow; python_version < '3.9'"], "error", "holds nowhere"),
        (["pyarrow; extra == 'all'"], "warning", "only for the extra 'all'"),
        (["pyarrow; extra == 'a' and sys_platform == 'linux'"], "error", "holds nowhere"),
        (["pyarrow; python_version >= '3.10'"], "warning", "CPython 3.9 on Windows (AMD64)"),
        (["pyarrow; python_version >= '3.10'", "pyarrow<9; python_version < '3.10'"], None, ""),
    ],
)
def test_the_provider_must_be_required(
    tmp_path: Path, requires: list[str] | None, expected: str | None, said: str
) -> None:
    report = report_of(tmp_path, {"arrow.dll": "pyarrow"}, requires)
    found = [f for f in report.findings if f.code in {"WC701", "WC730"}]
    assert [(f.code, str(f.severity)) for f in found] == ([("WC730", expected)] if expected else [])
    for finding in found:
        assert said in finding.message
        assert finding.member == "demo/_demo.pyd"
        assert finding.evidence["provider"] == ("pyarrow",)


def test_requires_python_narrows_what_must_be_covered(tmp_path: Path) -> None:
    requires = ["pyarrow; python_version >= '3.10'"]
    report = report_of(tmp_path, {"arrow.dll": "pyarrow"}, requires, python=">=3.10")
    assert verdict(report) == []


def test_a_library_of_the_own_distribution(tmp_path: Path) -> None:
    assert verdict(report_of(tmp_path, {"arrow.dll": "Demo"})) == []


def marked(folder: Path, marker: object, requires: list[str] | None = None) -> Report:
    text = json.dumps(marker).encode()
    files = {
        "demo/_demo.pyd": extension("_demo", {"arrow.dll": ["f"]}),
        "demo-1.0.dist-info/wheelcheck.json": text,
    }
    return report_of(folder, {}, requires, files=files)


def test_what_a_repair_noted_down_counts(tmp_path: Path) -> None:
    row = {"library": "arrow.dll", "distribution": "pyarrow"}
    assert verdict(marked(tmp_path, {"provided": [row]})) == [("WC730", "error")]
    assert verdict(marked(tmp_path, {"provided": [row]}, ["pyarrow"])) == []
    assert verdict(marked(tmp_path, {"earlier": {"provided": [row]}}, ["pyarrow"])) == []


@pytest.mark.parametrize(
    "marker",
    [
        [],
        {"provided": 1},
        {"provided": ["arrow.dll"]},
        {"provided": [{"library": "arrow.dll"}]},
        {"provided": [{"library": "a/arrow.dll", "distribution": "pyarrow"}]},
        {"provided": [{"library": "*.dll", "distribution": "pyarrow"}]},
        {"provided": [{"library": "arrow.dll", "distribution": "../x"}]},
        {"earlier": 1},
    ],
)
def test_a_marker_that_says_nothing_of_use(tmp_path: Path, marker: object) -> None:
    assert verdict(marked(tmp_path, marker)) == [("WC701", "error")]


def test_a_repair_notes_down_what_it_left_to_others(tmp_path: Path) -> None:
    source = kit.wheel(tmp_path / "in", fields={"Requires-Dist": ["pyarrow"]})
    done = kit.repair(
        source,
        tmp_path / "out",
        kit.libs(tmp_path / "libs", libb=b""),
        provided_by=["pyarrow=liba.dll"],
        include=[],
    )
    assert done.plan.provided == (("liba.dll", "pyarrow"),)


def test_an_entry_of_no_use_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = {"demo/_demo.pyd": extension("_demo", {"arrow.dll": ["f"]})}
    inspect(tmp_path, files)
    settings = tmp_path / "wheelcheck.toml"
    settings.write_text('[external-libraries]\n"arrow.dll" = ""\n"old*" = ""\n')
    main(["inspect", "--config", str(settings), str(*tmp_path.glob("*.whl"))])
    said = capsys.readouterr().err
    assert "external-libraries 'old*' fits no library that would be missing" in said
    assert "arrow.dll" not in said
