"""Names of DLLs that sources hand to a loader."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wheelcheck.sources.loaded_names import loaded_names


def names(source: str) -> list[str]:
    return [found.name for found in loaded_names(source.encode())]


def lenient(source: str) -> list[bool]:
    return [found.expected_to_fail for found in loaded_names(source.encode())]


@pytest.mark.parametrize(
    "call",
    [
        'ctypes.CDLL("foo.dll")',
        "CDLL('foo.dll', winmode=0)",
        'CDLL(name="foo.dll")',
        'PyDLL(r"libs\\foo.dll")',
        'cdll.LoadLibrary("foo.dll")',
        'ffi.dlopen("foo.dll")',
        'ctypes.util.find_library("foo.dll")',
        'kernel32.LoadLibraryW("foo.dll")',
        'CDLL(os.path.join(os.path.dirname(__file__), "bin", "foo.dll"))',
        'CDLL(str(Path(__file__).parent / "foo.dll"))',
        'CDLL(HERE + "/foo.dll")',
        'CDLL(\n    # the engine\n    "foo.dll",\n)',
        'ctypes.WinDLL("foo")',
        "OleDLL('foo', use_last_error=True)",
        'windll.LoadLibrary("foo")',
        "ctypes.windll.foo.Start()",
        'windll["foo"]',
    ],
)
def test_calls_that_name_a_dll(call: str) -> None:
    assert names(f"import ctypes\n_lib = {call}\n") == ["foo.dll"]
    assert names(f"class A:\n    def f(self):\n        return {call}\n") == ["foo.dll"]


@pytest.mark.parametrize(
    "text",
    [
        'CDLL("libfoo.so")',
        'CDLL("foo")',
        'cdll.LoadLibrary("foo")',
        'find_library("foo")',
        "CDLL(None)",
        "CDLL(path)",
        'CDLL("foo" + suffix + ".dll")',
        'CDLL("foo-%d.dll" % version)',
        'CDLL("foo-{}.dll".format(version))',
        'CDLL(f"{stem}foo.dll")',
        'CDLL("a.dll" if old else "b.dll")',
        'CDLL(os.path.join(os.environ["CUDA_PATH"], "bin", "foo.dll"))',
        'CDLL("C:/Program Files/Foo/foo.dll")',
        "windll.LoadLibrary(path)",
        "WinDLL(path)",
        '# CDLL("foo.dll")',
        'x = """Use CDLL("foo.dll") for that."""',
        "x = 'CDLL(\"foo.dll\")'",
        'def CDLL(name="foo.dll"): pass',
        'class WinDLL("foo.dll"): pass',
        'print("foo.dll")',
        'CDLL("foo.dll"',
    ],
)
def test_what_names_none(text: str) -> None:
    assert names(f"import ctypes\n{text}\n") == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('CDLL("foo.dll")', [False]),
        ('try:\n    CDLL("foo.dll")\nexcept OSError:\n    pass', [True]),
        ('try:\n    pass\nexcept OSError:\n    CDLL("foo.dll")', [True]),
        ('try:\n    pass\nfinally:\n    pass\nCDLL("foo.dll")', [False]),
        ('with suppress(OSError):\n    CDLL("foo.dll")', [True]),
        ('with open(x):\n    CDLL("foo.dll")', [False]),
        ('if debug:\n    CDLL("foo.dll")', [True]),
        ('if debug: CDLL("foo.dll")', [True]),
        ('if sys.platform == "win32":\n    CDLL("foo.dll")', [False]),
        ('if os.name in ("nt", "ce"):\n    CDLL("foo.dll")', [False]),
        ('if platform.system() == "Windows":\n    CDLL("foo.dll")', [False]),
        ('if IS_WINDOWS:\n    CDLL("foo.dll")', [False]),
        ('if sys.platform.startswith("win"):\n    CDLL("foo.dll")', [False]),
        ('if sys.platform == "linux":\n    pass\nelse:\n    CDLL("foo.dll")', [True]),
        ('if sys.platform != "win32":\n    CDLL("foo.dll")', []),
        ('if sys.platform == "cygwin":\n    CDLL("foo.dll")', [True]),
        ('if os.name == "posix":\n    CDLL("foo.dll")', []),
        ('if not is_windows:\n    CDLL("foo.dll")', []),
        (
            'def f():\n    try:\n        pass\n    except E:\n        pass\n    CDLL("foo.dll")',
            [False],
        ),
        ('try:\n    def f():\n        CDLL("foo.dll")\nexcept E:\n    pass', [True]),
    ],
)
def test_what_stands_around_a_call(source: str, expected: list[bool]) -> None:
    assert lenient(source) == expected


def test_lines_are_counted_from_one() -> None:
    source = b'# one\nCDLL("a.dll")\n"""\nfour\n"""\nCDLL("b.dll")\n'
    assert [(found.name, found.line) for found in loaded_names(source)] == [
        ("a.dll", 2),
        ("b.dll", 6),
    ]


def test_a_name_is_told_once_for_each_way_it_is_opened() -> None:
    source = 'CDLL("a.dll")\nCDLL("A.dll")\ntry:\n    CDLL("a.dll")\nexcept E:\n    pass\n'
    assert lenient(source) == [False, True]


PIECES = st.sampled_from(
    [
        'CDLL("a.dll")',
        "try:\n",
        "  ",
        "\n",
        '"""',
        "'''",
        '"',
        "'",
        "\\",
        "#",
        "(",
        "windll.",
        "if ",
    ]
)


@settings(max_examples=60)
@given(st.lists(PIECES, max_size=40))
def test_any_text_is_read_and_a_comment_hides_it(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert all(found.line <= text.count("\n") + 1 for found in loaded_names(text.encode()))
    hidden = "".join(f"# {line}\n" for line in text.splitlines())
    assert loaded_names(hidden.encode()) == ()


@pytest.mark.parametrize(
    "unit",
    [b'CDLL("a.dll"', b'"""', b"'\\", b'CDLL("', b"if a:\n", b"WinDLL(\n", b'x="\\', b"windll.a;"],
)
def test_hostile_repetition_ends(unit: bytes) -> None:
    loaded_names(b"WinDLL('k')\n" + unit * (2_000_000 // len(unit)))
