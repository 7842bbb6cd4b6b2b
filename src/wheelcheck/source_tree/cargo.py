"""What Cargo.toml says of the crate behind an extension module.

Source: The Cargo Book, "The Manifest Format", "Workspaces"; maturin's user guide.
"""

import re
from collections.abc import Iterator

from wheelcheck.records import record
from wheelcheck.source_tree.layout import join
from wheelcheck.source_tree.project import Project
from wheelcheck.source_tree.tree import SourceTree
from wheelcheck.source_tree.values import Table, read_toml, strings, table, text

__all__ = ["Crate", "read_crate"]

_DEPENDENCIES = ("dependencies", "build-dependencies")
_PYO3 = ("pyo3", "pyo3-ffi", "pyo3-build-config")
_FLOOR = re.compile(r"(?:pyo3(?:-ffi)?\??/)?abi3t?-py\d+\Z", re.ASCII)
_BARE = re.compile(r"(?:pyo3(?:-ffi)?\??/)?abi3\Z", re.ASCII)
_DEEPEST = 10


@record
class Crate:
    """The crate that maturin builds."""

    manifest: str
    """Path of its Cargo.toml."""
    name: str
    lib_name: str
    """What the library is called: by ``[lib]``, else by the package."""
    lib_name_is_given: bool
    version: str | None
    """None where it cannot be known, as when the workspace is not in the source."""
    published: bool
    """It may go to a registry of crates, so that its version means something."""
    pyo3_version: str | None
    """The requirement of pyo3, where the crate needs it."""
    bare_abi3: str | None
    """Where pyo3's feature ``abi3`` is switched on without any floor; None if it is not."""


def read_crate(tree: SourceTree, project: Project) -> Crate | None:
    """Return the crate of a maturin project; None if it is not in the source.

    Raises:
        UnreadableError: a Cargo.toml is no TOML.
    """
    manifest = _manifest(tree, project)
    if manifest is None:
        return None
    document = _read(tree, manifest)
    package = table(document, "package")
    name = text(package.get("name"))
    if name is None:
        return None
    workspace = _workspace(tree, manifest, document)
    lib = text(table(document, "lib").get("name"))
    version = _inherited(package, "version", workspace)
    publish = _inherited(package, "publish", workspace)
    return Crate(
        manifest=manifest,
        name=name,
        lib_name=lib or name.replace("-", "_"),
        lib_name_is_given=lib is not None,
        version=text(version),
        published=publish is not False and publish != [],
        pyo3_version=_pyo3_version(document, workspace),
        bare_abi3=_bare_abi3(document, workspace, project, manifest),
    )


def _manifest(tree: SourceTree, project: Project) -> str | None:
    """Return the Cargo.toml that maturin would take."""
    given = text(project.tool("maturin").get("manifest-path"))
    candidates = [join("", given)] if given is not None else ["rust/Cargo.toml", "Cargo.toml"]
    found = [name for name in candidates if name in tree.texts]
    if given is None and len(found) > 1 and not _python_is_apart(tree, project):
        found = found[1:]
    return found[0] if found else None


def _python_is_apart(tree: SourceTree, project: Project) -> bool:
    if text(project.tool("maturin").get("python-source")) is not None:
        return True
    return project.name is not None and tree.has_folder(f"src/{project.name.replace('-', '_')}")


def _read(tree: SourceTree, name: str) -> Table:
    return read_toml(tree.texts[name], f"{name} of the source {tree.path}")


def _workspace(tree: SourceTree, manifest: str, document: Table) -> Table:
    """Return the ``[workspace]`` that the crate is in; an empty one if there is none here."""
    given = text(table(document, "package").get("workspace"))
    if "workspace" in document:
        return table(document, "workspace")
    folder = manifest.rpartition("/")[0]
    if given is not None:
        candidate = join(join(folder, given), "Cargo.toml")
        return table(_read(tree, candidate), "workspace") if candidate in tree.texts else {}
    for _ in range(_DEEPEST):
        if not folder:
            break
        folder = folder.rpartition("/")[0]
        candidate = join(folder, "Cargo.toml")
        if candidate in tree.texts and "workspace" in (above := _read(tree, candidate)):
            return table(above, "workspace")
    return {}


def _inherited(package: Table, key: str, workspace: Table) -> object:
    value = package.get(key)
    if table(value).get("workspace") is True:
        return table(workspace, "package").get(key)
    return value


def _pyo3(document: Table, workspace: Table) -> Iterator[tuple[str, Table]]:
    """Yield each entry for pyo3, with the table it stands in, joined with the workspace's."""
    tables = [(key, table(document, key)) for key in _DEPENDENCIES]
    for target, content in table(document, "target").items():
        tables += [(f"target.{target}.{key}", table(content, key)) for key in _DEPENDENCIES]
    for place, entries in tables:
        for name, value in entries.items():
            entry = table(value) or {"version": value}
            if (text(entry.get("package")) or name) not in _PYO3:
                continue
            if entry.get("workspace") is True:
                shared = table(workspace, "dependencies").get(name)
                above = table(shared) or {"version": shared}
                features = strings(above.get("features")) + strings(entry.get("features"))
                entry = {**above, **entry, "features": features}
            yield f"{place}.{name}", entry


def _pyo3_version(document: Table, workspace: Table) -> str | None:
    found = (text(entry.get("version")) for _, entry in _pyo3(document, workspace))
    return next((version for version in found if version is not None), None)


def _bare_abi3(document: Table, workspace: Table, project: Project, manifest: str) -> str | None:
    """Return where ``abi3`` is switched on; None if it is not, or a floor is anywhere."""
    settings = project.tool("maturin")
    switched = {
        f"{manifest}, {p}": strings(e.get("features")) for p, e in _pyo3(document, workspace)
    }
    for name, names in table(document, "features").items():
        switched[f"{manifest}, features.{name}"] = [f for f in strings(names) if "/" in f]
    switched["pyproject.toml, tool.maturin.features"] = [
        feature for feature in strings(settings.get("features")) if "/" in feature
    ]
    everything = [feature for features in switched.values() for feature in features]
    if any(_FLOOR.match(feature) for feature in everything):
        return None
    bare = [p for p, features in switched.items() if any(_BARE.match(f) for f in features)]
    return bare[0] if bare else None
