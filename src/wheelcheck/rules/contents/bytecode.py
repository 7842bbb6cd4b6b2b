"""WC822: compiled bytecode."""

from collections.abc import Iterator

from wheelcheck.findings import Confidence, Severity
from wheelcheck.installation import folder_of
from wheelcheck.platforms.promises import Flavour
from wheelcheck.quantities import plural
from wheelcheck.rules.contents.places import named
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_SUFFIXES = (".pyc", ".pyo")


def _check(subject: Subject) -> Iterator[Hit]:
    folders: dict[str, list[str]] = {}
    for leaf, file in subject.leaves:
        name = file.member.name
        if leaf.endswith(_SUFFIXES) and not _instead_of_source(subject, name):
            folders.setdefault(folder_of(name), []).append(name)
    for folder, names in folders.items():
        where = f"{folder}/" if folder else "the top of the wheel"
        yield Hit(
            f"{where} holds {plural(len(names), 'file')} of bytecode: "
            f"{named([name.rpartition('/')[2] for name in names])}",
            names[0],
            evidence={"files": tuple(names[:20])},
        )


def _instead_of_source(subject: Subject, name: str) -> bool:
    """Tell whether a module is shipped as bytecode only, for the one Python that can read it."""
    if "__pycache__" in name.split("/") or subject.has_member(f"{name[:-4]}.py"):
        return False
    promises = subject.promises
    return len({p.version for p in promises}) == 1 and all(
        p.flavour is Flavour.EXACT for p in promises
    )


RULE = Rule(
    code="WC822",
    name="bytecode",
    family=Family.CONTENTS,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.UNTIDY,
    summary="The wheel holds __pycache__ folders or .pyc files.",
    why=(
        "Installers compile the sources themselves, for the Python at hand. Shipped bytecode is "
        "of one Python version, may be older than its source, shows the paths of the build "
        "machine, and is listed in RECORD with a hash that the first import makes wrong. A "
        "module shipped as bytecode only, in a wheel for one Python version, is left alone."
    ),
    example="pkg/__pycache__/core.cpython-312.pyc beside pkg/core.py.",
    fix=(
        "Build from a clean tree (`git clean -fdX`), and exclude `*.py[cod]` and `__pycache__` "
        "where the build takes its files from."
    ),
    since="0.1.0",
    check=_check,
    references=("PEP 427: wheels hold no .pyc files", "PyPA: Binary distribution format"),
)
