# ruff: noqa: INP001  (a script, no package)
"""Write src/wheelcheck/platforms/data/windows-system.json anew.

Run it in an environment that has delvewheel, whose maintainer lists the files
with exports in System32 of Windows' install discs: ``python
docs/data/regenerate_windows.py``. The lists are facts and are taken as such;
what discs do not show is in windows.toml beside this file.
"""

import importlib
import json
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
TARGET = HERE.parents[1] / "src/wheelcheck/platforms/data/windows-system.json"

_LISTS = {
    "x86": "ignore_names_x86",
    "x86_64": "ignore_names_x64",
    "arm64": "ignore_names_arm64",
}


def build() -> dict[str, Any]:
    """Return the content of the data file."""
    discs = importlib.import_module("delvewheel._dll_list")
    curated = tomllib.loads((HERE / "windows.toml").read_text("utf-8"))
    never = {entry["name"] for entry in curated["never"]}
    source = {
        "discs": (
            "names of .dll and .drv files with exports in System32 of every install disc of"
            " Windows 7 SP1, 8, 8.1, 10 and 11 (x86, x86_64), of 10 and 11 (arm64), as listed by"
            f" delvewheel {version('delvewheel')} (MIT, Aohan Dang), without"
            f" {', '.join(sorted(never))}"
        ),
        "added": (
            "files that came later, by the minimum supported client that Microsoft Learn"
            " documents, or by the arm64 discs for well-known names: docs/data/windows.toml."
            " What else only the arm64 discs hold is not taken over for x86 and x86_64."
        ),
        "drivers": "files that device drivers install: docs/data/windows.toml",
    }
    return {
        "source": source,
        "date": curated["date"],
        "discs": {
            machine: sorted({name.lower() for name in getattr(discs, attribute)} - never)
            for machine, attribute in _LISTS.items()
        },
        "added": {
            name: f"{entry['since']} {entry.get('release', '')}".rstrip()
            for entry in curated["added"]
            for name in entry["names"]
        },
        "drivers": {name: owner for owner, names in curated["drivers"].items() for name in names},
    }


def render(data: dict[str, Any]) -> str:
    """Return it as JSON with one name per line, so that a change shows as one."""
    return json.dumps(data, indent=0, sort_keys=True) + "\n"


if __name__ == "__main__":
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(render(build()), encoding="utf-8", newline="\n")
