"""WC722: a library in the wheel has no code for a machine on which it is needed."""

from collections import defaultdict
from collections.abc import Iterator

from wheelcheck.binary.macho_slice import MachoSlice
from wheelcheck.binary.model import ImportKind
from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.apple import images
from wheelcheck.rules.natives import platforms_of
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]


def _check(subject: Subject) -> Iterator[Hit]:
    promised = frozenset().union(*(platform.machines for platform in platforms_of(subject)))
    members = {node.member for node, _ in images(subject)}
    lacking: dict[tuple[str, str, bool], list[str]] = defaultdict(list)
    for edge in subject.closure.distinct:
        if edge.target is None or edge.importer.member not in members:
            continue
        own = edge.importer.slice
        assert isinstance(own, MachoSlice)
        if own.arch is edge.target.slice.arch or (promised and own.arch not in promised):
            continue
        weak = edge.wanted.kind is ImportKind.WEAK
        lacking[edge.importer.member, edge.target.member, weak].append(own.name)
    for (importer, library, weak), names in lacking.items():
        archs = ", ".join(dict.fromkeys(names))
        yield Hit(
            message=f"{importer} needs {library} for {archs}, but that has no code for {archs}",
            member=importer,
            evidence={
                "importer": (importer,),
                "library": (library,),
                "slices": tuple(names),
                "chain": (*subject.closure.chain(importer), library),
            },
            severity=Severity.NOTE if weak else None,
        )


RULE = Rule(
    code="WC722",
    name="dependency-lacks-slice",
    family=Family.DEPENDENCIES,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.IMPORT,
    summary="A bundled library has no code for an architecture whose code needs it.",
    why=(
        "On one kind of Mac everything works, on the other the import fails: `mach-o file, but is "
        "an incompatible architecture`. Typically the extension was built universal2, and the "
        "library comes from Homebrew, which builds for the machine at hand only."
    ),
    example="pkg/_pkg.so has x86_64 and arm64, pkg/.dylibs/libgmp.10.dylib is arm64 only.",
    fix=(
        "Build the library for both architectures, or build a thin wheel for each and join them "
        "with `wheelcheck fuse`."
    ),
    since="0.1.0",
    check=_check,
    references=("Apple: mach-o/fat.h", "Apple: dyld(1)"),
)
