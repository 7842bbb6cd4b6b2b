"""WC841, WC842: wheels that are large, and what tests alone need."""

from collections.abc import Iterator

from wheelcheck.findings import Confidence, Severity
from wheelcheck.installation import in_test_folder
from wheelcheck.quantities import plural, size_text
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["LARGE", "TEST_DATA"]

_PYPI_NEVER = 1024**3
"""Bytes of a file: PyPI raises the limit of no project above it (warehouse, constants.py)."""
_TEST_SHARE = 0.25
_TEST_BYTES = 1_000_000


def _check_large(subject: Subject) -> Iterator[Hit]:
    wheel, sizes = subject.wheel, subject.expectations.sizes
    said = f"the wheel has {size_text(wheel.size)}"
    if wheel.size > _PYPI_NEVER:
        yield Hit(
            f"{said}, and PyPI takes no file above {size_text(_PYPI_NEVER)} from anybody",
            severity=subject.pypi_refuses,
            evidence={"size": (f"{wheel.size} bytes",)},
        )
    elif wheel.size > sizes.file:
        yield Hit(
            f"{said}, more than {size_text(sizes.file)}",
            severity=Severity.WARNING,
            evidence={"size": (f"{wheel.size} bytes",)},
        )
    total = sum(file.size for file in wheel.files)
    if total > sizes.installed:
        yield Hit(
            f"installed, the wheel takes {size_text(total)}, "
            f"more than {size_text(sizes.installed)}",
            severity=Severity.NOTE,
            evidence={"size": (f"{total} bytes",), "largest": _largest(subject)},
        )
    if len(wheel.files) > sizes.members:
        yield Hit(
            f"the wheel holds {plural(len(wheel.files), 'file')}, more than {sizes.members}",
            severity=Severity.NOTE,
        )


def _check_test_data(subject: Subject) -> Iterator[Hit]:
    tests = [file for file in subject.installed if in_test_folder(file.install)]
    test_bytes = sum(file.size for file in tests)
    total = sum(file.size for file in subject.wheel.files)
    if test_bytes > _TEST_BYTES and test_bytes > _TEST_SHARE * total:
        largest = max(tests, key=lambda file: (file.size, file.member.name))
        yield Hit(
            f"{size_text(test_bytes)} of {size_text(total)} are in folders for tests; the largest "
            f"file is {largest.member.name} with {size_text(largest.size)}",
            largest.member.name,
            evidence={"size": (f"{test_bytes} bytes",)},
        )


def _largest(subject: Subject) -> tuple[str, ...]:
    files = sorted(subject.wheel.files, key=lambda file: (-file.size, file.member.name))
    return tuple(f"{file.member.name}: {size_text(file.size)}" for file in files[:5])


LARGE = Rule(
    code="WC841",
    name="large-wheel",
    family=Family.CONTENTS,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.INDEX,
    summary="The wheel is larger than PyPI takes by default, or very large once installed.",
    why=(
        "PyPI refuses files above 100 MiB unless it has raised the limit for the project (a "
        "warning, since a wheel does not show that), and above 1 GiB from anybody. Once "
        "installed, 250 MiB are what AWS Lambda takes in all (a note). The table `sizes` of the "
        "settings has other limits."
    ),
    example="pkg-1.0-cp312-cp312-win_amd64.whl with 180 MB.",
    fix=(
        "Leave out debug data, tests and copies; move data into a distribution of its own; or "
        "ask PyPI for a higher limit and set `sizes.file`."
    ),
    since="0.1.0",
    check=_check_large,
    references=("PyPI: Storage limits", "PyPI (warehouse): constants.py"),
)

TEST_DATA = Rule(
    code="WC842",
    name="large-test-data",
    family=Family.CONTENTS,
    severity=Severity.NOTE,
    confidence=Confidence.HIGH,
    effect=Effect.UNTIDY,
    summary="Tests and their data make up a quarter of the wheel or more, and over 1 MB.",
    why="Every user downloads them; hardly anyone runs them.",
    example="pkg/tests/data/reference.h5 with 40 MB in a wheel of 50 MB.",
    fix="Keep the tests in the source distribution, or have them fetch large data.",
    since="0.1.0",
    check=_check_test_data,
)
