"""Python source as text: decoded as the interpreter decodes it, and places carried back to bytes.

Source: PEP 263 (the coding comment), PEP 3120 (UTF-8 without one), "Lexical
analysis" in the Python reference. The rules are those of CPython's tokenizer,
not of :func:`tokenize.detect_encoding`, which refuses sources that CPython runs.
"""

import codecs
import re

from wheelcheck.errors import PatchError
from wheelcheck.records import record

__all__ = ["NEWLINE", "SourceText", "declared_encoding", "read_source"]

NEWLINE = r"(?:\r\n|\r|\n)"
"""One line end, as a regular expression: Python knows three, and no other character is one."""

_LARGEST_SOURCE = 16 * 1024**2
_LONGEST_NAME = 64

_CODING = re.compile(rb"[ \t\f]*+#[^\r\n]*?coding[:=][ \t]*+([-\w.]+)")
_NO_CODE = re.compile(rb"[ \t\f]*+(?:#[^\r\n]*+)?(?:\r\n|\r|\n)")
_UTF8_NAMES = re.compile(r"utf-8(?:-|\Z)")
_LATIN1_NAMES = re.compile(r"(?:latin-1|iso-8859-1|iso-latin-1)(?:-|\Z)")

# Character sets only: a codec such as unicode_escape, or the code page of the
# host, would make the same bytes a different program.
_CHARACTER_SETS = re.compile(
    r"ascii|utf-8|iso8859-\d+|cp\d+|mac-\w+|koi8-\w|kz1048|ptcp154|tis-620|hp-roman8"
    r"|big5\w*|euc_\w+|gb\w+|johab|shift_jis|iso2022_jp\w*"
)
_ASCII = bytes(range(128))


@record
class SourceText:
    """A source and the text that it stands for."""

    source: bytes
    encoding: str
    start: int
    """Bytes before the text: those of a byte order mark, or none."""
    text: str

    def byte_offset(self, position: int) -> int:
        """Where in the source the character at ``position`` of the text begins.

        Raises :class:`PatchError` where the encoding has no such place, as
        when a shift sequence is still open.
        """
        offset = self.start + len(self.text[:position].encode(self.encoding))
        try:
            before = self.source[self.start : offset].decode(self.encoding)
            after = self.source[offset:].decode(self.encoding)
        except UnicodeDecodeError:
            before = after = ""
        if (before, after) != (self.text[:position], self.text[position:]):
            raise PatchError(
                f"nothing can be put into this Python source safely: its encoding, "
                f"{self.encoding}, cannot be cut there; save the file as UTF-8"
            )
        return offset


def declared_encoding(source: bytes) -> str | None:
    """The name that the source's coding comment gives, as written; None if there is none.

    Only the first two lines count, and the second only if the first holds no code.
    """
    position = len(codecs.BOM_UTF8) if source.startswith(codecs.BOM_UTF8) else 0
    for _line in range(2):
        if coding := _CODING.match(source, position):
            return coding[1].decode("ascii")
        line = _NO_CODE.match(source, position)
        if line is None:
            return None
        position = line.end()
    return None


def read_source(source: bytes) -> SourceText:
    """Decode a source. Raises :class:`PatchError` where Python itself could not, or for its size.

    Sizes are limited to 16 MiB; no package's ``__init__.py`` comes near that.
    """
    if len(source) > _LARGEST_SOURCE:
        raise PatchError(f"a Python source of {len(source)} bytes is too large to be patched")
    encoding = _codec(declared_encoding(source))
    start = 0
    if source.startswith(codecs.BOM_UTF8):
        start = len(codecs.BOM_UTF8)
        if encoding != "utf-8":
            raise PatchError(
                f"the Python source says {encoding} but begins with the mark of UTF-8: "
                f"Python refuses to run it; remove one of the two"
            )
    try:
        text = source[start:].decode(encoding)
    except UnicodeDecodeError as error:
        raise PatchError(
            f"the Python source is not valid {encoding} (byte {start + error.start}): "
            f"Python refuses to run it; correct it or its coding comment"
        ) from None
    return SourceText(source, encoding, start, text)


def _codec(declared: str | None) -> str:
    """The canonical name of the codec that CPython takes for a declared encoding."""
    if declared is None:
        return "utf-8"
    # CPython knows these with any suffix, such as Emacs' utf-8-unix, and looks
    # at the first twelve characters only.
    short = declared[:12].lower().replace("_", "-")
    if _UTF8_NAMES.match(short):
        return "utf-8"
    if _LATIN1_NAMES.match(short):
        return "iso8859-1"
    try:
        name = codecs.lookup(declared[:_LONGEST_NAME]).name
    except LookupError:
        name = ""
    if (
        len(declared) > _LONGEST_NAME
        or not _CHARACTER_SETS.fullmatch(name)
        or _ASCII.decode(name, "replace").encode("ascii", "replace") != _ASCII
    ):
        raise PatchError(
            f"the Python source declares the encoding {declared[:_LONGEST_NAME]!r}, "
            f"which wheelcheck cannot write; save the file as UTF-8"
        )
    return name
