"""WC604 to WC607: imports that neither the wheel nor what it requires can serve."""

from pathlib import Path

import pytest

import wheelcheck
from tests.rules.judged import pure
from tests.rules.modules.code import found, said


def at_top(source: str) -> dict[str, str]:
    return {"demo/__init__.py": source}


@pytest.mark.parametrize(
    ("source", "requires"),
    [
        ("import os, xml.etree, tomllib, profiling", []),
        ("import requests", ["Requests>=2"]),
        ("import yaml", ["PyYAML"]),
        ("import PIL.Image", ["pillow"]),
        ("import cv2", ["opencv-python-headless"]),
        ("from google.protobuf import message", ["protobuf"]),
        ("import attr", ['attrs; python_version < "4"']),
        ("import acme_sdk", ["acme-sdk-python"]),
        ("import acme", ["python-acme"]),
        ("import bpy", []),
        ("try:\n    import numpy\nexcept ImportError:\n    numpy = None", []),
        ("if TYPE_CHECKING:\n    import numpy", []),
        ("import demo.part", []),
    ],
)
def test_served(tmp_path: Path, source: str, requires: list[str]) -> None:
    files = {**at_top(source), "demo/part.py": ""}
    assert said(tmp_path, files, Requires_Dist=requires) == []


@pytest.mark.parametrize("requires", [[], ["six"], ["requests", "six"]])
def test_undeclared(tmp_path: Path, requires: list[str]) -> None:
    [finding] = found(tmp_path, at_top("import os\nimport numpy.linalg"), Requires_Dist=requires)
    assert (finding.code, finding.severity, finding.confidence) == ("WC605", "error", "high")
    assert finding.evidence["imported_at"] == ("demo/__init__.py:2",)
    assert finding.evidence["distributions"] == ("numpy",)


def test_brought_by_a_requirement_of_a_requirement(tmp_path: Path) -> None:
    [finding] = found(tmp_path, at_top("import urllib3"), Requires_Dist="requests")
    assert (finding.code, finding.severity) == ("WC605", "warning")
    assert "only through another requirement" in finding.message


def test_unknown_requirements_may_bring_anything(tmp_path: Path) -> None:
    [finding] = found(tmp_path, at_top("import numpy"), Requires_Dist="zzz-unknown")
    assert (finding.severity, finding.confidence) == ("warning", "low")


def test_elsewhere_it_weighs_less(tmp_path: Path) -> None:
    part = {"demo/__init__.py": "", "demo/part.py": "import numpy"}
    assert said(tmp_path, part) == ["WC605 warning"]
    joins = {"demo/__init__.py": "", "demo/contrib/for_numpy.py": "import numpy"}
    assert said(tmp_path, joins) == ["WC605 note"]
    function = at_top("def f():\n    import numpy")
    assert said(tmp_path, function) == ["WC605 note"]
    assert said(tmp_path, function, Requires_Dist="zzz-unknown") == []
    tests = {"demo/__init__.py": "", "demo/tests/test_a.py": "import numpy"}
    assert said(tmp_path, tests) == []


def test_in_a_mere_folder_one_module_is_the_package_and_several_are_choices(
    tmp_path: Path,
) -> None:
    one = {"space/part.py": "import numpy"}
    assert said(tmp_path, one) == ["WC605 error"]
    several = {**one, "space/other.py": ""}
    assert said(tmp_path, several) == ["WC605 warning"]


def test_the_user_may_name_modules(tmp_path: Path) -> None:
    builder = pure(
        files={"demo/__init__.py": b"import odd"}, fields={"Requires-Dist": "zzz-unknown"}
    )
    path = builder.write(tmp_path)
    config = wheelcheck.Config(import_names={"ZZZ.Unknown": ("odd.part",)})
    assert [f.code for f in wheelcheck.inspect(path).findings] == ["WC605"]
    assert wheelcheck.inspect(path, config=config).findings == ()


@pytest.mark.parametrize("names", [{"a b": ("c",)}, {"a": ("b-c",)}])
def test_names_in_the_settings_are_names(names: dict[str, tuple[str, ...]]) -> None:
    with pytest.raises(wheelcheck.ConfigError, match=r"import-names: .* is no name of a"):
        wheelcheck.Config(import_names=names)


@pytest.mark.parametrize("old", ["demos", "demo_", "Demo", "demmo"])
def test_old_name(tmp_path: Path, old: str) -> None:
    [finding] = found(tmp_path, at_top(f"import {old}.part"))
    assert (finding.code, finding.severity) == ("WC604", "error")
    assert finding.evidence["own"] == ("demo",)


def test_old_name_in_a_function(tmp_path: Path) -> None:
    [finding] = found(tmp_path, at_top("def f():\n    import demos"))
    assert (finding.code, finding.severity) == ("WC604", "warning")
    assert "in a function" in finding.message


def test_another_project_of_a_like_name_is_no_old_name(tmp_path: Path) -> None:
    files = {"pyaml/__init__.py": "import yaml"}
    [finding] = found(tmp_path, files)
    assert finding.code == "WC605"


@pytest.mark.parametrize(
    ("module", "tag", "requires_python", "said_of_it"),
    [
        ("imp", "py3-none-any", ">=3.8", ["WC606 error"]),
        ("cgi", "py3-none-any", ">=3.8", ["WC606 error"]),
        ("distutils.core", "cp39-abi3-win_amd64", ">=3.9", ["WC606 error"]),
        ("imp", "py3-none-any", ">=3.8,<3.12", []),
        ("imp", "cp311-cp311-win_amd64", ">=3.8", []),
        ("cgi", "cp312-cp312-win_amd64", ">=3.8", []),
    ],
)
def test_removed(
    tmp_path: Path, module: str, tag: str, requires_python: str, said_of_it: list[str]
) -> None:
    files = at_top(f"import {module}")
    own = said(tmp_path, files, tag=tag, Requires_Python=requires_python)
    assert own == said_of_it


def test_removed_in_a_function(tmp_path: Path) -> None:
    function = at_top("def f():\n    import imp")
    assert said(tmp_path, function) == ["WC606 note"]
    asked_before = at_top("def f():\n    if new:\n        return\n    import imp")
    assert said(tmp_path, asked_before) == []


def test_removed_but_brought_back(tmp_path: Path) -> None:
    assert said(tmp_path, at_top("import cgi"), Requires_Dist="legacy-cgi") == []
    assert said(tmp_path, at_top("import distutils"), Requires_Dist="setuptools") == []


def test_setuptools_puts_distutils_back(tmp_path: Path) -> None:
    # It need not be required: who builds extensions has it.
    tried = "try:\n    from setuptools import Extension\nexcept ImportError:\n    pass\n"
    at_last = {"demo/__init__.py": "", "demo/build.py": f"{tried}import distutils.errors"}
    assert said(tmp_path, at_last) == []
    late = "import distutils.errors\ndef f():\n    import setuptools"
    assert said(tmp_path, at_top(late)) == ["WC606 error", "WC605 note"]


def test_extra(tmp_path: Path) -> None:
    [finding] = found(
        tmp_path,
        at_top("import rich"),
        Requires_Dist='rich; extra == "cli"',
        Provides_Extra="cli",
    )
    assert (finding.code, finding.severity) == ("WC607", "warning")
    assert finding.evidence["extra"] == ("cli",)


def test_an_extra_may_bring_it_through_another_requirement(tmp_path: Path) -> None:
    [finding] = found(
        tmp_path,
        at_top("import urllib3"),
        Requires_Dist='requests; extra == "web"',
        Provides_Extra="web",
    )
    assert (finding.code, finding.severity) == ("WC607", "warning")
    assert finding.evidence["extra"] == ("web",)


@pytest.mark.parametrize("name", ["types-rich", "rich-stubs"])
def test_stubs_are_not_what_they_describe(tmp_path: Path, name: str) -> None:
    [finding] = found(
        tmp_path,
        at_top("import rich"),
        Requires_Dist=f'{name}; extra == "lint"',
        Provides_Extra="lint",
    )
    assert (finding.code, finding.severity) == ("WC605", "error")
