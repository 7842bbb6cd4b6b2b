"""All that is known of a source: what rules compare a wheel with."""

from pathlib import Path

from wheelcheck.records import record
from wheelcheck.source_tree.cargo import Crate, read_crate
from wheelcheck.source_tree.declared import (
    flit_layout,
    hatch_layout,
    poetry_layout,
    scikit_build_layout,
    uv_layout,
)
from wheelcheck.source_tree.layout import Layout
from wheelcheck.source_tree.maturin import declared_module, maturin_layout
from wheelcheck.source_tree.patterns import Unknown
from wheelcheck.source_tree.project import Project, read_project
from wheelcheck.source_tree.reading import read_source
from wheelcheck.source_tree.setuptools import setuptools_layout
from wheelcheck.source_tree.tree import SourceTree

__all__ = ["Source", "load_source", "source_of"]

_LAYOUTS = {
    "setuptools": setuptools_layout,
    "hatchling": hatch_layout,
    "flit": flit_layout,
    "poetry-core": poetry_layout,
    "uv_build": uv_layout,
    "scikit-build-core": scikit_build_layout,
}


@record
class Source:
    """The source that wheels are held against. Picklable."""

    tree: SourceTree
    project: Project
    layout: Layout | None
    """What is installed from where; None if that cannot be known."""
    layout_problem: str | None
    """Why the layout cannot be known."""
    crate: Crate | None = None
    module: tuple[str, str] | None = None
    """The dotted name of maturin's extension module, and where it is declared."""


def load_source(path: str | Path) -> Source:
    """Read a project's folder or source distribution, without running any of it.

    Raises:
        UsageError: there is nothing of that name, or no project in it.
        UnreadableError: it is damaged or beyond the limits, or a declaration is no TOML.
    """
    return source_of(read_source(path))


def source_of(tree: SourceTree) -> Source:
    """Return what a source tree declares.

    Raises:
        UnreadableError: a declaration is no TOML.
    """
    project = read_project(tree)
    crate = read_crate(tree, project) if project.backend == "maturin" else None
    layout: Layout | None = None
    problem: str | None = None
    try:
        layout = _layout(tree, project, crate)
    except Unknown as unknown:
        problem = str(unknown)
    module = declared_module(project, crate) if project.backend == "maturin" else None
    return Source(tree, project, layout, problem, crate, module)


def _layout(tree: SourceTree, project: Project, crate: Crate | None) -> Layout:
    if project.backend == "maturin":
        return maturin_layout(tree, project, crate)
    read = _LAYOUTS.get(project.backend)
    if read is None:
        raise Unknown(f"the settings of the build backend {project.backend} are not followed")
    return read(tree, project)
