"""What the platforms share: the form of their answers, and the data files."""

import json
from pathlib import Path
from typing import Any, Literal

from wheelcheck.records import record

__all__ = ["Supplied", "load_data"]


@record
class Supplied:
    """A library that the user's machine has without the wheel's help."""

    kind: Literal["system", "python", "driver"]
    """Part of the operating system, of the interpreter, or of a device's driver."""
    reason: str
    """Why it counts as that, for a person."""


def load_data(name: str) -> dict[str, Any]:
    """Return the parsed content of a data file; callers keep what they need of it."""
    content: dict[str, Any] = json.loads((Path(__file__).parent / "data" / name).read_bytes())
    return content
