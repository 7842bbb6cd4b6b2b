"""WC325: a folder in .data that installers do not know."""

from collections.abc import Iterator

from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_KEYS = ("purelib", "platlib", "headers", "scripts", "data")
_MOST_HITS = 10
_SHOWN = 80


def _check(subject: Subject) -> Iterator[Hit]:
    wheel = subject.wheel
    folders: dict[str, str] = {}
    strangers: dict[str, str] = {}
    for file in wheel.files:
        top, _, rest = file.member.name.partition("/")
        if not top.endswith(".data") or not rest or top.count("-") != 1:
            continue
        if wheel.data_folder is not None and top != wheel.data_folder:
            strangers.setdefault(top, file.member.name)
            continue
        key, slash, _ = rest.partition("/")
        if not slash or key not in _KEYS:
            folders.setdefault(key, file.member.name)
    for key, name in list(folders.items())[:_MOST_HITS]:
        yield Hit(
            f"{name[:_SHOWN]} lies in .data, but {key[:_SHOWN]!r} is no installation scheme",
            name,
            evidence={"known": _KEYS},
        )
    for folder, name in list(strangers.items())[:_MOST_HITS]:
        yield Hit(
            f"{folder[:_SHOWN]} is not the .data folder of this wheel ({wheel.data_folder}), so it "
            "is installed as it is",
            name,
            severity=Severity.WARNING,
        )


RULE = Rule(
    code="WC325",
    name="data-scheme",
    family=Family.METADATA,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.INSTALL,
    summary="A file lies in .data outside purelib, platlib, headers, scripts and data.",
    why="pip stops at a scheme key that it does not know.",
    example="pkg-1.0.data/bin/tool, where pkg-1.0.data/scripts/tool is meant.",
    fix="Let the build backend place the files (data, scripts, headers).",
    since="0.1.0",
    check=_check,
    references=("PyPA: Binary distribution format, The .data directory",),
)
