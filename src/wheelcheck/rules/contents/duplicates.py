"""WC840: the same content several times."""

from collections.abc import Iterator

from wheelcheck.findings import Confidence, Severity
from wheelcheck.quantities import size_text
from wheelcheck.rules.contents.places import named
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_SMALLEST = 4096
"""Bytes: smaller files take as much room on a disk."""
_MOST_LISTED = 20
_MOST_GROUPS = 5
"""Told one by one, those that take most room."""
_LICENCES = ("licen", "copying", "notice", "authors")


def _check(subject: Subject) -> Iterator[Hit]:
    copies: dict[tuple[bytes, int], list[str]] = {}
    for file in subject.wheel.files:
        digest = file.digests.get("sha256")
        if digest is not None and file.size >= _SMALLEST and not file.problem:
            copies.setdefault((digest, file.size), []).append(file.member.name)
    copies = {
        key: [name for name in names if not _may_repeat(name)]
        for key, names in copies.items()
        if len(names) > 1
    }
    wasted = {key: key[1] * (len(names) - 1) for key, names in copies.items() if len(names) > 1}
    groups = sorted(wasted, key=lambda key: (-wasted[key], copies[key]))
    for key in groups[:_MOST_GROUPS]:
        names = copies[key]
        yield Hit(
            f"{len(names)} members have the same {key[1]} bytes: {named(names)}",
            names[0],
            evidence={"files": tuple(names[:_MOST_LISTED]), "size": (f"{key[1]} bytes",)},
        )
    rest = groups[_MOST_GROUPS:]
    if rest:
        too_much = size_text(sum(wasted[key] for key in rest))
        are = "content is" if len(rest) == 1 else "contents are"
        yield Hit(
            f"{len(rest)} more {are} there several times, {too_much} too much in all",
            copies[rest[0]][0],
        )


def _may_repeat(name: str) -> bool:
    """Tell whether copies are usual: licences belong beside what they cover."""
    folder, _, leaf = name.lower().rpartition("/")
    return (
        leaf == "__init__.py"
        or leaf.startswith(_LICENCES)
        or any(part in {"licenses", "licences"} for part in folder.split("/"))
    )


RULE = Rule(
    code="WC840",
    name="duplicate-content",
    family=Family.CONTENTS,
    severity=Severity.NOTE,
    confidence=Confidence.HIGH,
    effect=Effect.UNTIDY,
    summary="Several members have the same content.",
    why=(
        "An archive stores each copy in full. Often a symbolic link was turned into a copy "
        "(libfoo.so, libfoo.so.1), or a folder was taken twice. Licences, __init__.py and files "
        f"below {_SMALLEST} bytes are not looked at."
    ),
    example="pkg/libfoo.so and pkg/libfoo.so.1 are the same 4 MB.",
    fix="Ship one, under the name that is asked for.",
    since="0.1.0",
    check=_check,
    references=("check-wheel-contents: W002",),
)
