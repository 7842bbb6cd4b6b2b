"""Versions compare as they do for the packaging library."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.version import Version as Parsed

from wheelcheck.distinfo.versions import read_version

TEXTS = (
    "1", "1.0", "01.0.0", "1.0.1", "1.10", "1.9", "2", "0", "0.0", "v1.0", " 1.0 ", "0!1.0",
    "1!0.5", "1.0a1", "1.0.dev3", "1.0rc1", "1.0.post1", "1.0+local.1", "1.0+Local-1",
    "1.0.0+local",
    "12345678901.2", "1.0-1", "1.0c1", "2026.11.21", "1" + 30 * ".0",
)  # fmt: skip
ANY = st.lists(
    st.sampled_from(
        [*"019", ".", ".0", "10", "0000000000", "!", "a", "rc1", ".post", "-", "+x", " "]
    ),
    max_size=6,
).map("".join)


@pytest.mark.parametrize(("one", "other"), [*product(TEXTS, TEXTS)])
def test_order_and_equality(one: str, other: str) -> None:
    first, second = read_version(one), read_version(other)
    assert (first == second) == (Parsed(one) == Parsed(other))
    assert (first < second) == (Parsed(one) < Parsed(other))
    if first == second:
        assert hash(first) == hash(second)


@settings(max_examples=500)
@given(ANY, st.sampled_from(TEXTS))
def test_any_text(text: str, other: str) -> None:
    try:
        parsed = Parsed(text)
    except ValueError:
        with pytest.raises(ValueError, match="version"):
            read_version(text)
    else:
        test_the_normal_form(text)
        assert (read_version(text) == read_version(other)) == (parsed == Parsed(other))
        assert (read_version(text) < read_version(other)) == (parsed < Parsed(other))


@pytest.mark.parametrize("text", TEXTS)
def test_the_normal_form(text: str) -> None:
    version, parsed = read_version(text), Parsed(text)
    assert str(version) == str(parsed)
    assert version.local == parsed.local
    assert str(version.public) == parsed.public


@pytest.mark.parametrize("text", ["", "1.", "a", "1.0+", "1..2", "1.0 0", "1.0.*"])
def test_what_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="version"):
        read_version(text)


def test_others_are_not_equal() -> None:
    others: list[object] = ["1.0", 1, None]
    assert read_version("1.0") not in others
    with pytest.raises(TypeError):
        assert read_version("1.0") < "2.0"
