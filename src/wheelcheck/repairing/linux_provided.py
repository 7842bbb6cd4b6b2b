"""Libraries that another distribution supplies (``--provided-by DIST=PATTERN``)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from importlib.metadata import PackageNotFoundError, distribution
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from wheelcheck.distinfo.metadata import read_metadata
from wheelcheck.errors import RepairError, UsageError

if TYPE_CHECKING:
    from wheelcheck.wheel import Wheel

__all__ = ["Provided", "parse_provided", "providers"]

_RULE = re.compile(r"(?P<name>[A-Za-z0-9][\w.-]*)=(?:(?P<folder>[^=]*)/)?(?P<pattern>[^/=]+)")


@dataclass(frozen=True, slots=True)
class Provided:
    """A rule of the user."""

    distribution: str
    folder: str | None
    """Where its libraries lie below site-packages; None to look at the installed one."""
    pattern: str

    def matches(self, library: str) -> bool:
        """Tell whether a library is meant, with or without the version in its soname."""
        head, dot_so, _ = library.partition(".so.")
        names = {library, f"{head}.so" if dot_so else library}
        return any(fnmatchcase(name, self.pattern) for name in names)

    def folder_of(self, library: str) -> str:
        """Return the folder below site-packages that holds a library.

        Raises:
            RepairError: it is not named, and the distribution is not installed here.
        """
        if self.folder is not None:
            return self.folder
        try:
            files = distribution(self.distribution).files or []
        except PackageNotFoundError:
            files = []
        for file in files:
            if file.name == library:
                return file.parent.as_posix()
        raise RepairError(
            f"no installed {self.distribution} holds {library}; install it here, or name the "
            f"folder: --provided-by {self.distribution}=FOLDER/{self.pattern}"
        )


def parse_provided(texts: Iterable[str]) -> tuple[Provided, ...]:
    """Read ``DIST=PATTERN`` or ``DIST=FOLDER/PATTERN``.

    Raises:
        UsageError: a text has another form.
    """
    rules = []
    for text in texts:
        match = _RULE.fullmatch(text)
        folder = match and match["folder"]
        parts = (folder or "").split("/")
        if match is None or folder == "" or ".." in parts:
            raise UsageError(f"{text!r} is not of the form DIST=PATTERN or DIST=FOLDER/PATTERN")
        rules.append(Provided(match["name"], folder, match["pattern"]))
    return tuple(rules)


def providers(wheel: "Wheel", rules: Iterable[Provided]) -> tuple[Provided, ...]:
    """Return the rules, after a look at what the wheel requires.

    Raises:
        RepairError: it does not require a distribution that shall supply a library.
    """
    metadata = read_metadata(wheel.metadata.get("METADATA", b""))
    required = {canonicalize_name(r.name) for r in metadata.requires_dist.valid}
    rules = tuple(rules)
    for rule in rules:
        if canonicalize_name(rule.distribution) not in required:
            raise RepairError(
                f"{wheel.filename} does not require {rule.distribution} (Requires-Dist), so its "
                "libraries would be missing"
            )
    return rules
