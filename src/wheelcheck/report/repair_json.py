"""What became of wheels in a repair, as one JSON document, described by ``schema-repair.json``."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wheelcheck._version import __version__
from wheelcheck.errors import RepairError, UnreadableError, WheelcheckError
from wheelcheck.findings import plain

if TYPE_CHECKING:
    from wheelcheck.repairing.run import Repair

__all__ = ["REPAIR_SCHEMA_VERSION", "failure_entry", "render_repairs_json", "repair_entry"]

REPAIR_SCHEMA_VERSION = 1
"""Version of the JSON form; raised when a key changes its meaning or goes away."""


def repair_entry(path: Path, repair: "Repair") -> Mapping[str, Any]:
    """Return what the document says of a wheel."""
    return {
        **_head(path, str(repair.action)),
        "output": None if repair.output is None else str(repair.output),
        "plan": repair.plan.to_dict(),
        "findings": [] if repair.report is None else [plain(f) for f in repair.report.findings],
        "notes": list(repair.notes),
    }


def failure_entry(path: Path, error: WheelcheckError) -> Mapping[str, Any]:
    """Return what the document says of a wheel that was not repaired."""
    if isinstance(error, RepairError):
        about = {"missing": list(error.missing), "notes": list(error.notes)}
        return {**_head(path, "refused"), "error": str(error), **about}
    action = "unreadable" if isinstance(error, UnreadableError) else "failed"
    return {**_head(path, action), "error": str(error)}


def render_repairs_json(entries: Iterable[Mapping[str, Any]]) -> str:
    """Return one document for a call, with a line end."""
    document = {
        "schema_version": REPAIR_SCHEMA_VERSION,
        "wheelcheck": __version__,
        "wheels": list(entries),
    }
    return json.dumps(document, indent=2, ensure_ascii=True) + "\n"


def _head(path: Path, action: str) -> dict[str, Any]:
    """Return an entry with all its keys, as if nothing had been done."""
    return {
        "wheel": path.name,
        "path": str(path),
        "action": action,
        "output": None,
        "error": None,
        "missing": [],
        "plan": None,
        "findings": [],
        "notes": [],
    }
