"""WC121: a name too long to be unpacked."""

from collections.abc import Iterator

from wheelcheck.archive.structure import shown
from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.archive.verdicts import promises_windows
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_LONGEST_PART = 255
"""Bytes on Linux and macOS, UTF-16 units on Windows."""
_LONGEST_PATH = 200
"""Of the 259 characters of MAX_PATH, what a usual path to site-packages leaves."""


def _check(subject: Subject) -> Iterator[Hit]:
    windows = promises_windows(subject)
    for file in subject.wheel.files:
        install = file.install
        if len(install) <= _LONGEST_PART // 4:  # whatever the characters are, it fits
            continue
        longest = max(len(part.encode("utf-8", "replace")) for part in install.split("/"))
        if longest > _LONGEST_PART:
            yield Hit(
                message=(
                    f"{shown(file.member.name)} has a part of {longest} bytes in its name; file "
                    f"systems allow {_LONGEST_PART}"
                ),
                member=file.member.name,
                evidence={"bytes": (str(longest),), "most": (str(_LONGEST_PART),)},
            )
        elif windows and len(install) > _LONGEST_PATH:
            yield Hit(
                message=(
                    f"{shown(file.member.name)} is installed by a path of {len(install)} "
                    "characters below site-packages; Windows allows 259 in all by default"
                ),
                member=file.member.name,
                evidence={"characters": (str(len(install)),), "most": (str(_LONGEST_PATH),)},
                severity=Severity.WARNING,
            )


RULE = Rule(
    code="WC121",
    name="long-name",
    family=Family.ARCHIVE,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.INSTALL,
    summary="A member's name is too long for file systems, or for Windows by default.",
    why=(
        "No common file system takes a file name of more than 255 bytes. Windows, unless long "
        "paths are switched on, takes 259 characters for the whole path, of which the folder of "
        "the user's Python needs some 60 to 80: a warning above 200."
    ),
    example="pkg/node_modules/... is nested so deep that the path has 230 characters.",
    fix="Shorten folder names, or leave deep build output out of the wheel.",
    since="0.1.0",
    check=_check,
    references=("Microsoft Learn: Maximum Path Length Limitation",),
)
