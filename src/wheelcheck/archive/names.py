"""Names of members, and what goes wrong with them where.

Only the form of a name is judged, not its meaning for a wheel. Each test is
one regular expression that takes linear time, because names may be long.
"""

from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

from wheelcheck.archive.structure import DefectKind, Defects, Flag, Member, shown
from wheelcheck.expressions import expression

__all__ = ["check_names"]

_K = DefectKind

# Reserved whatever follows the first dot (Microsoft, "Naming Files, Paths, and Namespaces").
_RESERVED = r"(?i:con|prn|aux|nul|(?:com|lpt)[1-9\u00b9\u00b2\u00b3])"

# Every pattern is searched in the name with a slash put before it, so that each
# part of the name follows a separator.
_TESTS = tuple(
    (kind, expression(pattern), text)
    for kind, pattern, text in (
        (_K.NAME_EMPTY, r"\A/\Z", "has an empty name"),
        # PyPI's set: below 0x20, and 0x7f.
        (_K.NAME_CONTROL_CHARACTER, r"[\x00-\x1f\x7f]", "has a control character in its name"),
        (_K.NAME_PARENT, r"[/\\]\.\.(?:[/\\]|\Z)", "climbs out of a folder with .."),
        (_K.NAME_ABSOLUTE, r"\A/[/\\]", "is an absolute name"),
        (_K.NAME_DRIVE, r"\A/[A-Za-z]:", "names a drive"),
        (_K.NAME_BACKSLASH, r"\\", "has a backslash, which only Windows takes for a slash"),
        (_K.NAME_NOT_NORMAL, r"(?s:.)//|/\.(?:/|\Z)", "has an empty part or a single dot"),
        (
            _K.NAME_RESERVED,
            rf"[/\\]{_RESERVED} *(?:[./\\:]|\Z)",
            "has a part that Windows reserves for a device",
        ),
        (
            _K.NAME_NOT_FOR_WINDOWS,
            r'[<>"|?*:]|[. ](?=[/\\]|\Z)(?<![/\\]\.)(?<![/\\]\.\.)',
            "has a character, or a last character, that Windows does not allow",
        ),
    )
)
# One search shows for nearly every name of a real wheel that no test is needed.
_SUSPECT = expression(
    r'\A/\Z|[\x00-\x1f\x7f\\<>:"|?*]|//|[. ](?:/|\Z)|/\.\.?(?:/|\Z)'
    rf"|/{_RESERVED} *(?:[./]|\Z)"
)


def check_names(members: Iterable[Member], defects: Defects) -> None:
    """Judge every name, by itself and against the others."""
    members = tuple(members)
    for member in members:
        if not member.raw_name.isascii():
            _check_encoding(member, defects)
        if _is_suspect(member.name):
            text = f"/{member.name}"
            for kind, pattern, message in _TESTS:
                if pattern.search(text):
                    defects.add(kind, message, member.name)
    _check_clashes(members, defects)


@lru_cache(maxsize=4096)  # the wheels of a release have nearly the same names
def _is_suspect(name: str) -> bool:
    return _SUSPECT.search(f"/{name}") is not None


def _check_encoding(member: Member, defects: Defects) -> None:
    try:
        member.raw_name.decode("utf-8")
    except UnicodeDecodeError:
        defects.add(_K.NAME_NOT_UTF8, "has a name that is not UTF-8", member.name)
        return
    if not member.flags & Flag.UTF8:
        text = f"means {shown(member.raw_name)}, but its flags do not say that this is UTF-8"
        defects.add(_K.NAME_WITHOUT_UTF8_FLAG, text, member.name)


def _check_clashes(members: tuple[Member, ...], defects: Defects) -> None:
    """Find names that cannot exist side by side: everywhere, or where case does not count."""
    names: set[str] = set()
    folded: dict[str, str] = {}
    for member in members:
        name = member.name
        if name in names:
            defects.add(_K.DUPLICATE_NAME, "is there more than once", name)
            continue
        names.add(name)
        other = folded.setdefault(name.casefold(), name)
        if other != name:
            defects.add(_K.NAME_CASE, f"differs from {shown(other)} only in case", name)
    # With the slash sorted first, what lies in a folder directly follows a file of its name.
    ordered = sorted(name.replace("/", "\0") for name in names)
    for first, second in pairwise(ordered):
        if first and not first.endswith("\0") and second.startswith(first + "\0"):
            text = "is a file, but other members lie in a folder by this name"
            defects.add(_K.NAME_FILE_AND_FOLDER, text, first.replace("\0", "/"))
