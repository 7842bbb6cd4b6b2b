"""Rules are loaded where they may have something to say, and only there."""

from pathlib import Path

import pytest

from tests.wheels import WheelBuilder
from wheelcheck.archive.reader import Archive
from wheelcheck.reading.one_pass import read_wheel
from wheelcheck.resolving.closure import resolve
from wheelcheck.rules import INSTALLED_RULES, RELEASE_RULES, WHEEL_RULES, all_rules
from wheelcheck.rules.registry import Subject

WHEELS = sorted((Path(__file__).parents[2] / "testdata" / "wheels").glob("*.whl"))


def test_each_is_the_rule_of_its_code() -> None:
    for rules in (WHEEL_RULES, INSTALLED_RULES):
        codes = [listed.code for listed in rules]
        assert [listed.load().code for listed in rules] == codes
        assert len(set(codes)) == len(codes)
    assert all(listed.load().code == listed.code for listed in RELEASE_RULES)
    assert len({rule.code for rule in all_rules()}) == len(all_rules())


def test_each_has_tests() -> None:
    texts = [path.read_text("utf-8") for path in Path(__file__).parents[1].rglob("*.py")]
    codes = [rule.code for rule in all_rules()]
    assert [code for code in codes if not any(code in text for text in texts)] == []


@pytest.mark.parametrize("path", WHEELS, ids=lambda path: path.name)
def test_what_is_not_loaded_finds_nothing(path: Path) -> None:
    says_nothing(path)


@pytest.mark.parametrize(
    "tag",
    [
        "py3-none-any",
        "cp312-cp312-manylinux_2_28_x86_64",
        "py3-none-macosx_11_0_arm64",
        "py3-none-win_amd64",
        "py3-none-anything",
    ],
)
def test_nor_in_a_wheel_without_native_code(tag: str, tmp_path: Path) -> None:
    says_nothing(WheelBuilder(tag=tag).write(tmp_path))


def says_nothing(path: Path) -> None:
    with Archive.open(path) as archive:
        wheel = read_wheel(archive, path.name)
    subject = Subject(wheel, resolve(wheel))
    left_out = [listed for listed in WHEEL_RULES if not listed.has(subject)]
    assert left_out
    for listed in left_out:
        assert list(listed.load().check(subject)) == [], listed.code
