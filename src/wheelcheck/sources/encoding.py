"""The text of a source, whatever encoding it declares (PEP 263)."""

import codecs
import re

from wheelcheck.expressions import expression

__all__ = ["as_utf8"]

_BOM = b"\xef\xbb\xbf"
_COOKIE = expression(rb"[ \t\f]*#[^\n]*?coding[:=][ \t]*([-\w.]{1,40})")
_BLANK = expression(rb"[ \t\f]*(?:#[^\n]*)?\r?\Z")
# Codecs of text, and quick ones: what else Python knows (idna, zip, rot13) serves other ends.
_KNOWN = r"""(?:utf[-_]?8(?:[-_]sig)?|ascii|us-ascii|latin[-_]?1|iso[-_]?8859[-_]\d{1,2}|cp\d{3,4}
        |koi8[-_][rtu]|gb2312|gbk|gb18030|big5|shift[-_]jis|euc[-_](?:jp|kr)|windows-\d{4}|mac[-_]?roman)\Z"""


def as_utf8(source: bytes) -> bytes | None:
    """Return a source in UTF-8; None if it declares an encoding that is not known here.

    Raises:
        ValueError: it is not what it declares, or not UTF-8 and declares nothing.
    """
    lines = source.removeprefix(_BOM)[:1000].split(b"\n", 2)[:2]
    name = "utf-8"
    for line in lines:
        found = _COOKIE.match(line)
        if found is not None:
            name = found[1].decode("ascii", "replace")
            break
        if not _BLANK.match(line):
            break
    if name != "utf-8" and not re.match(_KNOWN, name, re.VERBOSE | re.IGNORECASE):
        return None
    try:
        codec = codecs.lookup(name)
        if codec.name == "utf-8":
            source.decode("utf-8")
            return source
        return codec.decode(source)[0].encode("utf-8")
    except LookupError:
        return None
    except UnicodeError:
        raise ValueError(f"it is not {name}, the encoding that Python reads it in") from None
