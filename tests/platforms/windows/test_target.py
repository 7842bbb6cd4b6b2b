import pytest

from wheelcheck.binary.model import Arch
from wheelcheck.distinfo.tag_sets import expand
from wheelcheck.platforms.windows.target import Flavour, Implementation, WindowsTarget, can_load


def target(tag: str) -> WindowsTarget | None:
    return WindowsTarget.from_tags(expand(tag))


@pytest.mark.parametrize(
    ("tag", "machine", "oldest", "pythons"),
    [
        ("cp39-abi3-win_amd64", Arch.X86_64, "8.1", ["CPython 3.9 and later through abi3"]),
        ("cp312-cp312-win_amd64", Arch.X86_64, "8.1", ["CPython 3.12"]),
        ("cp313-cp313-win32", Arch.X86, "10", ["CPython 3.13"]),
        ("cp313-cp313t-win_amd64", Arch.X86_64, "10", ["CPython 3.13, free-threaded"]),
        ("cp313-cp313td-win32", Arch.X86, "10", ["CPython 3.13, free-threaded, debug build"]),
        ("cp311-cp311-win_arm64", Arch.ARM64, "10", ["CPython 3.11"]),
        ("cp38-cp38-win32", Arch.X86, "7", ["CPython 3.8"]),
        ("cp37-cp37m-win_amd64", Arch.X86_64, "7", ["CPython 3.7"]),
        ("cp312-cp312d-win_amd64", Arch.X86_64, "8.1", ["CPython 3.12, debug build"]),
        ("pp310-pypy310_pp73-win_amd64", Arch.X86_64, "8.1", ["PyPy 3.10"]),
        ("graalpy312-graalpy250_312_native-win_amd64", Arch.X86_64, "8.1", ["GraalPy 3.12"]),
        ("py3-none-win_amd64", Arch.X86_64, "8.1", ["any Python"]),
        ("py2.py3-none-win32", Arch.X86, "8.1", ["any Python"]),
        ("py38-none-win32", Arch.X86, "7", ["any Python 3.8 and later"]),
        ("cp310-none-win32", Arch.X86, "8.1", ["CPython 3.10"]),
        ("pp3-none-win_amd64", Arch.X86_64, "8.1", ["PyPy"]),
        ("cp39.cp310-abi3-win32", Arch.X86, "8.1",
         ["CPython 3.9 and later through abi3", "CPython 3.10 and later through abi3"]),
        ("cp38.cp312-cp38.cp312-win32", Arch.X86, "7", ["CPython 3.8", "CPython 3.12"]),
        ("cp315-abi3.abi3t-win_arm64", Arch.ARM64, "10",
         ["CPython 3.15 and later through abi3",
          "CPython 3.15 and later through abi3t, free-threaded"]),
    ],
)  # fmt: skip
def test_tags_are_promises(tag: str, machine: Arch, oldest: str, pythons: list[str]) -> None:
    found = target(tag)
    assert found is not None
    assert found.machine is machine
    assert found.oldest_windows == oldest
    assert [str(p) for p in found.pythons] == pythons


@pytest.mark.parametrize(
    "tag", ["py3-none-any", "cp312-cp312-manylinux_2_28_x86_64", "cp312-cp312-macosx_11_0_arm64"]
)
def test_tags_of_other_systems_promise_nothing_here(tag: str) -> None:
    assert target(tag) is None


def test_tags_of_other_systems_beside_those_for_windows_do_not_count() -> None:
    found = target("cp38.cp313-cp38.cp313-manylinux_2_28_x86_64")
    assert found is None
    mixed = expand("cp313-cp313-win_amd64") | expand("cp38-cp38-manylinux_2_28_x86_64")
    both = WindowsTarget.from_tags(mixed)
    assert both is not None
    assert both.oldest_windows == "10"


def test_several_machines_are_taken_at_the_commonest() -> None:
    found = target("py3-none-win32.win_amd64.win_arm64")
    assert found is not None
    assert found.machine is Arch.X86_64


def test_the_order_of_tags_does_not_matter() -> None:
    tags = sorted(expand("cp39.cp310.cp311-cp39.cp310.cp311-win_amd64"), key=str)
    assert WindowsTarget.from_tags(tags) == WindowsTarget.from_tags(reversed(tags))


def test_what_a_version_means_depends_on_the_flavour() -> None:
    exact, stable, plain = (
        target(tag) for tag in ("cp312-cp312-win32", "cp312-abi3-win32", "py312-none-win32")
    )
    assert exact is not None
    assert stable is not None
    assert plain is not None
    assert exact.pythons[0].flavour is Flavour.EXACT
    assert stable.pythons[0].flavour is Flavour.ABI3
    assert plain.pythons[0].flavour is Flavour.NONE
    assert plain.pythons[0].implementation is Implementation.ANY


@pytest.mark.parametrize(
    ("process", "image", "loads"),
    [
        (Arch.X86_64, Arch.X86_64, True),
        (Arch.X86, Arch.X86, True),
        (Arch.ARM64, Arch.ARM64, True),
        (Arch.X86_64, Arch.X86, False),
        (Arch.X86, Arch.X86_64, False),
        (Arch.ARM64, Arch.X86_64, False),
        (Arch.X86_64, Arch.ARM64, False),
        (Arch.X86_64, Arch.ARM64EC, False),
        (Arch.ARM64, Arch.ARM64EC, False),
        (Arch.UNKNOWN, Arch.UNKNOWN, False),
    ],
)
def test_a_process_loads_images_of_its_machine(process: Arch, image: Arch, loads: bool) -> None:
    assert can_load(process, image) is loads
