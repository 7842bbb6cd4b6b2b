import builtins
import importlib
import ntpath
import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wheelcheck.errors import PatchError
from wheelcheck.patch.dll_folder import dll_folder_patch, opened_folders
from wheelcheck.patch.python_source import insert_patch


class Windows:
    """What a patch sees of Python and Windows: enough to run it anywhere."""

    def __init__(
        self, *folders: str, version: tuple[int, int] = (3, 12), has_ctypes: bool = True
    ) -> None:
        self.opened: list[str] = []
        self.loaded: list[tuple[str, None, int]] = []
        path = SimpleNamespace(
            abspath=ntpath.normpath,
            dirname=ntpath.dirname,
            join=ntpath.join,
            isdir=lambda name: name in folders,
        )
        fakes: dict[str, Any] = {
            "os": SimpleNamespace(path=path),
            "sys": SimpleNamespace(version_info=(*version, 0, "final", 0)),
        }
        if version >= (3, 8):
            fakes["os"].add_dll_directory = self.opened.append
        if has_ctypes:
            fakes["ctypes"] = SimpleNamespace(
                WinDLL=self.library, c_ulong="ulong", c_void_p="void*", c_wchar_p="wchar_t*"
            )
        self.fakes = fakes

    def library(self, name: str) -> SimpleNamespace:
        assert name == "kernel32"

        # argtypes and restype are set on it, as on a function of ctypes.
        class LoadLibraryExW:
            def __call__(_self, path: str, file: None, flags: int) -> int:  # noqa: N805
                assert vars(_self) == {
                    "argtypes": ("wchar_t*", "void*", "ulong"),
                    "restype": "void*",
                }
                self.loaded.append((path, file, flags))
                return 0

        return SimpleNamespace(LoadLibraryExW=LoadLibraryExW())

    def imported(self, name: str, *_: object) -> Any:
        if name in self.fakes:
            return self.fakes[name]
        raise ImportError(name)

    def run(self, patch: str, **names: object) -> None:
        namespace = {"__builtins__": vars(builtins) | {"__import__": self.imported}, **names}
        before = set(namespace)
        exec(patch, namespace)  # noqa: S102
        assert set(namespace) == before


INIT = r"C:\site-packages\demo\__init__.py"
LIBS = r"C:\site-packages\demo.libs"


def test_folder_is_opened() -> None:
    windows = Windows(LIBS)

    windows.run(dll_folder_patch(1, "demo.libs"), __file__=INIT)

    assert windows.opened == [LIBS]


@pytest.mark.parametrize(
    ("file", "levels_up", "folder", "expected"),
    [
        # delvewheel #38: the subpackage of a namespace package is patched.
        (r"C:\sp\dwave\preprocessing\__init__.py", 2, "dwave.libs", r"C:\sp\dwave.libs"),
        # delvewheel #9: a module at the top, its DLLs in site-packages itself or in a folder.
        (r"C:\sp\pycurl.py", 0, ".", r"C:\sp"),
        (r"C:\sp\pycurl.py", 0, "pycurl.libs", r"C:\sp\pycurl.libs"),
        (r"C:\sp\demo\__init__.py", 0, "native/bin", r"C:\sp\demo\native\bin"),
        # Windows resolves no ".." in such a path.
        (r"\\?\C:\sp\demo\__init__.py", 1, "demo.libs", r"\\?\C:\sp\demo.libs"),
        (r"C:\sp\demo\__init__.py", 1, "démo's.libs", r"C:\sp\démo's.libs"),
    ],
)
@pytest.mark.parametrize("names", [(), ("a.dll",)])
def test_folder_is_found_from_the_module(
    file: str, levels_up: int, folder: str, expected: str, names: tuple[str, ...]
) -> None:
    windows = Windows(expected)

    windows.run(dll_folder_patch(levels_up, folder, preload=names), __file__=file)

    assert windows.opened == [expected]
    assert windows.loaded == [(ntpath.join(expected, name), None, 0x1100) for name in names]


def test_installed_layout_counts_not_that_of_the_wheel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """delvewheel #6: ray.data/purelib/ray is installed as site-packages/ray."""
    package = tmp_path / "issue6_ray" / "__init__.py"
    package.parent.mkdir()
    (tmp_path / "ray.libs").mkdir()
    package.write_bytes(insert_patch(b'"doc"', dll_folder_patch(1, "ray.libs")))
    opened: list[str] = []
    monkeypatch.setattr(os, "add_dll_directory", opened.append, raising=False)
    monkeypatch.syspath_prepend(tmp_path)

    module = importlib.import_module("issue6_ray")

    assert (opened, module.__doc__) == ([str(tmp_path / "ray.libs")], "doc")


@pytest.mark.parametrize(
    "patch",
    [
        dll_folder_patch(1, "demo.libs"),
        dll_folder_patch(1, "demo.libs", preload=["a.dll"], old_python=["b.dll"]),
    ],
)
@pytest.mark.parametrize(
    "names",
    [
        {"__file__": INIT},  # delvewheel #37: a freezer put the DLLs elsewhere
        {"__file__": r"C:\app\library.zip\demo\__init__.py"},
        {"__file__": "__init__.py"},
        {"__file__": None},
        {},
    ],
)
def test_nothing_happens_without_the_folder(patch: str, names: dict[str, object]) -> None:
    windows = Windows()

    windows.run(patch, **names)

    assert (windows.opened, windows.loaded) == ([], [])


def test_delay_loaded_dlls_are_loaded_by_path_on_every_python() -> None:
    windows = Windows(LIBS)

    windows.run(dll_folder_patch(1, "demo.libs", preload=["b.dll", "a.dll"]), __file__=INIT)

    assert windows.opened == [LIBS]
    assert windows.loaded == [
        (LIBS + r"\b.dll", None, 0x1100),
        (LIBS + r"\a.dll", None, 0x1100),
    ]


@pytest.mark.parametrize(
    ("version", "names", "flags"),
    [
        ((2, 7), ["z.dll", "y.dll", "d.dll"], 0x8),
        ((3, 7), ["z.dll", "y.dll", "d.dll"], 0x8),
        ((3, 9), ["z.dll", "y.dll", "d.dll"], 0x1100),
        ((3, 10), ["d.dll"], 0x1100),
    ],
)
def test_old_pythons_load_everything_by_path(
    version: tuple[int, int], names: list[str], flags: int
) -> None:
    windows = Windows(LIBS, version=version)
    patch = dll_folder_patch(1, "demo.libs", preload=["d.dll"], old_python=["z.dll", "y.dll"])

    windows.run(patch, __file__=INIT)

    assert windows.loaded == [(ntpath.join(LIBS, name), None, flags) for name in names]
    assert windows.opened == ([LIBS] if version >= (3, 8) else [])


def test_new_python_needs_no_ctypes_for_old_ones() -> None:
    windows = Windows(LIBS, has_ctypes=False)

    windows.run(dll_folder_patch(1, "demo.libs", old_python=["a.dll"]), __file__=INIT)

    assert windows.opened == [LIBS]


def test_python_without_ctypes_still_opens_the_folder() -> None:
    windows = Windows(LIBS, has_ctypes=False)

    windows.run(dll_folder_patch(1, "demo.libs", preload=["a.dll"]), __file__=INIT)

    assert (windows.opened, windows.loaded) == ([LIBS], [])


@pytest.mark.parametrize(
    "make",
    [
        lambda name: dll_folder_patch(1, name),
        lambda name: dll_folder_patch(1, f"a/{name}"),
        lambda name: dll_folder_patch(1, "demo.libs", preload=[name]),
        lambda name: dll_folder_patch(1, "demo.libs", old_python=["a.dll", name]),
    ],
)
@pytest.mark.parametrize("name", ["", "..", "/a", r"a\b", "C:", "a\nb", "a\0", 'a"', "a/../b"])
def test_what_is_no_file_name_is_refused(make: Callable[[str], str], name: str) -> None:
    with pytest.raises(PatchError, match="cannot be the name of a file or folder on Windows"):
        make(name)


@pytest.mark.parametrize("levels", [-1, 100])
def test_levels_are_bounded(levels: int) -> None:
    with pytest.raises(PatchError, match="folders up"):
        dll_folder_patch(levels, "demo.libs")


@given(
    levels=st.integers(0, 9),
    folder=st.lists(
        st.text(
            st.characters(exclude_categories=["Cs", "Cc"], exclude_characters='"*/:<>?\\|'),
            min_size=1,
        ).filter(lambda name: name not in {".", ".."}),
        max_size=3,
    ),
    names=st.lists(st.just("a.dll"), max_size=1),
)
def test_folder_is_read_back_from_the_patch(
    levels: int, folder: list[str], names: list[str]
) -> None:
    patch = dll_folder_patch(levels, "/".join(folder) or ".", preload=names)

    assert patch.isascii()
    assert opened_folders(patch) == ("/".join([".."] * levels + folder) or ".",)


@pytest.mark.parametrize(
    ("expression", "folder"),
    [
        ("os.path.join(os.path.dirname(__file__), os.pardir, 'demo.libs')", "../demo.libs"),
        ("os.path.join(os.path.dirname(__file__), os.pardir, os.pardir, 'a.b.libs')",
         "../../a.b.libs"),
        ("os.path.join(os.path.dirname(__file__), os.pardir, '.')", ".."),
        ("os.path.join(os.path.dirname(__file__), '.')", "."),
        ('os.path.join(os.path.dirname(__file__), "it\'s.libs")', "it's.libs"),
        ("os.path.join(os.path.dirname(__file__), 'dé.libs')", "dé.libs"),
        (r"os.path.join(os.path.dirname(__file__), '\x41\u0042\U00000043\'\\')", "ABC'\\"),
    ],
)  # fmt: skip
def test_folder_is_read_from_delvewheels_patch(expression: str, folder: str) -> None:
    assert opened_folders(f"x = {expression}\ny = {expression}") == (folder,)


@given(st.text())
def test_any_block_has_some_folders(block: str) -> None:
    wrapped = f"os.path.join(os.path.dirname(__file__), '{block}')"

    assert all(isinstance(folder, str) for folder in opened_folders(wrapped))
