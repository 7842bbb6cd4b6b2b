"""A wheel as PEP 427 sees it: names, tags, dist-info, members, native objects.

Plain facts; :func:`wheelcheck.reading.one_pass.read_wheel` gathers them.
"""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from wheelcheck.distinfo.tag_sets import MOST_TAGS, Tag, expand
from wheelcheck.distinfo.versions import Version, read_version
from wheelcheck.expressions import expression
from wheelcheck.quantities import plural
from wheelcheck.records import field, record

if TYPE_CHECKING:
    from wheelcheck.archive.reader import Defect, Member
    from wheelcheck.archive.record import Record
    from wheelcheck.binary.header import Header
    from wheelcheck.binary.model import Binary, Format
    from wheelcheck.sources import SourceFacts, SyntaxFacts
    from wheelcheck.sources.loading import DllLoadings
    from wheelcheck.traces import Traces

__all__ = ["Native", "Wheel", "WheelFile", "WheelName", "parse_wheel_name"]

_TAG_PARTS = 3
_NAME_PARTS = (5, 6)
"""Without and with a build number."""
_PROJECT = expression(r"[\w.]+", re.ASCII)
_WORD = expression(r"[\w.]+")
_BUILD = expression(r"(\d+)(.*)", re.ASCII)


@record
class WheelName:
    """What the file name of a wheel says (PEP 427, "File name convention")."""

    distribution: str
    """As spelled in the file name."""
    version: Version
    build: str
    tags: frozenset[Tag]


class WheelFile(NamedTuple):
    """A member with what one pass over its bytes showed."""

    member: "Member"
    install: str
    """Where an installer puts it, see :mod:`wheelcheck.installation`."""
    size: int
    digests: Mapping[str, bytes]
    problem: str | None
    """Why its bytes cannot be had as the archive promises."""


@record
class Native:
    """A native object in the wheel."""

    name: str
    """The member."""
    install: str
    format: "Format | None"
    binary: "Binary | None"
    """None if it is damaged, or of a format without a reader."""
    damage: str | None = None
    not_read: str | None = None
    header: "Header | None" = None
    """None if it does not start as any native object does."""


@record
class Wheel:
    """All facts of one wheel."""

    filename: str
    name: WheelName | None
    name_problem: str | None
    size: int
    """Of the wheel file, in bytes."""
    files: tuple[WheelFile, ...]
    """In archive order, folders left out."""
    defects: tuple["Defect", ...]
    dist_info: str | None
    """The dist-info folder that belongs to the file name; the first one if none does."""
    dist_infos: tuple[str, ...]
    data_folder: str | None
    """The ``.data`` folder, or how it would be called; None without a dist-info folder."""
    metadata: Mapping[str, bytes]
    """Contents of the well-known files in dist-info, by their name there."""
    record: "Record | None"
    wheel_tags: tuple[str, ...]
    """The ``Tag`` lines of the WHEEL file, in file order."""
    natives: tuple[Native, ...]
    dll_loading: "DllLoadings"
    """Sources that make DLLs known to the loader, by member."""
    traces: Mapping[str, "Traces"]
    """What people and tools left in the bytes of files, by member."""
    sources: Mapping[str, "SourceFacts"] = field(default_factory=dict)
    """What the Python sources say, by member."""
    sources_unread: tuple[str, ...] = ()
    """Sources that were not looked into: too large, too many, or not asked."""
    syntax: "SyntaxFacts | None" = None
    """What a parser said of the sources."""

    @property
    def naming_repairers(self) -> frozenset[str]:
        """Sources that name a tool that patches sources: only these can hold or ask for a patch.

        Those that were too large to be looked into are not among them.
        """
        return self.dll_loading.naming_repairers

    @property
    def tag_set(self) -> frozenset[Tag]:
        """The tags by the file name, or by the WHEEL file if the name cannot be read."""
        if self.name is not None:
            return self.name.tags
        tags: set[Tag] = set()
        for line in self.wheel_tags:
            try:
                tags |= expand(line)
            except ValueError:
                continue
            if len(tags) > MOST_TAGS:
                break
        return frozenset(tags)

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags as text, sorted."""
        return tuple(sorted(map(str, self.tag_set)))


def _name_fault(filename: str) -> str:
    """Say what is wrong with a name."""
    if not filename.endswith(".whl"):
        return "it does not end in .whl"
    parts = filename.removesuffix(".whl").split("-")
    if len(parts) not in _NAME_PARTS:
        return f"it has {plural(len(parts), 'part')} joined by hyphens, not five or six"
    if "__" in parts[0] or not _PROJECT.fullmatch(parts[0]):
        return f"{parts[0]!r} is no name of a project"
    try:
        read_version(parts[1])
    except ValueError:
        return f"{parts[1]!r} is no version"
    if len(parts) == max(_NAME_PARTS) and not parts[2][:1].isdigit():
        return f"the build number {parts[2]!r} does not begin with a digit"
    return "it breaks the rules for wheels' file names"


def parse_wheel_name(filename: str) -> WheelName:
    """Read a wheel's file name.

    Raises:
        ValueError: it is no legal wheel file name; the message says why.
    """
    # Expanded first: a hostile name holds too many.
    parts = filename.removesuffix(".whl").rsplit("-", _TAG_PARTS)
    tags = expand("-".join(parts[1:])) if len(parts) > _TAG_PARTS else frozenset()
    try:
        return _read_name(filename, tags)
    except ValueError:
        raise ValueError(_name_fault(filename)) from None


def _read_name(filename: str, tags: frozenset[Tag]) -> WheelName:
    """Read a name as installers do."""
    parts = filename.removesuffix(".whl").split("-")
    if not filename.endswith(".whl") or len(parts) not in _NAME_PARTS:
        raise ValueError(filename)
    if "__" in parts[0] or not _WORD.fullmatch(parts[0]):
        raise ValueError(filename)
    if not all(tag.interpreter.isidentifier() for tag in tags):
        raise ValueError(filename)
    build = ""
    if len(parts) == max(_NAME_PARTS):
        found = _BUILD.match(parts[2])
        if found is None:
            raise ValueError(filename)
        build = f"{int(found[1])}{found[2]}"
    return WheelName(parts[0], read_version(parts[1]), build, tags)
