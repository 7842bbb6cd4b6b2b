"""Numbers in sentences."""

import pytest

from wheelcheck.quantities import plural, size_text


def test_plural() -> None:
    assert [plural(n, "file") for n in (0, 1, 2)] == ["0 files", "1 file", "2 files"]
    assert plural(2, "copy", "copies") == "2 copies"


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (1540, "1.5 kB"),
        (999_949, "999.9 kB"),
        (999_999, "1.0 MB"),
        (2_500_000_000, "2.5 GB"),
    ],
)
def test_size(count: int, expected: str) -> None:
    assert size_text(count) == expected
