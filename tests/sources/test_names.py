"""The names that a module has once it is imported, and its literal version."""

import pytest

from wheelcheck.sources import read_source


@pytest.mark.parametrize(
    "source",
    [
        "def n(): pass", "async  def n(): pass", "class n(A): pass", "n = 1",
        "n: int = 1", "n: int",
        "a = n = 1", "a, n = 1, 2", "(a, n) = f()", "[a, *n] = f()", "*n, a = f()", "a = (n := 1)",
        "import n", "import n.a", "import a as n", "from a import n", "from a import b as n",
        "for n in x: pass", "for a, n in x:\n    pass", "with a as n: pass", "type n = int",
        "if x:\n    n = 1", "if x:\n    def n(): pass", "try:\n    n = 1\nexcept E:\n    pass",
        "if x:\n    pass\nelse:\n    a, n = 1, 2", "try: import n\nexcept E: pass",
        "with a:\n    class n: pass",
        "match x:\n    case n: pass", "if (n := f()): pass", "def f():\n    global n\n    n = 1",
        "@decorator\ndef n(): pass", "while x:\n    n = 1", "n += 1", "if x:\n  n: int = 1",
        "try:\n    pass\nfinally:\n    n = 2",
    ],
)  # fmt: skip
def test_bound(source: str) -> None:
    facts = read_source(source.encode())
    assert "n" in facts.names or "n" in facts.imports[0].bound
    assert not facts.makes_names


@pytest.mark.parametrize(
    "source",
    ["", "x = n", "print(n)",
     "def f():\n    n = 1", "# n = 1", '"""\nn = 1\n"""', "class A:\n    n = 1"],
)  # fmt: skip
def test_not_bound(source: str) -> None:
    assert "n" not in read_source(source.encode()).names


@pytest.mark.parametrize(
    "source",
    [
        "def __getattr__(name): ...", "globals()['n'] = 1", "exec(text)", "setattr(m, 'n', 1)",
        "sys.modules[__name__] = X()", "vars().update(a)",
    ],
)  # fmt: skip
def test_more_may_come(source: str) -> None:
    assert read_source(source.encode()).makes_names


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("sys.modules['a.b'] = b", True),
        ("sys.modules[__name__ + '.x'] = b", True),
        ("sys.modules.update(a)", True),
        ("__path__ = extend_path(__path__, __name__)", True),
        ("__path__.append(x)", True),
        ("folders = __path__\nfolders.insert(0, x)", True),
        ("if a == __path__: pass", False),
        ("sys.meta_path.insert(0, Finder())", True),
        ("sys.modules[__name__] = Lazy()", False),
        ("m = sys.modules[name]", False),
        ("for m in iter_modules(__path__): pass", False),
    ],
)
def test_modules_from_elsewhere(source: str, expected: bool) -> None:
    assert read_source(source.encode()).finds_modules is expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('__version__ = "1.2"', ("1.2", 1)),
        ("import a\n__version__: str = '1.2'  # so\n", ("1.2", 2)),
        ("__version__ = version = '1.2'", ("1.2", 1)),
        ("__version__ = version('demo')", None),
        ("__version__ = '1' + x", None),
        ("__version__ = '0'\ntry:\n    from a import b as __version__\nexcept E: pass", None),
        ("if x:\n    __version__ = '1'", None),
        ('"""\n__version__ = "1"\n"""', None),
        ("", None),
    ],
)
def test_version(source: str, expected: tuple[str, int] | None) -> None:
    found = read_source(source.encode()).version
    assert (found and (found.text, found.line)) == expected
