"""Which tools repaired a wheel before, by the traces they leave in it.

Source: what delvewheel and auditwheel write; wheelcheck's own marker.
"""

import json
import re

from wheelcheck.installation import folder_of
from wheelcheck.wheel import Wheel

__all__ = ["repaired_by"]

_VERSION = re.compile(rb"^Version: *([\w.+!-]{1,40})[ \r]*$", re.MULTILINE)
_OWN_VERSION = re.compile(r"[\w.+!-]{1,40}\Z")
_LONGEST_FOLDER = 200
_MOST_FOLDERS = 10


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
    for loading in wheel.dll_loading.values():
        for patch in loading.patches:
            found.setdefault(patch.tool, "")
    names = {file.member.name for file in wheel.files}
    if f"{wheel.dist_info}/sboms/auditwheel.cdx.json" in names:
        found["auditwheel"] = ""
    tools = [f"{tool} {version}".strip() for tool, version in sorted(found.items())]
    return tuple(tools or _unknown(wheel))


def _own_version(text: bytes) -> str:
    try:
        marker = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    version = marker.get("wheelcheck") if isinstance(marker, dict) else None
    return version if isinstance(version, str) and _OWN_VERSION.match(version) else ""


def _unknown(wheel: Wheel) -> list[str]:
    """Name the folders that repair tools use, where they hold libraries."""
    folders = sorted({folder_of(native.install) for native in wheel.natives})
    libs = [f for f in folders if f.endswith(".libs") and len(f) <= _LONGEST_FOLDER]
    dylibs = any(f.endswith(".dylibs") for f in folders)
    return (["delocate"] if dylibs else []) + [
        f"an unknown tool ({folder})" for folder in libs[:_MOST_FOLDERS]
    ]
