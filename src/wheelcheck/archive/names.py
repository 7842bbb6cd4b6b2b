"""Names of members, and what goes wrong with them where.

Only the form of a name is judged, not its meaning for a wheel. Each test is
one regular expression that takes linear time, because names may be long.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from wheelcheck.archive.structure import Defect, DefectKind, Flag, Member, shown

__all__ = ["name_defects"]

_K = DefectKind

# Reserved whatever follows the first dot (Microsoft, "Naming Files, Paths, and Namespaces").
_RESERVED = r"(?i:con|prn|aux|nul|(?:com|lpt)[1-9\u00b9\u00b2\u00b3])"

# Every pattern is searched in the name with a slash put before it, so that each
# part of the name follows a separator.
_TESTS = tuple(
    (kind, re.compile(pattern), text)
    for kind, pattern, text in (
        (_K.NAME_EMPTY, r"\A/\Z", "an entry has an empty name"),
        # PyPI's set: below 0x20, and 0x7f.
        (_K.NAME_CONTROL_CHARACTER, r"[\x00-\x1f\x7f]", "{} has a control character in its name"),
        (_K.NAME_PARENT, r"[/\\]\.\.(?:[/\\]|\Z)", "{} climbs out of a folder with .."),
        (_K.NAME_ABSOLUTE, r"\A/[/\\]", "{} is an absolute name"),
        (_K.NAME_DRIVE, r"\A/[A-Za-z]:", "{} names a drive"),
        (_K.NAME_BACKSLASH, r"\\", "{} has a backslash, which only Windows takes for a slash"),
        (_K.NAME_NOT_NORMAL, r"(?s:.)//|/\.(?:/|\Z)", "{} has an empty part or a single dot"),
        (
            _K.NAME_RESERVED,
            rf"[/\\]{_RESERVED} *(?:[./\\:]|\Z)",
            "{} has a part that Windows reserves for a device",
        ),
        (
            _K.NAME_NOT_FOR_WINDOWS,
            r'[<>"|?*]|[^/]:|/:|[. ](?<![/\\]\.)(?<![/\\]\.\.)(?:[/\\]|\Z)',
            "{} has a character, or a last character, that Windows does not allow",
        ),
    )
)
# One search shows for nearly every name of a real wheel that no test is needed.
_SUSPECT = re.compile(
    r'\A/\Z|[\x00-\x1f\x7f\\<>:"|?*]|//|[. ](?:/|\Z)|/\.\.?(?:/|\Z)'
    rf"|/{_RESERVED} *(?:[./]|\Z)"
)


def name_defects(members: Iterable[Member]) -> list[Defect]:
    """Judge every name, by itself and against the others."""
    members = tuple(members)
    defects: list[Defect] = []
    for member in members:
        if not member.raw_name.isascii():
            defects.extend(_encoding_defects(member))
        text = f"/{member.name}"
        if _SUSPECT.search(text):
            defects.extend(
                Defect(kind, member.name, message.format(shown(member.name)))
                for kind, pattern, message in _TESTS
                if pattern.search(text)
            )
    defects.extend(_clashes(members))
    return defects


def _encoding_defects(member: Member) -> Iterator[Defect]:
    try:
        member.raw_name.decode("utf-8")
    except UnicodeDecodeError:
        yield Defect(_K.NAME_NOT_UTF8, member.name, f"{shown(member.name)} is not UTF-8")
        return
    if not member.flags & Flag.UTF8:
        yield Defect(
            _K.NAME_WITHOUT_UTF8_FLAG,
            member.name,
            f"{shown(member.raw_name)} is UTF-8 but its flags do not say so",
        )


def _clashes(members: tuple[Member, ...]) -> Iterator[Defect]:
    """Find names that cannot exist side by side: everywhere, or where case does not count."""
    names: set[str] = set()
    folded: dict[str, str] = {}
    for member in members:
        name = member.name
        if name in names:
            yield Defect(_K.DUPLICATE_NAME, name, f"{shown(name)} is there more than once")
            continue
        names.add(name)
        other = folded.setdefault(name.casefold(), name)
        if other != name:
            yield Defect(
                _K.NAME_CASE, name, f"{shown(name)} differs from {shown(other)} only in case"
            )
    # With the slash sorted first, what lies in a folder directly follows a file of its name.
    ordered = sorted(name.replace("/", "\0") for name in names)
    for first, second in pairwise(ordered):
        if first and not first.endswith("\0") and second.startswith(first + "\0"):
            name = first.replace("\0", "/")
            yield Defect(
                _K.NAME_FILE_AND_FOLDER,
                name,
                f"{shown(name)} is a file, but other members lie in a folder by this name",
            )
