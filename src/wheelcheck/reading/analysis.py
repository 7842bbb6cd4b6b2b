"""What the bytes of one member show, whatever wheel they come from.

An answer depends on the bytes and the question alone, and the question holds
all that a member's name and place have to do with it. So whoever meets the
same bytes again may keep the answer: see :mod:`wheelcheck.reading.memo`.
"""

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, Self

from wheelcheck.binary import identify, read_binary, read_head
from wheelcheck.errors import BinaryError
from wheelcheck.installation import extension_name
from wheelcheck.sources import DllLoading, SourceFacts, dll_loading, names_repairer, read_source
from wheelcheck.sources.loading import HeldSource
from wheelcheck.traces import Look, Traces, native_traces, read_traces
from wheelcheck.wheel import Native

if TYPE_CHECKING:
    from mmap import mmap

    from wheelcheck.binary.header import Header
    from wheelcheck.binary.model import Binary, Format

__all__ = ["Answer", "NativeFacts", "NativeName", "Question", "analyse", "native_name"]


class NativeName(StrEnum):
    """What a name says of native code."""

    PE = "must be an image for Windows"
    PE_SUFFIX = "ends as images for Windows do"
    SO = "may be WebAssembly for Python"
    ANY = "nothing"


def native_name(name: str, install: str) -> NativeName:
    """Say what the name of a member has to say."""
    lower = name.lower()
    if lower.endswith(".dll"):
        return NativeName.PE
    if lower.endswith(".pyd"):
        return NativeName.PE_SUFFIX if extension_name(install) is None else NativeName.PE
    return NativeName.SO if lower.endswith(".so") else NativeName.ANY


class Question(NamedTuple):
    """What is asked of the bytes of a member."""

    look: Look | None = None
    native: NativeName | None = None
    """Whether they are native code, and what the name says of it."""
    source: bool = False
    """They are a Python source, which is kept to be asked later, unless:"""
    now: bool = False
    """It is asked at once how it makes DLLs known, and let go of."""
    opened: bool = False
    """Which DLLs it opens; asked with ``now`` only."""
    imports: bool = False
    """What it imports and defines; asked with ``now`` only."""

    def wants(self, head: bytes) -> bool:
        """Tell by the first bytes whether the rest has to be kept."""
        if self.look is not None or self.source:
            return True
        if self.native is None:
            return False
        named_pe = self.native in (NativeName.PE, NativeName.PE_SUFFIX)
        return named_pe or _is_native(self.native, identify(head))


class NativeFacts(NamedTuple):
    """A native object without its place in a wheel; see :class:`wheelcheck.wheel.Native`."""

    format: "Format | None"
    binary: "Binary | None" = None
    damage: str | None = None
    not_read: str | None = None
    header: "Header | None" = None

    @classmethod
    def of(cls, native: Native) -> Self:
        """Return what is true of an object wherever it lies."""
        return cls(native.format, native.binary, native.damage, native.not_read, native.header)

    def at(self, name: str, install: str) -> Native:
        """Return the object as the member that it is in a wheel."""
        return Native(name, install, *self)


class Answer(NamedTuple):
    """What was found."""

    native: NativeFacts | None = None
    traces: Traces | None = None
    held: HeldSource | None = None
    """A source that is asked later."""
    loading: DllLoading | None = None
    source: SourceFacts | None = None
    """What one says that was asked at once."""
    names_repairer: bool = False
    """It is a source that names a tool that patches sources."""


def analyse(
    data: "bytes | bytearray | mmap",
    question: Question,
    problem: str | None = None,
    facts: SourceFacts | None = None,
) -> Answer:
    """Answer a question.

    Args:
        data: The whole content.
        question: What is asked.
        problem: Why the content is not what the archive promises.
        facts: What a source says of modules, if that is known.
    """
    traces = None if question.look is None else read_traces(bytes(data), question.look)
    if question.native is not None:
        native = _native(data, question.native, problem)
        if native is not None:
            traces = native_traces(data, native.binary) or traces
        return Answer(native=native, traces=traces)
    if not question.source:
        return Answer(traces=traces)
    source = bytes(data)
    if not question.now:
        return Answer(traces=traces, held=HeldSource(source, facts))
    return Answer(
        traces=traces,
        loading=dll_loading(source, names=question.opened),
        source=read_source(source) if question.imports else None,
        names_repairer=names_repairer(source),
    )


def _is_native(name: NativeName, found: "Format | None") -> bool:
    """Tell whether a member is native code; other WebAssembly is data for browsers."""
    if found is None:
        return False
    from wheelcheck.binary.model import Format

    return found is not Format.WASM or name is NativeName.SO


def _native(
    data: "bytes | bytearray | mmap", name: NativeName, problem: str | None
) -> NativeFacts | None:
    """Parse a member if it is, or by its name claims to be, a native object."""
    header = read_head(data)
    found = None if header is None else header.format
    if found is None or not _is_native(name, found):
        if name is not NativeName.PE:
            return None
        damage = "it is no PE image: it does not start with an MZ header that leads to PE"
        return NativeFacts(None, damage=damage)
    from wheelcheck.binary.model import Format

    if problem is not None:
        return NativeFacts(found, damage=problem, header=header)
    try:
        binary = read_binary(data, found)
    except BinaryError as error:
        return NativeFacts(found, damage=str(error), header=header)
    if binary is None:
        yet = "" if found is Format.WASM else " yet"
        return NativeFacts(found, not_read=f"{found} files are not read{yet}", header=header)
    texts = [text for piece in binary.slices for text in piece.damage]
    return NativeFacts(found, binary, "; ".join(texts) or None, header=header)
