"""The form that METADATA and WHEEL share: ``Name: value`` lines, as in e-mail.

Read as :mod:`email` reads it (policy ``compat32``), because installers do, but
in one linear pass with limits: its ``get_all`` makes a file of many different
names quadratic. Source: PyPA "Core metadata specifications"; RFC 5322, 2.2.
"""

import re
from collections.abc import Mapping

from wheelcheck.records import record

__all__ = ["Headers", "HeadersError", "read_headers"]

_HEADER = re.compile(r"([!-9;-~]+):[ \t]*")
_MOST_BYTES = 1024 * 1024
_MOST_FIELDS = 20_000
_MOST_NAMES = 200
_SHOWN = 60


class HeadersError(ValueError):
    """The file is no such text at all; the message says why, without its name."""


@record
class Headers:
    """A file in this form."""

    fields: Mapping[str, tuple[str, ...]]
    """Values in file order, by name in lower case; folded lines are kept as they are."""
    text: str
    """The lines that hold the fields."""
    body: str
    """What follows the first empty line."""
    stray: tuple[int, str] | None
    """Number and text of the line that ended the fields although it is not empty."""

    def first(self, name: str) -> str | None:
        """Return the first value of a field, without surrounding blanks."""
        values = self.fields.get(name.lower())
        return values[0].strip() if values else None

    def all(self, name: str) -> tuple[str, ...]:
        """Return all values of a field, without surrounding blanks."""
        return tuple(value.strip() for value in self.fields.get(name.lower(), ()))


def read_headers(data: bytes) -> Headers:
    """Read a file in this form.

    Raises:
        HeadersError: it is not UTF-8, holds NUL bytes, or is beyond all reason.

    """
    if b"\0" in data[: _MOST_BYTES + 1]:
        raise HeadersError("it holds NUL bytes, so it is no text")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise HeadersError(f"it is not UTF-8 (byte {error.start} is no part of it)") from None
    # A value is gathered as its lines: adding to a string again and again is quadratic.
    fields: dict[str, list[list[str]]] = {}
    lines: list[str] | None = None
    count = 0
    position = 0
    stray: tuple[int, str] | None = None
    number = 0
    while position < len(text):
        end = text.find("\n", position) + 1 or len(text)
        if end > _MOST_BYTES:
            raise HeadersError(f"its fields take more than {_MOST_BYTES} bytes")
        line = text[position:end].rstrip("\r\n")
        number += 1
        if not line:
            break
        if line[0] in " \t" and lines is not None:
            lines.append(line)
        elif (match := _HEADER.match(line)) is not None:
            count += 1
            lines = [line[match.end() :]]
            fields.setdefault(match[1].lower(), []).append(lines)
            if count > _MOST_FIELDS or len(fields) > _MOST_NAMES:
                raise HeadersError(
                    f"it has more than {_MOST_FIELDS} fields or {_MOST_NAMES} names of fields"
                )
        else:
            stray = (number, line[:_SHOWN])
            break
        position = end
    else:
        return Headers(_frozen(fields), text, "", None)
    body = text[position:] if stray is not None else text[end:]
    return Headers(_frozen(fields), text[:position], body, stray)


def _frozen(fields: dict[str, list[list[str]]]) -> Mapping[str, tuple[str, ...]]:
    return {name: tuple("\n".join(lines) for lines in v) for name, v in fields.items()}
