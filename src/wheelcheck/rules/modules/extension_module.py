"""WC645: the extension module is not where maturin's settings and the package's imports have it."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wheelcheck.findings import Confidence, NotChecked, Severity
from wheelcheck.rules.against_source import extensions, installed, source_of
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

if TYPE_CHECKING:
    from wheelcheck.source_tree.facts import Source

__all__ = ["RULE"]

_LONG_STRING = re.compile(r"(\"{3}|'{3}).*?\1", re.DOTALL)
# At the start of a line: not within a function, a try or a condition.
_IMPORT = re.compile(r"^from[ \t]+(?P<module>\.\w+|\w+\.\w+)[ \t]+import\b", re.MULTILINE)


def _check(subject: Subject) -> Iterator[Hit | NotChecked]:
    source = source_of(subject)
    if source is None or source.project.backend != "maturin":
        return
    if source.module is None:
        yield NotChecked("name of the extension module", "maturin's settings do not tell it")
        return
    name, place = source.module
    found = extensions(subject)
    # Of a pure crate without any Python, `name/__init__.py` imports from `name.name`.
    if not found & {name, f"{name}.{name}"}:
        there = ", ".join(sorted(found)[:3]) or "none"
        yield Hit(
            f"the extension module is {name} ({place}), and the wheel's is {there}",
            evidence={
                "declared": (name,),
                "found": tuple(sorted(found)),
                "crate": () if source.crate is None else (source.crate.lib_name,),
            },
        )
        return
    yield from _imports(subject, source, name, found)


def _imports(subject: Subject, source: "Source", name: str, found: frozenset[str]) -> Iterator[Hit]:
    """Yield a hit for each import of the package's that must mean the extension, and does not."""
    package = name.split(".", maxsplit=1)[0]
    files = installed(subject)
    layout = dict(source.layout.modules) if source.layout is not None else {}
    text = source.tree.texts.get(layout.get(f"{package}/__init__.py", ""), "")
    for match in _IMPORT.finditer(_LONG_STRING.sub("", text)):
        module = match["module"]
        wanted = f"{package}{module}" if module.startswith(".") else module
        path = wanted.replace(".", "/")
        if wanted.split(".")[0] != package or wanted in found:
            continue
        if f"{path}.py" not in files and not any(file.startswith(f"{path}/") for file in files):
            yield Hit(
                f"{package} imports {wanted}, and the extension module is {name}",
                f"{package}/__init__.py",
                evidence={"declared": (name,), "imported": (wanted,)},
            )


RULE = Rule(
    code="WC645",
    name="extension-module-name",
    family=Family.MODULES,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.IMPORT,
    summary="maturin's extension module has another name than settings and imports say (--src).",
    why=(
        "One name must stand in three places: `tool.maturin.module-name` (or, without it, `[lib] "
        "name` in Cargo.toml), the `#[pymodule]`, and the package's own import. After a rename of "
        "one, `import` fails: `ModuleNotFoundError`, or `does not define module export function`."
    ),
    example=(
        '`module-name = "pkg._core"`, `from ._pkg import run` in pkg/__init__.py; the wheel has '
        "pkg/_core.abi3.so."
    ),
    fix="Give all three the same name, and build anew.",
    since="0.1.0",
    check=_check,
    references=("maturin: Project Layout", "WC601", "docs/source.md"),
)
