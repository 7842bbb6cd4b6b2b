"""What several rules on contents ask of a member's place."""

from collections.abc import Collection, Sequence

from wheelcheck.rules.registry import Subject
from wheelcheck.wheel import WheelFile

__all__ = ["in_folders", "named"]

_MOST_NAMED = 5


def in_folders(subject: Subject, names: Collection[str]) -> dict[str, list[WheelFile]]:
    """Return the files below folders of these names (in lower case), by the path of the folder."""
    found: dict[str, list[WheelFile]] = {}
    if subject.folder_names.isdisjoint(names):
        return found
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
