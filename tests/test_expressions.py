import re

import pytest

from wheelcheck.expressions import expression


def test_they_do_what_compiled_ones_do() -> None:
    for form in (expression(r"(a+)b", re.IGNORECASE), re.compile(r"(a+)b", re.IGNORECASE)):
        match = form.match("xAab", 1)
        assert match is not None
        assert match[1] == "Aa"
        assert form.fullmatch("ab c") is None
        assert form.search("..aab") is not None
        assert form.findall("ab aab") == ["a", "aa"]
        assert [found.start() for found in form.finditer("ab aab")] == [0, 3]
        assert form.sub("-", "xaby") == "x-y"
        assert form.split("xaby") == ["x", "a", "y"]
        assert form.pattern == r"(a+)b"
        assert form.groups == 1


def test_bytes() -> None:
    assert expression(rb"\d").search(b"a1") is not None


def test_they_are_compiled_when_they_are_used() -> None:
    wrong = expression("(")
    with pytest.raises(re.error):
        wrong.match("a")
    with pytest.raises(AttributeError):
        expression("a").nothing  # type: ignore[attr-defined]  # noqa: B018 (refused)
