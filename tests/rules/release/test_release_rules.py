"""The wheels of one project, judged together."""

import pickle
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import pytest

import wheelcheck
from tests.wheels import WheelBuilder
from wheelcheck import Config, Finding, Release, Severity
from wheelcheck.configuring.baseline import make_baseline
from wheelcheck.report.grid import grid_rows, shows_grid


def wheel(folder: Path, tag: str, **changes: object) -> Path:
    content = {f"demo/{tag}.py": b""}
    return replace(WheelBuilder(tag=tag, files=content), **changes).write(folder)  # type: ignore[arg-type]


def release_of(*paths: Path, config: Config | None = None) -> Release:
    [release] = wheelcheck.audit_wheels(paths, config=config).releases
    return release


def told(release: Release) -> list[str]:
    return [f"{f.code} {f.severity}" for f in release.findings]


def only(release: Release) -> Finding:
    [finding] = release.findings
    return finding


PYTHONS = ("cp311", "cp312", "cp313")


def whole(folder: Path) -> dict[str, Path]:
    return {
        f"{python} {platform}": wheel(folder, f"{python}-{python}-{platform}")
        for python in PYTHONS
        for platform in ("win32", "win_amd64")
    }


def test_a_whole_release_has_no_findings(tmp_path: Path) -> None:
    release = release_of(*whole(tmp_path).values())
    assert told(release) == []
    assert release.project == "demo"
    assert release.versions == ("1.0",)
    assert len(release.wheels) == 6
    assert release.grid.pythons == PYTHONS


def test_a_hole(tmp_path: Path) -> None:
    wheels = whole(tmp_path)
    del wheels["cp312 win32"]
    finding = only(release_of(*wheels.values()))
    assert (finding.code, finding.severity) == ("WC902", Severity.WARNING)
    assert finding.wheel == "demo"
    assert finding.evidence == {"platform": ("win32",), "python": ("cp312",)}
    assert "14 days" in finding.help


def test_an_unreadable_wheel_leaves_no_hole(tmp_path: Path) -> None:
    wheels = whole(tmp_path)
    wheels["cp312 win32"].write_bytes(b"no zip")
    assert told(release_of(*wheels.values())) == []


def test_expected_places(tmp_path: Path) -> None:
    wheels = whole(tmp_path)
    del wheels["cp312 win32"]
    config = Config(expected_grid={"win32": ("cp311",), "macosx_arm64": ("cp311", "cp313t")})
    finding = only(release_of(*wheels.values(), config=config))
    assert (finding.code, finding.severity) == ("WC902", Severity.ERROR)
    assert finding.evidence == {"platform": ("macosx_arm64",), "python": ("cp311", "cp313t")}


def test_one_wheel_alone_is_judged_by_what_is_expected_only(tmp_path: Path) -> None:
    path = wheel(tmp_path, "cp312-cp312-win32")
    assert told(release_of(path)) == []
    config = Config(expected_grid={"win32": ("cp311", "cp312")})
    release = release_of(path, config=config)
    assert told(release) == ["WC902 error"]
    assert "--ignore WC902" in only(release).help
    assert shows_grid(release)
    assert "MISSING" in str(grid_rows(release))
    met = Config(expected_grid={"win32": ("cp312",)})
    assert told(release_of(path, config=met)) == []


def test_several_versions(tmp_path: Path) -> None:
    old = wheel(tmp_path, "cp312-cp312-win32")
    new = [wheel(tmp_path, f"{p}-{p}-win32", version="1.10") for p in PYTHONS]
    older = wheel(tmp_path, "cp312-cp312-win32", version="1.9")
    release = release_of(new[0], older, *new[1:], old)
    assert release.versions == ("1.0", "1.9", "1.10")
    assert told(release) == ["WC901 warning"]
    served = [cell.wheel for [*row] in release.grid.cells for cell in row if cell is not None]
    assert served == [path.name for path in new]


def test_projects_are_judged_apart(tmp_path: Path) -> None:
    audit = wheelcheck.audit_wheels(
        [
            wheel(tmp_path, "cp312-cp312-win32", name="Other_Pkg"),
            wheel(tmp_path, "cp312-cp312-win32", version="2.0"),
            wheel(tmp_path, "cp312-cp312-win_amd64", name="other.pkg"),
        ]
    )
    assert [(r.project, len(r.wheels)) for r in audit.releases] == [("demo", 1), ("other-pkg", 2)]
    assert [told(release) for release in audit.releases] == [[], []]


def test_dependencies_that_differ(tmp_path: Path) -> None:
    release = release_of(
        wheel(tmp_path, "cp312-cp312-win32", fields={"Requires-Dist": ["a>=1", "PyWin32"]}),
        wheel(tmp_path, "cp312-cp312-win_amd64", fields={"Requires-Dist": ["pywin32", "A >= 1"]}),
        wheel(tmp_path, "cp312-cp312-macosx_11_0_arm64", fields={"Requires-Dist": ["a>=1"]}),
    )
    finding = only(release)
    assert (finding.code, finding.severity) == ("WC903", Severity.WARNING)
    assert finding.evidence["field"] == ("Requires-Dist",)
    assert finding.evidence["differing"] == ("pywin32",)
    [holders] = finding.evidence["holders"]
    assert "win32" in holders
    assert "macosx" not in holders


@pytest.mark.parametrize(
    ("field", "value", "severity"),
    [
        ("Requires-Python", ">=3.11", "warning"),
        ("Provides-Extra", "extra", "warning"),
        ("Summary", "Another", "note"),
        ("License-Expression", "BSD-3-Clause", "note"),
    ],
)
def test_other_fields_that_differ(tmp_path: Path, field: str, value: str, severity: str) -> None:
    release = release_of(
        wheel(tmp_path, "cp312-cp312-win32", fields={field: value}),
        wheel(tmp_path, "cp312-cp312-win_amd64"),
    )
    assert told(release) == [f"WC903 {severity}"]
    assert field in only(release).message


def test_the_order_of_fields_and_the_form_of_lines_are_no_difference(tmp_path: Path) -> None:
    first = {"Classifier": ["Typing :: Typed", "Framework :: IPython"]}
    second = {"Classifier": list(reversed(first["Classifier"]))}
    release = release_of(
        wheel(tmp_path, "cp312-cp312-win32", fields=first, description="a\nb\n"),
        wheel(tmp_path, "cp312-cp312-win_amd64", fields=second, description="a\r\nb\r\n"),
    )
    assert told(release) == []


def test_the_same_content_under_two_names(tmp_path: Path) -> None:
    files = {"demo/__init__.py": b"a = 1\n"}
    other = {"demo/__init__.py": b"a = 2\n"}
    release = release_of(
        wheel(tmp_path, "cp311-none-any", files=files),
        wheel(tmp_path, "cp312-none-any", files=files),
        wheel(tmp_path, "cp313-none-any", files=other),
    )
    finding = only(release)
    assert (finding.code, finding.severity) == ("WC904", Severity.NOTE)
    assert finding.evidence["wheels"] == release.wheels[:2]


def test_wheels_without_content_are_not_alike(tmp_path: Path) -> None:
    assert told(
        release_of(
            wheel(tmp_path, "cp311-none-any", files={}), wheel(tmp_path, "cp312-none-any", files={})
        )
    ) == []  # fmt: skip


@pytest.mark.parametrize(
    ("change", "severity"),
    [
        ({}, "note"),
        ({"files": {"demo/__init__.py": b"a = 1\n"}}, "warning"),
        ({"fields": {"Requires-Dist": "a"}}, "warning"),
    ],
)
def test_two_files_of_one_name(tmp_path: Path, change: dict[str, object], severity: str) -> None:
    folders = [tmp_path / "a", tmp_path / "b"]
    for folder in folders:
        folder.mkdir()
    first = wheel(folders[0], "py3-none-any")
    second = wheel(folders[1], "py3-none-any", **change)
    findings = [f for f in release_of(first, second).findings if f.code == "WC905"]
    assert [str(f.severity) for f in findings] == [severity]
    assert findings[0].wheel == first.name
    assert findings[0].evidence["paths"] == (str(first), str(second))


def rebuilt(path: Path, build: str, tag: str | None = None) -> Path:
    """Rename a wheel; only its name is looked at."""
    name, version, *tags = path.name.removesuffix(".whl").split("-")
    parts = [name, version, *([build] if build else []), *([tag] if tag else tags)]
    return path.rename(path.with_name("-".join(parts) + ".whl"))


def test_a_wheel_that_a_higher_build_hides(tmp_path: Path) -> None:
    old = rebuilt(wheel(tmp_path, "cp312-cp312-win32"), "2")
    new = rebuilt(wheel(tmp_path, "cp312-cp312-win32", files={"demo/b.py": b""}), "10")
    [finding] = release_of(new, old).findings
    assert (finding.code, finding.severity, finding.wheel) == ("WC906", Severity.NOTE, old.name)
    assert finding.evidence == {"wheels": (new.name,)}


def test_a_wheel_that_keeps_a_tag_is_not_hidden(tmp_path: Path) -> None:
    old = wheel(tmp_path, "cp312-cp312-win32.win_amd64")
    new = rebuilt(wheel(tmp_path, "cp312-cp312-win32"), "1")
    assert told(release_of(new, old)) == []


def test_wheels_that_claim_the_same_tag(tmp_path: Path) -> None:
    release = release_of(
        wheel(tmp_path, "cp312-cp312-manylinux2014_x86_64.manylinux_2_17_x86_64"),
        wheel(tmp_path, "cp312-cp312-manylinux_2_17_x86_64"),
    )
    finding = only(release)
    assert finding.code == "WC906"
    assert finding.evidence["tag"] == ("cp312-cp312-manylinux_2_17_x86_64",)


def test_a_name_that_cannot_be_read_belongs_to_no_release(tmp_path: Path) -> None:
    odd = wheel(tmp_path, "py3-none-any").rename(tmp_path / "demo.whl")
    audit = wheelcheck.audit_wheels([odd, tmp_path / "demo-1.0-py3-none-any.whl"])
    assert [release.wheels for release in audit.releases] == [("demo-1.0-py3-none-any.whl",)]


def test_settings_hold_for_releases(tmp_path: Path) -> None:
    paths = [
        wheel(tmp_path, "cp312-cp312-win32"),
        wheel(tmp_path, "cp312-cp312-win32", version="2.0"),
    ]
    assert told(release_of(*paths, config=Config(severity={"WC9": Severity.ERROR}))) == [
        "WC901 error"
    ]
    assert told(release_of(*paths, config=Config(select=("WC1",)))) == []
    config = Config(ignore=("mixed-versions",))
    ignored = release_of(*paths, config=config)
    assert told(ignored) == []
    assert [i.by for i in ignored.ignored] == [("ignore mixed-versions",)]
    assert config.unused_ignores([ignored]) == ()
    assert told(release_of(*paths, config=Config(per_wheel_ignores={"demo": ("WC9",)}))) == []


def test_a_baseline_holds_for_releases(tmp_path: Path) -> None:
    wheels = whole(tmp_path)
    old = release_of(*(path for key, path in wheels.items() if key != "cp312 win32"))
    baseline = make_baseline([old])
    assert told(baseline.apply(old)) == []
    # Another hole is news.
    new = release_of(*(path for key, path in wheels.items() if key != "cp312 win_amd64"))
    assert told(baseline.apply(new)) == ["WC902 warning"]
    assert [mark.code for mark in baseline.gone([new])] == ["WC902"]


def test_reports_may_come_from_other_processes(tmp_path: Path) -> None:
    paths = list(whole(tmp_path).values())[1:]
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor:
        reports = list(executor.map(wheelcheck.inspect, paths))
    releases = wheelcheck.judge_releases(reports, Config())
    audit = wheelcheck.audit_wheels(paths)
    assert releases == audit.releases
    assert pickle.loads(pickle.dumps(audit)) == audit  # noqa: S301 - our own


def test_any_order_gives_the_same_findings(tmp_path: Path) -> None:
    paths = list(whole(tmp_path).values())
    del paths[2]
    forth, back = release_of(*paths), release_of(*reversed(paths))
    assert forth.findings == back.findings
    assert forth.grid == back.grid


def asking(folder: Path, tag: str, wanted: str = ">=3.7", **changes: object) -> Path:
    return wheel(folder, tag, fields={"Requires-Python": wanted}, **changes)


@pytest.mark.parametrize(
    ("tags", "wanted", "missing"),
    [
        (["cp39-abi3-win32"], ">=3.9", ()),
        (["cp39-abi3-win32"], ">=3.8", ("3.8",)),
        (["cp39-abi3-win32"], ">=3.6,!=3.7.*", ("3.6", "3.8")),
        (["cp39-abi3-win32"], "==3.8.7", ("3.8",)),
        (["cp39-abi3-win32"], "no version", ()),
        (["cp39-abi3-win32", "cp37-cp37m-win32"], ">=3.7", ("3.8",)),
        (["cp39-abi3-win32", "cp37-cp37m-win32", "cp38-cp38-win32"], ">=3.7", ()),
        (["cp39-abi3-win32", "cp37-abi3-win_amd64"], ">=3.7", ("3.7", "3.8")),
        (["cp39-abi3-win32", "cp37-abi3-win32"], ">=3.7", ()),
        (["cp39-abi3-win32", "pp38-pypy38_pp73-win32"], ">=3.8", ("3.8",)),
        (["cp39-abi3-win32", "py3-none-win32"], ">=3.7", ()),
        (["cp39-abi3-win32", "py3-none-any"], ">=3.7", ()),
        (["cp39-abi3-macosx_11_0_arm64", "cp38-cp38-macosx_10_9_universal2"], ">=3.8", ()),
        (["cp313-cp313-win32"], ">=3.8", ()),
    ],
)
def test_pythons_below_the_floor(
    tmp_path: Path, tags: list[str], wanted: str, missing: tuple[str, ...]
) -> None:
    release = release_of(*(asking(tmp_path, tag, wanted) for tag in tags))
    found = [finding for finding in release.findings if finding.code == "WC907"]
    assert [finding.severity for finding in found] == [Severity.NOTE] * bool(missing)
    assert [finding.evidence["python"] for finding in found] == [missing] * bool(missing)


def test_platforms_that_lack_the_same_pythons_are_told_together(tmp_path: Path) -> None:
    tags = ("win32", "win_amd64", "macosx_11_0_universal2")
    paths = [asking(tmp_path, f"cp39-abi3-{tag}", ">=3.7") for tag in tags]
    finding = only(release_of(*paths))
    assert finding.evidence["platform"] == ("macosx_x86_64", "macosx_arm64", "win_amd64", "win32")
    assert "admits Python 3.7 to 3.8" in finding.message
    assert finding.confidence == "medium"
    assert finding.wheel == "demo"
    alone = only(release_of(paths[0]))
    assert alone.wheel == paths[0].name
    assert alone.confidence == "low"


def test_an_unreadable_sibling_serves_older_pythons(tmp_path: Path) -> None:
    older = asking(tmp_path, "cp38-cp38-win32")
    older.write_bytes(b"no zip")
    assert told(release_of(asking(tmp_path, "cp39-abi3-win32", ">=3.8"), older)) == []


def test_an_absurd_floor_costs_no_time(tmp_path: Path) -> None:
    path = asking(tmp_path, f"cp3{'9' * 100}-abi3-win32", ">=3.2")
    finding = only(release_of(path))
    assert len(finding.evidence["python"]) < 50
    assert not shows_grid(release_of(path))
