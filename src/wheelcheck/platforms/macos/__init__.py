"""What macOS and Python on macOS supply, where dyld looks, and what macOS tags promise."""

from wheelcheck.platforms.macos.loader import MacLoader
from wheelcheck.platforms.macos.names import (
    UNIQUE,
    Candidate,
    Place,
    Via,
    candidates,
    is_builders,
    is_python,
    is_system,
)
from wheelcheck.platforms.macos.tags import MacTag, fitting_version, read_mac_tag

__all__ = [
    "UNIQUE",
    "Candidate",
    "MacLoader",
    "MacTag",
    "Place",
    "Via",
    "candidates",
    "fitting_version",
    "is_builders",
    "is_python",
    "is_system",
    "read_mac_tag",
]
