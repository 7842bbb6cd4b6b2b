"""WC006 to WC008: extensions that this Python does not import, or that are not up to date."""

from collections import defaultdict
from collections.abc import Iterator

from wheelcheck.findings import Confidence, Severity
from wheelcheck.installation import ExtensionName, extension_name
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["FOREIGN", "STALE", "UNBUILT"]


def _check_foreign(subject: Subject) -> Iterator[Hit]:
    facts = subject.host
    if facts is None:
        return
    by_module: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    for native in subject.wheel.natives:
        extension = extension_name(native.install)
        if extension is not None and extension.tag is not None:
            fits = _suffix(native.install, extension) in facts.suffixes
            by_module[extension.module].append((native.name, fits))
    modules = {file.install.rpartition(".")[0] for file in subject.wheel.files}
    for module, files in by_module.items():
        # A wheel may hold a module for each of several Pythons, or a source beside it.
        if any(fits for _, fits in files) or module.replace(".", "/") in modules:
            continue
        for name, _ in files:
            yield Hit(
                f"{name} is not imported by {facts.python}, and there is no other for {module}",
                name,
                evidence={"module": (module,), "suffixes": facts.suffixes},
            )


def _suffix(install: str, extension: ExtensionName) -> str:
    return f".{extension.tag}.{install.rpartition('.')[2]}"


def _check_stale(subject: Subject) -> Iterator[Hit]:
    facts = subject.host
    for stale in () if facts is None else facts.stale:
        yield Hit(
            f"{stale.member} was built before {stale.source} was changed",
            stale.member,
            evidence={"source": (stale.source,)},
            confidence=Confidence.HIGH if stale.certain else Confidence.MEDIUM,
        )


def _check_unbuilt(subject: Subject) -> Iterator[Hit]:
    facts = subject.host
    for source in () if facts is None else facts.unbuilt:
        yield Hit(f"{source} has no module beside it that this Python imports", source)


FOREIGN = Rule(
    code="WC006",
    name="extension-for-another-python",
    family=Family.INSTALLED,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.IMPORT,
    summary="An extension module is built for another Python than the one that it is installed in.",
    why=(
        "Python does not look at a file with a foreign suffix: `No module named 'pkg._core'`, "
        "though the file is there. The environment was copied, or its Python was replaced, or an "
        "editable installation was built with another one."
    ),
    example="pkg/_core.cpython-311-x86_64-linux-gnu.so in an environment of Python 3.12.",
    fix="Install the distribution again with this Python.",
    since="0.1.0",
    check=_check_foreign,
    references=("importlib.machinery.EXTENSION_SUFFIXES", "PEP 3149"),
)

STALE = Rule(
    code="WC007",
    name="extension-older-than-source",
    family=Family.INSTALLED,
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    effect=Effect.USE,
    summary="An extension of an editable installation is older than its source.",
    why="What runs is not what the source says: the change has no effect until it is built.",
    example="src/lib.rs was edited after `maturin develop`.",
    fix="Build it again: `python -m pip install --no-build-isolation -e .`, `maturin develop`, or "
    "`python setup.py build_ext --inplace`.",
    since="0.1.0",
    check=_check_stale,
)

UNBUILT = Rule(
    code="WC008",
    name="extension-not-built",
    family=Family.INSTALLED,
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    effect=Effect.IMPORT,
    summary="A Cython source of an editable installation was not built for this Python.",
    why="Its import fails, or takes a slow replacement. A source that others only include is fine.",
    example="pkg/_fast.pyx, and no pkg/_fast.cpython-312-x86_64-linux-gnu.so.",
    fix="Build it with this Python: `python -m pip install --no-build-isolation -e .`.",
    since="0.1.0",
    check=_check_unbuilt,
)
