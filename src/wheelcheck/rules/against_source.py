"""What rules share that hold a wheel against the source of its project."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from wheelcheck.distinfo.names import normal_name
from wheelcheck.installation import extension_name, folder_of
from wheelcheck.source_tree.patterns import ignores

if TYPE_CHECKING:
    from wheelcheck.rules.registry import Subject
    from wheelcheck.source_tree.facts import Source

__all__ = [
    "by_folder",
    "extensions",
    "foreign_project",
    "installed",
    "is_for_tests",
    "source_of",
    "unexcused",
]

_MOST_PATTERNS = 1_000
_MOST_PAIRS = 200_000
_FOR_TESTS = re.compile(
    r"(?:.*/)?(?:_?tests?|testing|unit_?tests?|benchmarks?|examples?|docs?|conftest\.py|setup\.py"
    r"|test_\w+\.py|\w+_test\.py)(?:/.*)?"
)


def source_of(subject: "Subject") -> "Source | None":
    """Return the source that the wheel is to be held against; None if there is none of its own."""
    if subject.source is None or foreign_project(subject) is not None:
        return None
    return subject.source


def foreign_project(subject: "Subject") -> str | None:
    """Return the project that the source is of, if that is another one than the wheel's."""
    name = None if subject.source is None else subject.source.project.name
    own = subject.wheel.name
    if name is None or own is None:
        return None
    return None if normal_name(name) == normal_name(own.distribution) else name


def installed(subject: "Subject") -> frozenset[str]:
    """Return the paths of all files, as installed."""
    return frozenset(file.install for file in subject.wheel.files)


def extensions(subject: "Subject") -> frozenset[str]:
    """Return the dotted names of the extension modules, by their file names."""
    return frozenset(
        name.module
        for native in subject.wheel.natives
        if (name := extension_name(native.install)) is not None
    )


@lru_cache(maxsize=4096)
def is_for_tests(path: str) -> bool:
    """Tell whether a module is of use to developers only, and may be left out."""
    return _FOR_TESTS.fullmatch(path) is not None


def unexcused(origins: Mapping[str, str], patterns: Sequence[str]) -> list[str]:
    """Return the paths whose file in the source no pattern leaves out.

    Of a great many, only the first are looked at, so that the time stays bounded.
    """
    patterns = patterns[:_MOST_PATTERNS]
    few = dict(islice(origins.items(), _MOST_PAIRS // (len(patterns) + 1)))
    return [path for path, file in few.items() if not any(ignores(p, file) for p in patterns)]


def by_folder(paths: Iterable[str]) -> dict[str, list[str]]:
    """Return paths by their folder, both sorted."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(paths):
        found[folder_of(path)].append(path)
    return found
