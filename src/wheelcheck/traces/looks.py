"""Which files are looked into, and what for: decided by name and size alone."""

from enum import StrEnum

__all__ = ["Look", "look_for"]

_LARGEST_SOURCE = 5 * 1024 * 1024
"""PyPI scans no larger source (warehouse, utils/scanner.py)."""
_LARGEST_TEXT = 1024 * 1024
_LARGEST_SBOM = 8 * 1024 * 1024
_LARGEST_STARTUP = 64 * 1024

_TEXTS = frozenset({
    "bat", "cfg", "cmd", "conf", "crt", "env", "html", "ini", "ipynb", "js", "json", "key", "md",
    "pem", "properties", "ps1", "rst", "sh", "toml", "txt", "xml", "yaml", "yml",
})  # fmt: skip
"""What people write settings in, or show them."""


class Look(StrEnum):
    """What a file is looked into for."""

    SOURCE = "source"
    """A Python source: secrets, and what PyPI refuses."""
    TESTS = "tests"
    """A Python source or text of tests: only what is never meant to be public."""
    TEXT = "text"
    """Where people write settings: secrets."""
    SCRIPT = "script"
    """What is installed to be run: its first line, and secrets."""
    GENERATED = "generated"
    """C or C++: whether Cython wrote it."""
    PTH = "pth"
    START = "start"
    SBOM_JSON = "sbom-json"
    SBOM_XML = "sbom-xml"


def look_for(install: str, size: int, *, sbom: bool, tests: bool) -> Look | None:
    """Say what to look for in a file, or None.

    Args:
        install: Where it is installed; see :mod:`wheelcheck.installation`.
        size: In bytes.
        sbom: It lies where dist-info keeps bills of materials.
        tests: It lies in a folder for tests.
    """
    look, largest = _by_name(install, sbom=sbom, tests=tests)
    return look if size <= largest else None


def _by_name(  # noqa: PLR0911 - one answer a case
    install: str, *, sbom: bool, tests: bool
) -> tuple[Look | None, int]:
    """Say what to look for, and up to which size."""
    leaf = install.rpartition("/")[2].lower()
    _, dot, suffix = leaf.rpartition(".")
    if sbom:
        return {"json": Look.SBOM_JSON, "xml": Look.SBOM_XML}.get(suffix), _LARGEST_SBOM
    if install.startswith("{scripts}/"):
        return Look.SCRIPT, _LARGEST_TEXT
    if suffix in {"py", "pye", "pyw"}:
        return Look.TESTS if tests else Look.SOURCE, _LARGEST_SOURCE
    if "/" not in install and suffix in {"pth", "start"}:
        return Look.PTH if suffix == "pth" else Look.START, _LARGEST_STARTUP
    if suffix in {"c", "cpp", "cxx"}:
        return Look.GENERATED, _LARGEST_TEXT
    if suffix in _TEXTS or not dot or leaf.startswith("."):
        return Look.TESTS if tests else Look.TEXT, _LARGEST_TEXT
    return None, 0
