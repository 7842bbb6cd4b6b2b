"""What setuptools installs. Source: its documentation, "Package Discovery" and "Data Files"."""

import re
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase

from wheelcheck.source_tree.layout import DataFile, Layout, is_module_path, join
from wheelcheck.source_tree.manifest import manifest_matcher
from wheelcheck.source_tree.patterns import Unknown, bounded, matches
from wheelcheck.source_tree.project import Project
from wheelcheck.source_tree.tree import SourceTree
from wheelcheck.source_tree.values import Table, strings, table

__all__ = ["setuptools_layout"]

# What setuptools itself never takes for the one package of a flat layout.
_NO_PACKAGE = frozenset(
    {
        "ci", "bin", "debian", "doc", "docs", "documentation", "manpages", "news", "newsfragments",
        "changelog", "test", "tests", "unit_test", "unit_tests", "example", "examples", "scripts",
        "tools", "util", "utils", "python", "build", "benchmark", "benchmarks", "exercise",
        "exercises", "htmlcov",
    }
)  # fmt: skip
_NO_MODULE = frozenset(
    {
        "setup", "conftest", "test", "tests", "example", "examples", "build", "toxfile", "noxfile",
        "pavement", "dodo", "tasks", "fabfile", "conanfile", "manage", "benchmark", "benchmarks",
        "exercise", "exercises",
    }
)  # fmt: skip
_CODE = re.compile(
    r"\b(packages|py_modules|package_dir|find_packages|find_namespace_packages|package_data)\b"
)
_COMMANDS = re.compile(r"\bcmdclass\b")
_MOST = 5_000
_LONGEST = 300
"""Characters of a dotted name."""


def setuptools_layout(tree: SourceTree, project: Project) -> Layout:
    """Return what is installed.

    Raises:
        Unknown: ``setup.py`` says it, or nothing does.
    """
    code = tree.texts.get("setup.py", "")
    if _CODE.search(code):
        raise Unknown("setup.py, which is not run, says which packages there are")
    options = project.setup_cfg.get("options", {})
    settings = project.tool("setuptools")
    if "packages" in settings or "py-modules" in settings:
        found = _from_pyproject(tree, settings)
    elif "packages" in options or "py_modules" in options:
        found = _from_setup_cfg(tree, project, options)
    else:
        # With a [project] table it discovers them all the same.
        if "ext_modules" in code and "project" not in project.pyproject:
            raise Unknown("setuptools discovers no packages beside extension modules")
        found = _discovered(tree, table(settings, "package-dir"))
    packages, modules, folders = found
    data = list(_data(tree, project, folders))
    generated = None
    if _COMMANDS.search(code) or settings.get("cmdclass"):
        generated = "setup.py has commands of its own"
    return Layout(
        packages=tuple(packages),
        modules=tuple(dict(modules).items()),
        data=tuple(data),
        excused=tuple(strings(settings.get("exclude-package-data"))),
        generated=generated,
    )


_Found = tuple[list[str], list[tuple[str, str]], dict[str, str]]
"""Declared names, modules, and the folder of each package by its path as installed."""


def _from_pyproject(tree: SourceTree, settings: Table) -> _Found:
    packages = settings.get("packages", [])
    folders = {key: str(value) for key, value in table(settings, "package-dir").items()}
    modules = strings(settings.get("py-modules"))
    if isinstance(packages, list):
        return _listed(tree, strings(packages), folders, modules)
    find = table(packages, "find")
    where = strings(find.get("where")) or ["."]
    include = strings(find.get("include")) or ["*"]
    exclude = strings(find.get("exclude"))
    namespaces = find.get("namespaces", True) is not False
    found = _searched(tree, where, include, exclude, namespaces=namespaces)
    return _merge(found, _listed(tree, [], folders, modules))


def _from_setup_cfg(tree: SourceTree, project: Project, options: Mapping[str, str]) -> _Found:
    packages = options.get("packages", "").strip()
    folders = {
        key.strip(): value.strip()
        for line in options.get("package_dir", "").replace(",", "\n").splitlines()
        for key, equals, value in [line.partition("=")]
        if equals
    }
    modules = _words(options.get("py_modules", ""))
    if packages not in {"find:", "find_namespace:"}:
        return _listed(tree, _words(packages), folders, modules)
    find = project.setup_cfg.get("options.packages.find", {})
    found = _searched(
        tree,
        _words(find.get("where", "")) or ["."],
        _words(find.get("include", "")) or ["*"],
        _words(find.get("exclude", "")),
        namespaces=packages == "find_namespace:",
    )
    return _merge(found, _listed(tree, [], folders, modules))


def _discovered(tree: SourceTree, folders: Table) -> _Found:
    if folders:
        raise Unknown("package-dir without packages leaves to setuptools what to install")
    if tree.has_folder("src"):
        modules = [n for n in tree.files if n.startswith("src/") and n.count("/") == 1]
        found = _searched(tree, ["src"], ["*"], ["*.egg-info"], namespaces=True)
        return _merge(found, ([], [(n[4:], n) for n in modules if is_module_path(n[4:])], {}))
    tops = {n.split("/")[0] for n in tree.files if "/" in n}
    packages = [
        top for top in sorted(tops)
        if f"{top}/__init__.py" in tree.files and top.isidentifier() and top not in _NO_PACKAGE
    ]  # fmt: skip
    if len(packages) == 1:
        return _searched(tree, ["."], [packages[0], f"{packages[0]}.*"], [], namespaces=True)
    single = [n for n in sorted(tree.files) if is_module_path(n) and "/" not in n]
    single = [n for n in single if n.removesuffix(".py") not in _NO_MODULE and n[0] != "_"]
    if not packages and len(single) == 1:
        return [], [(single[0], single[0])], {}
    raise Unknown("nothing declares which of the folders are packages")


def _listed(
    tree: SourceTree, packages: list[str], folders: Mapping[str, str], modules: list[str]
) -> _Found:
    packages = [name for name in packages[:_MOST] if len(name) <= _LONGEST]
    modules = [name for name in modules[:_MOST] if len(name) <= _LONGEST]
    found = {name.replace(".", "/"): _folder_of(name, folders) for name in packages}
    root = folders.get("", "")
    files = [
        (f"{name.replace('.', '/')}.py", join(root, f"{name.replace('.', '/')}.py"))
        for name in modules
    ]
    declared = [*found, *(path for path, _ in files)]
    present = [(path, source) for path, source in files if source in tree.files]
    return declared, [*_modules_in(tree, found), *present], found


def _searched(
    tree: SourceTree,
    where: list[str],
    include: list[str],
    exclude: list[str],
    *,
    namespaces: bool,
) -> _Found:
    found: dict[str, str] = {}
    bounded(tree.files, [*where, *include, *exclude])
    for root in where:
        prefix = join(root, "")
        inside = {n.rpartition("/")[0] for n in tree.below(prefix.rstrip("/"))}
        for folder in sorted(_with_parents(inside, prefix.rstrip("/"))):
            path = folder[len(prefix) :]
            if not path or not all(part.isidentifier() for part in path.split("/")):
                continue
            if not namespaces and not _is_regular(tree, prefix, path):
                continue
            name = path.replace("/", ".")
            if any(fnmatchcase(name, p) for p in include) and not any(
                fnmatchcase(name, p) for p in exclude
            ):
                found[path] = folder
    return [], list(_modules_in(tree, found)), found


def _with_parents(folders: Iterable[str], root: str) -> set[str]:
    every: set[str] = set()
    for folder in folders:
        while folder not in every and folder != root and folder:
            every.add(folder)
            folder = folder.rpartition("/")[0]  # noqa: PLW2901 - up the tree
    return every


def _is_regular(tree: SourceTree, prefix: str, path: str) -> bool:
    parts = path.split("/")
    return all(
        f"{prefix}{'/'.join(parts[: i + 1])}/__init__.py" in tree.files for i in range(len(parts))
    )


def _modules_in(tree: SourceTree, folders: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the modules directly in these packages."""
    by_folder = {folder: path for path, folder in folders.items()}
    for name in sorted(tree.files):
        folder, _, file = name.rpartition("/")
        path = by_folder.get(folder)
        if path is not None and is_module_path(f"{path}/{file}"):
            yield f"{path}/{file}", name


def _folder_of(package: str, folders: Mapping[str, str]) -> str:
    """Return where a package is, by the longest prefix that ``package-dir`` has."""
    parts = package.split(".")
    for i in range(len(parts), 0, -1):
        folder = folders.get(".".join(parts[:i]))
        if folder is not None:
            return join(folder, "/".join(parts[i:])).rstrip("/")
    return join(folders.get("", ""), "/".join(parts))


def _merge(first: _Found, second: _Found) -> _Found:
    return first[0] + second[0], first[1] + second[1], first[2] | second[2]


def _data(tree: SourceTree, project: Project, folders: Mapping[str, str]) -> Iterator[DataFile]:
    """Yield what ``package-data`` names, and what MANIFEST.in does where it counts."""
    settings = project.tool("setuptools")
    declared: dict[str, list[str]] = {
        key: strings(value) for key, value in table(settings, "package-data").items()
    }
    for key, value in project.setup_cfg.get("options.package_data", {}).items():
        declared.setdefault(key, []).extend(_words(value))
    left_out = {
        key: strings(value) for key, value in table(settings, "exclude-package-data").items()
    }
    for key, value in project.setup_cfg.get("options.exclude_package_data", {}).items():
        left_out.setdefault(key, []).extend(_words(value))
    included = _includes_package_data(project)
    globs = [pattern for patterns in declared.values() for pattern in patterns]
    globs += [pattern for patterns in left_out.values() for pattern in patterns]
    bounded(tree.files, [*globs, *tree.texts.get("MANIFEST.in", "").split()])
    manifest = manifest_matcher(tree.texts.get("MANIFEST.in", "")) if included else None
    by_folder = {folder: path for path, folder in folders.items()}
    for name in sorted(tree.files):
        place = _package_of(name, by_folder)
        if place is None or name.endswith((".py", ".pyc")):
            continue
        package, inner = place
        dotted = package.replace("/", ".")
        if any(matches(inner, p) for key in ("*", "", dotted) for p in left_out.get(key, ())):
            continue
        pattern = next(
            (p for key in ("*", "", dotted) for p in declared.get(key, ()) if matches(inner, p)),
            None,
        )
        where = "package-data"
        if pattern is None and manifest is not None:
            pattern, where = manifest(name), "MANIFEST.in"
        if pattern is not None:
            yield DataFile(f"{package}/{inner}", name, f"{where}: {pattern}")


def _package_of(name: str, by_folder: Mapping[str, str]) -> tuple[str, str] | None:
    """Return the innermost package that a file is in, and its path there."""
    folder = name
    while "/" in folder:
        folder = folder.rpartition("/")[0]
        if folder in by_folder:
            return by_folder[folder], name[len(folder) + 1 :]
    return None


def _includes_package_data(project: Project) -> bool:
    settings = project.tool("setuptools")
    if "include-package-data" in settings:
        return settings["include-package-data"] is True
    option = project.setup_cfg.get("options", {}).get("include_package_data")
    if option is not None:
        return option.strip().lower() in {"true", "1", "yes"}
    # The default is yes where pyproject.toml has the metadata.
    return "project" in project.pyproject


def _words(value: str) -> list[str]:
    """Return the entries of a list in setup.cfg."""
    return [word.strip() for word in re.split(r"[\n,]", value) if word.strip()]
