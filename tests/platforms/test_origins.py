import pytest

from wheelcheck.platforms.base import load_data
from wheelcheck.platforms.origins import origin_hint


@pytest.mark.parametrize(
    ("library", "parts"),
    [
        (
            "libgmp-10.dll",
            [
                "libgmp-10.dll comes with GMP:",
                "mingw-w64-ucrt-x86_64-gmp",
                "port gmp",
                "package gmp.",
            ],
        ),
        ("LIBGCC_S_SEH-1.DLL", ["mingw-w64-ucrt-x86_64-gcc-libs"]),
        ("libwinpthread-1.dll", ["mingw-w64-ucrt-x86_64-libwinpthread"]),
        ("libcrypto-3-x64.dll", ["OpenSSL"]),
        ("Qt6Core.dll", ["Qt 6"]),
        ("MSVCP140.dll", ["Visual C++ 2015-2022 redistributable"]),
        ("msvcp140_1d.dll", ["debug runtime"]),
        ("VCRUNTIME140D.dll", ["debug runtime"]),
        ("msvcr120.dll", ["Visual C++ 2013 redistributable"]),
        ("cudart64_12.dll", ["CUDA"]),
        ("boost_filesystem-vc143-mt-x64-1_86.dll", ["Boost"]),
    ],
)
def test_a_known_library_has_a_hint(library: str, parts: list[str]) -> None:
    hint = origin_hint(library)
    assert hint is not None
    assert hint.startswith(f"{library} comes with ")
    assert hint.endswith(".")
    for part in parts:
        assert part in hint


def test_an_unknown_library_has_none() -> None:
    assert origin_hint("ourown.dll") is None


def test_a_hint_without_packages_is_still_a_sentence() -> None:
    assert origin_hint("msvcr100.dll") == (
        "msvcr100.dll comes with the Visual C++ 2010 redistributable."
    )


def test_no_pattern_is_listed_twice() -> None:
    patterns = [p for e in load_data("windows-origins.json")["entries"] for p in e["match"]]
    assert len(patterns) == len(set(patterns))
    assert all(p == p.lower() for p in patterns)
