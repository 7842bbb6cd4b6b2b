"""The imports of a source, and when they run."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wheelcheck.sources import Import, read_source


def imports(source: str) -> tuple[Import, ...]:
    return read_source(source.encode()).imports


def modules(source: str) -> list[str]:
    return ["." * found.level + found.module for found in imports(source)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import a", ["a"]),
        ("import a.b, c as d # why", ["a.b", "c"]),
        ("import a; import b", ["a", "b"]),
        ("import a, \\\n  b", ["a", "b"]),
        ("from a import b", ["a"]),
        ("from a.b import (c, # one (1)\n  d as e,\n)", ["a.b"]),
        ("from . import b", ["."]),
        ("from .import b", ["."]),
        ("from .. a import b", ["..a"]),
        ("from .a.b import *", [".a.b"]),
        ("\ufeffimport a", ["a"]),
        ("import a\r\nimport b\rimport c\n", ["a", "b", "c"]),
        ("import é", ["é"]),
        ('x = \'"""\'\nimport a\ny = \'"""\'', ["a"]),
        ('# """\nimport a\n# """', ["a"]),
        ('x = r"\\"\nimport a', ["a"]),
        ('"""\nimport a\n"""\nimport b', ["b"]),
        ("'''\\'''\nimport a\n'''\nimport b", ["b"]),
        ('x = f"""\n{y}\nfrom a import b\n"""', []),
        ('x = "\\\nimport a"', []),
        ("important = a", []),
        ("import_a(b)", []),
        ("from x to import", []),
        ("from the import of goods came", []),
        ("import {{ cookiecutter.name }}", []),
        ("from {{ a }} import b", []),
    ],
)
def test_statements(source: str, expected: list[str]) -> None:
    assert modules(source) == expected


def test_what_from_takes_and_what_it_leaves() -> None:
    [found] = imports("from a import (b as c, d)\n")
    assert (found.names, found.bound) == (("b", "d"), ("c", "d"))
    [plain] = imports("import a.b\n")
    assert (plain.names, plain.bound) == ((), ("a",))
    [star] = imports("from a import *\n")
    assert (star.names, star.bound) == (("*",), ())


@pytest.mark.parametrize(
    ("source", "later", "sure"),
    [
        ("import m", False, True),
        ("class A:\n    import m", False, True),
        ("with x:\n    import m", False, True),
        ("def f():\n    import m", True, True),
        ("async def f():\n\timport m", True, True),
        ("class A:\n    def f(self):\n        if x:\n            import m", True, False),
        ("if x:\n    import m", False, False),
        ("if x:\n    pass\nelse:\n    import m", False, False),
        ("if TYPE_CHECKING:\n    from m import n", False, False),
        ("for x in y:\n    import m", False, False),
        ("match x:\n    case 1:\n        import m", False, False),
        ("try:\n    import m\nexcept ImportError:\n    m = None", False, False),
        ("try:\n    pass\nexcept ImportError:\n    import m", False, False),
        ("with suppress(ImportError):\n    import m", False, False),
        ("with contextlib.suppress(ImportError):\n    import m", False, False),
        ("if x:\n    pass\nimport m", False, True),
        ("def f():\n    pass\nimport m", False, True),
        ("def f(\n    a,\n):\n    import m", True, True),
        ("raise ImportError('gone')\nimport m", False, False),
        ("sys.exit(1)\nimport m", False, False),
        ("def f():\n    raise E\nimport m", False, True),
        ("def f():\n    if x:\n        return\n    import m", True, False),
        ("def f():\n    if x: return 1\n    import m", True, False),
        ("def f():\n    returned = 1\n    import m\n    return m", True, True),
        ("def f():\n    return\ndef g():\n    import m", True, True),
        ("class A:\n    def f(self): return 1\n    import m", False, True),
    ],
)
def test_when_it_runs(source: str, later: bool, sure: bool) -> None:
    [found] = imports(source)
    assert (found.later, found.sure) == (later, sure)


def test_lines_are_those_of_the_file() -> None:
    source = '"""one\ntwo"""\nx = (1 + \\\n  2)\nimport a\nfrom b import (\n  c)\n\n\nimport d\n'
    assert [found.line for found in imports(source)] == [5, 6, 10]
    assert [f.line for f in imports(source.replace("\n", "\r\n"))] == [5, 6, 10]


PIECES = st.sampled_from(
    [
        "import a",
        "from b import c",
        "if x:\n",
        "try:\n",
        "  ",
        "\n",
        '"""',
        "'",
        '"',
        "\\",
        "#",
        "(",
    ]
)


@settings(max_examples=100)
@given(st.lists(PIECES, max_size=30))
def test_any_text_is_read_and_comments_hide_it(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert all(1 <= found.line <= text.count("\n") + 1 for found in imports(text))
    assert imports("".join(f"# {line}\n" for line in text.replace("\\", "").splitlines())) == ()


@pytest.mark.parametrize(
    "unit",
    [
        b'"""', b"'''\\", b"'", b"#", b"(", b"import a\n", b"from a import b,", b"from a import (",
        b" " * 50 + b"if x:\n", b"from . ", b"import a.", b"import a;", b"a = ", b"\\\n", b"\r",
        b"\x00",
        b"\xff", b"if a:\n", b" a\n", b"a,", b"def f(", b"global a\n ", b"__version__ = ",
        b"import " + b"a." * 99,
    ],
)  # fmt: skip
def test_hostile_repetition_ends(unit: bytes) -> None:
    read_source(unit * (1_000_000 // len(unit)))
