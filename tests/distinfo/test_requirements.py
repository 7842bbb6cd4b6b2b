"""Requirements have the normal form that the packaging library gives them."""

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.requirements import Requirement as Parsed

from wheelcheck.distinfo.requirements import read_requirement

PLAIN = (
    "numpy",
    "Foo.Bar_baz",
    "numpy >=1.2, <3",
    "numpy (>=1.2,<3)",
    "numpy>=1.2;python_version<'3.9'",
    "a[x, B.c]~=1.0",
    "a [x]",
    "a!=1.*,>=0.5",
    "a; extra == 'Some_Extra'",
    'a ; python_version >= "3" and (extra == "x")',
    "a; (os_name == 'nt') and extra == 'x' or sys_platform != 'win32'",
    "a; python_full_version>='3.1.2'",
    "a; (os_name == 'nt' and extra == 'x') or extra == 'y'",
    "a; (os_name == 'nt' and extra == 'x')",
    "a; extra == 'y' and (os_name == 'nt' or os_name == 'posix') and python_version < '4'",
)
OTHERS = (
    "black>=20.8b0 ; extra == 'all'",
    "a @ https://example.com/a.whl",
    "a @ git+https://example.com/a ; extra == 'x'",
    "a>=1,>=1.0",
    "a===1.0",
    "a; python_version in '3.8 3.9'",
    "a; 'x' == extra",
    "a; ((os_name == 'nt' or os_name == 'posix') and extra == 'x') or extra == 'y'",
    "a; (os_name == 'nt') and ((extra == 'x'))",
    "a; extra == 'x'and extra == 'y'",
    "a; sys.platform == 'win32'",
    "a>=1.0.post1",
    "a>=1,",
)

PIECES = st.sampled_from(
    [
        *(
            "a",
            "B.c",
            "x",
            "1",
            "3.9",
            "1.*",
            "@",
            "[",
            "]",
            ",",
            ";",
            "(",
            ")",
            " ",
            "\t",
            "'",
            '"',
        ),
        *(">=", "<", "==", "!=", "~=", "===", "=", "in", "not", "and ", "or ", " and ", " or "),
        *("[x]", "[x, B.c]", ">=1.2", "<3", "!=1.*", "~=1.0", "==1.0.0", " (>=1,<2)", "; "),
        *("extra == 'B_c'", "python_version<'3.9'", 'os_name != "nt"', "'nt' == os_name"),
        *("(extra == 'x')", "(os_name == 'nt' or extra == 'x')", "platform.machine > 'a'"),
    ]
)


def same(text: str) -> None:
    """Compare with the library."""
    found, expected = read_requirement(text), Parsed(text)
    assert str(found) == str(expected)
    assert found.name == expected.name
    assert found.url == expected.url
    assert found.marker == (None if expected.marker is None else str(expected.marker))
    assert found.condition() == expected.marker


@pytest.mark.parametrize("text", PLAIN + OTHERS)
def test_the_normal_form(text: str) -> None:
    same(text)


@pytest.mark.parametrize("text", PLAIN)
def test_plain_ones_need_no_library(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = str(Parsed(text))
    monkeypatch.setitem(sys.modules, "packaging.requirements", None)
    assert str(read_requirement(text)) == expected


@settings(max_examples=1000)
@given(st.lists(PIECES, max_size=8).map("".join))
def test_any_text(rest: str) -> None:
    text = f"a{rest}"
    try:
        Parsed(text)
    except ValueError:
        with pytest.raises(ValueError, match=r"\S"):
            read_requirement(text)
    else:
        same(text)


@pytest.mark.parametrize(
    "text", ["", "-a", "a b", "a >= ", "a~=1", "a>=1.*", "a;", "a; extra = 'x'", "a; foo == '1'"]
)
def test_what_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        Parsed(text)
    with pytest.raises(ValueError, match=r"\S"):
        read_requirement(text)
