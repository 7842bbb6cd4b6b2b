"""WC830: what the wheel has Python do at every start."""

from collections.abc import Iterator

from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject
from wheelcheck.traces.startup import Startup

__all__ = ["RULE"]

_EDITABLE = "__editable__"
_WELL_KNOWN = {"distutils-precedence.pth"}
"""Of setuptools: every environment had it for years."""


def _check(subject: Subject) -> Iterator[Hit]:
    found = subject.wheel.traces.items()
    started = {name for name, traces in found if name.endswith(".start")}
    for name, traces in found:
        startup = traces.startup
        leaf = name.rpartition("/")[2]
        if startup is not None:
            replaced = f"{name.removesuffix('.pth')}.start" in started
            yield from _judged(name, leaf, startup, replaced=replaced)
    for file in subject.wheel.files:
        leaf = file.install
        if leaf.startswith(_EDITABLE) and leaf.endswith(".py"):
            yield _editable(file.member.name)


def _judged(name: str, leaf: str, startup: Startup, *, replaced: bool) -> Iterator[Hit]:
    if leaf.startswith(_EDITABLE):
        yield _editable(name)
        return
    if startup.absolute:
        yield Hit(
            f"{name} adds {startup.absolute[0]} to the search path, a folder of the machine that "
            "built the wheel",
            name,
            evidence={"folders": startup.absolute},
        )
    if startup.code:
        yield Hit(
            f"{name} has Python run code at every start, also where nobody uses the package",
            name,
            evidence={"code": startup.code},
            # Newer Pythons read the .start file instead.
            severity=Severity.NOTE if replaced or leaf in _WELL_KNOWN else Severity.WARNING,
        )
    if startup.wrong:
        yield Hit(
            f"{name} has lines that name nothing to call: {startup.wrong[0]!r}",
            name,
            evidence={"lines": startup.wrong},
            severity=Severity.WARNING,
        )
    if startup.calls:
        yield Hit(
            f"{name} has Python call {startup.calls[0]} at every start",
            name,
            evidence={"calls": startup.calls},
            severity=Severity.NOTE,
        )


def _editable(name: str) -> Hit:
    return Hit(
        f"{name} belongs to an editable installation: the wheel leads to sources on the machine "
        "that built it",
        name,
    )


RULE = Rule(
    code="WC830",
    name="startup-code",
    family=Family.CONTENTS,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.OTHERS,
    summary="A .pth or .start file runs code at every start of Python, or leads out of the wheel.",
    why=(
        "Python reads these files whenever it starts, in every program of the environment: each "
        "becomes slower, a fault in one breaks all, and attackers use them to persist. From "
        "Python 3.18 on `import` lines of .pth files are ignored, so what they do will be gone "
        "(a warning; PEP 829 has .start files instead, which are a note). A wheel of an editable "
        "build, or one that adds an absolute path, works nowhere but where it was built (an "
        "error)."
    ),
    example="pkg.pth with `import pkg._patch`; __editable__.pkg-1.0.pth.",
    fix=(
        "Do the work when the package is imported. Where it must be at the start, ship a .start "
        "file beside the .pth. Build the wheel with `python -m build`, not `pip install -e`."
    ),
    since="0.1.0",
    check=_check,
    references=("PEP 829: Package Startup Configuration Files", "Python documentation: site"),
)
