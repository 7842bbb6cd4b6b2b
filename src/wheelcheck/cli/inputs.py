"""The wheels of a call."""

import argparse
import glob
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from wheelcheck.cli.words import say

if TYPE_CHECKING:
    from wheelcheck.audit import Skipped

__all__ = ["add_wheels", "find_wheels"]

# What lies beside wheels in dist/ and is no mistake to name.
_BESIDE_WHEELS = {
    ".tar.gz": "a source distribution",
    ".zip": "a source distribution",
    ".asc": "a signature",
    ".sig": "a signature",
    ".sigstore": "a signature",
    ".sigstore.json": "a signature",
    ".attestation": "an attestation",
    ".provenance": "an attestation",
}


def add_wheels(parser: argparse.ArgumentParser) -> None:
    """Add the argument that :func:`find_wheels` understands."""
    parser.add_argument(
        "wheels", nargs="+", metavar="WHEEL", help="a wheel, or a pattern such as dist/*.whl"
    )


def find_wheels(arguments: Sequence[str]) -> "tuple[list[Path], list[Skipped]]":
    """Return the wheels among the arguments, each once, and what is no wheel; say the latter.

    A pattern that the shell did not expand is expanded here.
    """
    from wheelcheck.audit import Skipped

    paths: dict[Path, None] = {}
    skipped: list[Skipped] = []
    for argument in arguments:
        names = [argument]
        if not os.path.lexists(argument) and glob.has_magic(argument):
            names = sorted(glob.glob(argument)) or names  # noqa: PTH207 (a pattern, not a folder)
        for name in names:
            kind = next((k for s, k in _BESIDE_WHEELS.items() if name.endswith(s)), None)
            if kind is not None:
                skipped.append(Skipped(name, f"{kind}, not a wheel"))
            else:
                paths[Path(name)] = None
    for item in skipped:
        say(f"{item.path} skipped: {item.reason}")
    return list(paths), skipped
