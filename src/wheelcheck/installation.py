"""Where the members of a wheel end up on the user's machine.

Only paths are judged here, as text. An install path is relative to
site-packages and uses ``/``; what installers put elsewhere starts with a
scheme in braces, e.g. ``{scripts}/tool.exe``.
Source: PyPA "Binary distribution format", section "The .data directory".
"""

import re
from functools import lru_cache

from wheelcheck.expressions import expression
from wheelcheck.records import record

__all__ = [
    "SCRIPTS",
    "ExtensionName",
    "extension_name",
    "folder_of",
    "in_test_folder",
    "install_path",
]

SCRIPTS = "{scripts}/"
"""Where installers put what the user runs from a shell."""
_IN_SITE_PACKAGES = ("purelib", "platlib")
_TEST_FOLDERS = {"test", "tests", "testing", "testdata", "test_data", "fixtures"}

# The suffixes under which interpreters look for extension modules: tagged
# (.cp312-win_amd64.pyd, .cpython-312-x86_64-linux-gnu.so, .pypy311-pp73-...),
# stable ABI (.abi3.so, .abi3t.so, since 3.15 .abi3-x86_64-linux-gnu.so) and bare.
_EXTENSION = expression(r"(?P<stem>[^./]+)(?P<tag>\.[^./]+)?\.(?P<kind>pyd|so)\Z", re.IGNORECASE)
_TAG = expression(r"\.(cp\d|cpython-|abi3|pypy|graalpy|pyston)", re.IGNORECASE)


def folder_of(path: str) -> str:
    """Return the folder part of a member or install path, ``""`` at the top."""
    return path.rpartition("/")[0]


def in_test_folder(path: str) -> bool:
    """Tell whether a path leads through a folder that packages use for tests."""
    return not _TEST_FOLDERS.isdisjoint(path.lower().split("/")[:-1])


def install_path(member: str, data_folder: str | None) -> str:
    """Return where an installer puts ``member``.

    ``data_folder`` is the name of the wheel's ``.data`` folder, if it is known.
    """
    if data_folder is None or not member.startswith(f"{data_folder}/"):
        return member
    scheme, _, rest = member[len(data_folder) + 1 :].partition("/")
    return rest if scheme in _IN_SITE_PACKAGES else f"{{{scheme}}}/{rest}"


@record
class ExtensionName:
    """The module that an import system would see in a file name."""

    module: str
    """Dotted name, e.g. ``pkg._core``."""
    leaf: str
    """The part that the init function is named for, e.g. ``_core``."""
    tag: str | None
    """The suffix tag without dots, e.g. ``cp312-win_amd64`` or ``abi3``; None if bare."""


@lru_cache(maxsize=65536)
def extension_name(install: str) -> ExtensionName | None:
    """Tell which module ``import`` would load from this install path, by its name alone.

    None if no import system would look at the file: wrong suffix, a folder
    that is no identifier on the way, or a place outside site-packages.
    Source: importlib.machinery.EXTENSION_SUFFIXES of CPython 3.9 to 3.15.
    """
    folder, _, name = install.rpartition("/")
    match = _EXTENSION.match(name)
    if match is None:
        return None
    tag = match["tag"]
    if tag is not None and not _TAG.match(tag):
        return None
    packages = folder.split("/") if folder else []
    stem = match["stem"]
    if not all(part.isidentifier() for part in (*packages, stem)):
        return None
    if stem == "__init__" and packages:
        return ExtensionName(".".join(packages), packages[-1], tag and tag[1:])
    return ExtensionName(".".join((*packages, stem)), stem, tag and tag[1:])
