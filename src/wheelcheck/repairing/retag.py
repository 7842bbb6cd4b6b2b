"""Other platform tags for a wheel: in its file name and in its WHEEL file."""

import re
from collections.abc import Sequence
from itertools import product

__all__ = ["retagged", "retagged_filename"]

_TAG_LINE = re.compile(rb"(?im)^Tag[ \t]*:[ \t]*([^\r\n]*)(\r?\n|\Z)")
_LINE_END = re.compile(rb"\r?\n")


def retagged_filename(filename: str, platforms: Sequence[str]) -> str:
    """Return the file name with other platform tags."""
    return f"{filename.removesuffix('.whl').rpartition('-')[0]}-{'.'.join(platforms)}.whl"


def retagged(wheel_file: bytes, filename: str) -> bytes:
    """Return the WHEEL file with the tags of this file name in place of its own.

    Source: PyPA "Binary distribution format": ``Tag`` is the expanded tag of the
    file name, a line each.
    """
    parts = [part.split(".") for part in filename.removesuffix(".whl").rsplit("-", 3)[1:]]
    tags = ["-".join(tag).encode() for tag in product(*parts)]
    old = list(_TAG_LINE.finditer(wheel_file))
    if sorted(match[1].strip() for match in old) == sorted(tags):
        return wheel_file
    first_end = _LINE_END.search(wheel_file)
    end = first_end[0] if first_end else b"\n"
    block = b"".join(b"Tag: " + tag + end for tag in tags)
    rest = _TAG_LINE.sub(b"", wheel_file)
    if old:
        return rest[: old[0].start()] + block + rest[old[0].start() :]
    rest = rest.rstrip()
    return rest + (end if rest else b"") + block
