"""WC713: an object names folders of the machine that built it."""

from collections import defaultdict
from collections.abc import Iterator

from wheelcheck.binary.elf_object import ElfObject
from wheelcheck.findings import Confidence, Severity
from wheelcheck.platforms.linux.layout import read_path
from wheelcheck.platforms.macos.names import is_builders
from wheelcheck.rules.apple import images
from wheelcheck.rules.natives import is_test_data
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_EMPTY = "an empty entry (the working folder)"


def _check(subject: Subject) -> Iterator[Hit]:
    strange: dict[str, dict[str, dict[str, None]]] = defaultdict(lambda: defaultdict(dict))
    for member, field, path in (*_of_elf(subject), *_of_apple(subject)):
        strange[member][field][path] = None
    for member, fields in strange.items():
        told = " and ".join(
            f"its {field} {', '.join(path or _EMPTY for path in paths)}"
            for field, paths in fields.items()
        )
        yield Hit(
            f"{member} names folders of the machine that built it: {told}",
            member,
            evidence={field.replace(" ", "_"): tuple(paths) for field, paths in fields.items()},
        )


def _of_elf(subject: Subject) -> Iterator[tuple[str, str, str]]:
    if subject.closure.linux is None:
        return
    for node in subject.closure.nodes:
        elf = node.slice
        if not isinstance(elf, ElfObject) or is_test_data(node.native):
            continue
        for field, text in (("rpath", elf.rpath), ("runpath", elf.runpath)):
            for entry in read_path(text, node.install, elf.arch):
                if not entry.inside:
                    yield node.member, field, entry.text


def _of_apple(subject: Subject) -> Iterator[tuple[str, str, str]]:
    for node, piece in images(subject):
        for path in filter(is_builders, piece.rpaths):
            yield node.member, "rpath", path
        if piece.install_name is not None and is_builders(piece.install_name):
            yield node.member, "install name", piece.install_name


RULE = Rule(
    code="WC713",
    name="build-path",
    family=Family.DEPENDENCIES,
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    effect=Effect.EXPOSURE,
    summary="An rpath, runpath or install name leads outside of what the installer writes.",
    why=(
        "Such folders hide a missing library from whoever built the wheel. On other machines they "
        "are absent, or belong to somebody else: whoever can write there (/tmp, a shared /opt, "
        "the working folder for a relative entry of Linux) decides which code is loaded, and a "
        "Homebrew of another version may be taken instead of the bundled library. They also tell "
        "the paths of the build machine, and make builds differ."
    ),
    example="pkg/_pkg.so has the RPATH /home/builder/deps/lib.",
    fix=(
        "Link without `-rpath`, or with `$ORIGIN` (`@loader_path` on macOS) only (CMake: "
        "`CMAKE_SKIP_BUILD_RPATH`, `INSTALL_RPATH`); `wheelcheck repair` removes them, and gives "
        "such libraries a neutral install name."
    ),
    since="0.1.0",
    check=_check,
    references=("ld.so(8)", "Apple: dyld(1)", "CWE-426: Untrusted Search Path"),
)
