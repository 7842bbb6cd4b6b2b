"""Editable installations: where the files lie that they import.

What a ``.pth`` file adds and what setuptools' finder maps are read, not run. The
loaders of meson-python and scikit-build-core build at import; what they would
build is not known.
"""

import ast
import json
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from wheelcheck.findings import NotChecked
from wheelcheck.records import field, record

__all__ = ["Editable", "read_editable"]

_FINDER = re.compile(r"__editable___.*_finder\.py\Z")
_BUILDING = re.compile(r"_.*_editable(?:_loader)?\.py\Z|_editable_skbc_.*\.py\Z")
_LARGEST = 1024 * 1024
_MOST_FILES = 20_000
_ASIDE = {
    "__pycache__", "build", "dist", "doc", "docs", "examples", "node_modules", "target",
    "test", "tests", "venv", "benchmarks",
}  # fmt: skip
_NATIVE = re.compile(r"\.(?:so|pyd|dylib|dll)(?:\.|\Z)", re.IGNORECASE)


@record
class Editable:
    """What an editable installation adds to its own files."""

    project: Path | None
    """The source tree; None if the installation is none."""
    files: dict[str, Path] = field(default_factory=dict)
    """Sources and native objects, by the path that they would be installed at."""
    not_checked: tuple[NotChecked, ...] = ()


def read_editable(site: Path, dist_info: str, rows: Iterable[str]) -> Editable:
    """Find out where an editable installation leads.

    Args:
        site: The folder that its dist-info lies in.
        dist_info: The name of that.
        rows: The paths of its RECORD.
    """
    tops = [row for row in rows if "/" not in row]
    project = _project(site / dist_info / "direct_url.json")
    finders = [row for row in tops if _FINDER.match(row)]
    paths = [row for row in tops if row.endswith(".pth")]
    if project is None and not finders and not any("editable" in row for row in paths):
        return Editable(None)
    found: dict[str, Path] = {}
    for finder in finders:
        for name, target in _mapping(site / finder):
            _add_package(found, name.replace(".", "/"), Path(target))
    names = _top_level(site / dist_info)
    for root in (root for row in paths for root in _roots(site / row)):
        for entry in _listing(root):
            stem = entry.name.partition(".")[0]
            if names and stem not in names:
                continue
            if entry.is_file():
                if _NATIVE.search(entry.name) or (stem in names and entry.suffix == ".py"):
                    found[entry.name] = entry
            elif (entry / "__init__.py").is_file() and (names or entry.name not in _ASIDE):
                _add_package(found, entry.name, entry)
    building = [row for row in tops if _BUILDING.match(row)]
    reason = "it builds when it is imported; what is built is not looked at"
    return Editable(project, found, tuple(NotChecked(row, reason) for row in building))


def _project(direct_url: Path) -> Path | None:
    try:
        if direct_url.stat().st_size > _LARGEST:
            return None
        told = json.loads(direct_url.read_bytes())
        if told["dir_info"]["editable"] is not True:
            return None
        parts = urlsplit(told["url"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    return Path(url2pathname(unquote(parts.path))) if parts.scheme == "file" else None


def _mapping(finder: Path) -> Iterator[tuple[str, str]]:
    """Yield the entries of the dictionary that setuptools writes into its finder."""
    try:
        tree = ast.parse(finder.read_bytes()[:_LARGEST])
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in tree.body:
        target = node.target if isinstance(node, ast.AnnAssign) else None
        if isinstance(target, ast.Name) and target.id == "MAPPING" and node.value is not None:  # type: ignore[attr-defined]
            try:
                value = ast.literal_eval(node.value)  # type: ignore[attr-defined]
            except (ValueError, TypeError, RecursionError):
                return
            if isinstance(value, dict):
                yield from ((str(name), str(path)) for name, path in value.items())


def _roots(pth: Path) -> Iterator[Path]:
    """Yield the folders that a .pth file adds; its lines of code are left alone."""
    try:
        lines = pth.read_bytes()[:_LARGEST].decode("utf-8", "surrogateescape").splitlines()
    except OSError:
        return
    for line in lines:
        text = line.strip()
        if text and not text.startswith(("#", "import ", "import\t")):
            yield pth.parent / text


def _top_level(dist_info: Path) -> frozenset[str]:
    try:
        text = (dist_info / "top_level.txt").read_bytes()[:_LARGEST].decode("utf-8", "replace")
    except OSError:
        return frozenset()
    return frozenset(text.split())


def _add_package(found: dict[str, Path], name: str, folder: Path) -> None:
    if folder.is_file() or folder.with_suffix(".py").is_file():
        file = folder if folder.is_file() else folder.with_suffix(".py")
        found[f"{name}{file.suffix}"] = file
        return
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith(".") and f != "__pycache__")
        inside = Path(place).relative_to(folder).as_posix()
        base = name if inside == "." else f"{name}/{inside}"
        for entry in sorted(files):
            if len(found) >= _MOST_FILES:
                return
            if entry.endswith((".py", ".pyx")) or _NATIVE.search(entry):
                found[f"{base}/{entry}"] = Path(place, entry)


def _listing(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []
