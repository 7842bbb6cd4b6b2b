"""Which wheel of a release serves which Python on which platform."""

import pytest

from wheelcheck.audit import Grid, Release
from wheelcheck.release_set.grid import Candidate, make_grid
from wheelcheck.report.grid import grid_legend, grid_rows
from wheelcheck.wheel import parse_wheel_name


def grid_of(*tags: str, expected: dict[str, list[str]] | None = None) -> Grid:
    names = [f"demo-1.0-{tag}.whl" for tag in tags]
    parsed = [parse_wheel_name(name) for name in names]
    candidates = [
        Candidate(name, tuple(map(str, wheel.tags)), wheel.build)
        for name, wheel in zip(names, parsed, strict=True)
    ]
    return make_grid(candidates, expected)


def serving(grid: Grid, python: str, platform: str) -> str | None:
    cell = grid.cells[grid.platforms.index(platform)][grid.pythons.index(python)]
    return None if cell is None else cell.by


def table(*tags: str) -> str:
    wheels = tuple(f"demo-1.0-{tag}.whl" for tag in tags)
    release = Release("demo", ("1.0",), wheels, grid_of(*tags))
    legend = [f"{word}: {text}" for word, text in grid_legend(release).items()]
    return "".join(f"{row}\n" for row in [*map(" ".join, grid_rows(release)), *legend])


def test_columns_are_builds_of_pythons_older_first() -> None:
    grid = grid_of(
        "cp313-cp313t-win32", "cp313-cp313-win32", "pp311-pypy311_pp73-win32", "cp39-abi3-win32",
        "cp310-cp310-win32", "cp37-cp37m-win32",
    )  # fmt: skip
    assert grid.pythons == ("cp37", "cp39", "cp310", "cp313", "cp313t", "pp311")


def test_rows_are_machines_of_systems() -> None:
    grid = grid_of(
        "cp313-cp313-win_amd64", "cp313-cp313-win32", "cp313-cp313-macosx_10_9_universal2",
        "cp313-cp313-musllinux_1_2_x86_64", "cp313-cp313-manylinux2014_x86_64",
        "cp313-cp313-manylinux_2_28_x86_64", "cp313-cp313-manylinux_2_17_aarch64",
        "cp313-cp313-android_24_arm64_v8a", "cp313-cp313-ios_13_0_arm64_iphoneos",
        "cp313-cp313-linux_x86_64", "py3-none-any", "cp313-cp313-freebsd_14_0_release_amd64",
    )  # fmt: skip
    assert grid.platforms == (
        "manylinux_x86_64", "manylinux_aarch64", "musllinux_x86_64", "linux_x86_64",
        "macosx_x86_64", "macosx_arm64", "win_amd64", "win32", "android_arm64_v8a",
        "ios_arm64_iphoneos", "freebsd_14_0_release_amd64", "any",
    )  # fmt: skip


def test_the_stable_abi_covers_later_pythons_but_no_free_threaded_ones() -> None:
    grid = grid_of(
        "cp311-abi3-win32", "cp310-cp310-win32", "cp314-cp314t-win32", "cp313-cp313-win32"
    )
    assert grid.pythons == ("cp310", "cp311", "cp313", "cp314t")
    assert serving(grid, "cp310", "win32") == "cp310-cp310-win32"
    assert serving(grid, "cp311", "win32") == "cp311-abi3-win32"
    assert serving(grid, "cp313", "win32") == "cp313-cp313-win32"
    grid = grid_of("cp311-abi3-win32", "cp313-cp313-win_amd64", "cp314-cp314t-win_amd64")
    assert serving(grid, "cp313", "win32") == "cp311-abi3-win32"
    assert serving(grid, "cp314t", "win32") is None


def test_abi3t_covers_free_threaded_pythons_only() -> None:
    grid = grid_of("cp315-abi3.abi3t-win32", "cp316-cp316-win_amd64", "cp316-cp316t-win_amd64")
    assert grid.pythons == ("cp315", "cp316", "cp315t", "cp316t")
    assert serving(grid, "cp316", "win32") == "cp315-abi3-win32"
    assert serving(grid, "cp316t", "win32") == "cp315-abi3t-win32"


@pytest.mark.parametrize(
    ("tags", "chosen"),
    [
        (("cp39-abi3-win32", "cp311-abi3-win32"), "cp311-abi3-win32"),
        (("py3-none-win32", "cp39-abi3-win32"), "cp39-abi3-win32"),
        (("py3-none-any", "py3-none-win32"), "py3-none-win32"),
        (("cp312-none-any", "py3-none-win32"), "py3-none-win32"),
        (("py3-none-any", "py310-none-any"), "py310-none-any"),
        (("py3-none-any", "py313-none-any"), "py3-none-any"),
        (("cp312-cp312-win32", "cp312-none-win32"), "cp312-cp312-win32"),
    ],
)
def test_a_wheel_is_chosen_as_installers_do(tags: tuple[str, ...], chosen: str) -> None:
    grid = grid_of("cp312-cp312-win_amd64", *tags)
    row = "win32" if any(tag.endswith("win32") for tag in tags) else "any"
    assert serving(grid, "cp312", row) == chosen
    assert serving(grid_of(*reversed(tags), "cp312-cp312-win_amd64"), "cp312", row) == chosen


def test_a_tag_for_newer_systems_and_one_machine_comes_first() -> None:
    grid = grid_of("cp312-cp312-manylinux_2_28_x86_64", "cp312-cp312-manylinux2014_x86_64")
    assert serving(grid, "cp312", "manylinux_x86_64") == "cp312-cp312-manylinux_2_28_x86_64"
    grid = grid_of("cp312-cp312-macosx_11_0_universal2", "cp312-cp312-macosx_11_0_arm64")
    assert serving(grid, "cp312", "macosx_arm64") == "cp312-cp312-macosx_11_0_arm64"
    assert serving(grid, "cp312", "macosx_x86_64") == "cp312-cp312-macosx_11_0_universal2"


def test_the_higher_build_is_chosen() -> None:
    grid = grid_of("9-cp312-cp312-win32", "10-cp312-cp312-win32", "cp312-cp312-win32")
    [[cell]] = grid.cells
    assert cell is not None
    assert cell.wheel == "demo-1.0-10-cp312-cp312-win32.whl"


def test_a_python_missing_among_its_neighbours_is_a_hole() -> None:
    pythons = ("310", "311", "312", "313")
    tags = [f"cp{p}-cp{p}-{s}" for s in ("win_amd64", "win32") for p in pythons]
    assert list(grid_of(*tags).holes) == []
    tags.remove("cp312-cp312-win32")
    assert list(grid_of(*tags).holes) == [("win32", "cp312")]


@pytest.mark.parametrize(
    "tags",
    [
        # platforms come and go
        ("cp311-cp311-win32", "cp311-cp311-win_arm64", "cp312-cp312-win32", "cp313-cp313-win32"),
        ("cp313-cp313-win_arm64", "cp311-cp311-win32", "cp312-cp312-win32", "cp313-cp313-win32"),
        # the stable ABI
        ("cp311-cp311-win32", "cp312-cp312-win32", "cp313-cp313-win32", "cp311-abi3-win_arm64"),
        # a build of its own
        ("cp312-cp312-win32", "cp313-cp313t-win32", "cp314-cp314-win32", "cp312-abi3-win_arm64"),
        # a fallback
        ("cp311-cp311-win32", "cp313-cp313-win32", "cp312-cp312-win_arm64", "py3-none-any"),
    ],
)
def test_what_is_no_hole(tags: tuple[str, ...]) -> None:
    assert list(grid_of(*tags).holes) == []


def test_only_what_is_expected_counts() -> None:
    tags = ("cp311-cp311-win32", "cp313-cp313-win32", "cp312-cp312-win_amd64")
    assert list(grid_of(*tags).holes) == [("win32", "cp312")]
    expected = {"win32": ["cp313", "cp313t"], "macosx_arm64": ["cp313"]}
    assert list(grid_of(*tags, expected=expected).holes) == [
        ("macosx_arm64", "cp313"),
        ("win32", "cp313t"),
    ]


def test_generic_tags_are_columns_only_where_nothing_closer_is() -> None:
    assert grid_of("py2.py3-none-any", "py3-none-win32").pythons == ("py2", "py3")
    assert grid_of("py3-none-any", "cp312-cp312-win32").pythons == ("cp312",)


def test_the_table_says_which_wheel_serves() -> None:
    assert table(
        "cp311-cp311-win32", "cp312-abi3-win32", "cp314-cp314t-win32", "cp311-cp311-win_arm64",
        "py3-none-win_amd64", "cp313-cp313-win_arm64", "cp314-cp314-win_amd64",
    ) == """\
 cp311 cp312 cp313 cp314 cp314t
win_amd64 any any any own any
win_arm64 own MISSING own - -
win32 own abi3 abi3 abi3 own
own: a wheel for this very Python
abi3: one for the stable ABI of this or an older Python
any: one for any Python
-: none
MISSING: none, where one is expected
"""  # fmt: skip


def test_a_hostile_set_of_tags_stays_bounded() -> None:
    tags = [
        ".".join(f"cp{n}{i}" for i in range(100, 200))
        + f"-none-{'.'.join(f'p{n}{j}' for j in range(10))}"
        for n in range(1, 9)
    ]
    grid = grid_of(*tags)
    assert len(grid.pythons) <= 100
    assert len(grid.platforms) <= 200
