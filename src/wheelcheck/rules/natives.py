"""What several rules ask of a native object."""

from typing import TYPE_CHECKING

from wheelcheck.binary.header import Use
from wheelcheck.binary.model import Format
from wheelcheck.binary.pe_image import PeImage
from wheelcheck.installation import extension_name, in_test_folder
from wheelcheck.platforms.platform_tags import PlatformTag, read_platform_tag
from wheelcheck.rules.registry import Subject
from wheelcheck.wheel import Native

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wheelcheck.resolving.graph import Node

__all__ = [
    "brought_by_others",
    "foreign",
    "is_loaded",
    "is_module",
    "is_test_data",
    "platforms_of",
]


def is_loaded(native: Native) -> bool:
    """Tell whether a process loads it: no program, no .NET code, no input for a linker.

    .NET assemblies are PE files for every machine, whatever their header says.
    """
    header = native.header
    if header is None or header.use is not Use.LOADED or header.format is Format.WASM:
        return False
    if native.binary is None:
        return True
    return not any(isinstance(s, PeImage) and s.managed for s in native.binary.slices)


def is_module(subject: Subject, native: Native) -> bool:
    """Tell whether ``import`` would load it.

    A bare ``.so`` may be a plain library: only its exports tell, where they are read.
    """
    extension = extension_name(native.install)
    if extension is None or not is_loaded(native):
        return False
    if extension.tag is not None or native.install.lower().endswith(".pyd"):
        return True
    return native.name in subject.closure.modules


def is_test_data(native: Native) -> bool:
    """Tell whether it lies where packages keep what their tests read."""
    return in_test_folder(native.install)


def brought_by_others(
    subject: Subject, importer: "Node | None" = None, libraries: "Sequence[str]" = ()
) -> bool:
    """Tell whether folders outside the wheel are searched, and it requires other distributions.

    Sources add them on Windows; elsewhere the search path of the importer leads to them.
    """
    windows = subject.closure.windows
    outside = windows is not None and bool(windows.known.foreign)
    if importer is not None and not outside:
        outside = _leads_out(subject, importer, libraries)
    if not outside or subject.metadata is None:
        return False
    required = subject.metadata.requires_dist.valid
    return any(r.marker is None or "extra" not in str(r.marker) for r in required)


def _leads_out(subject: Subject, importer: "Node", libraries: "Sequence[str]") -> bool:
    linux, macos = subject.closure.linux, subject.closure.macos
    if linux is not None and importer.native.format is Format.ELF:
        return linux.leads_out(importer)
    if macos is not None and importer.native.format is Format.MACHO:
        return any(macos.leads_out(importer, library) for library in libraries)
    return False


def platforms_of(subject: Subject) -> tuple[PlatformTag, ...]:
    """Return the platform tags in sorted order; nothing if any of them is not understood."""
    found = [read_platform_tag(text) for text in subject.platforms]
    return tuple(tag for tag in found if tag is not None) if None not in found else ()


def foreign(native: Native, platforms: tuple[PlatformTag, ...]) -> bool:
    """Tell whether its format is for none of these platforms."""
    formats = {platform.system.native_format for platform in platforms}
    return None not in formats and native.format is not None and native.format not in formats
