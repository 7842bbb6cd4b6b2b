"""Other platform tags for a wheel: in its file name and in its WHEEL file."""

from collections.abc import Sequence
from itertools import product

__all__ = ["renamed", "retagged"]


def renamed(filename: str, platforms: Sequence[str]) -> str:
    """Return the file name with other platform tags."""
    head, _, _ = filename.removesuffix(".whl").rpartition("-")
    return f"{head}-{'.'.join(platforms)}.whl"


def retagged(wheel_file: bytes, filename: str) -> bytes:
    """Return the WHEEL file with the tags of this file name in place of its own.

    Source: PyPA "Binary distribution format": ``Tag`` is the expanded tag of the
    file name, a line each.
    """
    pythons, abis, platforms = (
        part.split(".") for part in filename.removesuffix(".whl").rsplit("-", 3)[1:]
    )
    tags = [f"Tag: {'-'.join(tag)}".encode() for tag in product(pythons, abis, platforms)]
    end = b"\r\n" if b"\r\n" in wheel_file else b"\n"
    lines = wheel_file.rstrip().split(end)
    at = next((i for i, line in enumerate(lines) if _is_tag(line)), len(lines))
    kept = [line for line in lines if not _is_tag(line)]
    return end.join([*kept[:at], *tags, *kept[at:], b""])


def _is_tag(line: bytes) -> bool:
    return line.lower().startswith(b"tag:")
