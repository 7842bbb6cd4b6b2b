"""WC112: a member does not give the bytes that the archive promises."""

from collections.abc import Iterator

from wheelcheck.archive.content import unreadable
from wheelcheck.archive.structure import shown
from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]


def _check(subject: Subject) -> Iterator[Hit]:
    for file in subject.wheel.files:
        member = file.member
        # What no bytes could change is told by the rules on its cause.
        if file.problem is None or unreadable(member) is not None:
            continue
        yield Hit(
            message=f"{shown(member.name)} cannot be unpacked: {file.problem}",
            member=member.name,
            evidence={
                "problem": (file.problem,),
                "claimed_size": (str(member.size),),
                "inflated_size": (str(file.size),),
            },
        )


RULE = Rule(
    code="WC112",
    name="unreadable-member",
    family=Family.ARCHIVE,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.INSTALL,
    summary="A member's data is damaged: its checksum, its size or its compression is wrong.",
    why=(
        "Installation stops with `BadZipFile: Bad CRC-32 for file ...` or a zlib error, in the "
        "middle of unpacking. PyPI does not notice. Inflation stops one byte after the claimed "
        "size, so a member that hides a bomb is found without inflating it."
    ),
    example="A byte of the wheel was changed on the way.",
    fix="Build or download the wheel again, and compare its hash with the original.",
    since="0.1.0",
    check=_check,
    references=("PKWARE APPNOTE.TXT 6.3.10, sections 4.4.7 to 4.4.9",),
)
