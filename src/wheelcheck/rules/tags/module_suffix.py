"""WC409 and WC410: extension modules under a suffix that the promised Pythons do not look for."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from wheelcheck.findings import Confidence, Severity
from wheelcheck.installation import extension_name
from wheelcheck.platforms.platform_tags import PlatformTag, System, read_platform_tag
from wheelcheck.platforms.promises import Flavour, Implementation, Promise, promise
from wheelcheck.platforms.suffixes import is_bound, looks_for
from wheelcheck.platforms.windows.python_dlls import contradiction
from wheelcheck.platforms.windows.target import can_load
from wheelcheck.rules.natives import foreign, is_module, is_test_data, platforms_of
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject
from wheelcheck.wheel import Native

__all__ = ["SUFFIX", "UNBOUND"]

_MOST_HITS = 20
_MOST_NAMED = 10


def _check_suffix(subject: Subject) -> Iterator[Hit]:
    targets = [(python, platform) for python, platform in _targets(subject) if not _any(python)]
    if not targets:
        return
    hits = 0
    for natives in _modules(subject).values():
        failing = [t for t in targets if not any(_found(n, *t) for n in natives)]
        if not failing or any(_told(subject, n) for n in natives):
            continue
        hits += 1
        if hits > _MOST_HITS:
            return
        first = natives[0]
        whom = "no promised Python" if len(failing) == len(targets) else f"not {failing[0][0]}"
        fallback = _has_source(subject, first)
        yield Hit(
            f"{first.name}: {whom} looks for a module under this suffix",
            first.name,
            evidence={
                "suffix": tuple(n.install.rpartition("/")[2] for n in natives[:_MOST_NAMED]),
                "not_found_by": tuple(
                    dict.fromkeys(f"{python} on {platform.text}" for python, platform in failing)
                )[:_MOST_NAMED],
            },
            # Compiled Python has its source beside it, which then is imported instead.
            severity=Severity.WARNING if fallback else None,
        )


def _check_unbound(subject: Subject) -> Iterator[Hit]:
    targets = [(python, platform) for python, platform in _targets(subject) if _any(python)]
    if not targets:
        return
    hits = 0
    for natives in _modules(subject).values():
        tags = {_tag(n) for n in natives}
        if None in tags or _has_source(subject, natives[0]):
            continue
        hits += 1
        if hits > _MOST_HITS:
            return
        bound = sorted(tag for tag in tags if tag is not None and is_bound(tag))
        stable = len(bound) < len(tags)
        first = natives[0]
        yield Hit(
            f"{first.name} is for "
            + ("CPython only" if stable else f"{', '.join(bound)} only")
            + f", but the tag promises {targets[0][0]}",
            first.name,
            evidence={"tags": subject.wheel.tags[:_MOST_NAMED]},
            # The stable ABI, or a module for each of several versions, serves most users.
            severity=Severity.WARNING if stable or len(bound) > 1 else None,
        )


def _targets(subject: Subject) -> list[tuple[Promise, PlatformTag]]:
    """Return what the tags promise; nothing if one of them is not understood."""
    platforms = platforms_of(subject)
    if not platforms or any(p.system in {System.ANY, System.OTHER} for p in platforms):
        return []
    pairs: dict[tuple[Promise, PlatformTag], None] = {}
    for tag in sorted(subject.wheel.tag_set, key=str):
        platform = read_platform_tag(tag.platform)
        if platform is not None:
            pairs[promise(tag), platform] = None
    return list(pairs)


def _any(python: Promise) -> bool:
    """Tell whether a tag such as py3-none promises every Python."""
    return python.flavour is Flavour.NONE and python.implementation is Implementation.ANY


def _modules(subject: Subject) -> Mapping[str, list[Native]]:
    """Return the native files of each module, by its dotted name."""
    platforms = platforms_of(subject)
    modules: dict[str, list[Native]] = defaultdict(list)
    for native in subject.wheel.natives:
        if is_test_data(native) or foreign(native, platforms) or not is_module(subject, native):
            continue
        extension = extension_name(native.install)
        assert extension is not None
        modules[extension.module].append(native)
    return modules


def _found(native: Native, python: Promise, platform: PlatformTag) -> bool:
    kind = native.install.rpartition(".")[2].lower()
    return looks_for(python, platform, _tag(native), kind)


def _tag(native: Native) -> str | None:
    extension = extension_name(native.install)
    return None if extension is None else extension.tag


def _told(subject: Subject, native: Native) -> bool:
    """Tell whether the wrong machine or Python DLL, which have rules of their own, explain it."""
    windows = subject.closure.windows
    if windows is None or native.binary is None:
        return False
    return any(
        not can_load(windows.target.machine, piece.arch)
        or any(contradiction(wanted.library, windows.target) for wanted in piece.imports)
        for piece in native.binary.slices
    )


def _has_source(subject: Subject, native: Native) -> bool:
    stem = native.name.rpartition("/")[2].partition(".")[0]
    folder = native.name[: native.name.rfind("/") + 1]
    return subject.has_member(f"{folder}{stem}.py")


SUFFIX = Rule(
    code="WC409",
    name="module-suffix",
    family=Family.TAGS,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.IMPORT,
    summary="An extension module has a suffix that a promised Python does not look for.",
    why=(
        "Each interpreter looks for extension modules under its own suffixes only: "
        "`.cpython-312-x86_64-linux-gnu.so`, `.abi3.so` and `.so` for CPython 3.12 on Linux, "
        "`.cp312-win_amd64.pyd` and `.pyd` on Windows, never `.abi3.so` in free-threaded builds. "
        "Under another one the file is not seen: ModuleNotFoundError."
    ),
    example=(
        "pkg-1.0-cp312-cp312-manylinux_2_28_x86_64.whl with "
        "pkg/_pkg.cpython-311-x86_64-linux-gnu.so."
    ),
    fix="Build with the Python of the tag, from a clean tree; use .abi3.so for abi3 wheels.",
    since="0.1.0",
    check=_check_suffix,
    references=("PEP 3149", "PEP 384", "PEP 703", "PEP 803", "importlib.machinery"),
)

UNBOUND = Rule(
    code="WC410",
    name="module-under-any-python",
    family=Family.TAGS,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.IMPORT,
    summary="The tag promises every Python, but an extension module is for one version.",
    why=(
        "Every Python 3 of that platform installs the wheel, and only one version can import the "
        "module. A tag such as py3-none-<platform> is for programs and for libraries that are "
        "loaded with ctypes."
    ),
    example=(
        "pkg-1.0-py3-none-manylinux_2_28_x86_64.whl with pkg/_pkg.cpython-312-x86_64-linux-gnu.so."
    ),
    fix="Tag the wheel cp312-cp312, or build for the stable ABI and tag it cp39-abi3.",
    since="0.1.0",
    check=_check_unbound,
    references=("PEP 425", "PEP 384"),
)
