"""Whether a wheel is for an interpreter, and if not, why."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wheelcheck.distinfo.specifiers import Specifiers
    from wheelcheck.trying.interpreters import Interpreter

__all__ = ["misfit"]

_MOST_NAMED = 4


def misfit(
    tags: Iterable[str], requires_python: "Specifiers | None", interpreter: "Interpreter"
) -> str | None:
    """Say why an installer would not take a wheel with these tags; None if it would.

    Args:
        tags: Of the wheel, as text.
        requires_python: The specifiers in its METADATA, if there are any.
        interpreter: Whose own tags decide.
    """
    own = set(interpreter.tags)
    wanted = sorted(tags)
    if not own.intersection(wanted):
        return _difference([tag.split("-") for tag in wanted], [t.split("-") for t in own])
    if requires_python is None or requires_python.contains(interpreter.version, prereleases=True):
        return None
    return f"Python: the wheel requires {requires_python}"


def _difference(wanted: list[list[str]], own: list[list[str]]) -> str:
    platforms = {platform for _, _, platform in own}
    same_platform = [tag for tag in wanted if tag[2] in platforms]
    if not same_platform:
        here = min(platforms - {"any"}, key=_rank, default="any")
        return f"platform: the wheel is for {_named(tag[2] for tag in wanted)}, this is {here}"
    interpreters = {f"{interpreter}-{platform}" for interpreter, _, platform in own}
    same = [tag for tag in same_platform if f"{tag[0]}-{tag[2]}" in interpreters]
    if not same:
        later = " or later" if any(abi.startswith("abi3") for _, abi, _ in same_platform) else ""
        return f"Python: the wheel is for {_named(tag[0] for tag in same_platform)}{later}"
    abis = {tag[1] for tag in own if tag[1].startswith(("cp", "pypy", "graalpy"))}
    return f"ABI: the wheel is for {_named(tag[1] for tag in same)}, this has {_named(abis)}"


def _rank(platform: str) -> tuple[bool, int, str]:
    """Prefer the plain name of the system; of several the shortest."""
    return not platform.startswith(("linux_", "win", "macosx_")), len(platform), platform


def _named(values: Iterable[str]) -> str:
    names = sorted(set(values))
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return " or ".join(names[:_MOST_NAMED]) + more
