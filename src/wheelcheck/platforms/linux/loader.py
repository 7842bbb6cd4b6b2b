"""How the loaders of glibc, musl and Android find libraries for a wheel that is installed.

glibc: the DT_RPATH of the importer and of those that led to it, unless the
importer has a DT_RUNPATH; then that, which serves the importer alone; then the
system. musl takes either for both and hands it down. Android reads DT_RUNPATH
only. LD_LIBRARY_PATH is the user's, so nothing is expected there.

Source: ld.so(8); glibc ``elf/dl-load.c``, ``_dl_map_object``; musl
``ldso/dynlink.c``, ``load_library``; Android ``bionic/linker``.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeAlias

from wheelcheck.binary.elf_object import ElfObject
from wheelcheck.binary.model import Arch, Import, Libc
from wheelcheck.findings import Outcome
from wheelcheck.platforms.linux.layout import SITE, PathEntry, place, read_path
from wheelcheck.platforms.linux.policies import policies_for
from wheelcheck.platforms.linux.target import LinuxTarget
from wheelcheck.platforms.loading import Found, Image

__all__ = ["DRIVERS", "LIBPYTHON", "Inherited", "LinuxLoader"]

LIBPYTHON = re.compile(r"libpython\d+(?:\.\d+)?[a-z]*\.so(?:\.[\d.]+)?")
"""Names of CPython's own library, which not every Python is linked with."""
DRIVERS = frozenset(
    {
        "libcuda.so.1",
        "libnvcuvid.so.1",
        "libnvidia-encode.so.1",
        "libnvidia-ml.so.1",
        "libnvidia-opticalflow.so.1",
        "libnvidia-ptxjitcompiler.so.1",
        "libnvoptix.so.1",
    }
)
"""Libraries that come with a device's driver and work with that driver only."""

Inherited: TypeAlias = tuple[tuple[str, str], ...]
"""Folders that importers hand down, in order, each with the entry it comes from."""

_MOST_INHERITED = 64
_MOST_ELSEWHERE = 20


class LinuxLoader:
    """Finds libraries among the installed files of one wheel."""

    def __init__(self, images: Iterable[Image], target: LinuxTarget) -> None:
        self.target = target
        self._system = [
            p for libc in target.libcs for m in target.machines for p in policies_for(libc, m)
        ]
        self._files: dict[str, dict[str, list[Image]]] = {}
        self._named: dict[str, list[str]] = {}
        self._paths: dict[tuple[str | None, str, Arch], tuple[PathEntry, ...]] = {}
        for image in images:
            folder, _, name = place(image.install).rpartition("/")
            self._files.setdefault(folder, {}).setdefault(name, []).append(image)
            names = {name, image.slice.soname} if isinstance(image.slice, ElfObject) else {name}
            for known in names - {None}:
                self._named.setdefault(known or "", []).append(image.install)

    def start(self, root: Image) -> Inherited:  # noqa: ARG002 (one loader's way)
        """Return nothing: what a Python was linked with has no part in it."""
        return ()

    def below(self, context: Inherited, image: Image) -> Inherited:
        """Return the folders that what ``image`` loads is looked for in, whatever it says itself.

        Folders without a native object of the wheel cannot matter, so they are left out.
        """
        handed = dict(context)
        if self.target.libc is not Libc.BIONIC:
            own = _elf(image)
            text = own.rpath if self.target.libc is Libc.GLIBC else own.runpath or own.rpath
            if self.target.libc is Libc.GLIBC and own.runpath is not None:
                text = None
            mine = {
                folder: entry.text
                for entry in self._entries(image, text)
                for folder in entry.folders
                if folder in self._files
            }
            handed = {**mine, **{f: e for f, e in handed.items() if f not in mine}}
        return tuple(handed.items())[:_MOST_INHERITED]

    def resolve(self, context: Inherited, importer: Image, wanted: Import) -> Found:
        """Return where an import ends."""
        name = wanted.library
        if "/" in name:
            return self._by_path(importer, name)
        searched: list[str] = []
        for folder, label in self._places(context, importer):
            searched.append(label)
            image = self._lookup(folder, name, importer)
            if image is not None:
                return Found(
                    Outcome.WHEEL, image.install, f"found through {label}", tuple(searched)
                )
        if LIBPYTHON.fullmatch(name):
            return Found(Outcome.PYTHON, None, "the library of CPython", tuple(searched))
        if any(policy.has(name) for policy in self._system):
            return Found(
                Outcome.SYSTEM,
                None,
                "its tag's policy counts it as part of the system",
                tuple(searched),
            )
        if name in DRIVERS:
            return Found(Outcome.DRIVER, None, "comes with a driver", tuple(searched))
        elsewhere = self._elsewhere(name, importer)
        searched.append("the system's folders")
        return Found(Outcome.MISSING, None, _missing(name, elsewhere), tuple(searched), elsewhere)

    def leads_out(self, importer: Image) -> bool:
        """Tell whether its search path leads into site-packages, but to no file of the wheel.

        That is how wheels find the libraries of other distributions.
        """
        own = _elf(importer)
        return any(
            folder.startswith(SITE + "/") and folder not in self._files
            for text in (own.rpath, own.runpath)
            for entry in self._entries(importer, text)
            for folder in entry.folders
        )

    def _places(self, context: Inherited, importer: Image) -> Iterator[tuple[str, str]]:
        """Yield each folder with its name for a person, in the loader's order."""
        own = _elf(importer)
        libc = self.target.libc
        if libc is Libc.GLIBC and own.runpath is not None:
            yield from self._labelled(importer, own.runpath, "RUNPATH")
            return
        if libc is Libc.BIONIC:
            yield from self._labelled(importer, own.runpath, "RUNPATH")
            return
        if libc is Libc.MUSL and own.runpath is not None:
            yield from self._labelled(importer, own.runpath, "RUNPATH")
        else:
            yield from self._labelled(importer, own.rpath, "RPATH")
        for folder, entry in context:
            yield folder, f"{entry} (handed down)"

    def _labelled(self, image: Image, text: str | None, kind: str) -> Iterator[tuple[str, str]]:
        for entry in self._entries(image, text):
            label = f"{entry.text or 'the working folder'} ({kind})"
            if not entry.folders:
                yield "", f"{label[:-1]}, of the machine that built it)"
            for folder in entry.folders:
                yield folder, label

    def _entries(self, image: Image, text: str | None) -> Sequence[PathEntry]:
        key = (text, image.install, image.slice.arch)
        entries = self._paths.get(key)
        if entries is None:
            entries = self._paths[key] = read_path(*key)
        return entries

    def _elsewhere(self, name: str, importer: Image) -> tuple[str, ...]:
        """Return files that bear the name, but not where the importer's loader looks."""
        others = (path for path in self._named.get(name, ()) if path != importer.install)
        return tuple(islice(others, _MOST_ELSEWHERE))

    def _lookup(self, folder: str, name: str, importer: Image) -> Image | None:
        """Return the file of this name; loaders pass over those for other machines."""
        for image in self._files.get(folder, {}).get(name, ()):
            if image.slice.arch is importer.slice.arch or Arch.UNKNOWN in {
                image.slice.arch,
                importer.slice.arch,
            }:
                return image
        return None

    def _by_path(self, importer: Image, name: str) -> Found:
        """Follow a name with a slash, which is opened as it stands."""
        folder, _, last = name.rpartition("/")
        for entry in self._entries(importer, folder):
            for place_ in entry.folders:
                image = self._lookup(place_, last, importer)
                if image is not None:
                    return Found(Outcome.WHEEL, image.install, "named by its path", (name,))
        elsewhere = self._elsewhere(last, importer)
        return Found(Outcome.MISSING, None, f"{name} is opened as it stands", (name,), elsewhere)


def _elf(image: Image) -> ElfObject:
    assert isinstance(image.slice, ElfObject)
    return image.slice


def _missing(name: str, elsewhere: Sequence[str]) -> str:
    if elsewhere:
        return f"{elsewhere[0]} has that name, but the loader does not look there"
    return f"no file named {name} is in the wheel, and no policy has it"
