"""What a project says of itself: name, version, build backend."""

import re
from collections.abc import Mapping

from wheelcheck.records import record
from wheelcheck.source_tree.tree import SourceTree
from wheelcheck.source_tree.values import Table, read_ini, read_toml, strings, table, text

__all__ = ["Project", "read_project"]

_BACKENDS = (
    ("setuptools", "setuptools"),
    ("hatchling", "hatchling"),
    ("poetry", "poetry-core"),
    ("flit_core", "flit"),
    ("flit", "flit"),
    ("scikit_build_core", "scikit-build-core"),
    ("mesonpy", "meson-python"),
    ("maturin", "maturin"),
    ("uv_build", "uv_build"),
    ("pdm", "pdm-backend"),
)
_ATTR = re.compile(r"(?:attr|file):")
_PKG_INFO = re.compile(r"^(Name|Version):[ \t]*(\S+)", re.MULTILINE)


@record
class Project:
    """What ``pyproject.toml``, ``setup.cfg`` and ``PKG-INFO`` say."""

    name: str | None
    backend: str
    """Name of the distribution that builds it, or the module that it names."""
    versions: Mapping[str, str]
    """The version, by the place where it is written down."""
    dynamic: frozenset[str]
    """Fields that the build makes."""
    pyproject: Table
    setup_cfg: Mapping[str, Mapping[str, str]]

    def tool(self, *keys: str) -> Table:
        """Return a table below ``[tool]``; an empty one if there is none."""
        return table(self.pyproject, "tool", *keys)


def read_project(tree: SourceTree) -> Project:
    """Read what a source tree says of itself.

    Raises:
        UnreadableError: ``pyproject.toml`` is no TOML.
    """
    where = f"pyproject.toml of the source {tree.path}"
    pyproject = read_toml(tree.texts.get("pyproject.toml", ""), where)
    setup_cfg = read_ini(tree.texts.get("setup.cfg", ""))
    own, poetry = table(pyproject, "project"), table(pyproject, "tool", "poetry")
    metadata = setup_cfg.get("metadata", {})
    headers = tree.texts.get("PKG-INFO", "")[:65536].replace("\r\n", "\n").partition("\n\n")[0]
    info = dict(_PKG_INFO.findall(headers))
    versions = {
        "pyproject.toml, project.version": text(own.get("version")),
        "pyproject.toml, tool.poetry.version": text(poetry.get("version")),
        "setup.cfg, metadata.version": metadata.get("version"),
        # That of a source distribution, where the build backend makes the version.
        "PKG-INFO, Version": info.get("Version"),
    }
    name = text(own.get("name")) or text(poetry.get("name"))
    return Project(
        name=name or metadata.get("name") or info.get("Name"),
        backend=_backend(table(pyproject, "build-system")),
        versions={
            place: version.strip()
            for place, version in versions.items()
            if version and not _ATTR.match(version)
        },
        dynamic=frozenset(strings(own.get("dynamic"))),
        pyproject=pyproject,
        setup_cfg=setup_cfg,
    )


def _backend(system: Table) -> str:
    name = text(system.get("build-backend"))
    if name is None:
        return "setuptools"  # PEP 518: where nothing is said
    top = name.partition(":")[0].split(".")[0]
    known = dict(_BACKENDS).get(top)
    # A wrapper of the project's own may change all.
    own = "backend-path" in system and top != "flit_core"
    return name if known is None or own else known
