import pytest

from wheelcheck.distinfo.tag_sets import expand
from wheelcheck.platforms.windows.python_dlls import (
    PythonDll,
    contradiction,
    expected_python_dlls,
    python_dll,
)
from wheelcheck.platforms.windows.target import Implementation, WindowsTarget

CPYTHON = Implementation.CPYTHON


def target(tag: str) -> WindowsTarget:
    found = WindowsTarget.from_tags(expand(tag))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("name", "dll"),
    [
        ("python3.dll", PythonDll(CPYTHON, None)),
        ("PYTHON312.DLL", PythonDll(CPYTHON, (3, 12))),
        ("python39.dll", PythonDll(CPYTHON, (3, 9))),
        ("python27.dll", PythonDll(CPYTHON, (2, 7))),
        ("python3t.dll", PythonDll(CPYTHON, None, free_threaded=True)),
        ("python313t.dll", PythonDll(CPYTHON, (3, 13), free_threaded=True)),
        ("python313t_d.dll", PythonDll(CPYTHON, (3, 13), free_threaded=True, debug=True)),
        ("python3_d.dll", PythonDll(CPYTHON, None, debug=True)),
        ("libpypy3.10-c.dll", PythonDll(Implementation.PYPY, (3, 10))),
        ("libpypy3-c.dll", PythonDll(Implementation.PYPY, None)),
        ("libpypy-c.dll", PythonDll(Implementation.PYPY, None)),
        ("python-native.dll", PythonDll(Implementation.GRAALPY, None)),
    ],
)
def test_names_of_python_dlls(name: str, dll: PythonDll) -> None:
    assert python_dll(name) == dll


@pytest.mark.parametrize(
    "name",
    [
        "python.dll", "python2.dll", "python312.dll.mui", "xpython312.dll", "python312x.dll",
        "python31234.dll", "pythoncom312.dll", "libpython3.12.dll", "python3.12.dll", "python312",
    ],
)  # fmt: skip
def test_other_names_are_none(name: str) -> None:
    assert python_dll(name) is None


@pytest.mark.parametrize(
    ("tag", "name", "words"),
    [
        ("cp39-abi3-win_amd64", "python3.dll", None),
        ("cp39-abi3-win_amd64", "Python3.DLL", None),
        ("cp39-abi3-win_amd64", "kernel32.dll", None),
        (
            "cp39-abi3-win_amd64",
            "python39.dll",
            "python39.dll is the DLL of CPython 3.9; it should",
        ),
        ("cp39-abi3-win_amd64", "python312.dll", "it should import python3.dll"),
        ("cp39-abi3-win_amd64", "python3t.dll", "free-threaded"),
        ("cp39-abi3-win_amd64", "python3_d.dll", "debug build"),
        ("cp312-cp312-win_amd64", "python312.dll", None),
        ("cp312-cp312-win_amd64", "python3.dll", None),
        ("cp312-cp312-win_amd64", "python311.dll", "the tags promise CPython 3.12, but"),
        ("cp312-cp312-win_amd64", "python312_d.dll", "it should import python312.dll"),
        ("cp312-cp312d-win_amd64", "python312_d.dll", None),
        ("cp312-cp312d-win_amd64", "python312.dll", "it should import python312_d.dll"),
        ("cp313-cp313t-win_amd64", "python313t.dll", None),
        ("cp313-cp313t-win_amd64", "python3t.dll", None),
        ("cp313-cp313t-win_amd64", "python313.dll", "it should import python313t.dll"),
        ("cp313-cp313t-win_amd64", "python3.dll", "it should import python313t.dll"),
        ("cp313-cp313-win_amd64", "python313t.dll", "it should import python313.dll"),
        ("cp313-none-win_amd64", "python313.dll", None),
        ("cp315-abi3t-win_amd64", "python3t.dll", None),
        ("cp315-abi3t-win_amd64", "python3.dll", "it should import python3t.dll"),
        ("cp315-abi3.abi3t-win_amd64", "python3t.dll", None),
        ("cp315-abi3.abi3t-win_amd64", "python3.dll", "it should import python3t.dll"),
        ("cp315-abi3-win_amd64", "python3t.dll", None),
        ("cp314-abi3-win_amd64", "python3t.dll", "it should import python3.dll"),
        ("cp315-cp315d-win_amd64", "python3t_d.dll", None),
        ("cp39.cp310-cp39.cp310-win_amd64", "python3.dll", None),
        ("cp39.cp310-cp39.cp310-win_amd64", "python39.dll", "the tags promise CPython 3.10, but"),
        ("pp39-pypy39_pp73-win_amd64", "libpypy3.9-c.dll", None),
        ("pp39-pypy39_pp73-win_amd64", "python39.dll", "it should import libpypy3.9-c.dll"),
        ("pp3-none-win_amd64", "libpypy3.9-c.dll", "the tags promise PyPy, but"),
        ("graalpy312-graalpy250_312_native-win_amd64", "python-native.dll", None),
        ("graalpy312-graalpy250_312_native-win_amd64", "python312.dll", "python-native.dll"),
        ("py3-none-win_amd64", "python312.dll", "no Python DLL is in all of these"),
        ("py3-none-win_amd64", "python3.dll", "no Python DLL is in all of these"),
        ("cp27-cp27m-win32", "python27.dll", None),
        ("cp27-cp27m-win32", "python3.dll", "it should import python27.dll"),
    ],
)
def test_a_python_dll_must_be_one_that_all_promised_pythons_have(
    tag: str, name: str, words: str | None
) -> None:
    reason = contradiction(name, target(tag))
    if words is None:
        assert reason is None
    else:
        assert reason is not None
        assert words in reason


@pytest.mark.parametrize(
    ("tag", "names"),
    [
        ("cp39-abi3-win_amd64", ("python3.dll",)),
        ("cp312-cp312-win_amd64", ("python312.dll", "python3.dll")),
        ("cp313-cp313t-win_amd64", ("python313t.dll", "python3t.dll")),
        ("cp315-abi3.abi3t-win_amd64", ("python3t.dll",)),
        ("cp315-cp315-win_amd64", ("python315.dll", "python3.dll", "python3t.dll")),
        ("cp312.pp310-cp312.pypy310_pp73-win_amd64", ()),
    ],
)
def test_the_dlls_to_expect(tag: str, names: tuple[str, ...]) -> None:
    assert expected_python_dlls(target(tag)) == names


def test_tags_without_a_common_dll_get_no_advice() -> None:
    reason = contradiction("python312.dll", target("cp312.pp310-cp312.pypy310_pp73-win_amd64"))
    assert reason == ("the tags promise PyPy 3.10, but python312.dll is the DLL of CPython 3.12")
