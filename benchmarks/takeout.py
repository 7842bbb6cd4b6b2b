"""Take the bundled libraries out of a repaired wheel, to have something to repair.

Usage: python -m benchmarks.takeout WHEEL --to DIR --libraries DIR

The names in the binaries stay as they are, so that the same libraries fit in again. A repair has
the work that it had before, short of finding libraries in a folder of many.
"""

import argparse
import zipfile
from pathlib import Path, PurePosixPath


def take_out(wheel: Path, folder: Path, libraries: Path) -> Path:
    """Write *wheel* without the ``*.libs`` of auditwheel and delvewheel to *folder*; return it.

    The libraries go to the folder *libraries*.
    """
    folder.mkdir(parents=True, exist_ok=True)
    libraries.mkdir(parents=True, exist_ok=True)
    target = folder / wheel.name
    with (
        zipfile.ZipFile(wheel) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as result,
    ):
        for member in source.infolist():
            if _is_bundled(member.filename):
                if not member.is_dir():
                    name = PurePosixPath(member.filename).name
                    (libraries / name).write_bytes(source.read(member))
            elif not _is_mark(member.filename):
                data = source.read(member)
                if member.filename.endswith(".dist-info/RECORD"):
                    data = _without(data)
                result.writestr(member, data)
    return target


def _is_bundled(name: str) -> bool:
    return name.partition("/")[0].endswith(".libs")


def _is_mark(name: str) -> bool:
    """Say whether delvewheel keeps in this member that it was there: it would do nothing then."""
    return name.endswith(".dist-info/DELVEWHEEL")


def _without(record: bytes) -> bytes:
    names = ((line, line.partition(b",")[0].decode()) for line in record.splitlines(keepends=True))
    return b"".join(line for line, name in names if not _is_bundled(name) and not _is_mark(name))


def main() -> None:
    """Take the libraries out of one wheel."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("wheel", type=Path)
    parser.add_argument("--to", type=Path, required=True, metavar="DIR", help="for the wheel")
    parser.add_argument("--libraries", type=Path, required=True, metavar="DIR")
    arguments = parser.parse_args()
    print(take_out(arguments.wheel, arguments.to, arguments.libraries))


if __name__ == "__main__":
    main()
