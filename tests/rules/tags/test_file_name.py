"""WC411 to WC413: the file name."""

from pathlib import Path

import pytest

import wheelcheck
from tests.rules.judged import FAMILIES, pure
from wheelcheck.cli import main


def verdict_of(folder: Path, filename: str, profile: str = "pypi") -> list[str]:
    path = pure().write(folder).rename(folder / filename)
    found = wheelcheck.inspect(path, profile=profile).findings
    return [f"{f.code} {f.severity}" for f in found if f.code.startswith(FAMILIES)]


@pytest.mark.parametrize(
    ("filename", "pypi", "private"),
    [
        ("demo-1.0-py3-none-any.whl", [], []),
        ("demo-1.0-py3-any.whl", ["WC411 error"], ["WC411 error"]),
        ("demo.whl", ["WC411 error"], ["WC411 error"]),
        ("demo-one-py3-none-any.whl", ["WC411 error"], ["WC411 error"]),
        ("demo-1.0-py3-none-any (1).whl", ["WC303 error", "WC405 error"],
         ["WC303 error", "WC405 warning"]),
        ("demo-1.0-x-py3-none-any.whl", ["WC411 error"], ["WC411 error"]),
        ("Demo-1.0-py3-none-any.whl", ["WC301 error", "WC412 error"],
         ["WC301 warning", "WC412 warning"]),
        ("demo-1.0.0-py3-none-any.whl", ["WC301 error"], ["WC301 warning"]),
        ("demo-1.00-py3-none-any.whl", ["WC301 error", "WC412 warning"],
         ["WC301 warning", "WC412 warning"]),
        ("demo-1.0-PY3-none-any.whl", ["WC412 warning"], ["WC412 warning"]),
        ("demo-1.0-py3-none-any-x86_64_v3.whl", ["WC413 error"], ["WC413 warning"]),
        ("demo-1.0-2-py3-none-any-cu126.whl", ["WC413 error"], ["WC413 warning"]),
        ("demo-1.0-py3..-none-any.whl", ["WC411 error"], ["WC411 error"]),
    ],
)  # fmt: skip
def test_file_names(tmp_path: Path, filename: str, pypi: list[str], private: list[str]) -> None:
    assert verdict_of(tmp_path, filename) == pypi
    assert verdict_of(tmp_path, filename, "private") == private


@pytest.mark.parametrize(
    ("filename", "said"),
    [
        ("demo-1.0-py3-none.whl", "it has 4 parts joined by hyphens, not five or six"),
        ("d@mo-1.0-py3-none-any.whl", "'d@mo' is no name of a project"),
        ("de__mo-1.0-py3-none-any.whl", "'de__mo' is no name of a project"),
        ("demo-1.x-py3-none-any.whl", "'1.x' is no version"),
        ("demo-1.0-x-py3-none-any.whl", "the build number 'x' does not begin with a digit"),
        ("demo-1.0-py3--any.whl", "a part of the tag is empty"),
    ],
)
def test_what_is_wrong_with_a_name_is_said_in_our_words(
    tmp_path: Path, filename: str, said: str
) -> None:
    report = wheelcheck.inspect(pure().write(tmp_path).rename(tmp_path / filename))
    [finding] = [finding for finding in report.findings if finding.code == "WC411"]
    assert finding.message == f"{filename} is no wheel's file name: {said}"


def test_a_bomb_of_tags(tmp_path: Path) -> None:
    parts = [".".join(f"{letter}{i}" for i in range(18)) for letter in "abc"]
    filename = f"demo-1.0-{'-'.join(parts)}.whl"
    assert verdict_of(tmp_path, filename) == ["WC411 error"]


def test_an_unknown_profile(tmp_path: Path) -> None:
    with pytest.raises(wheelcheck.UsageError, match="there are: pypi, private"):
        wheelcheck.inspect(pure().write(tmp_path), profile="moon")


def test_the_profile_of_the_command_line(tmp_path: Path) -> None:
    path = pure(version="1.0+local").write(tmp_path)
    assert main(["inspect", str(path)]) == 1
    assert main(["inspect", "--profile", "private", str(path)]) == 0
