"""Files that belong to a bundled library and lie beside it: debug data, import libraries."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from wheelcheck.errors import RepairError
from wheelcheck.repairing.plan import Bundle, BundleKind, Source
from wheelcheck.repairing.search import Place, SearchPath

if TYPE_CHECKING:
    from wheelcheck.repair_options import RepairOptions
    from wheelcheck.repairing.windows.libraries import Dll
    from wheelcheck.repairing.windows.spots import Spot

__all__ = ["companions_of"]

_SO_NUMBER = re.compile(r"-[0-9][0-9.]*\Z")


def companions_of(
    candidates: "Iterable[Dll]",
    spot: "Spot",
    search: SearchPath,
    options: "RepairOptions",
    notes: dict[str, None],
) -> Iterator[Bundle]:
    """Yield what the options ask for with these libraries, under its own name.

    Debuggers look for the name that the linker wrote into the library, and
    linkers for the one that a project names, so neither is ever renamed.
    """
    taken: dict[str, str] = {}
    for candidate in candidates:
        path = candidate.source.path
        if path is None:
            continue
        wanted: list[tuple[BundleKind, list[str], list[Path]]] = []
        if options.with_symbols:
            wanted.append((BundleKind.SYMBOLS, _symbols(candidate), [path.parent]))
        if options.with_import_libs:
            folders = [path.parent, path.parent.parent / "lib"]
            wanted.append((BundleKind.IMPORT_LIBRARY, _import_libraries(path.name), folders))
        for kind, names, folders in wanted:
            found = _first(search, names, folders)
            if found is None:
                notes[f"no file of {kind} lies beside {candidate.source}"] = None
                continue
            digest = _digest(found)
            if taken.setdefault(found.name.lower(), digest) != digest:
                notes[f"{found} is left out: another file of that name is bundled"] = None
                continue
            if kind is BundleKind.IMPORT_LIBRARY and not candidate.keeps_name:
                notes[
                    f"{found.name} leads to {candidate.filename}, which the wheel holds as "
                    f"{candidate.bundled_name}; to link with it, keep the name with --no-mangle"
                ] = None
            source = Source(f"beside {candidate.filename}", found, None, digest)
            yield Bundle(found.name, spot.holds(found.name), source, kind=kind)


def _symbols(candidate: "Dll") -> list[str]:
    names = [candidate.filename.rpartition(".")[0] + ".pdb"]
    if candidate.image.pdb_path is not None:
        names.insert(0, re.split(r"[\\/]", candidate.image.pdb_path)[-1])
    return [name for name in names if name.lower().endswith(".pdb")]


def _import_libraries(filename: str) -> list[str]:
    """Return the names that MSVC (x.lib) and GNU (x.dll.a, without the number) give it."""
    stem = filename.rpartition(".")[0]
    stems = dict.fromkeys((stem, _SO_NUMBER.sub("", stem)))
    return [name for s in stems for name in (f"{s}.lib", f"{s}.dll.a", f"lib{s}.dll.a")]


def _first(search: SearchPath, names: Iterable[str], folders: Iterable[Path]) -> Path | None:
    places = [Place(folder, "beside") for folder in folders]
    return next((path for name in names for _, path in search.files(places, name)), None)


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise RepairError(f"cannot read {path}: {error.strerror or error}") from error
