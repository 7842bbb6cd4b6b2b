"""The file in dist-info that tells what repairs did to a wheel."""

import json
from collections.abc import Iterable
from typing import Any

from wheelcheck._version import __version__
from wheelcheck.repairing.plan import Plan

__all__ = ["LARGEST_MARKER", "MARKER", "marker_bytes"]

MARKER = "wheelcheck.json"
"""Its name."""
LARGEST_MARKER = 1024**2
"""An earlier one of more bytes is not carried along."""


def marker_bytes(plan: Plan, earlier: bytes | None) -> bytes:
    """Return what was done, without a path of this machine.

    What an earlier repair said of itself is kept in it, if it can be read.
    """
    marker: dict[str, Any] = {
        "schema_version": 1,
        "wheelcheck": __version__,
        "platform": plan.platform,
        "stripped": plan.strip,
        "bundled": [
            {
                "library": b.library,
                "kind": str(b.kind),
                "member": b.member,
                "sha256": b.source.sha256,
                "renames": _neutral(b.renames),
            }
            for b in plan.bundles
        ],
        "rewritten": [{"member": r.member, "renames": _neutral(r.renames)} for r in plan.rewrites],
        "provided": [
            {"library": library, "distribution": provider} for library, provider in plan.provided
        ],
        "patched": [{"member": p.member, "folder": p.opened} for p in plan.patches],
    }
    if earlier is not None:
        try:
            marker["earlier"] = json.loads(earlier)
            return _text(marker)
        except (ValueError, RecursionError):
            del marker["earlier"]
    return _text(marker)


def _neutral(renames: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return old names to new, absolute ones without the folders of the build machine."""
    return {old.rpartition("/")[2] if old.startswith("/") else old: new for old, new in renames}


def _text(marker: dict[str, Any]) -> bytes:
    return (json.dumps(marker, indent=2, sort_keys=True) + "\n").encode()
