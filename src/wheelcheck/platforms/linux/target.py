"""What a wheel for Linux or Android must work with."""

from collections import Counter
from typing import TYPE_CHECKING

from wheelcheck.binary.elf_object import ElfObject
from wheelcheck.binary.model import Arch, Libc
from wheelcheck.expressions import expression
from wheelcheck.platforms.linux.policies import MACHINE_NAMES
from wheelcheck.platforms.platform_tags import System, read_platform_tag
from wheelcheck.records import record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wheelcheck.distinfo.tag_sets import Tag
    from wheelcheck.platforms.loading import Image

__all__ = ["Claim", "LinuxTarget"]

_TRIPLET = expression(r"-linux-(gnu|musl|android)[a-z0-9]*\.so\Z")
_BY_TRIPLET = {"gnu": Libc.GLIBC, "musl": Libc.MUSL, "android": Libc.BIONIC}


@record
class Claim:
    """A platform tag, and the systems that it names."""

    tag: str
    machine: Arch
    libc: Libc | None
    """None for plain ``linux_*``, which says nothing of it."""


@record
class LinuxTarget:
    """The systems that a wheel's tags, or failing that its content, are for."""

    claims: tuple[Claim, ...]
    """Sorted; never empty."""
    libcs: tuple[Libc, ...]
    """What the tags name; else the one that the objects ask for; never empty."""

    @property
    def machines(self) -> tuple[Arch, ...]:
        """The machines, in the order of the claims."""
        return tuple(dict.fromkeys(claim.machine for claim in self.claims))

    @property
    def libc(self) -> Libc:
        """The C library whose loader is followed."""
        return self.libcs[0]

    def fits(self, libc: Libc | None) -> bool:
        """Tell whether objects that ask for this C library run there."""
        if libc is None or libc in self.libcs:
            return True
        # Nothing but musl and Android's own library goes by the plain name.
        return libc is Libc.UNNAMED and self.libcs != (Libc.GLIBC,)

    @classmethod
    def from_wheel(cls, tags: "Iterable[Tag]", images: "Iterable[Image]") -> "LinuxTarget | None":
        """Return what the tags promise; None if none is for Linux or Android.

        A plain ``linux_*`` tag leaves the C library to the objects: most of them
        decide, then the names of the modules; without either it is glibc.
        """
        found = map(_claim, sorted({tag.platform for tag in tags}))
        claims = tuple(claim for claim in found if claim is not None)
        if not claims:
            return None
        named = sorted({c.libc for c in claims if c.libc is not None})
        return cls(claims, tuple(named) or (_libc_of(images),))


def _claim(text: str) -> Claim | None:
    platform = read_platform_tag(text)
    if platform is None or platform.system not in {System.LINUX, System.ANDROID}:
        return None
    machine = next((m for m in platform.machines if m in MACHINE_NAMES), None)
    if machine is None:
        return None
    return Claim(text, machine, platform.libc)


def _libc_of(images: "Iterable[Image]") -> Libc:
    seen: Counter[Libc] = Counter()
    named: Counter[Libc] = Counter()
    for image in images:
        if isinstance(image.slice, ElfObject) and image.slice.libc is not None:
            libc = image.slice.libc
            seen[Libc.MUSL if libc is Libc.UNNAMED else libc] += 1
        match = _TRIPLET.search(image.install)
        if match is not None:
            named[_BY_TRIPLET[match[1]]] += 1
    for votes in (seen, named):
        if votes:
            return min(votes, key=lambda libc: (-votes[libc], libc))
    return Libc.GLIBC
