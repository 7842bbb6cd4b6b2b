"""Libraries of this machine, found as a Linux loader would find them.

What the user names comes first; then DT_RPATH, LD_LIBRARY_PATH, DT_RUNPATH, the
folders of the loader's configuration and its own. With a sysroot all absolute
folders but the user's are taken below it, and LD_LIBRARY_PATH, which is for
this machine, is left out. Source: ld.so(8); musl ``ldso/dynlink.c``.
"""

import glob
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from wheelcheck.binary.model import Arch, Libc
from wheelcheck.platforms.linux.policies import MACHINE_NAMES
from wheelcheck.repairing.search import Place

__all__ = ["HostSearch"]

_MOST_CONFIGURATION = 1000
_LARGEST_CONFIGURATION = 1024**2
_TRIPLETS = {
    Arch.X86: "i386-linux-{}",
    Arch.ARM: "arm-linux-{}eabihf",
    Arch.PPC64LE: "powerpc64le-linux-{}",
    Arch.PPC64: "powerpc64-linux-{}",
}


class HostSearch:
    """Where the loader of this machine, or of a sysroot, looks for a library."""

    def __init__(
        self,
        add_paths: Iterable[Path],
        environ: Mapping[str, str],
        sysroot: Path | None,
        libc: Libc,
        machine: Arch,
    ) -> None:
        self.first = tuple(Place(folder, "--add-path") for folder in add_paths)
        """What the user named."""
        self._sysroot = sysroot
        variable = "" if sysroot is not None else environ.get("LD_LIBRARY_PATH", "")
        self._variable = tuple(
            Place(Path(part), "LD_LIBRARY_PATH") for part in variable.split(":") if part
        )
        self._last = tuple(self._defaults(libc, machine))

    def absent(self) -> Iterator[str]:
        """Yield a sentence for each place that the user named and that is no folder."""
        return (f"{place} is no folder" for place in self.first if not place.folder.is_dir())

    def places(
        self, rpath: Iterable[str] = (), runpath: Iterable[str] = ()
    ) -> Iterator[tuple[Place, bool]]:
        """Yield the places in order, and whether the user named each."""
        yield from ((place, True) for place in self.first)
        yield from ((Place(self.rooted(p), "RPATH"), False) for p in rpath)
        yield from ((place, False) for place in self._variable)
        yield from ((Place(self.rooted(p), "RUNPATH"), False) for p in runpath)
        yield from ((place, False) for place in self._last)

    def rooted(self, folder: str) -> Path:
        """Return where an absolute folder lies for the loader that is followed."""
        path = Path(folder)
        if self._sysroot is None or not path.is_absolute() or path.is_relative_to(self._sysroot):
            return path
        return self._sysroot / path.relative_to(path.anchor)

    def _defaults(self, libc: Libc, machine: Arch) -> Iterator[Place]:
        name = MACHINE_NAMES[machine]
        if libc is Libc.MUSL:
            kind = "musl"
            folders = ["/lib", "/usr/local/lib", "/usr/lib"]
            configured = self._read(self.rooted(f"/etc/ld-musl-{name}.path"))
            if configured is not None:
                folders = [part for part in configured.replace("\n", ":").split(":") if part]
        else:
            kind = "gnu"
            folders = list(self._configured())
            folders += ["/lib64", "/usr/lib64", "/lib", "/usr/lib"]
        triplet = _TRIPLETS.get(machine, f"{name}-linux-{{}}").format(kind)
        folders += [f"/lib/{triplet}", f"/usr/lib/{triplet}", f"/usr/{triplet}/lib"]
        for folder in dict.fromkeys(folders):
            yield Place(self.rooted(folder), "the system's folders")

    def _configured(self) -> Iterator[str]:
        """Yield the folders of /etc/ld.so.conf and of all that it includes."""
        queue, seen = [self.rooted("/etc/ld.so.conf")], set[Path]()
        while queue and len(seen) < _MOST_CONFIGURATION:
            path = queue.pop(0)
            if path in seen:
                continue
            seen.add(path)
            included: list[Path] = []
            for line in (self._read(path) or "").splitlines():
                text = line.partition("#")[0].strip()
                word, _, rest = text.partition(" ")
                if word == "include":
                    for pattern in rest.split():
                        full = self.rooted(pattern) if pattern[0] == "/" else path.parent / pattern
                        found = sorted(glob.glob(str(full)))  # noqa: PTH207 (a pattern with folders)
                        included += map(Path, found)
                elif text.startswith("/"):
                    yield text.partition("=")[0]
            queue = included + queue

    def _read(self, path: Path) -> str | None:
        try:
            if path.stat().st_size > _LARGEST_CONFIGURATION:
                return None
            return path.read_text("utf-8", "surrogateescape")
        except OSError:
            return None
