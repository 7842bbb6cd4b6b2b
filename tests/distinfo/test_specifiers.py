"""Plain specifiers mean what they mean to the packaging library."""

from random import Random

import pytest
from packaging.specifiers import SpecifierSet

from wheelcheck.distinfo.specifiers import PlainSpecifiers, read_specifiers


@pytest.mark.parametrize("seed", range(20))
def test_what_they_admit(seed: int) -> None:
    random = Random(seed)  # noqa: S311 (no secret)

    def version() -> str:
        return ".".join(str(random.randint(0, 3)) for _ in range(random.randint(1, 3)))

    for _ in range(50):
        parts = [
            f"{random.choice(['>=', '<=', '<', '>', '==', '!=', '~='])}{version()}"
            f"{random.choice(['', '', '.*'])}"
            for _ in range(random.randint(1, 3))
        ]
        text = ",".join(parts)
        try:
            expected = SpecifierSet(text)
        except ValueError:
            with pytest.raises(ValueError, match="specifier"):
                read_specifiers(text)
            continue
        found = read_specifiers(text)
        assert isinstance(found, PlainSpecifiers)
        assert len(found) == len(list(found))
        assert str(found) == str(expected)
        for _ in range(5):
            number = version()
            assert found.contains(number, prereleases=True) == expected.contains(
                number, prereleases=True
            ), (text, number)


@pytest.mark.parametrize(
    ("text", "normal"),
    [(">= 3.9 , <4", "<4,>=3.9"), ("!=3.1.*,>=3", "!=3.1.*,>=3"), (">=3,>=3.0", ">=3")],
)
def test_their_normal_form(text: str, normal: str) -> None:
    assert str(read_specifiers(text)) == normal


@pytest.mark.parametrize("text", [">=3.9rc1", "===3.9", ">=3.9,", "~=3.9.0.post1", ">=12345678901"])
def test_what_is_not_plain_is_read_by_the_library(text: str) -> None:
    assert isinstance(read_specifiers(text), SpecifierSet)


@pytest.mark.parametrize("text", ["3.9", ">=3.*", "~=3", ">= x", "=>3.9"])
def test_what_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="specifier"):
        read_specifiers(text)


def test_versions_that_are_no_plain_numbers() -> None:
    wanted = read_specifiers(">=3.9,<3.14")
    assert wanted.contains("3.14.0rc1", prereleases=True) is False
    assert wanted.contains("3.12.0rc1", prereleases=True)
    assert wanted.contains("3.13+local", prereleases=True)
