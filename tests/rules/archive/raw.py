"""A right wheel for every platform as raw entries, so that tests can make one thing wrong."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import wheelcheck
from tests.archive.zips import End, Entry, build
from tests.wheels import WheelBuilder
from wheelcheck import Finding

MODULE = "pkg/a.py"


def builder(files: dict[str, bytes] | None = None, tag: str = "py3-none-any") -> WheelBuilder:
    return WheelBuilder(
        tag=tag,
        files={"pkg/__init__.py": b"", MODULE: b"A = 1\n", **(files or {})},
        purelib=True,
    )


def entries(files: dict[str, bytes] | None = None) -> list[Entry]:
    """Return the members of a right wheel with these files, too."""
    return [
        Entry(name.encode(), data, flags=0 if name.isascii() else 0x800)
        for name, data in builder(files).members().items()
    ]


def changed(change: Callable[[Entry], Entry], files: dict[str, bytes] | None = None) -> list[Entry]:
    """Return them with one member, ``pkg/a.py``, changed."""
    return [change(e) if e.name == MODULE.encode() else e for e in entries(files)]


def a(**fields: Any) -> list[Entry]:
    """Return them with fields of ``pkg/a.py`` set."""
    return changed(lambda entry: replace(entry, **fields))


def judged(
    folder: Path,
    members: Sequence[Entry],
    end: End | None = None,
    *,
    tag: str = "py3-none-any",
    after: bytes = b"",
    profile: str = "pypi",
) -> list[Finding]:
    """Return what the rules on the archive and RECORD find."""
    path = folder / builder(tag=tag).filename
    path.write_bytes(build(members, end) + after)
    report = wheelcheck.inspect(path, profile=profile)
    assert report.error is None, report.error
    return [f for f in report.findings if f.code[:3] in ("WC1", "WC2")]
