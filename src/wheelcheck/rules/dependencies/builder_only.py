"""WC714: a library that was found through a folder of the build machine."""

from collections.abc import Iterator

from wheelcheck.binary.elf import ElfObject
from wheelcheck.findings import Confidence, Outcome, Severity
from wheelcheck.platforms.linux.layout import read_path
from wheelcheck.rules.registry import Family, Hit, Rule, Subject

__all__ = ["RULE"]


def _check(subject: Subject) -> Iterator[Hit]:
    if subject.closure.linux is None:
        return
    for edge in subject.closure.distinct:
        elf = edge.importer.slice
        if edge.outcome is not Outcome.MISSING or not isinstance(elf, ElfObject):
            continue
        member = edge.importer.member
        entries = read_path(elf.runpath or elf.rpath, edge.importer.install, elf.arch)
        folders = tuple(e.text for e in entries if e.text and not e.inside)
        if folders:
            yield Hit(
                f"{member} finds {edge.wanted.library} only where it was built, in "
                f"{' or '.join(folders)}",
                member,
                evidence={"library": (edge.wanted.library,), "folders": folders},
            )


RULE = Rule(
    code="WC714",
    name="found-by-builder",
    family=Family.DEPENDENCIES,
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    summary="A missing library is looked for in folders that only the build machine has.",
    why=(
        "The wheel loads on the machine that built it, so its tests pass there: the search path "
        "of the object leads to the library. Everyone else gets `cannot open shared object file`."
    ),
    example="pkg/_pkg.so needs libfoo.so.1 and has the RUNPATH /opt/foo/lib.",
    fix=(
        "Repair the wheel on that machine (the folder is searched by itself), or name a folder "
        "with `--add-path`."
    ),
    since="0.1.0",
    check=_check,
    references=("ld.so(8)",),
)
