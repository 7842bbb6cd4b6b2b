"""The wheels of a call."""

import argparse
import glob
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from wheelcheck.cli.parsing import nearest
from wheelcheck.cli.words import say
from wheelcheck.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from wheelcheck.audit import Skipped

__all__ = ["add_wheels", "find_wheels", "hint_at"]

# What lies beside wheels in dist/ and is no mistake to name.
_BESIDE_WHEELS = (
    (r".*\.(tar\.gz|tgz|zip)", "a source distribution"),
    (r".*\.(asc|sig|minisig|sigstore|sigstore\.json|crt|pem)", "a signature"),
    (r".*\.(attestation|provenance|intoto\.jsonl)", "an attestation"),
    (r".*\.(sha\d+|md5|b2|b2sum|blake2b?)", "a checksum"),
    (r"(.*[-_.])?(sha\d+|md5|b2|check)sums?(\.txt)?", "a list of checksums"),
    (r".*\.whl\.metadata", "the metadata of a wheel"),
)
_USUAL_FOLDERS = ("dist", "wheelhouse", "target/wheels")
_MOST_NAMES = 2000
"""Names in a folder that a mistyped one is compared with."""


def add_wheels(parser: argparse.ArgumentParser) -> argparse.Action:
    """Add, and return, the argument that :func:`find_wheels` understands."""
    return parser.add_argument(
        "wheels",
        nargs="+",
        metavar="WHEEL",
        help="a wheel, a folder of wheels, or a pattern such as dist/*.whl",
    )


def find_wheels(arguments: Sequence[str]) -> "tuple[list[Path], list[Skipped]]":
    """Return the wheels among the arguments, each once, and what is no wheel; say the latter.

    A pattern that the shell did not expand is expanded here, and so is a folder.

    Raises:
        UsageError: a name is empty; a folder holds no wheel, or cannot be listed.
    """
    from pathlib import Path

    from wheelcheck.audit import Skipped

    paths: dict[Path, None] = {}
    skipped: list[Skipped] = []
    for argument in arguments:
        if not argument:
            raise UsageError("a name of a wheel is empty; is a variable not set?")
        names = [argument]
        if not os.path.lexists(argument):
            if glob.has_magic(argument):
                names = sorted(glob.glob(argument)) or names  # noqa: PTH207 (a pattern, not a folder)
            if names == [argument]:
                say(_absent(argument))
        for name in names:
            # One that is called as a wheel is a mistake that its report tells.
            # Path.is_dir raises where it may not look.
            if os.path.isdir(name) and not name.endswith(".whl"):  # noqa: PTH112 (see above)
                paths.update(dict.fromkeys(_in_folder(Path(name))))
            elif (kind := _kind(name)) is not None:
                skipped.append(Skipped(name, f"{kind}, not a wheel"))
            else:
                paths[Path(name)] = None
    for item in skipped:
        say(f"{item.path} skipped: {item.reason}")
    return list(paths), skipped


def hint_at(paths: Iterable[str]) -> None:
    """Say which files may be meant by those that do not exist."""
    for path in paths:
        if not os.path.lexists(path):
            say(_absent(path))


def _kind(name: str) -> str | None:
    """Return what a file is that has good reason to lie beside wheels."""
    lower = os.path.basename(name).lower()  # noqa: PTH119 (a name with a NUL is no path)
    return next((kind for form, kind in _BESIDE_WHEELS if re.fullmatch(form, lower)), None)


def _in_folder(folder: "Path") -> "list[Path]":
    try:
        names = sorted(entry.name for entry in os.scandir(folder) if entry.is_file())
    except OSError as error:
        raise UsageError(f"cannot list {folder}: {error.strerror or error}") from None
    wheels = [folder / name for name in names if name.endswith(".whl")]
    if not wheels:
        places = (folder / name for name in _USUAL_FOLDERS)
        near = next((place for place in places if any(place.glob("*.whl"))), None)
        hint = f"; did you mean {near}?" if near else ""
        raise UsageError(f"there is no wheel in the folder {folder}{hint}")
    return wheels


def _absent(argument: str) -> str:
    """Say that there is no such file, and which one may be meant."""
    if glob.has_magic(argument):
        return f"no file matches {argument}"
    from pathlib import Path

    path = Path(argument)
    for part in (path, *path.parents):
        if not os.path.lexists(part) and os.path.isdir(part.parent):  # noqa: PTH112 (see above)
            # Nobody means a picture who asks for a wheel; that both are wheels says nothing.
            end = ".whl" if part.name.endswith(".whl") else ""
            names = (n.removesuffix(end) for n in _names(part.parent) if n.endswith(end))
            near = nearest(part.name.removesuffix(end), islice(names, _MOST_NAMES))
            what = "file" if part == path else "folder"
            hint = f"; did you mean {part.with_name(near + end)}?" if near else ""
            return f"there is no {what} {part}{hint}"
    return f"there is no file {argument}"


def _names(folder: "Path") -> Iterator[str]:
    try:
        with os.scandir(folder) as entries:
            yield from sorted(entry.name for entry in entries)
    except OSError:
        return
