"""An installed distribution to a report."""

import os
import platform
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from wheelcheck.archive.limits import Limits
from wheelcheck.binary.model import Arch, Format
from wheelcheck.configuring.settings import Config
from wheelcheck.distinfo.metadata import read_metadata
from wheelcheck.errors import UnreadableError
from wheelcheck.findings import NotChecked, Report
from wheelcheck.inspection import judge
from wheelcheck.installed.editable import read_editable
from wheelcheck.installed.freshness import stale_extensions, unbuilt_sources
from wheelcheck.installed.sites import Python, find_distribution, running_python, this_python
from wheelcheck.installed.store import InstalledStore, read_store, recorded
from wheelcheck.installed_facts import InstalledFacts
from wheelcheck.platforms.windows.folders import known_folders
from wheelcheck.reading.one_pass import read_wheel
from wheelcheck.records import replace
from wheelcheck.resolving.closure import Closure
from wheelcheck.resolving.walk import resolve_by

if TYPE_CHECKING:
    from wheelcheck.wheel import Wheel

__all__ = ["inspect_installed"]

_MOST_EXTRA = 10_000
_FORMATS = {"linux": Format.ELF, "win32": Format.PE, "darwin": Format.MACHO}


def inspect_installed(
    name: str,
    *,
    python: str | Path | None = None,
    paths: Sequence[str | Path] = (),
    environ: Mapping[str, str] | None = None,
    config: Config | None = None,
) -> Report:
    """Inspect a distribution that is installed on this host, an editable one, too.

    Its files are held against its RECORD, its extensions against their sources and
    against the Python, and each import of a native object is looked for where this
    host's own loader looks, with the libraries of this host. Nothing of the
    distribution is run.

    Args:
        name: The distribution.
        python: The interpreter or environment that it is installed in; by default
            the Python that runs this. It is run to say where it looks, without
            what is installed in it.
        paths: Folders to look in instead, such as a ``site-packages``.
        environ: Where the variables of the loader are read; by default the
            process's environment.
        config: Which findings count, and how much.

    Raises:
        UsageError: it is not installed there, or there is no such Python.
    """
    config = config or Config()
    environ = os.environ if environ is None else environ
    own = running_python() if python is None else this_python(str(python))
    folders = tuple(map(Path, paths)) or own.folders
    label = " or ".join(map(str, paths)) or own.label
    site, dist_info = find_distribution(name, folders, label)
    stem = dist_info.removesuffix(".dist-info")
    try:
        report = _inspected(site, dist_info, own, environ, config)
    except UnreadableError as error:
        return Report(wheel=stem, path=str(site / dist_info), error=str(error))
    return config.apply(report)


def _inspected(
    site: Path, dist_info: str, python: Python, environ: Mapping[str, str], config: Config
) -> Report:
    rows = tuple(recorded(site / dist_info / "RECORD", config.limits))
    editable = read_editable(site, dist_info, rows)
    store = read_store(site, dist_info, editable.files, config.limits)
    wheel = read_wheel(store, dist_info.removesuffix(".dist-info"), sources=False)
    project = editable.project
    not_checked = list(editable.not_checked)
    if not rows:
        reason = "there is none, so what is missing, changed or left over cannot be told"
        not_checked.append(NotChecked("RECORD", reason))
    facts = InstalledFacts(
        python=python.label,
        suffixes=python.suffixes,
        editable=bool(project or editable.files),
        extra=() if editable.files else tuple(_extra(site, dist_info, rows, config.limits)),
        stale=() if project is None else tuple(stale_extensions(project, editable.files)),
        unbuilt=tuple(unbuilt_sources(editable.files, python.suffixes)),
    )
    closure = _closure(wheel, store, python, environ)
    report = judge(
        wheel,
        closure,
        str(site / dist_info),
        profile=config.profile,
        expectations=config.expectations,
        host=facts,
    )
    metadata = read_metadata(wheel.metadata.get("METADATA", b""))
    # What sources import has no part in this; it is not left out by mistake.
    told = [n for n in report.not_checked if n.subject not in wheel.sources_unread[:1]]
    return replace(
        report,
        distribution=metadata.first("Name"),
        version=metadata.first("Version"),
        not_checked=(*told, *not_checked, *_foreign(wheel)),
    )


def _foreign(wheel: "Wheel") -> Iterator[NotChecked]:
    """Yield the native objects that this host's loader does not load."""
    own = _FORMATS.get(sys.platform)
    for native in wheel.natives:
        if native.format not in {own, None}:
            yield NotChecked(native.name, f"it is a {native.format} file, not for this host")


def _closure(
    wheel: "Wheel", store: InstalledStore, python: Python, environ: Mapping[str, str]
) -> Closure:
    installs = {native.install: store.places[native.name] for native in wheel.natives}
    if sys.platform == "win32":
        from wheelcheck.installed.host.windows import WindowsHost

        system = Path(environ.get("SYSTEMROOT", "C:\\Windows"), "System32")
        added = _added_folders(wheel, store)
        windows = WindowsHost(installs, python.program.parent, system, added)
        return resolve_by(wheel, Format.PE, windows)
    if sys.platform == "darwin":
        from wheelcheck.installed.host.macos import MacHost

        machine = Arch.ARM64 if platform.machine() == "arm64" else Arch.X86_64
        mac = MacHost(installs, python.program.parent, machine, environ)
        return resolve_by(wheel, Format.MACHO, mac)
    from wheelcheck.installed.host.linux import LinuxHost

    return resolve_by(wheel, Format.ELF, LinuxHost(installs, python.program, environ))


def _added_folders(wheel: "Wheel", store: InstalledStore) -> Mapping[Path, str]:
    """Return the folders that the distribution's sources make known to Windows."""
    sources = [(member, member, loading) for member, loading in sorted(wheel.dll_loading.items())]
    known = known_folders([native.install for native in wheel.natives], sources)
    site = Path(store.name).parent
    return {site / folder: reason for folder, reason in known.reasons.items()}


def _extra(site: Path, dist_info: str, rows: Sequence[str], limits: Limits) -> Iterator[str]:
    """Yield the files in the distribution's own packages that no RECORD has."""
    known = set(rows)
    tops = sorted({row.partition("/")[0] for row in rows if row.endswith("/__init__.py")})
    packages = [top for top in tops if f"{top}/__init__.py" in known]
    found = [file for top in packages for file in _files(site, top) if file not in known]
    if not found:
        return
    folders = tuple(f"{top}/" for top in packages)
    for other in sorted(site.glob("*.dist-info/RECORD")):
        if other.parent.name != dist_info:
            known.update(path for path in recorded(other, limits) if path.startswith(folders))
    yield from (file for file in found if file not in known)


def _files(site: Path, top: str) -> Iterator[str]:
    left = _MOST_EXTRA
    for place, folders, files in os.walk(site / top):
        folders[:] = sorted(folder for folder in folders if folder != "__pycache__")
        base = Path(place).relative_to(site).as_posix()
        for file in sorted(files):
            left -= 1
            if left < 0:
                return
            if not file.endswith((".pyc", ".pyo")):
                yield f"{base}/{file}"
