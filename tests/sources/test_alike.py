"""Sources that differ in the text of plain strings only."""

import pytest

from wheelcheck.sources.alike import differ_in_strings_only


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("x = 1\n", "x = 1\n"),
        ("x = 'a'\n", 'x = "a"\n'),
        ('x = "gcc"\n', 'x = "clang 17.0"\n'),
        ("x = {'a': 'b', 'c': ''}\n", "x = {'': 'd', 'e': 'f'}\n"),
        ('x = r"C:\\Users\\one"\n', 'x = r"/usr/lib"\n'),
        ("x = R'''a''' + R'b'\n", "x = R'''a''' + R'c'\n"),
    ],
)
def test_no_syntax_depends_on_the_difference(one: str, two: str) -> None:
    assert differ_in_strings_only(one.encode(), two.encode())


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("x = 1\n", "x = 2\n"),
        ("x = 'a'\n", "x = 'a'\r\n"),
        ("x = 'a'\n", "\nx = 'a'\n"),
        ("x = 'a'\n", "x = 'b\n"),
        ("x = 'a'\n", "x = r'a'\n"),
        ("x = 'a'\n", "x = '\\x'\n"),
        ("x = 'a'\n", "x = '\\N{b}'\n"),
        ("x = 'a'\n", "x = 'é'\n"),
        ("x = b'a'\n", "x = b'é'\n"),
        ("x = f'a'\n", "x = f'{'\n"),
        ("x = rf'a'\n", "x = rf'{'\n"),
        ("x = t'a'\n", "x = t'{'\n"),
        ("x = r'a'\n", "x = r'a\\'\n"),
        ("x = r'a'\n", "x = r'\0'\n"),
        ("x = r'a'\n", "x = r'\r'\n"),
        ("x = 'a'\n", "x = 'a''\n"),
        ("# 'a'\n", "# 'b'\n"),
        ("# it's\nx = 'a'\n", "# it's\nx = b'a'\n"),
        ('"""\n\'a\'\n"""\n', '"""\n\'b\'\n"""\n'),
        (
            "match x:\n    case {'a': 1, 'b': 2}: pass\n",
            "match x:\n    case {'a': 1, 'a': 2}: pass\n",
        ),
    ],
)
def test_some_syntax_may_depend_on_it(one: str, two: str) -> None:
    assert not differ_in_strings_only(one.encode(), two.encode())


@pytest.mark.parametrize("unit", [b'"', b"'", b'r"\\', b"#", b'"""', b'"a" ', b"r'"])
def test_hostile_repetition_ends(unit: bytes) -> None:
    text = unit * (16_384 // len(unit))
    assert differ_in_strings_only(text, text)
