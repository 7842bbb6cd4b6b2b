"""WC713: an object's search path names folders of the machine that built it."""

from collections.abc import Iterator

from wheelcheck.binary.elf import ElfObject
from wheelcheck.findings import Confidence, Severity
from wheelcheck.platforms.linux.layout import read_path
from wheelcheck.rules.registry import Family, Hit, Rule, Subject

__all__ = ["RULE"]


def _check(subject: Subject) -> Iterator[Hit]:
    if subject.closure.linux is None:
        return
    for node in subject.closure.nodes:
        elf = node.slice
        if not isinstance(elf, ElfObject):
            continue
        for kind, text in (("RPATH", elf.rpath), ("RUNPATH", elf.runpath)):
            entries = read_path(text, node.install, elf.arch)
            strange = tuple(entry.text for entry in entries if not entry.inside)
            if strange:
                named = ", ".join(path or "an empty entry (the working folder)" for path in strange)
                yield Hit(
                    f"the {kind} of {node.member} names {named}",
                    node.member,
                    evidence={kind.lower(): (text or "",), "outside": strange},
                )


RULE = Rule(
    code="WC713",
    name="build-path",
    family=Family.DEPENDENCIES,
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    summary="An RPATH or RUNPATH leads outside of what the installer writes.",
    why=(
        "Such folders hide a missing library from whoever built the wheel. On other machines they "
        "are absent, or belong to somebody else: whoever can write there, or in the working "
        "folder for a relative entry, decides which code is loaded. They also tell the paths of "
        "the build machine."
    ),
    example="pkg/_pkg.so has the RPATH /home/builder/deps/lib.",
    fix=(
        "Link without `-rpath`, or with `$ORIGIN` only (CMake: `CMAKE_SKIP_BUILD_RPATH`, "
        "`INSTALL_RPATH`); `wheelcheck repair` removes them."
    ),
    since="0.1.0",
    check=_check,
    references=("ld.so(8)", "CWE-426: Untrusted Search Path"),
)
