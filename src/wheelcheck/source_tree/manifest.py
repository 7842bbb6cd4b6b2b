"""MANIFEST.in: which files of the source it names. Source: setuptools' documentation."""

from collections.abc import Callable

from wheelcheck.source_tree.patterns import matches

__all__ = ["manifest_matcher"]

_MOST_LINES = 1000
_FROM_A_FOLDER = 2


def manifest_matcher(content: str) -> Callable[[str], str | None]:
    """Return a function that tells by which line a file is named; None if it is by none.

    As there, the last line that speaks of a file decides.
    """
    lines = [line.split("#", 1)[0].split() for line in content.splitlines()[:_MOST_LINES]]
    commands = [words for words in lines if len(words) > 1]

    def named(path: str) -> str | None:
        found = None
        for words in commands:
            if _speaks_of(words, path):
                excludes = "exclude" in words[0] or words[0] == "prune"
                found = None if excludes else " ".join(words)
        return found

    return named


def _speaks_of(words: list[str], path: str) -> bool:
    command, arguments = words[0], words[1:]
    if command in {"include", "exclude"}:
        return any(matches(path, pattern) for pattern in arguments)
    if command in {"graft", "prune"}:
        return any(matches(path, f"{pattern.strip('/')}/**/*") for pattern in arguments)
    if command in {"global-include", "global-exclude"}:
        return any(matches(path, f"**/{pattern}") for pattern in arguments)
    if command in {"recursive-include", "recursive-exclude"} and len(words) > _FROM_A_FOLDER:
        folder = arguments[0].strip("/")
        return any(matches(path, f"{folder}/**/{pattern}") for pattern in arguments[1:])
    return False
