# ruff: noqa: INP001  (a script, no package)
"""Write src/wheelcheck/importing/data/stdlib.json anew.

Run it with the paths of interpreters, the oldest 3.10:
``python docs/data/regenerate_stdlib.py python3.10 python3.11 python3.12 python3.13``.
Each tells its own ``sys.stdlib_module_names``; what none of them can know is in
stdlib.toml beside this file.
"""

import json
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
TARGET = HERE.parents[1] / "src/wheelcheck/importing/data/stdlib.json"
_ASK = "import sys; print('%d.%d' % sys.version_info[:2], *sorted(sys.stdlib_module_names))"


def ask(interpreter: str) -> tuple[str, set[str]]:
    """Return an interpreter's version and the names of its standard library."""
    command = [interpreter, "-I", "-S", "-c", _ASK]
    version, *names = subprocess.check_output(command, text=True).split()  # noqa: S603
    return version, set(names)


def build(interpreters: Sequence[str]) -> dict[str, Any]:
    """Return the content of the data file."""
    curated = tomllib.loads((HERE / "stdlib.toml").read_text("utf-8"))
    lists = sorted(map(ask, interpreters), key=lambda pair: [*map(int, pair[0].split("."))])
    added: dict[str, str] = {}
    removed: dict[str, str] = {}
    for (_, old), (version, new) in pairwise(lists):
        added.update(dict.fromkeys(new - old, version))
        removed.update(dict.fromkeys(old - new, version))
    for table, into in ((curated["added"], added), (curated["removed"], removed)):
        for version, names in table.items():
            into.update(dict.fromkeys(names, version))
    every = set().union(*(names for _, names in lists)) | {*added, *removed}
    return {
        "source": "sys.stdlib_module_names of CPython "
        + ", ".join(version for version, _ in lists)
        + "; docs/data/stdlib.toml",
        "date": curated["date"],
        "newest": curated["newest"],
        "modules": sorted(every | set(curated["always"]["names"])),
        "added": added,
        "removed": removed,
    }


if __name__ == "__main__":
    text = json.dumps(build(sys.argv[1:]), indent=0, sort_keys=True) + "\n"
    TARGET.write_text(text, encoding="utf-8", newline="\n")
