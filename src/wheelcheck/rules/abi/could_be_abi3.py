"""WC504: a wheel for one CPython could serve all later ones, too."""

from collections.abc import Iterator, Mapping

from wheelcheck.findings import Confidence, Role, Severity
from wheelcheck.platforms.promises import Flavour, Implementation, Version
from wheelcheck.rules.natives import is_module
from wheelcheck.rules.python_versions import admits, too_many
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_MOST_NAMED = 10


def _check(subject: Subject) -> Iterator[Hit]:
    version = _only_version(subject)
    if version is None or not subject.python_imports or not _all_read(subject):
        return
    used = _used(subject)
    if used is None or not used:
        return
    by_symbols = max(used.values())
    if by_symbols > version:
        return
    floor = _floor(subject, by_symbols, version)
    modules = _modules(subject)
    newest = sorted(name for name, since in used.items() if since == by_symbols)
    tag = "cp{}{}-abi3".format(*floor)
    yield Hit(
        f"{'its extension module uses' if len(modules) == 1 else 'its extension modules use'} only "
        f"the stable ABI: a wheel tagged {tag} could serve CPython {_dotted(floor)} and later",
        evidence={
            "modules": modules[:_MOST_NAMED],
            "floor": (_dotted(floor),),
            "floor_by_symbols": (_dotted(by_symbols),),
            "newest_symbols": tuple(newest[:_MOST_NAMED]),
            "tags": subject.wheel.tags[:_MOST_NAMED],
        },
        help=(
            "Build for the limited API, which also keeps the compiler from reading the fields of "
            f"objects: setuptools `Extension(py_limited_api=True)` with Py_LIMITED_API="
            f"0x{floor[0]:02x}{floor[1]:02x}0000 and `[bdist_wheel] py_limited_api = "
            f"cp{floor[0]}{floor[1]}`; PyO3's feature abi3-py{floor[0]}{floor[1]} (abi3 alone has "
            "no floor, and maturin then takes the running Python); Cython 3.1 and later with "
            "CYTHON_LIMITED_API; CMake `python_add_library(... USE_SABI)`."
        ),
    )


def _only_version(subject: Subject) -> Version | None:
    """Return the one CPython that the tags are for, if it has the GIL and is no debug build."""
    versions = {
        p.version
        if p.implementation is Implementation.CPYTHON
        and p.flavour is Flavour.EXACT
        and not (p.free_threaded or p.debug)
        else None
        for p in subject.promises
    }
    return versions.pop() if len(versions) == 1 else None


def _all_read(subject: Subject) -> bool:
    return all(n.binary is not None for n in subject.wheel.natives if is_module(subject, n))


def _modules(subject: Subject) -> tuple[str, ...]:
    nodes = subject.closure.nodes
    return tuple(dict.fromkeys(node.member for node in nodes if node.role is Role.MODULE))


def _used(subject: Subject) -> Mapping[str, Version] | None:
    """Return what modules use, with its version; None if anything is outside the stable ABI."""
    used: dict[str, Version] = {}
    of_modules = False
    for piece in subject.python_imports:
        for name in (*piece.symbols, *piece.optional):
            since = subject.stable_abi.since(name, piece.node.native.format)
            if since is None:
                return None
            used[name] = since
        of_modules |= piece.node.role is Role.MODULE and bool(piece.symbols)
    return used if of_modules else None


def _floor(subject: Subject, by_symbols: Version, version: Version) -> Version:
    """Return the oldest Python that has the symbols and that Requires-Python admits."""
    wanted = None if subject.metadata is None else subject.metadata.requires_python
    if wanted is None or too_many(wanted):
        return by_symbols
    older = ((3, minor) for minor in range(by_symbols[1], version[1]))
    return next((v for v in older if admits(wanted, v)), version)


def _dotted(version: Version) -> str:
    return "{}.{}".format(*version)


RULE = Rule(
    code="WC504",
    name="could-be-abi3",
    family=Family.ABI,
    severity=Severity.NOTE,
    confidence=Confidence.MEDIUM,
    effect=Effect.UNTIDY,
    summary="A wheel for one version of CPython uses nothing but the stable ABI.",
    why=(
        "One abi3 wheel serves its floor and every later CPython, also those that are not "
        "released yet; without it each needs a wheel of its own. Symbols cannot show what was "
        "compiled in: code that reads the fields of objects (macros such as PyTuple_GET_ITEM) "
        "must be built anew for the limited API. Often it was, and only the tag is missing: "
        "PyO3's feature `abi3` without a version gives such wheels. Free-threaded builds have "
        "abi3t, from 3.15 on."
    ),
    example="pkg-1.0-cp314-cp314-win_amd64.whl: pkg/_pkg.pyd imports only what 3.7 has, too.",
    fix=(
        "Build for the limited API and tag the wheel with its floor, such as cp39-abi3: "
        "`py_limited_api` for setuptools, PyO3's feature abi3-py39, or Cython's limited API."
    ),
    since="0.1.0",
    check=_check,
    references=("PEP 384", "Python documentation: C API Stability, Limited API Caveats"),
)
