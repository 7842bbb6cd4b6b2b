"""What several rules on contents ask of a member's place."""

from collections.abc import Collection, Iterator, Sequence

from wheelcheck.rules.registry import Subject
from wheelcheck.wheel import WheelFile

__all__ = ["in_folders", "installed", "named", "top_level"]

_NOT_PACKAGES = (".dist-info", ".data", ".egg-info")
_MOST_NAMED = 5


def installed(subject: Subject) -> Iterator[WheelFile]:
    """Yield the files that go into site-packages, without those of dist-info folders."""
    for file in subject.wheel.files:
        top, slash, _ = file.install.partition("/")
        if top.startswith("{") or (slash and top.endswith(_NOT_PACKAGES)):
            continue
        yield file


def top_level(subject: Subject) -> dict[str, list[WheelFile]]:
    """Return the names at the top of site-packages; a file is the only one under its name."""
    found: dict[str, list[WheelFile]] = {}
    for file in installed(subject):
        found.setdefault(file.install.partition("/")[0], []).append(file)
    return found


def in_folders(subject: Subject, names: Collection[str]) -> dict[str, list[WheelFile]]:
    """Return the files below folders of these names (in lower case), by the path of the folder."""
    found: dict[str, list[WheelFile]] = {}
    for file in subject.wheel.files:
        parts = file.member.name.split("/")
        for index, part in enumerate(parts[:-1]):
            if part.lower() in names:
                found.setdefault("/".join(parts[: index + 1]), []).append(file)
                break
    return found


def named(names: Sequence[str]) -> str:
    """List a few names in a sentence, and count the others."""
    some = ", ".join(names[:_MOST_NAMED])
    return some if len(names) <= _MOST_NAMED else f"{some} and {len(names) - _MOST_NAMED} more"
