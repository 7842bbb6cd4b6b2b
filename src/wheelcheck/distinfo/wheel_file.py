"""The WHEEL file. Source: PyPA "Binary distribution format", section "File contents"."""

import re

from wheelcheck.distinfo.headers import Headers, HeadersError, read_headers
from wheelcheck.records import record

__all__ = ["WheelFileText", "read_wheel_file"]

_VERSION = re.compile(r"(\d{1,6})\.(\d{1,6})\Z")


@record
class WheelFileText:
    """What the WHEEL file says."""

    problem: str | None
    """Why it cannot be read; all else is then empty."""
    version_text: str | None = None
    """``Wheel-Version`` as it stands there."""
    version: tuple[int, int] | None = None
    """None if it is absent or malformed."""
    purelib_text: str | None = None
    """``Root-Is-Purelib`` as it stands there."""
    tags: tuple[str, ...] = ()
    """In file order."""
    builds: tuple[str, ...] = ()

    @property
    def purelib(self) -> bool:
        """What installers make of ``Root-Is-Purelib``: all but ``true`` is false."""
        return (self.purelib_text or "").lower() == "true"


def read_wheel_file(data: bytes) -> WheelFileText:
    """Read a WHEEL file; what is wrong with it becomes its ``problem``."""
    try:
        headers: Headers = read_headers(data)
    except HeadersError as error:
        return WheelFileText(problem=str(error))
    version_text = headers.first("Wheel-Version")
    match = _VERSION.match(version_text or "")
    return WheelFileText(
        problem=None,
        version_text=version_text,
        version=match and (int(match[1]), int(match[2])),
        purelib_text=headers.first("Root-Is-Purelib"),
        tags=headers.all("Tag"),
        builds=headers.all("Build"),
    )
