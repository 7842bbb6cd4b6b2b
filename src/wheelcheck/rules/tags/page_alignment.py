"""WC417: an object that systems with larger memory pages refuse."""

from collections.abc import Iterator

from wheelcheck.binary.elf_object import ElfObject
from wheelcheck.binary.model import Arch, Libc
from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_KIB = 1024
# The largest pages that kernels for the machine are commonly built with, in bytes.
_PAGES = {
    Arch.ARM64: 64 * _KIB,
    Arch.PPC64: 64 * _KIB,
    Arch.PPC64LE: 64 * _KIB,
    Arch.LOONGARCH64: 16 * _KIB,
}
_ANDROID_PAGES = {Arch.ARM64: 16 * _KIB, Arch.X86_64: 16 * _KIB}


def _check(subject: Subject) -> Iterator[Hit]:
    if subject.closure.linux is None:
        return
    android = subject.closure.linux.target.libc is Libc.BIONIC
    pages = _ANDROID_PAGES if android else _PAGES
    for node in subject.closure.nodes:
        elf = node.slice
        if not isinstance(elf, ElfObject) or not elf.alignment:
            continue
        page = pages.get(elf.arch, 0)
        if elf.alignment < page:
            yield Hit(
                f"{node.member} is aligned to {elf.alignment // _KIB} KiB, so {elf.arch} systems "
                f"with pages of {page // _KIB} KiB refuse it",
                node.member,
                evidence={
                    "alignment": (f"{elf.alignment} bytes",),
                    "pages": (f"{page} bytes",),
                    "tags": subject.wheel.tags,
                },
            )


RULE = Rule(
    code="WC417",
    name="page-alignment",
    family=Family.TAGS,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.IMPORT,
    summary="An object's segments are aligned for smaller pages than systems of the tag have.",
    why=(
        "Segments are mapped page by page. Kernels for aarch64 and ppc64le come with pages of 4, "
        "16 or 64 KiB, those for loongarch64 with 16 KiB, Android 15 with 16 KiB. An object that "
        "is aligned to 4 KiB gives `ELF load command alignment not page-aligned` there. It cannot "
        "be mended afterwards."
    ),
    example="manylinux_2_28_aarch64 with an object linked with `-z max-page-size=4096`.",
    fix=(
        "Link with `-Wl,-z,max-page-size=65536` (the default of GNU ld for aarch64), 16384 for "
        "Android."
    ),
    since="0.1.0",
    check=_check,
    references=(
        "glibc: elf/dl-load.c",
        "numpy issue 16677, pypa/manylinux issue 735",
        "Android: Support 16 KB page sizes",
    ),
)
