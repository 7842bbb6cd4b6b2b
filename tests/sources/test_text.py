"""Strings that span lines are found by their quotes, in a quick way and in a thorough one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wheelcheck.sources import text

PIECES = st.sampled_from(
    ['"""', "'''", '"', "'", "\\", "\\\n", "\n", "#", "a", " ", '""', 'f("', '"""doc"""', "x = '"]
)


@settings(max_examples=500)
@given(st.lists(PIECES, max_size=14))
def test_the_quick_way_finds_the_same_or_gives_up(pieces: list[str]) -> None:
    source = "".join(pieces).encode()
    quick = text._plain_strings(source)
    assert quick is None or quick == list(text._strings(source))


@pytest.mark.parametrize(
    "source",
    [
        "x = 1\n",
        'def f():\n    """One.\n\n    It\'s "two".\n    """\n',
        "x = f('a', \"b\", r'''\nc''')\n",
        "\"\"\"'''\"\"\"\n'''\"\"\"'''\n",
        'x = """"""\n',
    ],
)
def test_the_quick_way_does_for_usual_sources(source: str) -> None:
    assert text._plain_strings(source.encode()) == list(text._strings(source.encode()))


def test_lines_within_strings_and_statements_are_kept_apart() -> None:
    source = b"x = \"\"\"one\ntwo\n\"\"\" + \\\n y\nz = '''\n'''\n"
    assert text.blanked(source) == (b'\nx = ""\x0c\x0c + \x0c y\nz = ""\x0c\n\n', 2)
