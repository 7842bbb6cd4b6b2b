"""What build backends install that take whole packages by name.

Source: the documentation of hatchling, Flit, Poetry, uv_build, scikit-build-core.
"""

from collections.abc import Iterator
from pathlib import PurePosixPath

from wheelcheck.source_tree.layout import DataFile, Layout, folder_modules, join
from wheelcheck.source_tree.patterns import Unknown, bounded, matches
from wheelcheck.source_tree.project import Project
from wheelcheck.source_tree.tree import SourceTree
from wheelcheck.source_tree.values import Table, strings, table, text

__all__ = [
    "flit_layout",
    "hatch_layout",
    "poetry_layout",
    "scikit_build_layout",
    "uv_layout",
    "whole_packages",
]


def whole_packages(
    tree: SourceTree,
    places: dict[str, str],
    *,
    data: tuple[DataFile, ...] = (),
    excused: tuple[str, ...] = (),
    generated: str | None = None,
) -> Layout:
    """Return the layout of packages and modules that are installed whole.

    ``places`` are the paths in the source by the path as installed.
    """
    modules: dict[str, str] = {}
    for install, source in places.items():
        if source in tree.files:
            modules[install] = source
        else:
            modules.update(folder_modules(tree, source, install))
    return Layout(tuple(places), tuple(modules.items()), data, excused, generated)


def hatch_layout(tree: SourceTree, project: Project) -> Layout:
    """Return what hatchling installs.

    Raises:
        Unknown: patterns instead of packages say it.
    """
    build = project.tool("hatch", "build")
    wheel = table(build, "targets", "wheel")
    options = {**build, **wheel}
    for key in ("include", "only-include", "sources"):
        if options.get(key):
            raise Unknown(f"tool.hatch.build has {key!r}, which is not followed")
    packages = strings(options.get("packages"))
    if packages:
        places = {PurePosixPath(p).name: p.strip("/").removeprefix("./") for p in packages}
    else:
        places = _by_name(tree, project, ("src", "", "*"))
    forced = {**table(build, "force-include"), **table(wheel, "force-include")}
    data = tuple(_forced(tree, forced))
    hooks = [*table(build, "hooks"), *table(wheel, "hooks")]
    own = [hook for hook in hooks if hook not in {"vcs", "version"}]
    return whole_packages(
        tree,
        places,
        data=data,
        excused=(
            *strings(build.get("exclude")), *strings(wheel.get("exclude")), *_ignored(tree),
        ),
        generated=f"the build hook {own[0]!r} may make modules" if own else None,
    )  # fmt: skip


def _forced(tree: SourceTree, forced: Table) -> Iterator[DataFile]:
    bounded(tree.files, forced)
    for source, target in forced.items():
        install = text(target)
        start = source.strip("/").removeprefix("./")
        if install is None or source.startswith(("/", "~", "..")):
            continue
        for name in [start] if start in tree.files else tree.below(start):
            inner = name[len(start) :].strip("/")
            path = join(install.strip("/"), inner) if inner else install.strip("/")
            yield DataFile(path, name, f"force-include: {source}")


def flit_layout(tree: SourceTree, project: Project) -> Layout:
    """Return what Flit installs."""
    name = text(project.tool("flit", "module").get("name")) or project.name or ""
    path = name.replace("-", "_").replace(".", "/")
    return whole_packages(tree, _found(tree, path, ("src", "")))


def poetry_layout(tree: SourceTree, project: Project) -> Layout:
    """Return what Poetry installs.

    Raises:
        Unknown: the project has no packages, or names them by patterns.
    """
    settings = project.tool("poetry")
    if settings.get("package-mode") is False:
        raise Unknown("tool.poetry.package-mode is false")
    packages = settings.get("packages")
    places: dict[str, str] = {}
    for entry in packages if isinstance(packages, list) else []:
        include, formats = text(table(entry).get("include")), table(entry).get("format")
        if include is None or (formats is not None and "wheel" not in formats):
            continue
        if any(mark in include for mark in "*?[") or "to" in entry:
            raise Unknown(f"tool.poetry.packages has {include!r}, which is not followed")
        install = include.strip("/")
        places[install] = join(text(entry.get("from")) or "", install)
    if not places:
        places = _by_name(tree, project, ("", "src"))
    excluded = [text(table(e).get("path")) or text(e) or "" for e in _entries(settings, "exclude")]
    return whole_packages(
        tree,
        places,
        data=tuple(_poetry_data(tree, settings)),
        excused=(*excluded, *_ignored(tree)),
        generated="tool.poetry.build has a script" if "build" in settings else None,
    )


def _poetry_data(tree: SourceTree, settings: Table) -> Iterator[DataFile]:
    entries = _entries(settings, "include")
    bounded(tree.files, entries)
    for entry in entries:
        path, formats = text(table(entry).get("path")), table(entry).get("format")
        if path is not None and formats is not None and "wheel" in formats:
            for name in sorted(tree.files):
                if matches(name, path):
                    yield DataFile(name, name, f"tool.poetry.include: {path}")


def _entries(settings: Table, key: str) -> list[object]:
    value = settings.get(key)
    return value if isinstance(value, list) else []


def uv_layout(tree: SourceTree, project: Project) -> Layout:
    """Return what uv_build installs.

    Raises:
        Unknown: neither the settings nor the name lead to a module.
    """
    settings = project.tool("uv", "build-backend")
    root = settings.get("module-root", "src")
    given = settings.get("module-name")
    names = strings(given) or [text(given) or (project.name or "").replace("-", "_")]
    names = [name.replace(".", "/") for name in names if name]
    if not names or not isinstance(root, str):
        raise Unknown("tool.uv.build-backend names no module")
    excluded = (*strings(settings.get("wheel-exclude")), *strings(settings.get("source-exclude")))
    return whole_packages(tree, {name: join(root, name) for name in names}, excused=excluded)


def scikit_build_layout(tree: SourceTree, project: Project) -> Layout:
    """Return what scikit-build-core installs besides what CMake does.

    Raises:
        Unknown: neither the settings nor the name lead to a package.
    """
    settings = project.tool("scikit-build")
    wheel = {**table(settings, "wheel")}
    packages = wheel.get("packages")
    if isinstance(packages, list):
        places = {PurePosixPath(p).name: p.strip("/") for p in strings(packages)}
    elif packages:
        places = {key: str(value) for key, value in table(packages).items()}
    else:
        places = _by_name(tree, project, ("src", "python", ""))
    return whole_packages(
        tree,
        places,
        excused=(*strings(wheel.get("exclude")), *_ignored(tree)),
        generated="CMake may install modules",
    )


def _by_name(tree: SourceTree, project: Project, roots: tuple[str, ...]) -> dict[str, str]:
    """Return the package or module that has the project's name."""
    name = (project.name or "").replace("-", "_").replace(".", "_")
    for path in dict.fromkeys((name, name.lower())):
        if path and (found := _places(tree, path, roots)):
            return found
    raise Unknown("nothing declares which packages are installed")


def _found(tree: SourceTree, path: str, roots: tuple[str, ...]) -> dict[str, str]:
    found = _places(tree, path, roots)
    if not found:
        raise Unknown(f"there is no module {path!r} in the source")
    return found


def _places(tree: SourceTree, path: str, roots: tuple[str, ...]) -> dict[str, str]:
    for root in roots:
        place = join(root, path)
        if f"{place}/__init__.py" in tree.files:
            return {path: place}
        if f"{place}.py" in tree.files:
            return {f"{path}.py": f"{place}.py"}
    return {}


def _ignored(tree: SourceTree) -> Iterator[str]:
    """Yield the patterns of the top .gitignore, which these backends follow."""
    yield from tree.texts.get(".gitignore", "").splitlines()
