from wheelcheck.patch.dll_folder import dll_folder_patch
from wheelcheck.patch.python_source import insert_patch
from wheelcheck.platforms.windows.folders import known_folders
from wheelcheck.sources import dll_loading

INSTALLS = [
    "pkg/_p.pyd",
    "pkg/bin/x64/a.dll",
    "pkg.libs/b.dll",
    "pkg/qml/QtCore/plugin.dll",
    "other/_o.pyd",
]


def folders(source: str, install: str = "pkg/__init__.py") -> tuple[list[str], tuple[str, ...]]:
    loading = dll_loading(source.encode())
    assert loading is not None
    known = known_folders(INSTALLS, [(install, install, loading)])
    return sorted(known.reasons), known.foreign


def test_parts_of_a_path_that_are_spelled() -> None:
    joined = "os.add_dll_directory(os.path.join(os.path.dirname(__file__), 'bin', 'x64'))"
    assert folders(joined) == (["pkg/bin/x64"], ())
    assert folders("os.add_dll_directory(HERE + r'\\bin\\x64') # __file__") == (["pkg/bin/x64"], ())


def test_a_folder_beside_the_package() -> None:
    source = "os.add_dll_directory(os.path.join(__file__, os.pardir, os.pardir, 'pkg.libs'))"
    assert folders(source) == (["pkg.libs"], ())


def test_a_name_that_only_ends_like_a_folder_is_none() -> None:
    found, foreign = folders("import 'QtCore'; os.add_dll_directory(shiboken_dir)")
    assert (found, foreign) == ([], ("pkg/__init__.py",))


def test_its_own_folder_is_a_guess() -> None:
    source = "os.add_dll_directory(os.path.dirname(__file__))"
    assert folders(source) == (["pkg"], ("pkg/__init__.py",))


def test_a_dll_that_is_opened_by_name() -> None:
    assert folders("ctypes.CDLL(find('a.dll'))") == (["pkg/bin/x64"], ())


def test_sources_that_load_nothing() -> None:
    assert dll_loading(b"import os\nprint('a.dll')\n") is None


def test_a_folder_on_path_is_not_known() -> None:
    source = "os.environ['PATH'] = os.path.join(HERE, 'bin', 'x64')"
    assert folders(source) == ([], ())
    [known] = on_path(source)
    assert known == ("pkg/bin/x64", "pkg/__init__.py")
    both = source + "; os.add_dll_directory(os.path.join(HERE, 'bin', 'x64'))"
    assert folders(both) == (["pkg/bin/x64"], ())
    assert on_path(both) == []


def on_path(source: str) -> list[tuple[str, str]]:
    loading = dll_loading(source.encode())
    assert loading is not None
    known = known_folders(INSTALLS, [("pkg/__init__.py", "pkg/__init__.py", loading)])
    return list(known.on_path.items())


def test_a_patch_opens_its_folder_and_no_other() -> None:
    source = insert_patch(b"NAMES = ['bin', 'x64', 'a.dll']\n", dll_folder_patch(1, "pkg.libs"))
    assert folders(source.decode()) == (["pkg.libs"], ())


def test_more_folders_than_anybody_has_are_left_out() -> None:
    installs = [f"p{i}/_p.pyd" for i in range(300)]
    named = " ".join(f"'p{i}'" for i in range(300))
    patched = insert_patch(b"", "".join(dll_folder_patch(0, f"p{i}") for i in range(300)))
    for source in (f"os.add_dll_directory({named})", "CDLL('_p.pyd')", patched.decode()):
        loading = dll_loading(source.encode())
        assert loading is not None
        sources = [(f"{i}.py", f"{i}.py", loading) for i in range(3)]
        assert len(known_folders(installs, sources).reasons) == 100


def test_many_alike_folders_end() -> None:
    installs = [f"a{i}/x{i % 30}/_p.pyd" for i in range(3_000)]
    source = "add_dll_directory " + " ".join(f"'x{i}'" for i in range(30))
    loading = dll_loading(source.encode())
    assert loading is not None
    known = known_folders(installs, [(f"{i}.py", f"{i}.py", loading) for i in range(3_000)])
    assert len(known.foreign) == 3_000
