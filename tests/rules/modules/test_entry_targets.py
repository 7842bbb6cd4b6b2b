"""WC608: an entry point refers to what is not in the wheel."""

from pathlib import Path

import pytest

from tests.rules.modules.code import found

FILES = {
    "demo/__init__.py": "from .cli import main as start",
    "demo/cli.py": "def main(): ...\nclass App:\n    def run(self): ...",
    "demo/lazy.py": "def __getattr__(name): ...",
}


@pytest.mark.parametrize("group", ["console_scripts", "gui_scripts", "demo.plugins"])
@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("demo.cli:main", None),
        ("demo.cli:App.run", None),
        ("demo:start", None),
        ("demo.lazy:anything", None),
        ("pdb:main", None),
        ("requests.api:get [x]", None),
        ("demo.gone:main", "demo.gone is not in the wheel"),
        ("demo.cli:mian", "demo/cli.py defines no mian"),
        ("demmo.cli:main", "(demo may be meant)"),
        ("other.cli:main", "neither the wheel nor Requires-Dist brings other"),
    ],
)
def test_targets(tmp_path: Path, group: str, target: str, said: str | None) -> None:
    points = f"[{group}]\n\ntool = {target}\n"
    hits = found(tmp_path, FILES, entry_points=points, Requires_Dist="requests")
    assert [(f.code, f.severity) for f in hits] == ([] if said is None else [("WC608", "error")])
    assert all(said in f.message and "line 3" in f.message for f in hits if said)


def test_what_requirements_bring_is_not_always_known(tmp_path: Path) -> None:
    points = "[console_scripts]\ntool = other.cli:main\n"
    [hit] = found(tmp_path, FILES, entry_points=points, Requires_Dist="zzz-unknown")
    assert (hit.severity, hit.confidence) == ("warning", "low")


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("demo.gone", ["warning"]),
        ("demo.cli", []),
        ("demo.start", []),
        ("demo.lazy.thing", []),
        ("demo", []),
        ("space.gone", []),
        ("any words", []),
        ("other.thing", []),
    ],
)
def test_a_plugin_without_a_colon_may_mean_anything_but_a_module_of_the_package(
    tmp_path: Path, target: str, expected: list[str]
) -> None:
    points = f"[demo.plugins]\ntool = {target}\n"
    hits = found(tmp_path, {**FILES, "space/part.py": ""}, entry_points=points)
    assert [str(f.severity) for f in hits] == expected
