"""What maturin installs. Source: maturin's user guide, "Project Layout" and "Configuration"."""

from collections.abc import Iterator

from wheelcheck.source_tree.cargo import Crate
from wheelcheck.source_tree.declared import whole_packages
from wheelcheck.source_tree.layout import DataFile, Layout, join
from wheelcheck.source_tree.patterns import bounded, matches
from wheelcheck.source_tree.project import Project
from wheelcheck.source_tree.tree import SourceTree
from wheelcheck.source_tree.values import Table, strings, table, text

__all__ = ["declared_module", "maturin_layout"]


def declared_module(project: Project, crate: Crate | None) -> tuple[str, str] | None:
    """Return the dotted name of the extension module, and where it is declared.

    None if there is none, as for a program, or its name cannot be known.
    """
    settings = project.tool("maturin")
    if settings.get("bindings") not in {None, "pyo3", "pyo3-ffi"}:
        return None
    given = text(settings.get("module-name"))
    if given is not None:
        return given, "pyproject.toml, tool.maturin.module-name"
    if crate is None or (crate.pyo3_version is None and settings.get("bindings") is None):
        return None
    place = "lib.name" if crate.lib_name_is_given else "package.name"
    return crate.lib_name, f"{crate.manifest}, {place}"


def maturin_layout(tree: SourceTree, project: Project, crate: Crate | None) -> Layout:
    """Return what is installed besides the extension module."""
    settings = project.tool("maturin")
    declared = declared_module(project, crate)
    packages = list(strings(settings.get("python-packages")))
    root = _python_root(tree, project, packages)
    names = dict.fromkeys([*packages, *([declared[0].split(".")[0]] if declared else [])])
    places = {name: join(root, name) for name in names}
    # What is not there is no package: the crate is all there is.
    places = {
        name: place for name, place in places.items()
        if name in packages or tree.has_folder(place)
    }  # fmt: skip
    return whole_packages(
        tree,
        places,
        data=tuple(_data(tree, settings, root)),
        excused=(*_patterns(settings, "exclude"), *_ignored(tree)),
    )


def _python_root(tree: SourceTree, project: Project, packages: list[str]) -> str:
    given = text(project.tool("maturin").get("python-source"))
    if given is not None:
        return given.strip("/").removeprefix("./")
    names = [(project.name or "").replace("-", "_"), *packages]
    in_src = any(f"src/{name}/__init__.py" in tree.files for name in names if name)
    return "src" if in_src else ""


def _patterns(settings: Table, key: str) -> Iterator[str]:
    """Yield the patterns that hold for wheels."""
    entries = settings.get(key)
    for entry in entries if isinstance(entries, list) else []:
        path, formats = text(table(entry).get("path")), table(entry).get("format")
        if isinstance(entry, str):
            yield entry
        elif path is not None and formats is not None and "wheel" in formats:
            yield path


def _data(tree: SourceTree, settings: Table, root: str) -> Iterator[DataFile]:
    prefix = f"{root}/" if root else ""
    patterns = list(_patterns(settings, "include"))
    bounded(tree.files, patterns)
    for pattern in patterns:
        for name in sorted(tree.files):
            if matches(name, pattern):
                yield DataFile(name.removeprefix(prefix), name, f"tool.maturin.include: {pattern}")


def _ignored(tree: SourceTree) -> Iterator[str]:
    yield from tree.texts.get(".gitignore", "").splitlines()
