"""Which tools repaired a wheel before, by the traces they leave in it.

Source: what delvewheel and auditwheel write; wheelcheck's own marker.
"""

import json
import re
from glob import escape
from typing import Any

from wheelcheck.expectations import ExternalLibrary, external_libraries
from wheelcheck.expressions import expression
from wheelcheck.installation import folder_of
from wheelcheck.wheel import Wheel

__all__ = ["provided_libraries", "repaired_by"]

_VERSION = expression(rb"^Version: *([\w.+!-]{1,40})[ \r]*$", re.MULTILINE)
_OWN_VERSION = expression(r"[\w.+!-]{1,40}\Z")
_LONGEST_FOLDER = 200
_MOST_FOLDERS = 10
_LARGEST_MARKER = 1024**2
_MOST_PROVIDED = 1_000
_MOST_REPAIRS = 10


def repaired_by(wheel: Wheel) -> tuple[str, ...]:
    """Return the tools, each with its version if the wheel tells, sorted.

    A folder of libraries that no known tool answers for is named instead.
    """
    found: dict[str, str] = {}
    if (text := wheel.metadata.get("DELVEWHEEL")) is not None:
        version = _VERSION.search(text)
        found["delvewheel"] = "" if version is None else version[1].decode("utf-8", "replace")
    if (text := wheel.metadata.get("wheelcheck.json")) is not None:
        found["wheelcheck"] = _own_version(text)
    for patch in wheel.dll_loading.patches:
        found.setdefault(patch.tool, "")
    names = {file.member.name for file in wheel.files}
    if f"{wheel.dist_info}/sboms/auditwheel.cdx.json" in names:
        found["auditwheel"] = ""
    tools = [f"{tool} {version}".strip() for tool, version in sorted(found.items())]
    return tuple(tools or _unknown(wheel))


def provided_libraries(wheel: Wheel) -> tuple[ExternalLibrary, ...]:
    """Return the libraries that a repair by wheelcheck left to other distributions."""
    marker: Any = _marker(wheel.metadata.get("wheelcheck.json", b""))
    pairs: set[tuple[str, str]] = set()
    for _ in range(_MOST_REPAIRS):
        rows = marker.get("provided")
        pairs |= {
            (str(row["library"]), str(row["distribution"]))
            for row in (rows if isinstance(rows, list) else [])
            if isinstance(row, dict) and {"library", "distribution"} <= row.keys()
        }
        marker = marker.get("earlier")
        if not isinstance(marker, dict):
            break
    found: list[ExternalLibrary] = []
    for library, distribution in sorted(pairs)[:_MOST_PROVIDED]:
        try:
            found += external_libraries({escape(library): distribution}, "wheelcheck.json")
        except ValueError:
            continue
    return tuple(found)


def _own_version(text: bytes) -> str:
    version = _marker(text).get("wheelcheck")
    return version if isinstance(version, str) and _OWN_VERSION.match(version) else ""


def _marker(text: bytes) -> dict[str, Any]:
    if len(text) > _LARGEST_MARKER:
        return {}
    try:
        marker = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return marker if isinstance(marker, dict) else {}


def _unknown(wheel: Wheel) -> list[str]:
    """Name the folders that repair tools use, where they hold libraries."""
    folders = sorted({folder_of(native.install) for native in wheel.natives})
    libs = [f for f in folders if f.endswith(".libs") and len(f) <= _LONGEST_FOLDER]
    dylibs = any(f.endswith(".dylibs") for f in folders)
    return (["delocate"] if dylibs else []) + [
        f"an unknown tool ({folder})" for folder in libs[:_MOST_FOLDERS]
    ]
