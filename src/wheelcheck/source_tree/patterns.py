"""Patterns of files in declarations, matched in time that no pattern can blow up."""

from collections.abc import Collection
from fnmatch import fnmatchcase

__all__ = ["Unknown", "bounded", "ignores", "matches"]

_MOST_PAIRS = 500_000
_MOST_WORK = 2_000_000_000
"""Characters of all paths times those of all patterns."""
_LONGEST = 300
_MOST_PARTS = 40


class Unknown(Exception):  # noqa: N818 - no error: it ends a reading
    """What is installed from where cannot be known; the message says why."""


def bounded(files: Collection[str], patterns: Collection[object]) -> None:
    """Refuse to match this many files with this many patterns.

    Raises:
        Unknown: it would take too long; no true project comes near.
    """
    # The time to match two texts grows with the product of their lengths.
    wanted = sum(min(len(str(pattern)), _LONGEST) for pattern in patterns)
    work = sum(map(len, files)) * wanted
    if len(files) * len(patterns) > _MOST_PAIRS or work > _MOST_WORK:
        raise Unknown(f"{len(patterns)} patterns for {len(files)} files are too many to follow")


def matches(path: str, pattern: str) -> bool:
    """Tell whether a whole path matches a glob: ``*`` within a part, ``**`` over any of them."""
    if len(pattern) > _LONGEST:
        return False
    parts, wanted = path.split("/"), pattern.strip("/").removeprefix("./").split("/")
    if len(parts) > _MOST_PARTS or len(wanted) > _MOST_PARTS:
        return False
    # reached[i]: the pattern so far matches the first i parts.
    reached = [True] + [False] * len(parts)
    for want in wanted:
        if want == "**":
            for i in range(len(parts)):
                reached[i + 1] = reached[i + 1] or reached[i]
        else:
            reached = [False] + [
                reached[i] and fnmatchcase(part, want) for i, part in enumerate(parts)
            ]
    return reached[-1]


def ignores(pattern: str, path: str) -> bool:
    """Tell whether a pattern in the manner of .gitignore may leave a path out; rather yes than no.

    A negation (``!``) takes nothing back.
    """
    text = pattern.strip()
    if not text or text.startswith(("#", "!")):
        return False
    text = text.strip("/")
    parts = path.split("/")
    if "/" not in text:
        return len(text) <= _LONGEST and any(fnmatchcase(part, text) for part in parts)
    starts = ("/".join(parts[: i + 1]) for i in range(min(len(parts), _MOST_PARTS)))
    return any(matches(start, text) or matches(start, f"**/{text}") for start in starts)
