# ruff: noqa: INP001  (a script, no package)
"""Write src/wheelcheck/importing/data/import-names.json anew.

``python docs/data/regenerate_import_names.py WHEEL...`` reads well-known
published wheels: what they install at the top, and what they require. To that
comes import-names.toml beside this file. What is in neither is unknown, and
nothing is then held against a wheel that requires it.
"""

import json
import sys
import tomllib
from collections.abc import Iterable
from email.parser import HeaderParser
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

HERE = Path(__file__).resolve().parent
TARGET = HERE.parents[1] / "src/wheelcheck/importing/data/import-names.json"


def read(path: str) -> tuple[str, set[str], set[str]]:
    """Return the name of a wheel's project, its modules at the top, and what it requires."""
    with ZipFile(path) as archive:
        names = archive.namelist()
        [metadata] = [n for n in names if n.endswith(".dist-info/METADATA") and n.count("/") == 1]
        headers = HeaderParser().parsestr(archive.read(metadata).decode("utf-8", "replace"))
    tops: set[str] = set()
    for name in names:
        parts = name.split("/")
        if parts[0].endswith(".data"):
            parts = parts[2:] if parts[1:2] in (["purelib"], ["platlib"]) else []
        if parts and not parts[0].endswith((".dist-info", ".libs", ".pth")):
            top = parts[0].partition(".")[0]
            if top.isidentifier() and (len(parts) > 1 or name.endswith((".py", ".so", ".pyd"))):
                tops.add(top)
    required = [Requirement(text) for text in headers.get_all("Requires-Dist", [])]
    own = {str(canonicalize_name(r.name)) for r in required if "extra" not in str(r.marker)}
    return str(canonicalize_name(headers["Name"])), tops - {"tests", "test", "docs"}, own


def build(paths: Iterable[str]) -> dict[str, Any]:
    """Return the content of the data file."""
    curated = tomllib.loads((HERE / "import-names.toml").read_text("utf-8"))
    modules = {name: set(found) for name, found in curated["modules"].items()}
    requires: dict[str, set[str]] = {}
    for path in paths:
        name, tops, required = read(path)
        modules.setdefault(name, set()).update(tops)
        requires.setdefault(name, set()).update(required)
    return {
        "source": "published wheels; docs/data/import-names.toml",
        "date": curated["date"],
        "modules": {name: sorted(found) for name, found in modules.items()},
        "requires": {name: sorted(found) for name, found in requires.items()},
        "hosts": sorted(curated["hosts"]["names"]),
    }


if __name__ == "__main__":
    text = json.dumps(build(sys.argv[1:]), indent=0, sort_keys=True) + "\n"
    TARGET.write_text(text, encoding="utf-8", newline="\n")
