import pytest
from packaging.tags import mac_platforms

from wheelcheck.platforms.macos.tags import MacTag, Minimum, Version, fitting_version, read_mac_tag

ARCHITECTURES = [
    *("arm64", "x86_64", "universal2", "i386", "intel", "ppc", "ppc64"),
    *("fat", "fat3", "fat64", "universal", "arm64e", "sparc"),
]


def test_accepted_tags_are_those_of_packaging() -> None:
    """Over every Mac that there was, and some that will be."""
    asked = set(mac_platforms((30, 0), "arm64")) | set(mac_platforms((30, 0), "x86_64"))
    for minor in range(17):
        for arch in ("x86_64", "i386", "ppc", "ppc64"):
            asked |= set(mac_platforms((10, minor), arch))
    versions = [(10, n) for n in range(20)] + [(n, m) for n in range(9, 31) for m in (0, 1, 3)]
    for version in versions:
        for arch in ARCHITECTURES:
            tag = MacTag(version, arch)
            assert (tag.fault is None) == (str(tag) in asked), tag


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("macosx_12_3_arm64", "macosx_12_0 only"),
        ("macosx_10_15_arm64", "arm64 starts with macOS 11.0"),
        ("macosx_10_17_x86_64", "10_4 to 10_16 only"),
        ("macosx_11_0_i386", "do not run i386"),
        ("macosx_9_0_ppc", "no macOS 9"),
        ("macosx_11_0_armv9", "architecture armv9"),
    ],
)
def test_faults_say_what_is_wrong(text: str, words: str) -> None:
    tag = read_mac_tag(text)
    assert tag is not None
    assert str(tag) == text
    assert words in (tag.fault or "")


@pytest.mark.parametrize("text", ["macosx_11_arm64", "macosx", "win_amd64", "macosx_1_٢_arm64"])
def test_other_tags(text: str) -> None:
    assert read_mac_tag(text) is None


@pytest.mark.parametrize(
    ("text", "slice_name", "minimum", "covered"),
    [
        ("macosx_10_9_universal2", "arm64", (11, 0, 0), True),
        ("macosx_10_9_universal2", "arm64", (12, 0, 0), False),
        ("macosx_10_9_universal2", "x86_64", (10, 9, 0), True),
        ("macosx_10_9_universal2", "x86_64", (10, 13, 0), False),  # cryptography 48.0.1
        ("macosx_13_0_arm64", "arm64", (13, 3, 0), False),
        ("macosx_11_0_x86_64", "x86_64", (10, 16, 0), True),
        ("macosx_10_16_x86_64", "x86_64", (11, 0, 0), True),
        ("macosx_10_9_x86_64", "x86_64", (10, 9, 5), False),
    ],
)
def test_what_a_tag_promises(
    text: str, slice_name: str, minimum: Minimum, *, covered: bool
) -> None:
    tag = read_mac_tag(text)
    assert tag is not None
    assert tag.covers(slice_name, minimum) is covered


@pytest.mark.parametrize(
    ("minimums", "version", "exact"),
    [
        ({"x86_64": (10, 9, 0)}, (10, 9), True),
        ({"x86_64": (10, 9, 5)}, (10, 9), False),
        ({"arm64": (11, 0, 0)}, (11, 0), True),
        ({"arm64": (10, 15, 0)}, (11, 0), True),
        ({"arm64": (13, 3, 0)}, (13, 0), False),
        ({"x86_64": (10, 13, 0), "arm64": (11, 0, 0)}, (10, 13), True),
        ({"x86_64": (10, 13, 0), "arm64": (12, 0, 0)}, (12, 0), True),
        ({"x86_64": (14, 0, 0), "arm64": (11, 0, 0)}, (14, 0), True),
        ({"x86_64": (10, 16, 0)}, (11, 0), True),
    ],
)
def test_version_that_fits(minimums: dict[str, Minimum], version: Version, *, exact: bool) -> None:
    assert fitting_version(minimums) == (version, exact)
