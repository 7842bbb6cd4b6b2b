"""WC843: import libraries and static archives."""

from collections.abc import Iterator

from wheelcheck.findings import Confidence, Severity
from wheelcheck.quantities import size_text
from wheelcheck.rules.contents.places import named
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_SUFFIXES = (".lib", ".a")
_HEADERS = (".h", ".hpp", ".hh", ".hxx", ".pxd", ".inc")
_MOST_LISTED = 20


def _check(subject: Subject) -> Iterator[Hit]:
    files = subject.installed
    # Who ships headers wants others to compile and link against the package.
    if any(file.install.lower().endswith(_HEADERS) for file in files):
        return
    found = [file for file in files if file.install.lower().endswith(_SUFFIXES)]
    if not found:
        return
    names = [file.member.name for file in found]
    total = size_text(sum(file.size for file in found))
    are = "file is" if len(found) == 1 else "files are"
    yield Hit(
        f"{len(found)} {are} input for linkers only ({total}): {named(names)}",
        names[0],
        evidence={"files": tuple(names[:_MOST_LISTED])},
    )


RULE = Rule(
    code="WC843",
    name="linker-input",
    family=Family.CONTENTS,
    severity=Severity.NOTE,
    confidence=Confidence.MEDIUM,
    effect=Effect.UNTIDY,
    summary="Import libraries (.lib, .dll.a) or static archives (.a), without any header.",
    why=(
        "Nothing loads them: they are there because the build put them beside the DLL or "
        "extension. A wheel that also ships headers means them for others to link to, and is "
        "left alone."
    ),
    example="pkg/_core.cp312-win_amd64.lib beside pkg/_core.cp312-win_amd64.pyd.",
    fix="Install the runtime part of each target only (CMake: `RUNTIME`, `LIBRARY`, no `ARCHIVE`).",
    since="0.1.0",
    check=_check,
)
