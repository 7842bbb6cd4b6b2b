"""Writing a file whole or not at all."""

import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

__all__ = ["write_whole"]


def write_whole(path: str | Path, pieces: Iterable[bytes]) -> None:
    """Give a file this content in one step; one that exists keeps its mode.

    What a link leads to is replaced, not the link. What is no regular file, such as ``/dev/stderr``
    or a pipe, is just written to.

    Raises:
        OSError: it cannot be written; what was there is as before.
    """
    target = Path(os.path.realpath(path))
    if target.exists() and not target.is_file():
        with Path(path).open("wb") as file:
            file.writelines(pieces)
        return
    beside = target.with_name(f".{target.name[:100]}.{os.getpid()}")
    try:
        with beside.open("xb") as file:
            file.writelines(pieces)
        if target.exists():
            shutil.copymode(target, beside)
        beside.replace(target)
    except BaseException:
        with suppress(OSError):
            beside.unlink()
        raise
