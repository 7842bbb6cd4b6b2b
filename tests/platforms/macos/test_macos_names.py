import pytest

from wheelcheck.platforms.macos.names import Candidate, Place, Via, candidates, is_python, is_system

MODULE = Via("pkg/sub/_core.so", ("@loader_path/../libs", "/opt/build/lib"))
LIBRARY = Via("pkg/.dylibs/liba.dylib", ("@loader_path",))
CHAIN = (MODULE, LIBRARY)


def paths(library: str, *chain: Via) -> list[tuple[Place, str]]:
    return [(c.place, c.path) for c in candidates(library, chain or CHAIN)]


@pytest.mark.parametrize(
    ("library", "place", "path"),
    [
        ("@loader_path/libb.dylib", Place.WHEEL, "pkg/.dylibs/libb.dylib"),
        ("@loader_path/../.dylibs//libb.dylib", Place.WHEEL, "pkg/.dylibs/libb.dylib"),
        ("@loader_path/../../other/x", Place.WHEEL, "other/x"),
        ("@loader_path/../../../lib/x", Place.WHEEL, "../lib/x"),
        ("@executable_path/../lib/x", Place.PROGRAM, "../lib/x"),
        ("/usr/local/lib/x", Place.ABSOLUTE, "/usr/local/lib/x"),
        ("//usr//lib/./x", Place.ABSOLUTE, "/usr/lib/x"),
        ("libb.dylib", Place.WORKING, "libb.dylib"),
        ("@loader_pathology/x", Place.WORKING, "@loader_pathology/x"),
        ("@rpathology/x", Place.WORKING, "@rpathology/x"),
    ],
)
def test_names_without_rpath(library: str, place: Place, path: str) -> None:
    assert paths(library) == [(place, path)]


def test_at_the_top_of_site_packages() -> None:
    assert paths("@loader_path/libb.dylib", Via("top.so", ())) == [(Place.WHEEL, "libb.dylib")]


def test_rpaths_of_the_whole_chain_from_the_asking_image_on() -> None:
    assert candidates("@rpath/libb.dylib", CHAIN) == (
        Candidate(Place.WHEEL, "pkg/.dylibs/libb.dylib", "@loader_path", LIBRARY.install),
        # Inherited: @loader_path is the folder of the image that holds the rpath.
        Candidate(Place.WHEEL, "pkg/libs/libb.dylib", "@loader_path/../libs", MODULE.install),
        Candidate(Place.ABSOLUTE, "/opt/build/lib/libb.dylib", "/opt/build/lib", MODULE.install),
    )


@pytest.mark.parametrize("rpath", ["@loader_path", "@loader_path/", "@loader_path/."])
def test_spellings_of_the_own_folder(rpath: str) -> None:
    assert paths("@rpath/x.dylib", Via("a/b.so", (rpath,))) == [(Place.WHEEL, "a/x.dylib")]


def test_relative_rpath_starts_where_the_user_is() -> None:
    assert paths("@rpath/x", Via("a/b.so", ("lib",))) == [(Place.WORKING, "lib/x")]


def test_no_rpath_no_place() -> None:
    assert paths("@rpath/x", Via("a/b.so", ())) == []


@pytest.mark.parametrize(
    ("name", "system"),
    [
        ("/usr/lib/libSystem.B.dylib", True),
        ("/System/Library/Frameworks/Accelerate.framework/Accelerate", True),
        ("/usr/lib/swift/libswiftCore.dylib", True),
        ("/usr/local/lib/libz.dylib", False),
        ("/usr/lib/../local/lib/libz.dylib", False),
        ("/usr/libexec/x", False),
        ("/System/Volumes/Data/opt/homebrew/lib/libz.dylib", False),
        ("/opt/homebrew/lib/libz.dylib", False),
        ("@rpath/libz.dylib", False),
        ("usr/lib/libz.dylib", False),
    ],
)
def test_system_libraries(name: str, *, system: bool) -> None:
    assert is_system(name) is system


@pytest.mark.parametrize(
    ("name", "python"),
    [
        ("/Library/Frameworks/Python.framework/Versions/3.12/Python", True),
        ("/Library/Frameworks/PythonT.framework/Versions/3.13/PythonT", True),
        ("/Applications/Xcode.app/Python3.framework/Versions/3.9/Python3", True),
        ("@rpath/libpython3.12.dylib", True),
        ("@rpath/libpypy3.10-c.dylib", True),
        ("@executable_path/../.Python", True),
        ("@rpath/libboost_python312.dylib", False),
        ("@rpath/libpythonic.dylib", False),
        ("/x/MyPython.framework/MyPython", False),
    ],
)
def test_libraries_of_an_interpreter(name: str, *, python: bool) -> None:
    assert is_python(name) is python
