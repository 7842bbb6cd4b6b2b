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
